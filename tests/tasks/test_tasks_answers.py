"""Answers: each kind of target has a type of its own, and all can be held against targets."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.errors import RecipeError
from pellucid.kinds import TARGETS, ClassTarget, LabelsTarget, Target, ValuesTarget, ValueTarget
from pellucid.tasks import ANSWERS, Answer, ClassAnswer, LabelsAnswer, ValueAnswer, ValuesAnswer

SHARES = np.array([[0.2, 0.7, 0.1], [0.5, 0.2, 0.3]], np.float32)
ONE_CLASS = ClassAnswer(SHARES, np.array([1, 2]))
LABELS = LabelsAnswer(SHARES, np.array([0.5, 0.9, 0.1], np.float32))
VALUE = ValueAnswer(np.array([1.5, -2.0], np.float32))
VALUES = ValuesAnswer(np.array([[1, 2], [3, 4]], np.float32))
KINDS: list[tuple[Answer, Target]] = [
    (ONE_CLASS, ClassTarget(classes=("a", "b", "c"))),
    (LABELS, LabelsTarget(classes=("a", "b", "c"))),
    (VALUE, ValueTarget(name="y")),
    (VALUES, ValuesTarget(name="x and y", names=("x", "y"))),
]


@pytest.mark.parametrize(("answer", "target"), KINDS)
def test_every_answer_has_a_number_for_each_of_its_targets_answers_and_the_form_of_targets(
    answer: Answer, target: Target
) -> None:
    assert ANSWERS[target.kind] is type(answer)
    assert answer.kind == target.kind
    assert answer.numbers.shape == (len(answer), len(target.answers)) == (2, len(target.answers))
    wanted = target.as_array(answer.as_targets.tolist())
    assert wanted.shape == answer.as_targets.shape
    assert [bool(target.words(row)) for row in answer.as_targets] == [True, True]
    index, reason = answer.foremost()
    assert target.answers[index]
    assert reason


def test_what_is_answered_need_not_be_what_is_most_probable() -> None:
    assert ONE_CLASS.as_targets.tolist() == [1, 2]
    assert ONE_CLASS.confidence == pytest.approx([0.7, 0.3])
    assert ONE_CLASS.foremost(1) == (2, "the class that is answered")


def test_a_label_is_answered_from_its_own_threshold_on() -> None:
    assert LABELS.as_targets.tolist() == [[0, 0, 1], [1, 0, 1]]
    assert LabelsAnswer.at_even_odds(SHARES).as_targets.tolist() == [[0, 1, 0], [1, 0, 0]]
    assert LABELS.foremost() == (2, "the label that stands out most")  # 0.1 of 0.1, before 0.7 of 0.9
    assert LABELS.foremost(1)[0] == 2


def test_an_answer_of_another_kind_is_no_answer_to_this_one() -> None:
    assert ClassAnswer.of(ONE_CLASS) is ONE_CLASS
    with pytest.raises(TypeError, match="about LabelsAnswer, not about ClassAnswer"):
        LabelsAnswer.of(ONE_CLASS)
    with pytest.raises(RecipeError, match="no answer"):
        ANSWERS["melody"]
    assert not ANSWERS.missing()
    assert set(TARGETS) >= {answer.kind for answer, _ in KINDS}
