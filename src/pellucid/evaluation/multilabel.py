"""Label probabilities and targets in, an Evaluation out: several labels may hold at once."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.errors import DataError
from pellucid.evaluation import intervals, ranking, reliability
from pellucid.evaluation.answers import ClassAnswers
from pellucid.evaluation.checking import (
    BoolArray,
    FloatArray,
    IntArray,
    check_groups,
    check_indices,
    check_names,
    check_same_length,
)
from pellucid.evaluation.counting import divide
from pellucid.evaluation.mistakes import MAX_LISTED
from pellucid.evaluation.proportions import share_metric
from pellucid.evaluation.records import ClassRow, Method, Metric, Mistake
from pellucid.evaluation.resampling import Statistic, bootstrap_logit, bootstrap_mean, bootstrap_norm
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import SplitName

MIN_UNITS = 30
"""Examples or groups below which no bootstrapped interval is given."""
MIN_PER_LABEL = 5
"""Examples with (and without) the rarest label below which metrics that weigh labels equally get none."""


def evaluate_labels(
    probabilities: ArrayLike,
    targets: ArrayLike,
    *,
    classes: Sequence[str],
    split: SplitName,
    thresholds: ArrayLike | None = None,
    task: str = "multi-label",
    names: Sequence[str] | None = None,
    indices: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    seed: int = 0,
) -> Evaluation:
    """Return every metric of answers with several labels at once, each with its interval.

    Args:
        probabilities: float [N, L], each label's own, in [0, 1].
        targets: [N, L] of 0 and 1.
        classes: the L labels.
        split: which split the examples are from.
        thresholds: from which probability each label is answered; None: 0.5.
        task: e.g. "multi-label".
        names: N names to show; None: "example 0", ...
        indices: int [N], each example's index in the dataset; None: 0 to N - 1.
        groups: [N], examples of equal group are alike: intervals are then by group.
        seed: of the bootstrap.

    Raises:
        DataError: lengths disagree, nothing to evaluate, numbers that are no probabilities, targets other than 0 and 1.
    """
    start = time.perf_counter()
    given, truth = check_labels(probabilities, targets, num_labels=len(classes))
    n = check_same_length(probabilities=given, targets=truth, names=names, indices=indices, groups=groups)
    clusters = check_groups(groups)
    limits = np.full(len(classes), 0.5) if thresholds is None else np.asarray(thresholds, dtype=np.float64)
    answered = given >= limits
    metrics = label_set_metrics(answered, truth, groups=clusters, seed=seed)
    metrics |= _ranked(given, truth, clusters, seed)
    # Calibration is of the probability itself, whatever the threshold from which a label is answered.
    confidence, right = np.maximum(given, 1 - given), (given >= 0.5) == truth
    metrics["ece"] = _calibration_error(confidence, right, clusters, seed)
    absent = [name for name, count in zip(classes, truth.sum(axis=0).tolist(), strict=True) if not count]
    notes = () if not absent else (f"No example of {', '.join(absent[:5])} in this split: its F1 counts as 0.",)
    return Evaluation(
        can_climb=True,
        split=split,
        n=n,
        task=task,
        metrics=metrics,
        headline="f1_macro",
        num_groups=None if clusters is None else int(clusters.max()) + 1,
        classes=_rows(given, answered, truth, classes, limits, clusters, seed),
        calibration=reliability.reliability(confidence.reshape(-1), right.reshape(-1), seed=seed),
        mistakes=_mistakes(given, answered, truth, classes, check_names(names, n=n), check_indices(indices, n=n)),
        notes=notes,
        seconds=time.perf_counter() - start,
    )


def check_labels(probabilities: ArrayLike, targets: ArrayLike, *, num_labels: int) -> tuple[FloatArray, BoolArray]:
    """Return probabilities as float64 [N, L] and targets as bool [N, L].

    Raises:
        DataError: other shapes, numbers outside [0, 1], targets other than 0 and 1.
    """
    given, truth = np.asarray(probabilities, dtype=np.float64), np.asarray(targets)
    for what, array in (("Probabilities", given), ("Targets", truth)):
        if array.ndim != 2 or array.shape[1] != num_labels:
            raise DataError(f"{what} have shape {list(array.shape)}.", expected=f"[N, {num_labels}]: a column a label.")
    if not np.isfinite(given).all() or (given < 0).any() or (given > 1).any():
        raise DataError("Some probabilities lie outside [0, 1].", fix="Give them after the sigmoid, not logits.")
    if not np.isin(truth, (0, 1)).all():
        raise DataError("Some targets are neither 0 nor 1.", expected="1 where an example has the label.")
    return given, truth.astype(np.bool_)


def samples_f1(answered: BoolArray, truth: BoolArray) -> FloatArray:
    """Return the F1 of each example's set of labels, [N]; 1 where nothing was to be found and nothing was answered."""
    both = (answered & truth).sum(axis=1)
    total = answered.sum(axis=1) + truth.sum(axis=1)
    scores: FloatArray = np.where(total > 0, 2 * both / np.maximum(total, 1), 1.0)
    return scores


