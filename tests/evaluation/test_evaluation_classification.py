"""Every metric of a classifier, against scikit-learn and against cases worked out by hand."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import metrics as reference

from pellucid.errors import DataError, RecipeError
from pellucid.evaluation import Evaluation, Opening, evaluate_classification
from pellucid.report.scores import metric_rows

Answers = tuple[NDArray[np.float32], NDArray[np.int64]]


def draw_answers(
    n: int, num_classes: int, *, strength: float = 1.5, seed: int = 0, shares: tuple[float, ...] = ()
) -> Answers:
    """Return float32 probabilities [n, K] and int64 targets [n] of a made-up classifier."""
    random = np.random.default_rng(seed)
    targets = random.choice(num_classes, n, p=shares or None)
    logits = random.normal(size=(n, num_classes))
    logits[np.arange(n), targets] += strength
    scores = np.exp(1.3 * logits)
    return (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32), targets.astype(np.int64)


def names(count: int) -> list[str]:
    return [f"class {k}" for k in range(count)]


@pytest.mark.parametrize(("n", "num_classes"), [(300, 2), (400, 3), (500, 12)])
def test_metrics_agree_with_scikit_learn(n: int, num_classes: int) -> None:
    probabilities, targets = draw_answers(n, num_classes)
    result = evaluate_classification(probabilities, targets, classes=names(num_classes), split="val", task="t")
    predicted = probabilities.argmax(axis=1)
    macro = {"average": "macro", "zero_division": 0}
    expected = {
        "accuracy": reference.accuracy_score(targets, predicted),
        "balanced_accuracy": reference.balanced_accuracy_score(targets, predicted),
        "f1_macro": reference.f1_score(targets, predicted, **macro),
        "precision_macro": reference.precision_score(targets, predicted, **macro),
        "recall_macro": reference.recall_score(targets, predicted, **macro),
        "mcc": reference.matthews_corrcoef(targets, predicted),
        "log_loss": reference.log_loss(targets, probabilities),
        "brier": reference.brier_score_loss(targets, probabilities if num_classes > 2 else probabilities[:, 1]),
    }
    if num_classes == 2:
        expected["roc_auc"] = reference.roc_auc_score(targets, probabilities[:, 1])
        expected["average_precision"] = reference.average_precision_score(targets, probabilities[:, 1])
    else:
        shares = probabilities.astype(np.float64) / probabilities.astype(np.float64).sum(axis=1, keepdims=True)
        expected["roc_auc_ovr"] = reference.roc_auc_score(targets, shares, multi_class="ovr")
    if num_classes > 5:
        expected["top5_accuracy"] = reference.top_k_accuracy_score(targets, probabilities, k=5)
    for name, value in expected.items():
        assert result.metrics[name].value == pytest.approx(value, abs=2e-6), name
    assert set(result.metrics) == {*expected, "ece"}


def test_the_record_has_the_form_that_json_readers_rely_on() -> None:
    probabilities, targets = draw_answers(360, 3)
    result = evaluate_classification(probabilities, targets, classes=names(3), split="test", task="single-label")
    data = result.to_dict()
    assert list(data)[:4] == ["split", "n", "task", "metrics"]
    assert (data["split"], data["n"], data["headline"]) == ("test", 360, "accuracy")
    assert data["metrics"]["accuracy"].keys() == {"value", "low", "high", "method", "note"}
    assert data["metrics"]["accuracy"]["method"] == "wilson"


@pytest.mark.parametrize("num_classes", [2, 4])
def test_an_evaluation_survives_strict_json(num_classes: int) -> None:
    probabilities, targets = draw_answers(80, num_classes)
    result = evaluate_classification(probabilities, targets, classes=names(num_classes), split="test", task="t")
    result = result.with_opening(Opening(reason="final score", number=1, when="2026-01-01T12:00:00+00:00"))
    text = json.dumps(result.to_dict(), allow_nan=False)
    assert Evaluation.from_dict(json.loads(text), source="here") == result


def test_every_interval_holds_its_value() -> None:
    for num_classes in (2, 3, 10):
        probabilities, targets = draw_answers(250, num_classes)
        result = evaluate_classification(probabilities, targets, classes=names(num_classes), split="val", task="t")
        for name, metric in result.metrics.items():
            assert metric.low is not None, name
            assert metric.high is not None, name
            assert metric.low <= metric.value <= metric.high, name
            assert metric.method != "none", name


def test_the_same_seed_gives_the_same_intervals() -> None:
    probabilities, targets = draw_answers(100, 3)
    first, second, other = (
        evaluate_classification(probabilities, targets, classes=names(3), split="val", task="t", seed=seed).metrics
        for seed in (4, 4, 5)
    )
    assert first == second
    assert first["log_loss"] != other["log_loss"]


def test_confusion_rows_are_targets_and_class_rows_follow_from_them() -> None:
    targets = np.array([0, 0, 0, 1, 1, 2])
    predicted = np.array([0, 0, 1, 1, 0, 2])
    probabilities = np.full((6, 3), 0.1)
    probabilities[np.arange(6), predicted] = 0.8
    result = evaluate_classification(probabilities, targets, classes=["a", "b", "c"], split="val", task="t")
    assert result.confusion == ((2, 1, 0), (1, 1, 0), (0, 0, 1))
    assert result.classes is not None
    row = result.classes[0]
    assert (row.name, row.support, row.predicted) == ("a", 3, 3)
    assert (row.precision.value, row.recall.value, row.f1.value) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    precision, recall, f1, _ = reference.precision_recall_fscore_support(targets, predicted)
    for k, row in enumerate(result.classes):
        assert (row.precision.value, row.recall.value, row.f1.value) == pytest.approx((precision[k], recall[k], f1[k]))


def test_a_class_without_examples_is_named_and_macro_metrics_stay_with_scikit_learn() -> None:
    targets = np.array([0, 0, 1, 1])
    probabilities = np.array([[0.8, 0.1, 0.1, 0.0], [0.1, 0.1, 0.8, 0.0], [0.1, 0.8, 0.1, 0.0], [0.2, 0.7, 0.1, 0.0]])
    result = evaluate_classification(probabilities, targets, classes=["a", "b", "c", "d"], split="test", task="t")
    assert "No example of c, d in this split" in result.notes[0]
    predicted = probabilities.argmax(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert result.metrics["f1_macro"].value == pytest.approx(
            reference.f1_score(targets, predicted, average="macro")
        )
        balanced = reference.balanced_accuracy_score(targets, predicted)
    assert result.metrics["balanced_accuracy"].value == pytest.approx(balanced)
    assert "the 2 classes that have examples" in result.metrics["roc_auc_ovr"].note
    assert result.classes is not None
    assert result.classes[2].recall.low is None
    assert "no examples" in result.classes[2].recall.note


def test_binary_with_one_class_present_leaves_ranking_metrics_out_and_says_so() -> None:
    probabilities = np.tile([0.2, 0.8], (12, 1))
    targets = np.ones(12, dtype=int)
    result = evaluate_classification(probabilities, targets, classes=["cat", "dog"], split="val", task="binary")
    assert result.positive_class == "dog"
    assert "roc_auc" not in result.metrics
    assert any("need examples of both classes" in note for note in result.notes)
    assert result.metrics["balanced_accuracy"].note == "too few to say: examples of one class only"


def test_few_examples_get_wilson_but_no_bootstrap_and_the_reason_is_given() -> None:
    probabilities, targets = draw_answers(9, 2)
    result = evaluate_classification(probabilities, targets, classes=names(2), split="val", task="binary").metrics
    assert result["accuracy"].method == "wilson"
    for name in ("log_loss", "brier", "ece"):
        assert (result[name].low, result[name].method) == (None, "none")
        assert result[name].note == "too few to say: 9 examples"
    assert result["balanced_accuracy"].note.startswith("too few to say:")


def test_all_correct_keeps_an_honest_lower_end_where_a_bootstrap_would_collapse() -> None:
    targets = np.repeat([0, 1, 2], 20)
    probabilities = np.full((60, 3), 0.05)
    probabilities[np.arange(60), targets] = 0.9
    result = evaluate_classification(probabilities, targets, classes=names(3), split="test", task="t").metrics
    for name in ("accuracy", "balanced_accuracy", "f1_macro", "precision_macro", "mcc"):
        low, high = result[name].low, result[name].high
        assert low is not None
        assert 0.88 < low < 0.97, name
        assert high == 1
    assert result["log_loss"].note == "too few to say: 0 mistakes"
    assert result["roc_auc_ovr"].note.startswith("too few to say")


def test_uneven_classes_make_balanced_accuracy_the_headline() -> None:
    probabilities, targets = draw_answers(200, 2, shares=(0.9, 0.1))
    result = evaluate_classification(probabilities, targets, classes=names(2), split="val", task="binary")
    assert result.headline == "balanced_accuracy"
    assert result.headline_metric == result.metrics["balanced_accuracy"]


def test_top5_is_never_shown_for_five_classes_or_fewer() -> None:
    for num_classes, expected in ((5, False), (6, True)):
        probabilities, targets = draw_answers(100, num_classes)
        result = evaluate_classification(probabilities, targets, classes=names(num_classes), split="val", task="t")
        assert ("top5_accuracy" in result.metrics) is expected


def test_groups_widen_the_intervals_of_examples_that_are_alike() -> None:
    random = np.random.default_rng(3)
    right = np.repeat(random.random(40) < 0.7, 10)
    targets = random.integers(0, 2, 400)
    predicted = np.where(right, targets, 1 - targets)
    probabilities = np.where(np.arange(2) == predicted[:, None], 0.75, 0.25)
    groups = np.repeat(np.arange(40), 10)
    single = evaluate_classification(probabilities, targets, classes=names(2), split="val", task="t")
    grouped = evaluate_classification(probabilities, targets, classes=names(2), split="val", task="t", groups=groups)
    assert (single.num_groups, grouped.num_groups) == (None, 40)
    assert grouped.metrics["accuracy"].method == "clustered-wilson"
    assert grouped.metrics["brier"].method == "clustered-bootstrap"
    for name in ("accuracy", "f1_macro", "mcc", "brier", "log_loss"):
        first, second = single.metrics[name], grouped.metrics[name]
        assert first.low is not None
        assert first.high is not None
        assert second.low is not None
        assert second.high is not None
        assert (second.high - second.low) > 2.5 * (first.high - first.low), name


def test_groups_of_one_change_nothing() -> None:
    probabilities, targets = draw_answers(60, 3)
    single = evaluate_classification(probabilities, targets, classes=names(3), split="val", task="t")
    alone = np.arange(60)[::-1]
    grouped = evaluate_classification(probabilities, targets, classes=names(3), split="val", task="t", groups=alone)
    assert grouped.metrics == single.metrics


def test_too_few_groups_get_no_interval() -> None:
    probabilities, targets = draw_answers(60, 2)
    groups = np.arange(60) % 3
    result = evaluate_classification(probabilities, targets, classes=names(2), split="val", task="t", groups=groups)
    assert result.metrics["accuracy"].note == "too few to say: 3 groups"


def test_worst_mistakes_come_most_confident_first_and_end_at_24() -> None:
    probabilities, targets = draw_answers(300, 3, strength=0.2)
    result = evaluate_classification(
        probabilities,
        targets,
        classes=["a", "b", "c"],
        split="val",
        task="t",
        names=[f"{i}.png" for i in range(300)],
        indices=np.arange(300) + 1000,
    )
    confidences = [mistake.probability for mistake in result.mistakes]
    assert len(confidences) == 24
    assert confidences == sorted(confidences, reverse=True)
    first = result.mistakes[0]
    place = first.index - 1000
    assert first.name == f"{place}.png"
    assert first.target == "abc"[targets[place]] != first.predicted
    assert first.target_probability == pytest.approx(probabilities[place, targets[place]])


def test_ties_are_answered_with_the_first_class() -> None:
    result = evaluate_classification([[0.5, 0.5]] * 4, [0, 0, 1, 1], classes=["a", "b"], split="val", task="binary")
    assert result.confusion == ((2, 0), (2, 0))
    assert result.metrics["roc_auc"].value == 0.5


@pytest.mark.parametrize(
    ("probabilities", "targets", "message"),
    [
        ([[0.5, 0.5]], [0, 1], "Lengths disagree: probabilities has 1, targets has 2"),
        (np.zeros((0, 2)), np.zeros(0, dtype=int), "nothing to evaluate: 0 examples"),
        ([[0.5, 0.2, 0.3]], [0], "shape \\[1, 3\\]"),
        ([[2.0, -1.0]], [0], "not logits"),
        ([[0.3, 0.3]], [0], "sums to 0.6"),
        ([[float("nan"), 1.0]], [0], "not finite"),
        ([[0.5, 0.5]], [2], "Target 2 of example 0 is no class"),
        ([[0.5, 0.5]], [0.5], "One whole number per example"),
    ],
)
def test_wrong_input_is_refused_with_the_way_out(probabilities: object, targets: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        evaluate_classification(probabilities, targets, classes=["a", "b"], split="val", task="t")  # type: ignore[arg-type]


def test_the_summary_shows_headline_classes_and_notes() -> None:
    probabilities, targets = draw_answers(360, 3)
    result = evaluate_classification(probabilities, targets, classes=["ant", "bee", "cat"], split="test", task="t")
    text = str(result.with_opening(Opening(reason="final score", number=2, when="2026-01-01")))
    assert text.splitlines()[0] == "test split, 360 examples, t"
    assert "opening 2 of the sealed test split: final score" in text
    assert text.index("accuracy") < text.index("balanced_accuracy")
    assert "bee" in text
    assert "95 % intervals" in text


def test_a_terminal_explains_the_names_that_say_nothing() -> None:
    probabilities, targets = draw_answers(360, 3)
    result = evaluate_classification(probabilities, targets, classes=["ant", "bee", "cat"], split="test", task="t")
    text = " ".join(str(result).split())
    for meaning in (
        "mcc: 1 is perfect, 0 is",
        "brier: squared error of the probabilities",
        "ece: how far stated probabilities",
    ):
        assert meaning in text
    assert "accuracy: share" not in text


@pytest.mark.parametrize("positive", ["melanoma", "nevus", None])
def test_average_precision_is_that_of_the_class_it_names(positive: str | None) -> None:
    random = np.random.default_rng(5)
    targets = (random.random(200) < 0.8).astype(int)
    chance = np.clip(0.5 * targets + random.random(200) * 0.6, 0.01, 0.99)
    probabilities, classes = np.stack([1 - chance, chance], axis=1), ["melanoma", "nevus"]
    result = evaluate_classification(
        probabilities, targets, classes=classes, split="val", task="binary", positive=positive
    )
    named = positive or "nevus"
    place = classes.index(named)
    expected = reference.average_precision_score(targets == place, probabilities[:, place])
    assert result.metrics["average_precision"].value == pytest.approx(expected)
    assert result.positive_class == named
    assert f"average_precision ({named})" in str(result)
    assert f"average precision ({named})" in {row.label for row in metric_rows(result)}
    same = evaluate_classification(probabilities, targets, classes=classes, split="val", task="binary")
    assert result.metrics["roc_auc"] == same.metrics["roc_auc"]
    assert result.classes == same.classes


@pytest.mark.parametrize(
    ("positive", "note"),
    [("melanoma", "2 examples of melanoma"), ("nevus", "2 examples that are not nevus")],
)
def test_a_count_beside_average_precision_is_of_its_own_class(positive: str, note: str) -> None:
    chance = np.linspace(0.05, 0.95, 12)
    targets = np.array([0, 1, 0] + [1] * 9)
    result = evaluate_classification(
        np.stack([1 - chance, chance], axis=1),
        targets,
        classes=["melanoma", "nevus"],
        split="val",
        task="binary",
        positive=positive,
    )
    assert result.metrics["average_precision"].note == f"too few to say: {note}"


def test_an_evaluation_from_before_says_its_class_too() -> None:
    old = evaluate_classification(
        [[0.4, 0.6], [0.9, 0.1], [0.3, 0.7]], [1, 0, 0], classes=["cat", "dog"], split="val", task="binary"
    )
    read = Evaluation.from_dict(old.to_dict(), source="a file")
    assert "average_precision (dog)" in str(read)


@pytest.mark.parametrize(
    ("classes", "positive", "message"),
    [
        (["cat", "dog"], "dig", "Did you mean 'dog'"),
        (["cat", "dog"], "", "no class here"),
        (["a", "b", "c"], "a", "'label' has 3 classes"),
    ],
)
def test_a_positive_class_that_is_none_is_refused(classes: list[str], positive: str, message: str) -> None:
    probabilities = np.full((6, len(classes)), 1 / len(classes))
    with pytest.raises(RecipeError, match=message):
        evaluate_classification(
            probabilities, [0, 1, 0, 1, 0, 1], classes=classes, split="val", task="t", positive=positive
        )
