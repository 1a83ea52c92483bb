"""Passages of tokens come in, a model of the next token by counting goes out: n-grams, smoothed.

A language model without gradients, and the rival of every one with them: `count_ngrams` counts in one pass, `smooth`
makes probabilities of the counts, by Kneser and Ney, by its modification of Chen and Goodman, or by Witten and Bell.
"""

from __future__ import annotations

from pellucid.ngrams.counting import Counts, Level, count_ngrams
from pellucid.ngrams.smoothing import SMOOTHINGS, Smoothed, Smoothing, smooth

__all__ = ["SMOOTHINGS", "Counts", "Level", "Smoothed", "Smoothing", "count_ngrams", "smooth"]