def label_set_metrics(
    answered: BoolArray, truth: BoolArray, *, groups: IntArray | None, seed: int
) -> dict[str, Metric]:
    """Return the metrics that need no probabilities, by scikit-learn's names, for answers [N, L].

    `subset_accuracy` is scikit-learn's accuracy_score: all labels of an example right; `hamming_loss` is the share of
    single labels that are wrong. Without any positive, F1, precision and recall count as 0, but of an example's own set
    (`f1_samples`) as 1.
    """
    n = len(truth)
    parts = [array.astype(np.float64) for array in (answered & truth, answered, truth)]

    def share(part: str, average: str) -> Statistic:
        def statistic(weights: FloatArray) -> FloatArray:
            found, said, had = (weights @ array for array in parts)
            if average == "micro":
                found, said, had = (array.sum(axis=1, keepdims=True) for array in (found, said, had))
            below = {"precision": said, "recall": had, "f1": (said + had) / 2}[part]
            return np.asarray(divide(found, below).mean(axis=1))

        return statistic

    metrics: dict[str, Metric] = {}
    for average in ("macro", "micro"):
        for part in ("f1", "precision", "recall"):
            note = _too_few(n, groups) or (_too_rare(truth) if average == "macro" else "")
            metrics[f"{part}_{average}"] = _bootstrapped(share(part, average), n, groups, seed, note)
    metrics["f1_samples"] = _mean(samples_f1(answered, truth), groups, seed)
    metrics["subset_accuracy"] = share_metric((answered == truth).all(axis=1), groups)
    metrics["hamming_loss"] = _mean((answered != truth).mean(axis=1), groups, seed)
    return metrics


def _ranked(given: FloatArray, truth: BoolArray, groups: IntArray | None, seed: int) -> dict[str, Metric]:
    """Return the mean area under the ROC curve and the mean average precision of the labels that vary."""
    n = len(truth)
    kept = [label for label in range(truth.shape[1]) if 0 < truth[:, label].sum() < n]
    if not kept:
        return {}
    note = _too_few(n, groups) or _too_rare(truth[:, kept])
    areas, influence = [], np.zeros(n)
    for label in kept:
        area, part = ranking.roc_auc(truth[:, label], given[:, label])
        areas.append(area)
        influence += part / len(kept)
    value = float(np.mean(areas))
    ends = None if note else ranking.area_interval(value, influence, groups)
    shown = note or ("" if ends else "too few to say: no mistake in the order was seen")
    area_metric = Metric(value=value, note=shown)
    if ends is not None:
        area_metric = Metric(value=value, low=ends[0], high=ends[1], method="delong")
    statistics = [ranking.average_precision_statistic(truth[:, label], given[:, label]) for label in kept]

    def mean_precision(weights: FloatArray) -> FloatArray:
        return np.asarray(np.mean([statistic(weights) for statistic in statistics], axis=0))

    return {
        "roc_auc_macro": area_metric,
        "average_precision_macro": _bootstrapped(mean_precision, n, groups, seed, note),
    }


