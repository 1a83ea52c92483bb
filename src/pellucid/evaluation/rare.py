"""Whether rare classes are answered worse than frequent ones, and what to do about it."""

from __future__ import annotations

from pellucid.evaluation.kinds.one_class import BALANCED
from pellucid.evaluation.result import Evaluation

WELL_BELOW = 0.05
"""By how much balanced accuracy lies below plain accuracy where it is worth a word."""


def say_rare(evaluation: Evaluation, *, counted_alike: bool) -> str:
    """Return a sentence where balanced accuracy lies well below plain accuracy, by more than chance; else "".

    What to do about it is said on every split but test, after which nothing is to be chosen any more.

    Args:
        evaluation: of a split.
        counted_alike: whether rare classes already counted as much as frequent ones in training.
    """
    plain, balanced = evaluation.metrics.get("accuracy"), evaluation.metrics.get(BALANCED)
    if counted_alike or plain is None or balanced is None or evaluation.headline != BALANCED:
        return ""
    highest = balanced.value if balanced.high is None else balanced.high
    if plain.value - balanced.value < WELL_BELOW or highest >= plain.value:
        return ""
    said = (
        f"Rare classes are answered worse than frequent ones: balanced accuracy {balanced.value:.3f}, plain accuracy "
        f"{plain.value:.3f}."
    )
    if evaluation.split == "test":
        return said
    return f"{said} If they matter as much, train with --sampler balanced, at some cost of plain accuracy."
