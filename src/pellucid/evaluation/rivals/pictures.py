"""Pictures: methods that look at edges and colours, or at the pixels of small ones."""

from __future__ import annotations

from pellucid.evaluation.picture_baselines import picture_methods, suits_pictures
from pellucid.evaluation.rivals.base import Beside
from pellucid.evaluation.rivals.rows import on_rows
from pellucid.evaluation.simple import Method


def of_pictures(beside: Beside) -> list[Method]:
    """Return methods that look at edges and colours, at small pictures' pixels."""
    if not suits_pictures(beside.preprocessing):
        return on_rows(beside, trees=False)
    return picture_methods(beside.dataset, beside.preprocessing, beside.split, balanced=beside.balanced)
