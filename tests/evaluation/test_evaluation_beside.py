"""Simple methods beside a model learn the same rows once, and others anew."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

import numpy as np
import pytest

from pellucid.evaluation import beside
from pellucid.evaluation.beside import score_methods
from pellucid.evaluation.kinds import Truth
from pellucid.evaluation.simple import FlatRows, Method
from pellucid.kinds import ClassTarget

TARGETS = np.array([0, 1, 1, 0, 1])
TRUTH = Truth(ClassTarget(classes=("a", "b")), TARGETS, TARGETS, None, "accuracy", 0)


@pytest.fixture
def learned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that grows with all that is learned; nothing is known yet."""
    monkeypatch.setattr(beside, "_kept", OrderedDict())
    return []


def constant(name: str, answer: int, learned: list[str], learned_from: Hashable) -> Method:
    def answered() -> tuple[np.ndarray, str]:
        learned.append(name)
        return np.full(5, answer), f"Always {answer}."

    return Method(name, answered, learned_from)


def rows(**changed: float) -> bytes:
    given = {
        "train": np.zeros((4, 2), np.float32),
        "targets": np.array([0, 1, 0, 1]),
        "asked": np.ones((5, 2), np.float32),
    }
    for name, value in changed.items():
        given[name].flat[-1] = value
    return FlatRows(**given).digest()


def test_the_same_rows_are_learned_once_and_compared_with_each_model(learned: list[str]) -> None:
    methods = [constant("one", 1, learned, rows()), constant("zero", 0, learned, rows())]
    first, again = (score_methods(methods, TRUTH, model_answers=answers) for answers in (TARGETS, 1 - TARGETS))
    assert learned == ["one", "zero"]
    assert [one.metric for one in first] == [one.metric for one in again]
    assert [one.seconds for one in first] == [one.seconds for one in again]  # how long learning took then
    assert first[0].versus != again[0].versus


def test_whatever_differs_is_learned_anew(learned: list[str]) -> None:
    differing = [rows(), rows(train=1), rows(targets=0), rows(asked=2), None, None]
    for place, one in enumerate(differing, start=1):
        score_methods([constant("one", 1, learned, one)], TRUTH, model_answers=None)
        assert len(learned) == place
    transposed = FlatRows(np.zeros((2, 4), np.float32), np.array([0, 1, 0, 1]), np.ones((5, 2), np.float32)).digest()
    assert transposed not in differing


def test_no_more_is_kept_than_there_is_use_for(learned: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "_MOST_KEPT", 2)
    for key in ("a", "b", "a", "c", "a", "b"):  # b was the least recently used when c came
        score_methods([constant(key, 1, learned, key)], TRUTH, model_answers=None)
    assert learned == ["a", "b", "c", "b"]
