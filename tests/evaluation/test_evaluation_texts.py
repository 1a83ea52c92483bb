"""Scores of texts that are written, against cases worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.evaluation import Truth
from pellucid.evaluation.chrf import best_counts, chrf_counts, chrf_of
from pellucid.evaluation.kinds import SCORING, About
from pellucid.kinds import TextTarget
from pellucid.tasks import TextAnswer

RIGHT = ("abc", "abd", "xy")
TARGET = TextTarget(longest=3)


def truth(groups: tuple[int, ...] | None = None) -> Truth:
    rows = TARGET.as_array(RIGHT)
    return Truth(TARGET, rows, rows, None if groups is None else np.array(groups), "exact_match")


def test_chrf_of_a_case_worked_out_by_hand() -> None:
    # "abcd" beside "abce": 3 of 4 letters, 2 of 3 pairs, 1 of 2 triples, 0 of 1; precision equals recall.
    counts = chrf_counts("ab cd", "abce")
    assert counts[:4].tolist() == [[4, 4, 3], [3, 3, 2], [2, 2, 1], [1, 1, 0]]
    assert chrf_of(counts) == pytest.approx((3 / 4 + 2 / 3 + 1 / 2 + 0) / 4)
    # "ab" beside "abc": pieces of one and two letters alone count; recall four times as much as precision.
    precision, recall = 1.0, (2 / 3 + 1 / 2) / 2
    assert chrf_of(chrf_counts("ab", "abc")) == pytest.approx(5 * precision * recall / (4 * precision + recall))
    assert chrf_of(chrf_counts("abc", "abc")) == 1
    assert chrf_of(chrf_counts("", "abc")) == 0
    assert best_counts("abc", ["xyz", "abc"]).tolist() == chrf_counts("abc", "abc").tolist()


def test_any_right_answer_of_the_same_text_counts() -> None:
    answered = TARGET.as_array(("abd", "abd", "xz"))
    alone = SCORING["text"].metrics(answered, truth())
    assert alone["exact_match"].value == pytest.approx(1 / 3)
    assert alone["token_accuracy"].value == pytest.approx((3 / 4 + 1 + 2 / 3) / 3)
    together = SCORING["text"].metrics(answered, truth((0, 0, 1)))
    assert together["exact_match"].value == pytest.approx(2 / 3)


def test_mistakes_come_with_what_was_right_the_surest_first() -> None:
    logs = np.log(np.array([[0.5, 1, 1], [0.9, 1, 1], [0.8, 1, 1]], np.float32))
    answer = TextAnswer(TARGET.as_array(("abd", "abd", "xz")), logs)
    evaluation = SCORING["text"].score(answer, truth(), About("val", "text-to-text", ("a", "b", "c"), np.arange(3)))
    assert [(one.target, one.predicted) for one in evaluation.mistakes] == [("xy", "xz"), ("abc", "abd")]
    assert evaluation.mistakes[0].probability == pytest.approx(0.8)
    assert evaluation.headline_metric.method == "wilson"
