"""Small data are said to be small: nothing learned where chance is as good, no score from a handful of examples."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.evaluation import Evaluation, evaluate_classification, evaluate_regression
from pellucid.evaluation.baselines import classification_baselines, regression_baselines
from pellucid.evaluation.small import say_few, say_nothing_learned


def classified(right: int, n: int, *, positives: int | None = None) -> Evaluation:
    """Return an evaluation of `n` examples, half of them (or `positives`) of class b, with `right` right answers.

    The majority class is a: it is right on the others.
    """
    targets = np.zeros(n, dtype=np.int64)
    targets[: n // 2 if positives is None else positives] = 1
    answers = np.where(np.arange(n) < right, targets, 1 - targets)
    probabilities = np.where(answers[:, None] == np.arange(2), 0.9, 0.1)
    evaluation = evaluate_classification(
        probabilities, targets, classes=("a", "b"), split="test", task="single-label", names=["x"] * n
    )
    train = np.random.default_rng(0).normal(size=(30, 2)).astype(np.float32)
    baselines = classification_baselines(
        train, np.arange(30) % 3 // 2, np.zeros((n, 2), np.float32), targets, classes=("a", "b"), model_answers=answers
    )
    return evaluation.with_baselines(baselines)


def test_where_chance_is_as_good_nothing_was_shown_to_be_learned() -> None:
    evaluation = classified(9, 20)
    sentence = (
        "That anything was learned is not shown: on these 20 examples the model is not clearly better than always "
        "answering the most frequent class."
    )
    assert say_nothing_learned(evaluation) == sentence
    assert sentence in " ".join(str(evaluation).split())


def test_a_model_worse_than_chance_learned_nothing_and_it_is_said_once() -> None:
    evaluation = classified(40, 200, positives=20)
    assert say_nothing_learned(evaluation) == ""
    assert " ".join(str(evaluation).split()).count("Nothing was learned. Always answering the most frequent class") == 1


@pytest.mark.parametrize("right", [180, 200])
def test_of_a_model_that_learned_nothing_is_said(right: int) -> None:
    evaluation = classified(right, 200)
    assert say_nothing_learned(evaluation) == say_few(evaluation) == ""
    assert "learned" not in str(evaluation)


def test_numbers_are_held_against_their_mean() -> None:
    generator = np.random.default_rng(0)
    values = generator.normal(size=40)
    train, rows = generator.normal(size=(50, 2)).astype(np.float32), generator.normal(size=(40, 2)).astype(np.float32)
    for answers, learned in ((values + 0.01, True), (generator.normal(size=40) * 0.1, False)):
        evaluation = evaluate_regression(answers, values, split="test", task="regression", names=["x"] * 40)
        given = regression_baselines(train, generator.normal(size=50), rows, values, model_answers=answers)
        said = say_nothing_learned(evaluation.with_baselines(given))
        assert said == "" if learned else "always answering the mean." in said


def test_without_baselines_nothing_is_said_of_it() -> None:
    assert say_nothing_learned(classified(9, 20).with_baselines(())) == ""


@pytest.mark.parametrize(("n", "few"), [(1, True), (9, True), (10, False)])
def test_below_ten_examples_there_is_no_score(n: int, few: bool) -> None:
    evaluation = classified(n, n)
    assert bool(say_few(evaluation)) is few
    assert ("too few for a score" in str(evaluation)) is few
    if n == 1:
        assert say_few(evaluation).startswith("Only 1 example was measured")
