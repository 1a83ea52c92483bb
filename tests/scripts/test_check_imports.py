from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from architecture import ROOMS, Room
from check_imports import find_faults
from import_graph import read_modules

TABLE = (
    Room("low", frozenset(), light=True),
    Room("middle", frozenset({"low"})),
    Room("high", frozenset({"low", "middle"}), light=True),
)


def faults_of(folder: Path, files: dict[str, str], rooms: Sequence[Room] = TABLE) -> list[str]:
    """Write a package `house` with these files and return what is wrong with its imports."""
    for name, text in {"__init__.py": "", **files}.items():
        path = folder / "house" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return find_faults(folder / "house", rooms)


def test_imports_that_keep_to_the_table_have_no_faults(tmp_path: Path) -> None:
    files = {"low.py": "import json\n", "middle/__init__.py": "from house.low import x\nimport torch\n"}

    assert faults_of(tmp_path, files) == []


@pytest.mark.parametrize(
    "statement",
    [
        "from house.high import x",
        "import house.high",
        "import house\nhouse.high.f()",
        "from house import high",
        "def f() -> None:\n    from house.high import x",
        "if TYPE_CHECKING:\n    from house.high import x",
        "class C:\n    from house.high import x",
        "from .high import x",
        "from . import high",
    ],
)
def test_an_import_against_the_table_is_named_with_its_line_and_what_is_allowed(tmp_path: Path, statement: str) -> None:
    (fault,) = faults_of(tmp_path, {"middle.py": f"\n{statement}\n", "high.py": ""})

    line = 2 + statement.count("\n")
    assert fault.endswith(f"house/middle.py:{line}: middle imports high, but may import only: low.")


def test_a_relative_import_inside_a_room_stays_inside(tmp_path: Path) -> None:
    files = {"high/__init__.py": "from .part import x\n", "high/part.py": "from . import other\n", "high/other.py": ""}

    faults = faults_of(tmp_path, files)

    # `from . import other` names the module, not the package, so that it closes no circle.
    assert faults == []


def test_a_room_that_is_not_in_the_table_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, {"attic.py": ""})

    assert "room attic is not in the table" in fault


def test_private_names_stay_in_their_room(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, {"middle.py": "from house.low import _secret\n", "low.py": ""})

    assert "imports what low keeps private" in fault


def test_nothing_comes_through_the_packages_door_not_even_its_version(tmp_path: Path) -> None:
    files = {"middle.py": "from house import __version__\n", "low.py": "import house\nprint(house.__version__)\n"}

    faults = faults_of(tmp_path, files | {"high.py": "import house\nhouse.train()\n"})

    assert len(faults) == 3
    assert any("high.py:2: imports train through the package's door" in fault for fault in faults)


def test_a_cycle_at_load_time_is_shown_whole(tmp_path: Path) -> None:
    files = {"low/__init__.py": "", "low/a.py": "from house.low.b import x\n", "low/b.py": "import house.low.a\n"}

    (fault,) = faults_of(tmp_path, files)

    assert fault.endswith("import cycle at load time: house.low.a -> house.low.b -> house.low.a.")


def test_a_circle_through_a_function_or_the_type_checker_is_no_cycle(tmp_path: Path) -> None:
    files = {"low/__init__.py": "", "low/a.py": "from house.low.b import x\n"}
    files["low/b.py"] = "if TYPE_CHECKING:\n    import house.low.a\ndef f() -> None:\n    import house.low.a\n"

    assert faults_of(tmp_path, files) == []


def test_a_light_room_that_loads_torch_through_another_is_shown_the_way(tmp_path: Path) -> None:
    files = {"middle/__init__.py": "from house.middle.net import Net\n", "middle/net.py": "import torch.nn\n"}

    (fault,) = faults_of(tmp_path, files | {"high.py": "from house.middle import Net\n"})

    assert "high.py:1: high may not load torch.nn with it" in fault
    assert "house.high -> house.middle -> house.middle.net -> torch.nn" in fault


def test_a_name_given_lazily_is_loaded_by_who_takes_it_at_load_time(tmp_path: Path) -> None:
    files = {
        "middle/__init__.py": "if TYPE_CHECKING:\n    from house.middle.net import Net\n",
        "middle/net.py": "import torch\n",
    }

    assert faults_of(tmp_path, files | {"high.py": "def f() -> None:\n    from house.middle import Net\n"}) == []
    (fault,) = faults_of(tmp_path, files | {"high.py": "from house.middle import Net\n"})
    assert "house.high -> house.middle.net -> torch" in fault


def test_packages_that_not_every_training_needs_are_imported_inside_functions(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, {"middle.py": "import timm\ndef f() -> None:\n    import sklearn.metrics\n"})

    assert "middle.py:1: timm is imported when the module loads" in fault


def test_a_table_that_points_upwards_is_a_fault_itself(tmp_path: Path) -> None:
    rooms = (Room("low", frozenset({"high"})), Room("high", frozenset()))

    (fault,) = faults_of(tmp_path, {}, rooms)

    assert "low may import high, which do not stand above it" in fault


def test_the_first_line_of_a_docstring_is_the_summary(tmp_path: Path) -> None:
    faults_of(tmp_path, {"low.py": '"""Bytes come in,\npixels go out.\n\nMore.\n"""\n'})

    assert read_modules(tmp_path / "house")["house.low"].summary == "Bytes come in, pixels go out."


def test_no_room_is_in_the_projects_table_twice() -> None:
    names = [room.name for room in ROOMS]

    assert len(set(names)) == len(names)
