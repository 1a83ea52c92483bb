"""Pictures that are given back: PCA of the same width, and filters where noise is taken away."""

from __future__ import annotations

from pellucid.evaluation.picture_rivals import rivals_of_pictures
from pellucid.evaluation.rivals.base import Beside
from pellucid.evaluation.simple import Method


def of_pictures_to_give_back(beside: Beside) -> list[Method]:
    """Return PCA of the same width, and filters where noise is taken away."""
    return rivals_of_pictures(beside.dataset, beside.predictor, beside.split)
