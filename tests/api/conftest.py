"""Small pictures that can be learned in a moment: a bright square whose corner is the class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pellucid.data import Dataset, dataset_from_arrays

CORNERS = {"bottom": (5, 3), "left": (3, 0), "right": (3, 5), "top": (0, 3)}


def draw(count: int, classes: list[str]) -> tuple[NDArray[np.uint8], list[str]]:
    """Return [N, 8, 8] pictures and their N classes; always the same."""
    generator = np.random.default_rng(7)
    pictures = generator.integers(0, 100, (count, 8, 8), dtype=np.uint8)
    labels = [classes[place % len(classes)] for place in range(count)]
    for picture, label in zip(pictures, labels, strict=True):
        row, column = CORNERS[label]
        picture[row : row + 3, column : column + 3] += 120
    return pictures, labels


@pytest.fixture
def make_pictures() -> Callable[..., Dataset]:
    """Make a dataset in memory: `make_pictures(120)`, `make_pictures(80, classes=["left", "right"])`."""

    def make(count: int = 120, classes: list[str] | None = None) -> Dataset:
        pictures, labels = draw(count, classes or sorted(CORNERS))
        return dataset_from_arrays(pictures, labels, name="corners")

    return make


@pytest.fixture
def picture_folder(tmp_path: Path) -> Path:
    """Return a folder of four class folders with thirty pictures each."""
    root = tmp_path / "corners"
    for number, (picture, label) in enumerate(zip(*draw(120, sorted(CORNERS)), strict=True)):
        (root / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(root / label / f"{number:03}.png")
    return root
