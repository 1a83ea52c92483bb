"""Class probabilities and targets in, an Evaluation out."""

from __future__ import annotations

import time
from collections.abc import Sequence

from numpy.typing import ArrayLike

from pellucid.evaluation import intervals, reliability
from pellucid.evaluation.answers import ClassAnswers
from pellucid.evaluation.checking import (
    check_groups,
    check_indices,
    check_names,
    check_probabilities,
    check_same_length,
    check_targets,
)
from pellucid.evaluation.mistakes import worst_mistakes
from pellucid.evaluation.ordered import LEADS, ordered_metrics
from pellucid.evaluation.records import Metric
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import ClassTarget, SplitName, is_uneven


def evaluate_classification(
    probabilities: ArrayLike,
    targets: ArrayLike,
    *,
    classes: Sequence[str],
    split: SplitName,
    task: str,
    predicted: ArrayLike | None = None,
    positive: str | None = None,
    uneven: bool | None = None,
    names: Sequence[str] | None = None,
    indices: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    seed: int = 0,
) -> Evaluation:
    """Return every metric of a classifier's answers with its interval.

    Args:
        probabilities: float [N, K], rows sum to 1; [N, 2] for binary.
        targets: int [N], class index in [0, K).
        classes: K names in sorted order.
        split: which split the examples are from.
        task: e.g. "single-label"; of "ordered" classes the error in steps leads.
        predicted: int [N], the classes that were answered; None: those with the highest probability.
        positive: of two classes the one whose average precision is told; None: the second.
        uneven: whether balanced accuracy is to lead; None: where the examples' classes are uneven.
        names: N names to show, e.g. file names; None: "example 0", ...
        indices: int [N], each example's index in the dataset; None: 0 to N - 1.
        groups: [N], examples of equal group are alike (one patient): intervals are then by group.
        seed: of the bootstrap.

    Raises:
        DataError: lengths disagree, nothing to evaluate, probabilities that are none, targets that are no class.
        RecipeError: `positive` is no class, or there are not two.
    """
    start = time.perf_counter()
    checked = check_probabilities(probabilities, num_classes=len(classes))
    labels = check_targets(targets, num_classes=len(classes))
    chosen = None if predicted is None else check_targets(predicted, num_classes=len(classes))
    check_same_length(
        probabilities=checked, targets=labels, predicted=chosen, names=names, indices=indices, groups=groups
    )
    named = ClassTarget(classes=tuple(classes)).positive(positive)
    # Where nobody chose, the second class is the positive one, as in scikit-learn with labels 0 and 1.
    index = 1 if named is None else list(classes).index(named)
    answers = ClassAnswers(checked, labels, tuple(classes), check_groups(groups), seed, chosen, positive=index)
    shown, numbered = check_names(names, n=len(labels)), check_indices(indices, n=len(labels))
    metrics, notes = _metrics(answers)
    ordered = task == "ordered"
    metrics |= ordered_metrics(answers) if ordered else {}
    leads = is_uneven(answers.support.tolist()) if uneven is None else uneven
    return Evaluation(
        can_climb=True,
        split=split,
        n=len(labels),
        task=task,
        metrics=metrics,
        headline=LEADS if ordered else "balanced_accuracy" if leads else "accuracy",
        positive_class=named,
        num_groups=None if answers.groups is None else int(answers.groups.max()) + 1,
        classes=intervals.class_rows(answers),
        confusion=tuple(tuple(row) for row in answers.confusion.tolist()),
        calibration=reliability.reliability(answers.confidence, answers.correct, seed=seed),
        mistakes=worst_mistakes(checked, labels, answers.predicted, classes=classes, names=shown, indices=numbered),
        notes=notes,
        seconds=time.perf_counter() - start,
    )


def _metrics(answers: ClassAnswers) -> tuple[dict[str, Metric], tuple[str, ...]]:
    """Return the metrics that are defined on these answers, and notes on those that are not or need a word."""
    metrics = {"accuracy": intervals.accuracy(answers)}
    for name in ("balanced_accuracy", "f1_macro", "precision_macro", "recall_macro", "mcc"):
        metrics[name] = intervals.counted(answers, name)
    notes = []
    absent = [name for name, count in zip(answers.classes, answers.support.tolist(), strict=True) if count == 0]
    if absent:
        listed = ", ".join(absent[:5]) + (f" and {len(absent) - 5} more" if len(absent) > 5 else "")
        notes.append(
            f"No example of {listed} in this split: balanced accuracy leaves such classes out; macro precision, recall "
            "and F1 leave them out unless they were predicted, and then count them as 0 (as scikit-learn does)."
        )
    if len(answers.classes) == 2:
        if absent:
            notes.append("roc_auc and average_precision need examples of both classes.")
        else:
            metrics["roc_auc"] = intervals.roc_auc(answers)
            metrics["average_precision"] = intervals.average_precision(answers)
    else:
        areas = intervals.roc_auc_ovr(answers)
        if areas is not None:
            metrics["roc_auc_ovr"] = areas
    metrics["log_loss"] = intervals.mean_of(answers, answers.log_losses)
    metrics["brier"] = intervals.mean_of(answers, answers.brier_scores)
    metrics["ece"] = intervals.calibration_error(answers)
    if len(answers.classes) > 5:
        metrics["top5_accuracy"] = intervals.top5_accuracy(answers)
    return metrics, tuple(notes)
