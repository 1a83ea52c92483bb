"""Evaluations that were kept: what they say must hang together, or they are refused before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pellucid.errors import RunError
from pellucid.evaluation import Evaluation, evaluate_classification, evaluate_regression

Data = dict[str, Any]


def classified() -> Data:
    targets = np.array([0, 1, 2] * 10)
    probabilities = np.eye(3)[(targets + (np.arange(30) % 7 == 0)) % 3] * 0.7 + 0.1
    return evaluate_classification(
        probabilities, targets, classes=("a", "b", "c"), split="val", task="single-label"
    ).to_dict()


def measured() -> Data:
    targets = np.arange(30.0)
    return evaluate_regression(targets + 0.5, targets, split="val").to_dict()


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["confusion"].pop(),
        lambda data: data["confusion"][1].append(3),
        lambda data: data["confusion"][1].pop(),
        lambda data: data["confusion"].__setitem__(0, [5, -5, 0]),
        lambda data: data["confusion"].clear(),
        lambda data: data["classes"].pop(),
        lambda data: data.update(classes=None),
        lambda data: data["metrics"].pop(data["headline"]),
        lambda data: data.update(headline="x" * 5000),
    ],
)
def test_counts_that_fit_no_classes_and_a_headline_that_is_none_are_refused(change: Callable[[Data], object]) -> None:
    data = classified()
    assert Evaluation.from_dict(data, source="it").confusion
    change(data)
    with pytest.raises(RunError, match=r"^it: .{20,300}$"):
        Evaluation.from_dict(data, source="it", error=RunError)


def test_pairs_that_lack_one_of_two_are_refused() -> None:
    data = measured()
    data["residuals"]["targets"].pop()
    with pytest.raises(RunError, match="not as many of one as of the other"):
        Evaluation.from_dict(data, source="it", error=RunError)
