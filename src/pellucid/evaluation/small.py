"""What small data cannot show: that anything was learned at all, or how good a model is."""

from __future__ import annotations

from pellucid.evaluation.records import Measured
from pellucid.words import counted

MIN_EXAMPLES = 10
"""Examples below which a score is no number to put first: nine of nine right leaves 70 % to 100 % (Wilson)."""
_WITHOUT_LEARNING = {
    "majority class": "always answering the most frequent class",
    "mean": "always answering the mean",
    "every label": "always answering every label",
}
"""Baselines that look at no input."""


def say_nothing_learned(evaluation: Measured) -> str:
    """Return a sentence where the model is not shown better than an answer that looks at no input; else "".

    Told by the paired test of that baseline, which an evaluation without baselines lacks.
    """
    for baseline in evaluation.baselines:
        if baseline.name not in _WITHOUT_LEARNING or baseline.versus is None or baseline.versus.verdict != "none":
            continue  # that it is better than the model is told with its scores, by `say_winner`
        constant, on = _WITHOUT_LEARNING[baseline.name], f"on these {counted(evaluation.n, 'example')}"
        return f"That anything was learned is not shown: {on} the model is not clearly better than {constant}."
    return ""


def are_few(count: int) -> bool:
    """Return whether so many examples are too few for a score."""
    return count < MIN_EXAMPLES


def say_few(evaluation: Measured) -> str:
    """Return a sentence where there are too few examples for a score; else ""."""
    if not are_few(evaluation.n):
        return ""
    measured = counted(evaluation.n, "example was", "examples were")
    return f"Only {measured} measured: too few for a score. {MIN_EXAMPLES} give a rough one, some hundreds a good one."
