"""Which interval each metric of a classifier gets, and when it gets none.

docs/intervals.md shows the simulated coverage behind every choice and threshold here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pellucid.evaluation import counting, ranking, reliability
from pellucid.evaluation.answers import ClassAnswers
from pellucid.evaluation.checking import BoolArray, FloatArray, IntArray
from pellucid.evaluation.proportions import MIN_GROUPS, share_metric, wilson_arrays
from pellucid.evaluation.records import ClassRow, Method, Metric
from pellucid.evaluation.resampling import bootstrap_logit, bootstrap_mean, bootstrap_norm
from pellucid.words import counted as count_words

MIN_PER_CLASS = 5
"""Examples of the smallest class below which metrics that weigh classes equally get no interval."""
MIN_MISTAKES = 8
"""Mistakes below which log_loss, brier and ece get none: their tail has hardly been seen."""
MIN_UNITS = 30
"""Examples below which they get none."""
MIN_BOOTSTRAPPED_GROUPS = 20
"""Groups below which bootstrapped metrics get none."""


def accuracy(answers: ClassAnswers) -> Metric:
    """Return the share of right answers."""
    return share_metric(answers.correct, answers.groups)


def top5_accuracy(answers: ClassAnswers) -> Metric:
    """Return the share of examples whose target is among the five most probable classes."""
    return share_metric(answers.in_top(5), answers.groups)


def counted(answers: ClassAnswers, name: str) -> Metric:
    """Return balanced_accuracy, precision_macro, recall_macro, f1_macro or mcc."""
    value = counting.COUNT_METRICS[name](answers.confusion.astype(np.float64)).value
    note = _too_few_per_class(answers, name) or _too_few_groups(answers, MIN_GROUPS)
    if note:
        return Metric(value=value, note=note)
    examples = None if answers.groups is None else (answers.targets, answers.predicted, answers.groups)
    low, high = counting.count_interval(name, answers.confusion, examples=examples)
    return Metric(
        value=value, low=low, high=high, method="effective-wilson" if examples is None else "clustered-wilson"
    )


def roc_auc(answers: ClassAnswers) -> Metric:
    """Return the area under the ROC curve of the second class's probability."""
    value, influence = ranking.roc_auc(answers.targets == 1, answers.probabilities[:, 1].astype(np.float64))
    return _area(answers, value, influence)


def roc_auc_ovr(answers: ClassAnswers) -> Metric | None:
    """Return the mean area of each class against the rest; None when all examples are of one class."""
    value, influence, kept = ranking.roc_auc_ovr(answers.targets, answers.probabilities.astype(np.float64))
    if len(kept) == 0:
        return None
    metric = _area(answers, value, influence)
    if len(kept) < len(answers.classes):
        metric = _with_note(metric, f"mean over the {len(kept)} classes that have examples")
    return metric


def average_precision(answers: ClassAnswers) -> Metric:
    """Return the average precision of the positive class's probability."""
    statistic = ranking.average_precision_statistic(
        answers.targets == answers.positive, answers.probabilities[:, answers.positive].astype(np.float64)
    )
    value = float(statistic(np.ones((1, answers.n)))[0])
    note = _too_few_of_either(answers) or _too_few_groups(answers, MIN_BOOTSTRAPPED_GROUPS)
    if note:
        return Metric(value=value, note=note)
    ends = bootstrap_logit(statistic, answers.n, groups=answers.groups, seed=answers.seed)
    return _bootstrapped(answers, value, ends, otherwise="too few to say: no mistake in the order was seen")


def mean_of(answers: ClassAnswers, contributions: FloatArray) -> Metric:
    """Return the mean of one number per example, with its interval: log_loss and brier.

    Args:
        answers: of N examples.
        contributions: float64 [N], each at least 0.
    """
    value = float(contributions.mean())
    note = too_few_mistakes(answers)
    if note:
        return Metric(value=value, note=note)
    ends = bootstrap_mean(contributions, groups=answers.groups, seed=answers.seed)
    return _bootstrapped(answers, value, ends, otherwise="too few to say: a few examples carry it")


def calibration_error(answers: ClassAnswers) -> Metric:
    """Return the expected calibration error; its interval covers at least as often as it says."""
    gaps = reliability.bin_gaps(answers.confidence, answers.correct)
    value = float(np.abs(gaps.mean(axis=0)).sum())
    note = too_few_mistakes(answers)
    if note:
        return Metric(value=value, note=note)
    ends = bootstrap_norm(gaps, groups=answers.groups, seed=answers.seed)
    return _bootstrapped(answers, value, ends, otherwise="too few to say")


def class_rows(answers: ClassAnswers) -> tuple[ClassRow, ...]:
    """Return precision, recall and F1 of every class."""
    confusion = answers.confusion
    values = confusion.astype(np.float64)
    parts = {
        "precision": (counting.class_precision(values), *wilson_arrays(np.diag(values), values.sum(axis=0))),
        "recall": (counting.class_recall(values), *wilson_arrays(np.diag(values), values.sum(axis=1))),
        "f1": (counting.class_f1(values), *counting.f1_ends(confusion)),
    }
    undefined = {"precision": values.sum(axis=0) == 0, "recall": values.sum(axis=1) == 0}
    undefined["f1"] = undefined["precision"] & undefined["recall"]
    words = {"precision": "never predicted", "recall": "no examples", "f1": "no examples"}
    rows = []
    for k, name in enumerate(answers.classes):
        metrics = {}
        for part, (value, low, high) in parts.items():
            if undefined[part][k]:
                metrics[part] = Metric(value=0.0, note=f"not defined: {words[part]}; counts as 0")
            elif answers.groups is not None:
                metrics[part] = _class_metric_by_group(answers, part, k)
            else:
                metrics[part] = Metric(value=float(value[k]), low=float(low[k]), high=float(high[k]), method="wilson")
        support, predicted = int(confusion[k].sum()), int(confusion[:, k].sum())
        precision, recall, f1 = (metrics[part] for part in ("precision", "recall", "f1"))
        rows.append(
            ClassRow(name=name, support=support, predicted=predicted, precision=precision, recall=recall, f1=f1)
        )
    return tuple(rows)


