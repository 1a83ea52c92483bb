"""The command line, run in this process: the words typed go in, the exit code and both streams come out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import pellucid
from pellucid.cli import main


@dataclass(frozen=True)
class Said:
    """What a command left on the screen."""

    code: int
    out: str
    err: str


Type = Callable[..., Said]
MakePhotos = Callable[..., Path]


@pytest.fixture
def pellucid_(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Type:
    """Type a command in an empty folder: `pellucid_("train", "digits")`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def typed(*words: object) -> Said:
        code = 0
        capsys.readouterr()
        try:
            main([str(word) for word in words])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return typed


@pytest.fixture
def photos(tmp_path: Path) -> MakePhotos:
    """Make a folder of noise pictures: `photos("name", cat=20, dog=20)`."""

    def make(name: str = "photos", /, **classes: int) -> Path:
        generator = np.random.default_rng(0)
        root = tmp_path / name
        root.mkdir()
        for label, count in classes.items():
            (root / label).mkdir()
            for number in range(count):
                pixels = generator.integers(0, 256, (12, 12, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(root / label / f"{number}.png")
        return root

    return make


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a run on digits; not to be written to."""
    return pellucid.train("digits", model="linear", epochs=3, runs_dir=tmp_path_factory.mktemp("trained")).path


@pytest.fixture
def run(trained: Path, tmp_path: Path) -> Path:
    """Return a run of this test's own: runs/digits-linear."""
    return Path(shutil.copytree(trained, tmp_path / "runs" / trained.name))