def _rows(
    given: FloatArray,
    answered: BoolArray,
    truth: BoolArray,
    classes: Sequence[str],
    limits: FloatArray,
    groups: IntArray | None,
    seed: int,
) -> tuple[ClassRow, ...]:
    rows = []
    for label, name in enumerate(classes):
        pair = np.stack([1 - given[:, label], given[:, label]], axis=1)
        targets, chosen = truth[:, label].astype(np.int64), answered[:, label].astype(np.int64)
        answers = ClassAnswers(pair, targets, (f"not {name}", name), groups, seed, chosen)
        row = intervals.class_rows(answers)[1]
        varies = 0 < targets.sum() < len(targets)
        extra = {
            "roc_auc": intervals.roc_auc(answers) if varies else None,
            "average_precision": intervals.average_precision(answers) if varies else None,
            "threshold": float(limits[label]),
        }
        rows.append(row.model_copy(update={"name": name, **extra}))
    return tuple(rows)


def _mistakes(
    given: FloatArray,
    answered: BoolArray,
    truth: BoolArray,
    classes: Sequence[str],
    names: Sequence[str],
    indices: IntArray,
) -> tuple[Mistake, ...]:
    """Return single labels that were wrongly answered or wrongly left out, the surest first."""
    sure = np.where(answered != truth, np.where(truth, 1 - given, given), -1.0)
    order = np.argsort(-sure, axis=None, kind="stable")[:MAX_LISTED]
    found = []
    for row, label in zip(*np.unravel_index(order, sure.shape), strict=True):
        if sure[row, label] < 0:
            break
        words = [f"not {classes[label]}", classes[label]]
        found.append(
            Mistake(
                index=int(indices[row]),
                name=names[row],
                target=words[int(truth[row, label])],
                predicted=words[int(answered[row, label])],
                probability=float(sure[row, label]),
                target_probability=float(1 - sure[row, label]),
            )
        )
    return tuple(found)


def _calibration_error(confidence: FloatArray, right: BoolArray, groups: IntArray | None, seed: int) -> Metric:
    """Return the expected calibration error over all labels; the labels of one example are drawn together."""
    n, num_labels = confidence.shape
    gaps = reliability.bin_gaps(confidence.reshape(-1), right.reshape(-1))
    value = float(np.abs(gaps.mean(axis=0)).sum())
    note = _too_few(n, groups)
    if note:
        return Metric(value=value, note=note)
    by_example = gaps.reshape(n, num_labels, -1).mean(axis=1)
    ends = bootstrap_norm(by_example, groups=groups, seed=seed)
    return _with_ends(value, ends, groups)


def _mean(values: NDArray[Any], groups: IntArray | None, seed: int) -> Metric:
    given = np.asarray(values, dtype=np.float64)
    note = _too_few(len(given), groups)
    value = float(given.mean())
    if note:
        return Metric(value=value, note=note)
    ends = bootstrap_mean(given, groups=groups, seed=seed)
    return _with_ends(value, None if ends is None else (ends[0], min(1.0, ends[1])), groups)


def _bootstrapped(statistic: Statistic, n: int, groups: IntArray | None, seed: int, note: str) -> Metric:
    value = float(statistic(np.ones((1, n)))[0])
    if note:
        return Metric(value=value, note=note)
    return _with_ends(value, bootstrap_logit(statistic, n, groups=groups, seed=seed), groups)


def _with_ends(value: float, ends: tuple[float, float] | None, groups: IntArray | None) -> Metric:
    if ends is None:
        return Metric(value=value, note="too few to say: no mistake was seen, or a few examples carry all")
    method: Method = "bootstrap" if groups is None else "clustered-bootstrap"
    return Metric(value=value, low=ends[0], high=ends[1], method=method)


def _too_few(n: int, groups: IntArray | None) -> str:
    units, what = (n, "examples") if groups is None else (int(groups.max()) + 1, "groups")
    return f"too few to say: {units} {what}" if units < MIN_UNITS else ""


def _too_rare(truth: BoolArray) -> str:
    counts = truth.sum(axis=0)
    rarest = int(np.minimum(counts, len(truth) - counts).min())
    return f"too few to say: {rarest} examples with or without a label" if rarest < MIN_PER_LABEL else ""
