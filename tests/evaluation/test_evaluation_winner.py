"""Where a simple method answers better than the model, the first lines say so."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation import Evaluation, classification_baselines, compare_paired, evaluate_classification
from pellucid.evaluation.records import Baseline, Metric
from pellucid.evaluation.winner import say_winner

Labels = NDArray[np.int64]
CLASSES = ["common", "rare"]


def evaluation_of(answers: Labels, targets: Labels, *others: tuple[str, Labels], uneven: bool = False) -> Evaluation:
    probabilities = np.eye(2)[answers] * 0.98 + 0.01
    evaluation = evaluate_classification(
        probabilities, targets, classes=CLASSES, split="test", task="binary", uneven=uneven
    )
    baselines = []
    for name, given in others:
        right = (given == targets, answers == targets)
        versus = compare_paired(*right, a=name, b="the model", classes=targets if uneven else None)
        metric = Metric(value=float(right[0].mean()))
        baselines.append(Baseline(name=name, description="", metric_name="accuracy", metric=metric, versus=versus))
    return evaluation.with_baselines(baselines)


def wrong_on(targets: Labels, *places: slice) -> Labels:
    answers = targets.copy()
    for place in places:
        answers[place] = 1 - answers[place]
    return answers


TARGETS = np.arange(200, dtype=np.int64) % 2


def test_a_better_forest_stands_in_the_first_lines_with_what_to_do() -> None:
    found = evaluation_of(
        wrong_on(TARGETS, slice(0, 80)),
        TARGETS,
        ("logistic regression", wrong_on(TARGETS, slice(0, 70))),
        ("random forest", wrong_on(TARGETS, slice(0, 40))),
    )
    words = say_winner(found)
    assert words.startswith("A random forest answers better: accuracy 0.800 against 0.600. Use it for these data, or")
    assert "--ladder" in words
    # Of masks, texts and forecasts the ladder is refused, so it is not advised.
    assert "--ladder" not in say_winner(found.model_copy(update={"can_climb": False}))
    lines = str(found).splitlines()
    assert "A random forest answers better" in " ".join(lines[:4])


def test_a_difference_that_may_be_chance_is_told_as_one() -> None:
    forest = ("random forest", wrong_on(TARGETS, slice(0, 3)))
    words = say_winner(evaluation_of(wrong_on(TARGETS, slice(0, 2), slice(10, 13)), TARGETS, forest))
    assert words == "A random forest scored better here: accuracy 0.985 against 0.975. That may be chance (p = 0.62)."


def test_a_model_that_is_best_or_equal_needs_no_word() -> None:
    answers = wrong_on(TARGETS, slice(0, 5))
    assert say_winner(evaluation_of(answers, TARGETS, ("random forest", answers))) == ""
    assert say_winner(evaluation_of(answers, TARGETS, ("mean", wrong_on(TARGETS, slice(0, 50))))) == ""
    assert say_winner(evaluation_of(answers, TARGETS)) == ""


def test_a_constant_that_does_better_makes_the_model_useless() -> None:
    targets = np.array([0] * 150 + [1] * 50, dtype=np.int64)
    words = say_winner(evaluation_of(1 - targets, targets, ("majority class", np.zeros(200, dtype=np.int64))))
    assert words.startswith("Nothing was learned. Always answering the most frequent class does better than the model")


def test_counts_beside_balanced_accuracy_are_named_as_those_of_plain_accuracy() -> None:
    targets = np.array([0] * 180 + [1] * 20, dtype=np.int64)
    model = targets.copy()
    model[:60] = 1  # finds all rare ones, at the cost of the common ones
    found = evaluation_of(model, targets, ("majority class", np.zeros(200, dtype=np.int64)), uneven=True)
    versus = found.baselines[0].versus
    assert versus is not None
    assert (versus.verdict, versus.metric) == ("b", "balanced_accuracy")
    assert versus.plain is not None
    assert (versus.plain.verdict, versus.plain.metric) == ("a", "accuracy")
    balanced, plain = versus.summary.split("In plain accuracy ")
    assert balanced.startswith("In balanced accuracy the model is better than majority class: 0.833 against 0.500")
    assert plain.startswith("majority class is better than the model: the model alone is right on 20")
    assert say_winner(found) == ""  # better in one sense, worse in the other: both sentences say it


def test_baselines_learn_as_the_model_did_whatever_leads() -> None:
    random = np.random.default_rng(0)
    targets = (random.random(300) < 0.1).astype(np.int64)
    inputs = (random.normal(size=(300, 3)) + targets[:, None]).astype(np.float32)
    both = [
        classification_baselines(
            inputs, targets, inputs, targets, classes=CLASSES, headline="balanced_accuracy", balanced=balanced
        )[2]
        for balanced in (False, True)
    ]
    assert "balanced class weights" not in both[0].description
    assert "balanced class weights" in both[1].description
    assert both[0].metrics["accuracy"].value > both[1].metrics["accuracy"].value
    assert both[0].metric.value < both[1].metric.value
