"""Pictures whose class is a small mark at a known place: the highest cell of the map must lie on it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from pellucid.attribution import METHODS, Attribution, Explainer
from pellucid.kinds import Form
from pellucid.models import build_model

SIDE, MARK = 32, 6
MARKS = {0: np.eye(MARK), 1: np.fliplr(np.eye(MARK))}
"""A falling and a rising stroke: neither a colour nor a place tells the class, only the mark's shape."""


def draw(count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor, NDArray[np.int64]]:
    """Return [N, 1, 32, 32] pictures of noise with a mark each, their classes, and the [N, 2] places of the marks."""
    chance = np.random.default_rng(seed)
    pictures = chance.normal(0, 0.3, (count, 1, SIDE, SIDE))
    classes = chance.integers(0, 2, count)
    places = chance.integers(0, SIDE - MARK + 1, (count, 2))
    for picture, label, (row, column) in zip(pictures, classes, places, strict=True):
        picture[0, row : row + MARK, column : column + MARK] += 2.5 * MARKS[int(label)]
    return torch.from_numpy(pictures).float(), torch.from_numpy(classes), places


@cache
def trained() -> nn.Module:
    """Return a network that tells the marks apart; seconds on one core."""
    pictures, classes, _ = draw(1200, seed=0)
    model = build_model("cnn", form=Form(shape=(1, SIDE, SIDE)), outputs=2, seed=0)
    optimizer = torch.optim.AdamW(model.parameters(), 2e-3)
    chance = torch.Generator().manual_seed(0)
    model.train()
    for _ in range(5):
        for batch in torch.randperm(len(pictures), generator=chance).split(64):  # type: ignore[no-untyped-call]
            optimizer.zero_grad()
            functional.cross_entropy(model(pictures[batch]), classes[batch]).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return model.eval()


def distance(attribution: Attribution, place: NDArray[np.int64]) -> float:
    """Return how many cells lie between the highest cell and the nearest cell that the mark touches."""
    cells = attribution.cells
    size = SIDE / cells.shape[0]
    highest = np.array(divmod(int(cells.argmax()), cells.shape[1]))
    first, last = place // size, (place + MARK - 1) // size
    return float(np.maximum(np.maximum(first - highest, highest - last), 0).max())


@pytest.mark.long
@pytest.mark.parametrize("method", list(METHODS))
def test_the_maximum_lies_within_one_cell_of_the_mark(method: str) -> None:
    pictures, classes, places = draw(60, seed=1)
    model = trained()
    with torch.no_grad():
        right = (model(pictures).argmax(1) == classes).numpy()
    assert right.mean() > 0.95
    explainer = Explainer(model)
    near = [
        distance(explainer.explain(picture, target=int(label), methods=[method], checks=False).attributions[0], place)
        <= 1
        for picture, label, place in zip(pictures, classes, places, strict=True)
    ]
    assert np.mean(near) >= 0.95
