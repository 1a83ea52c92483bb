"""Several labels at once, against scikit-learn; thresholds by hand; several numbers at once."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn import metrics as reference

from pellucid.errors import DataError
from pellucid.evaluation import Evaluation
from pellucid.evaluation.multilabel import evaluate_labels, label_set_metrics, samples_f1
from pellucid.evaluation.multioutput import evaluate_values
from pellucid.evaluation.thresholds import fit_thresholds

LABELS = ["mildew", "rust", "scab"]


def drawn(n: int = 200, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities [n, 3] and targets [n, 3] that go together, but not always."""
    random = np.random.default_rng(seed)
    truth = random.random((n, 3)) < (0.5, 0.3, 0.15)
    scores = 1 / (1 + np.exp(-(2.5 * truth - 1.2 + random.normal(size=(n, 3)))))
    return scores, truth.astype(np.int64)


def test_metrics_are_scikit_learns() -> None:
    scores, truth = drawn()
    answered = scores >= 0.5
    found = evaluate_labels(scores, truth, classes=LABELS, split="val").metrics
    for average in ("macro", "micro"):
        for name, function in (
            ("f1", reference.f1_score),
            ("precision", reference.precision_score),
            ("recall", reference.recall_score),
        ):
            expected = function(truth, answered, average=average)
            assert found[f"{name}_{average}"].value == pytest.approx(expected), (name, average)
    expected = reference.f1_score(truth, answered, average="samples", zero_division=1.0)
    assert found["f1_samples"].value == pytest.approx(expected)
    assert found["subset_accuracy"].value == pytest.approx(reference.accuracy_score(truth, answered))
    assert found["hamming_loss"].value == pytest.approx(reference.hamming_loss(truth, answered))
    assert found["roc_auc_macro"].value == pytest.approx(reference.roc_auc_score(truth, scores, average="macro"))
    expected = reference.average_precision_score(truth, scores, average="macro")
    assert found["average_precision_macro"].value == pytest.approx(expected)
    for metric in found.values():
        assert metric.low is not None
        assert metric.high is not None
        assert metric.low <= metric.value <= metric.high


def test_each_label_has_a_row_at_its_threshold() -> None:
    scores, truth = drawn()
    thresholds = (0.5, 0.4, 0.3)
    evaluation = evaluate_labels(scores, truth, classes=LABELS, split="val", thresholds=thresholds)
    assert evaluation.classes is not None
    for label, row in enumerate(evaluation.classes):
        answered = scores[:, label] >= thresholds[label]
        assert (row.name, row.threshold) == (LABELS[label], thresholds[label])
        assert (row.support, row.predicted) == (truth[:, label].sum(), answered.sum())
        assert row.f1.value == pytest.approx(reference.f1_score(truth[:, label], answered))
        assert row.recall.value == pytest.approx(reference.recall_score(truth[:, label], answered))
        assert row.roc_auc is not None
        assert row.roc_auc.value == pytest.approx(reference.roc_auc_score(truth[:, label], scores[:, label]))
    assert evaluation.headline == "f1_macro"
    read = json.loads(json.dumps(evaluation.to_dict()))
    assert Evaluation.from_dict(read, source="memory") == evaluation
    assert "f1_macro" in str(evaluation)


def test_examples_in_groups_widen_the_intervals() -> None:
    scores, truth = (np.repeat(part, 5, axis=0) for part in drawn(60))
    alone = evaluate_labels(scores, truth, classes=LABELS, split="val").metrics["f1_micro"]
    grouped = evaluate_labels(scores, truth, classes=LABELS, split="val", groups=np.repeat(np.arange(60), 5))
    metric = grouped.metrics["f1_micro"]
    assert metric.method == "clustered-bootstrap"
    assert metric.high is not None
    assert metric.low is not None
    assert alone.high is not None
    assert alone.low is not None
    assert metric.high - metric.low > 1.5 * (alone.high - alone.low)


