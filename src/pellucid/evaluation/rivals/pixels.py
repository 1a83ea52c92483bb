"""A class for each pixel: ways to tell pixels apart without a network."""

from __future__ import annotations

from pellucid.evaluation.masks.pixel_baselines import pixel_methods
from pellucid.evaluation.rivals.base import Beside
from pellucid.evaluation.simple import Method


def of_pixels(beside: Beside) -> list[Method]:
    """Return ways to tell pixels apart without a network."""
    return pixel_methods(beside.dataset, beside.preprocessing, beside.split)
