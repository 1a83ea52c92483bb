"""One run on a folder of digits, saved as files; the tests of this room only read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

import pellucid
from pellucid.data import ImageInputs


@pytest.fixture(scope="session")
def digit_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of ten class folders with the 1,797 digits of scikit-learn, 8 x 8 pixels."""
    dataset = pellucid.load_dataset("digits")
    assert isinstance(dataset.inputs, ImageInputs)
    root = tmp_path_factory.mktemp("digits") / "digits"
    for index, target in enumerate(dataset.targets[:]):
        path = root / str(int(target)) / f"{index:04}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(dataset.inputs.pixels(index)).save(path)
    return root


@pytest.fixture(scope="session")
def run(digit_files: Path, tmp_path_factory: pytest.TempPathFactory) -> pellucid.Run:
    """Return a run that tells these digits apart."""
    return pellucid.train(digit_files, model="mlp", hidden=(64,), epochs=12, runs_dir=tmp_path_factory.mktemp("runs"))
