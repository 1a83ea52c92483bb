"""Series: methods that look at the values of all steps, and those that know that steps follow one another."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from pellucid.evaluation.methods_of_series import SeriesMethod, series_examples, series_methods
from pellucid.evaluation.rivals.base import Beside
from pellucid.evaluation.rivals.rows import on_rows
from pellucid.evaluation.simple import Method


def of_series(beside: Beside) -> list[Method]:
    """Return methods that look at the values of all steps, and those that know that steps follow one another."""
    return [*on_rows(beside, trees=False), *_on_shapes(beside)]


def _on_shapes(beside: Beside) -> list[Method]:
    """Return the methods of series, which learn from the training split."""
    dataset, kind, indices = beside.dataset, beside.truth.target.kind, beside.dataset.splits["train"]
    if not (methods := series_methods(kind)):
        return []
    train, asked = (
        series_examples(dataset, beside.preprocessing, some) for some in (indices, dataset.splits[beside.split])
    )

    def learned(method: SeriesMethod) -> Method:
        def answer() -> tuple[NDArray[Any], str]:
            answers, words = method.answer(train, dataset.targets[indices], [asked], kind)
            return answers[0], words

        return Method(method.name, answer)

    return [learned(method) for method in methods]
