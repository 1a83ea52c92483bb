"""What `scripts/check_imports.py` reads from the source, asked of the interpreter itself."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from architecture import HEAVY, ROOMS

LIGHT = ["pellucid", *(f"pellucid.{room.name}" for room in ROOMS if room.light and room.name != "__main__")]


def loaded_by(module: str) -> set[str]:
    """Return the top packages that a fresh interpreter has loaded once it has imported `module`."""
    tell = "import json, sys; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    code = f"import {module}; {tell}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("module", LIGHT)
def test_a_light_room_loads_no_heavy_package(module: str) -> None:
    assert loaded_by(module) & HEAVY == set()


@pytest.mark.parametrize("module", ["pellucid", "pellucid.cli"])
def test_neither_the_package_nor_the_command_line_loads_what_draws_or_computes(module: str) -> None:
    assert loaded_by(module) & {"matplotlib", "numpy", "scipy"} == set()
