"""A search small enough for a test: bright corners of 8 x 8 pixels, learned by a linear model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data import Dataset, dataset_from_arrays
from pellucid.runs import Recipe
from pellucid.tuning import SearchFolder, begin_search, read_space

CORNERS = {"bottom": (5, 3), "left": (3, 0), "right": (3, 5), "top": (0, 3)}
RECIPE = Recipe(model="linear", epochs=4, batch=32)

Begin = Callable[..., SearchFolder]


def pictures(count: int) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint8]], list[str]]:
    """Return [N, 8, 8] pictures and their classes; always the same."""
    generator = np.random.default_rng(7)
    made = generator.integers(0, 200, (count, 8, 8), dtype=np.uint8)
    labels = [sorted(CORNERS)[place % 4] for place in range(count)]
    for picture, label in zip(made, labels, strict=True):
        row, column = CORNERS[label]
        picture[row : row + 3, column : column + 3] //= 2
        picture[row : row + 3, column : column + 3] += 60
    return made, labels


@pytest.fixture
def corners() -> Dataset:
    """Return a dataset in memory."""
    return dataset_from_arrays(*pictures(160), name="corners")


@pytest.fixture
def corner_folder(tmp_path: Path) -> Path:
    """Return the same as a folder of pictures."""
    root = tmp_path / "corners"
    for number, (picture, label) in enumerate(zip(*pictures(160), strict=True)):
        (root / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(root / label / f"{number:03}.png")
    return root


@pytest.fixture
def begin(corners: Dataset, tmp_path: Path) -> Begin:
    """Begin a search: `begin(method="grid", space={"lr": [0.01, 0.1]})`."""

    def made(**options: object) -> SearchFolder:
        space = read_space(options.pop("space", {"lr": {"times": [0.1, 10]}, "optimizer": ["adamw", "sgd"]}))  # type: ignore[arg-type]
        recipe = options.pop("recipe", RECIPE)
        given: dict[str, object] = {"method": "random", "pruning": "none", "runs_dir": tmp_path / "runs"} | options
        return begin_search(corners, recipe, space=space, **given)  # type: ignore[arg-type]

    return made
