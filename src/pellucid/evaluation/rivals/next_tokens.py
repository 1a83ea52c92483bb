"""The next token: n-gram models of the same text."""

from __future__ import annotations

from pellucid.evaluation.ngram_baselines import ngram_methods
from pellucid.evaluation.rivals.base import Beside
from pellucid.evaluation.simple import Method


def of_next_tokens(beside: Beside) -> list[Method]:
    """Return n-gram models of the same text."""
    width = beside.model_answers.shape[1]
    return ngram_methods(beside.dataset, beside.preprocessing, beside.split, width=width)
