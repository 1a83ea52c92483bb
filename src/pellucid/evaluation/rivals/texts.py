"""Texts: methods that count words, and, of answers that are texts, two ways to answer without learning to write."""

from __future__ import annotations

from pellucid.evaluation.rivals.base import Beside
from pellucid.evaluation.simple import Method
from pellucid.evaluation.text_baselines import text_methods
from pellucid.evaluation.writing_baselines import writing_methods


def of_texts(beside: Beside) -> list[Method]:
    """Return methods that count words."""
    return text_methods(beside.dataset, beside.split, balanced=beside.balanced)


def of_texts_to_write(beside: Beside) -> list[Method]:
    """Return simple ways to write an answer."""
    return writing_methods(beside.dataset, beside.split)
