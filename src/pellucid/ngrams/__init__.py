"""Passages of tokens come in, a model of the next token by counting goes out: n-grams, smoothed.

A language model without gradients, and the rival of every one with them: `count_ngrams` counts in one pass, `smooth`
makes probabilities of the counts, by Kneser and Ney, by its modification of Chen and Goodman, or by Witten and Bell.
The names of these are there without numpy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pellucid.ngrams.names import SMOOTHINGS, Smoothing

if TYPE_CHECKING:
    from pellucid.ngrams.counting import Counts, Level, count_ngrams
    from pellucid.ngrams.smoothing import Smoothed, smooth

_NEED_NUMPY = {
    "Counts": "counting",
    "Level": "counting",
    "Smoothed": "smoothing",
    "count_ngrams": "counting",
    "smooth": "smoothing",
}

__all__ = ["SMOOTHINGS", "Counts", "Level", "Smoothed", "Smoothing", "count_ngrams", "smooth"]


def __getattr__(name: str) -> Any:
    if name in _NEED_NUMPY:
        return getattr(import_module(f"pellucid.ngrams.{_NEED_NUMPY[name]}"), name)
    raise AttributeError(f"module 'pellucid.ngrams' has no attribute '{name}'")
