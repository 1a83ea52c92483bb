"""Where rare classes are answered worse, an evaluation says so, and what to do."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.evaluation import Evaluation, evaluate_classification
from pellucid.evaluation.rare import say_rare
from pellucid.kinds import SplitName


def evaluation_of(*, rare: int, common: int, uneven: bool = True, split: SplitName = "val") -> Evaluation:
    """Return that of 180 common and 20 rare examples, so many of each of which are answered rightly."""
    targets = np.array([0] * 180 + [1] * 20, dtype=np.int64)
    answers = targets.copy()
    answers[: 180 - common] = 1
    answers[180 : 200 - rare] = 0
    probabilities = np.eye(2)[answers] * 0.98 + 0.01
    return evaluate_classification(
        probabilities, targets, classes=["common", "rare"], split=split, task="binary", uneven=uneven
    )


def test_a_gap_beyond_chance_is_said_with_both_numbers_and_the_flag() -> None:
    words = say_rare(evaluation_of(rare=6, common=178), counted_alike=False)
    # balanced: (178/180 + 6/20) / 2; plain: 184/200
    assert "balanced accuracy 0.644, plain accuracy 0.920" in words
    assert "--sampler balanced, at some cost of plain accuracy" in words


def test_after_the_test_split_nothing_is_advised() -> None:
    words = say_rare(evaluation_of(rare=6, common=178, split="test"), counted_alike=False)
    assert words.endswith("balanced accuracy 0.644, plain accuracy 0.920.")


@pytest.mark.parametrize(
    ("given", "counted_alike"),
    [
        ({"rare": 6, "common": 178}, True),  # it was done already
        ({"rare": 18, "common": 178}, False),  # too little to speak of
        ({"rare": 20, "common": 150}, False),  # rare ones are answered better
        ({"rare": 6, "common": 178, "uneven": False}, False),  # not uneven where it was learned
    ],
)
def test_else_nothing_is_said(given: dict[str, int], counted_alike: bool) -> None:
    assert say_rare(evaluation_of(**given), counted_alike=counted_alike) == ""  # type: ignore[arg-type]
