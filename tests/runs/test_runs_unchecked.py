"""A run says what it cannot say: "unsure" and "unknown" need validation examples."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pellucid.evaluation import choose_threshold
from pellucid.runs import Answering, RunRecord, why_unchecked

SHOWN = "Answers with a probability of 0.8 or more: 300 of 320 examples, 2 of them wrong."
FEW = "too few to say: 20 validation examples, 99 are needed"


class Stub:
    """The two fields that are looked at."""

    def __init__(self, answering: Answering | None, target: Any, val: int = 20) -> None:
        from types import SimpleNamespace

        self.answering = answering
        self.dataset = SimpleNamespace(target=target, num_examples={"val": val})


def why(answering: Answering | None, target: Any, val: int = 20) -> tuple[str, ...]:
    record: RunRecord = Stub(answering, target, val)  # type: ignore[assignment]
    return why_unchecked(record)


def target_of(kind: str) -> Any:
    from pellucid.kinds import ClassTarget, LabelsTarget, ValueTarget

    made = {"class": ClassTarget, "labels": LabelsTarget}
    return ValueTarget(name="y") if kind == "value" else made[kind](name="y", classes=("a", "b"))


def test_a_run_that_can_say_both_is_checked() -> None:
    assert why(Answering(unknown_above=0.3, unsure_below=0.8, unsure_note=SHOWN), target_of("class")) == ()


def test_too_few_validation_examples_are_named() -> None:
    said = why(
        Answering(unknown_note=FEW, unsure_note="Too few to say: 20 examples; 117 are needed."), target_of("class")
    )
    assert said == (
        '"unknown" is off: only 20 validation examples, 99 are needed. What is unlike everything in training is '
        "answered like anything else.",
        '"unsure" is off: only 20 examples; 117 are needed.',
    )


def test_of_several_labels_only_unknown_is_said() -> None:
    assert len(why(Answering(unknown_note=FEW), target_of("labels"))) == 1
    assert why(Answering(unknown_above=0.3), target_of("labels")) == ()


def test_of_numbers_neither_is_ever_said() -> None:
    assert why(Answering(), target_of("value")) == ()
    assert why(None, target_of("value")) == ()


@pytest.mark.parametrize(("val", "reason"), [(0, "no validation examples"), (20, "not measured yet")])
def test_a_run_that_was_never_fitted_is_unchecked(val: int, reason: str) -> None:
    (said,) = why(None, target_of("class"), val)
    assert reason in said


def test_a_threshold_that_no_answer_falls_below_is_one() -> None:
    sure = choose_threshold(np.tile([0.9, 0.1], (500, 1)), np.zeros(500, int), error_rate=0.05)
    assert sure.threshold == 0
    assert why(Answering(unknown_above=0.3, unsure_below=None, unsure_note=sure.reason), target_of("class")) == ()