def label_metrics(
    targets: IntArray, predicted: IntArray, *, classes: Sequence[str], groups: IntArray | None
) -> dict[str, Metric]:
    """Return the metrics that need no probabilities, for answers that are only labels.

    Args:
        targets: int [N], class index in [0, K).
        predicted: int [N], likewise.
        classes: K names.
        groups: [N], examples of equal group are alike; None: all count as independent.
    """
    # Labels as probabilities of 0 and 1, so that one way counts them all.
    certain = np.eye(len(classes), dtype=np.float32)[predicted]
    answers = ClassAnswers(certain, targets, tuple(classes), groups)
    names = ("balanced_accuracy", "f1_macro", "mcc")
    return {"accuracy": accuracy(answers), **{name: counted(answers, name) for name in names}}


def _class_metric_by_group(answers: ClassAnswers, part: str, k: int) -> Metric:
    target, predicted = answers.targets == k, answers.predicted == k
    # A share of right answers among these; of F1 it is Jaccard's index, from which F1 follows.
    among: BoolArray = {"precision": predicted, "recall": target, "f1": target | predicted}[part]
    assert answers.groups is not None
    metric = share_metric(answers.correct[among], answers.groups[among])
    if part != "f1":
        return metric
    ends = {
        end: None if limit is None else counting.f1_of_jaccard(limit)
        for end, limit in (("low", metric.low), ("high", metric.high))
    }
    return metric.model_copy(update={"value": counting.f1_of_jaccard(metric.value), **ends})


def _area(answers: ClassAnswers, value: float, influence: FloatArray) -> Metric:
    note = _too_few_per_class(answers, "roc_auc") or _too_few_groups(answers, MIN_BOOTSTRAPPED_GROUPS)
    if note:
        return Metric(value=value, note=note)
    ends = ranking.area_interval(value, influence, answers.groups)
    if ends is None:
        return Metric(value=value, note="too few to say: no mistake in the order was seen")
    return Metric(value=value, low=ends[0], high=ends[1], method="delong")


def _bootstrapped(answers: ClassAnswers, value: float, ends: tuple[float, float] | None, *, otherwise: str) -> Metric:
    if ends is None:
        return Metric(value=value, note=otherwise)
    method: Method = "bootstrap" if answers.groups is None else "clustered-bootstrap"
    return Metric(value=value, low=ends[0], high=ends[1], method=method)


def _too_few_per_class(answers: ClassAnswers, name: str) -> str:
    counts, what = answers.support, "example"
    if name == "precision_macro":
        counts, what = np.where(counts > 0, answers.confusion.sum(axis=0), 0), "prediction"
    present = answers.support > 0
    if np.count_nonzero(present) < 2:
        return "too few to say: examples of one class only"
    # Among the classes that have examples: one that has none is left out of the metric, too.
    smallest = int(np.where(present, counts, counts.max() + 1).argmin())
    if counts[smallest] >= MIN_PER_CLASS:
        return ""
    plural = "" if counts[smallest] == 1 else "s"
    return f"too few to say: {counts[smallest]} {what}{plural} of {_called(answers.classes[smallest])}"


def _called(name: str) -> str:
    """Return a class's name as it is read in a sentence: "1 example of 3" would be a count."""
    return f"class {name}" if name.replace(".", "", 1).removeprefix("-").isdecimal() else name


def _too_few_of_either(answers: ClassAnswers) -> str:
    """Return why a number that is of the positive class alone has no interval, told in examples of that class."""
    own = int(answers.support[answers.positive])
    others, name = answers.n - own, _called(answers.classes[answers.positive])
    if min(own, others) >= MIN_PER_CLASS:
        return ""
    few = count_words(own, "example") + f" of {name}"
    if others < own:
        few = count_words(others, "example that is", "examples that are") + f" not {name}"
    return f"too few to say: {few}"


def _too_few_groups(answers: ClassAnswers, least: int) -> str:
    return (
        f"too few to say: {answers.num_units} groups"
        if answers.groups is not None and answers.num_units < least
        else ""
    )


def too_few_mistakes(answers: ClassAnswers) -> str:
    """Return why a mean over all examples has no interval here; "" where it has."""
    mistakes = int((~answers.correct).sum())
    if answers.n < MIN_UNITS:
        return f"too few to say: {answers.n} examples"
    if mistakes < MIN_MISTAKES:
        return f"too few to say: {mistakes} mistake{'' if mistakes == 1 else 's'}"
    return _too_few_groups(answers, MIN_BOOTSTRAPPED_GROUPS)


def _with_note(metric: Metric, note: str) -> Metric:
    return metric.model_copy(update={"note": "; ".join(part for part in (metric.note, note) if part)})
