"""Passages of tokens come in, a model of the next token by counting goes out: n-grams, smoothed.

A language model without gradients, and the rival of every one with them: `count_ngrams` counts in one pass, `smooth`
makes probabilities of the counts, by Kneser and Ney, by its modification of Chen and Goodman, or by Witten and Bell.
The names of these are there without numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names

if TYPE_CHECKING:
    from pellucid.ngrams.counting import Counts, Level, count_ngrams
    from pellucid.ngrams.names import SMOOTHINGS, Smoothing
    from pellucid.ngrams.smoothing import Smoothed, smooth

__all__ = ["SMOOTHINGS", "Counts", "Level", "Smoothed", "Smoothing", "count_ngrams", "smooth"]

__getattr__ = late_names(
    __name__,
    {
        "Counts": "counting",
        "Level": "counting",
        "SMOOTHINGS": "names",
        "Smoothed": "smoothing",
        "Smoothing": "names",
        "count_ngrams": "counting",
        "smooth": "smoothing",
    },
)