def test_the_interval_of_macro_f1_holds_the_truth_about_as_often_as_it_says() -> None:
    scores, truth = drawn(60_000, seed=9)
    target = reference.f1_score(truth, scores >= 0.5, average="macro")
    held = 0
    for seed in range(100):
        given, right = drawn(150, seed=100 + seed)
        found = label_set_metrics(given >= 0.5, right.astype(np.bool_), groups=None, seed=0)["f1_macro"]
        assert found.low is not None
        assert found.high is not None
        held += found.low <= target <= found.high
    assert 90 <= held <= 100


def test_mistakes_are_single_labels_the_surest_first() -> None:
    scores = np.array([[0.99, 0.2, 0.1], [0.6, 0.01, 0.3]])
    truth = np.array([[0, 0, 0], [1, 1, 0]])
    mistakes = evaluate_labels(scores, truth, classes=LABELS, split="val").mistakes
    assert [(one.name, one.target, one.predicted) for one in mistakes] == [
        ("example 0", "not mildew", "mildew"),
        ("example 1", "rust", "not rust"),
    ]


def test_an_example_without_labels_and_without_answers_is_right() -> None:
    answered = np.array([[False, False], [True, False], [False, True]])
    truth = np.array([[False, False], [True, True], [True, False]])
    assert samples_f1(answered, truth).tolist() == pytest.approx([1, 2 / 3, 0])


@pytest.mark.parametrize(
    ("scores", "truth", "message"),
    [
        (np.array([[0.5, 1.2, 0.1]]), np.array([[0, 1, 0]]), "outside"),
        (np.array([[0.5, 0.2]]), np.array([[0, 1]]), "shape"),
        (np.array([[0.5, 0.2, 0.1]]), np.array([[0, 2, 0]]), "neither 0 nor 1"),
    ],
)
def test_what_cannot_be_scored_is_refused(scores: np.ndarray, truth: np.ndarray, message: str) -> None:
    with pytest.raises(DataError, match=message):
        evaluate_labels(scores, truth, classes=LABELS, split="val")


def test_a_threshold_has_the_best_f1_of_all() -> None:
    scores, truth = drawn(120, seed=3)
    for label, threshold in enumerate(fit_thresholds(scores, truth.astype(np.bool_))):
        tried = [reference.f1_score(truth[:, label], scores[:, label] >= at) for at in np.unique(scores[:, label])]
        assert reference.f1_score(truth[:, label], scores[:, label] >= threshold) == pytest.approx(max(tried))


def test_of_equal_thresholds_the_nearest_to_one_half_is_taken_and_rare_labels_keep_it() -> None:
    scores = np.concatenate([np.full(20, 0.3), np.full(20, 0.9)])
    truth = np.concatenate([np.zeros(20, dtype=bool), np.ones(20, dtype=bool)])
    assert fit_thresholds(scores[:, None], truth[:, None]) == pytest.approx((0.6,))
    rare = np.zeros(40, dtype=bool)
    rare[:3] = True
    assert fit_thresholds(scores[:, None], rare[:, None]) == (0.5,)


def test_several_numbers_have_their_own_metrics_and_the_mean_r2_of_scikit_learn() -> None:
    random = np.random.default_rng(2)
    truth = random.normal(size=(80, 2)) * (1, 1000)
    values = truth + random.normal(size=(80, 2)) * (0.3, 400)
    evaluation = evaluate_values(values, truth, outputs=["length", "price"], split="test")
    assert evaluation.headline_metric.value == pytest.approx(reference.r2_score(truth, values))
    assert evaluation.outputs is not None
    for place, row in enumerate(evaluation.outputs):
        expected = reference.mean_absolute_error(truth[:, place], values[:, place])
        assert row.metrics["mae"].value == pytest.approx(expected)
    largest = evaluation.large_errors[0]
    scaled = np.abs(values - truth) / truth.std(axis=0)
    row, column = np.unravel_index(scaled.argmax(), scaled.shape)
    assert largest.name == f"example {row} ({['length', 'price'][column]})"
    read = json.loads(json.dumps(evaluation.to_dict()))
    assert Evaluation.from_dict(read, source="memory") == evaluation
