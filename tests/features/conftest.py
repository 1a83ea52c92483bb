"""A small trained run of pictures, shared by the tests of what it has learned."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pellucid
from pellucid import api
from pellucid.data import dataset_from_arrays

CORNERS = {"bottom": (8, 4), "left": (4, 0), "right": (4, 8), "top": (0, 4)}


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> api.Run:
    """Return a small `cnn` that tells the side of a bright square in pictures of 12 x 12 pixels."""
    generator = np.random.default_rng(7)
    classes = sorted(CORNERS)
    labels = [classes[place % 4] for place in range(400)]
    pictures = generator.integers(0, 90, (400, 12, 12), dtype=np.uint8)
    for picture, label in zip(pictures, labels, strict=True):
        row, column = CORNERS[label]
        picture[row : row + 4, column : column + 4] += 120
    dataset = dataset_from_arrays(pictures, labels, name="corners")
    folder: Path = tmp_path_factory.mktemp("runs")
    return pellucid.train(dataset, model="cnn", epochs=4, batch=32, runs_dir=folder, seed=0)
