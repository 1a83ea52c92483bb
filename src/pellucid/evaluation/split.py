"""A predictor and one split of its dataset become an evaluation, baselines beside the score."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.doing import doing
from pellucid.errors import RunError
from pellucid.evaluation.baseline_rows import BaselineRows, baseline_rows
from pellucid.evaluation.baselines import classification_baselines, regression_baselines
from pellucid.evaluation.classification import evaluate_classification
from pellucid.evaluation.comparison import compare_paired, compare_paired_scores, compare_paired_values
from pellucid.evaluation.label_baselines import label_baselines
from pellucid.evaluation.multilabel import evaluate_labels, samples_f1
from pellucid.evaluation.multioutput import evaluate_values, scaled_errors
from pellucid.evaluation.picture_baselines import picture_baselines, suits_pictures
from pellucid.evaluation.proportions import wilson_metric
from pellucid.evaluation.records import Baseline, Evaluation, PairedComparison
from pellucid.evaluation.regression import evaluate_regression
from pellucid.kinds import ClassTarget, LabelsTarget, SplitName, TableInput, ValuesTarget, is_uneven

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pellucid.data import Dataset
    from pellucid.prediction import Answer, Predictor


def evaluate_split(
    predictor: Predictor,
    dataset: Dataset,
    split: SplitName,
    *,
    baselines: bool = True,
    left_out: str = "",
    positive: str | None = None,
) -> Evaluation:
    """Answer every example of a split as `predict` would, and score the answers.

    Args:
        predictor: of the run.
        dataset: what it was trained on, opened again.
        split: whose examples to answer.
        baselines: whether to score simple methods on the same examples, trained on the training split.
        left_out: why not, where nobody asked for that: it stands in the notes.
        positive: of two classes the one whose average precision is told; None: the one that the run was trained with,
            else the second.

    Raises:
        RunError: the split is empty.
        RecipeError: `positive` is no class, or there are not two.
    """
    positive = dataset.target.positive(predictor.record.recipe.positive if positive is None else positive)
    started = time.perf_counter()
    indices = dataset.splits[split]
    if len(indices) == 0:
        raise RunError(
            f"The dataset '{dataset.name}' has no {split} examples.",
            fix="Choose another with --split, or train anew with a share for it.",
        )
    outputs = predictor.split_outputs(dataset, indices)
    answer = predictor.answer(outputs)
    targets: NDArray[Any] = dataset.targets[indices]
    names = [dataset.example_name(int(index)) for index in indices]
    groups = dataset.groups[indices] if dataset.groups is not None else None
    about: dict[str, Any] = {
        "split": split,
        "task": predictor.record.task,
        "names": names,
        "indices": indices,
        "groups": groups,
    }
    evaluation, given = _score(predictor, dataset, answer, targets, about, positive)
    if isinstance(dataset.target, ClassTarget):
        evaluation = _with_decisions(evaluation, predictor, answer, targets, predictor.distances(outputs))
    evaluation = evaluation.with_notes(*predictor.why_unchecked)
    if baselines and isinstance(dataset.target, ValuesTarget):
        left_out = "several numbers have none together; train one of them alone to see how simple methods do"
    elif baselines and suits_pictures(predictor.record.preprocessing):
        scored = picture_baselines(
            dataset, predictor.record.preprocessing, split, headline=evaluation.headline, model_answers=given
        )
        evaluation = evaluation.with_baselines(scored)
    elif baselines:
        with doing("scoring simple methods beside it"):
            rows = baseline_rows(dataset, predictor.record.preprocessing, split)
            balanced = predictor.record.recipe.counts_classes_alike
            scored = _score_baselines(rows, dataset, evaluation, given, groups, balanced=balanced)
        evaluation = evaluation.with_baselines(rows.describe(scored))
    if left_out:
        evaluation = evaluation.with_notes(f"Without baselines: {left_out}.")
    return evaluation.model_copy(update={"seconds": time.perf_counter() - started})


def _score(
    predictor: Predictor,
    dataset: Dataset,
    answer: Answer,
    targets: NDArray[Any],
    about: dict[str, Any],
    positive: str | None,
) -> tuple[Evaluation, NDArray[Any]]:
    """Return the evaluation of a target of whatever kind, and what was answered: labels, label sets or values."""
    target = dataset.target
    if isinstance(target, ClassTarget):
        assert answer.labels is not None
        uneven = is_uneven(dataset.class_counts("train").values())
        return evaluate_classification(
            answer.probabilities,  # type: ignore[arg-type]
            targets,
            classes=target.classes,
            predicted=answer.labels,
            uneven=uneven,
            positive=positive,
            **about,
        ), answer.labels
    if isinstance(target, LabelsTarget):
        assert answer.label_probabilities is not None
        thresholds = predictor.thresholds
        evaluation = evaluate_labels(
            answer.label_probabilities, targets, classes=target.classes, thresholds=thresholds, **about
        )
        return evaluation, answer.label_probabilities >= thresholds
    assert answer.values is not None
    if isinstance(target, ValuesTarget):
        return evaluate_values(answer.values, targets, outputs=target.names, **about), answer.values
    return evaluate_regression(answer.values, targets, **about), answer.values


def _score_baselines(
    rows: BaselineRows,
    dataset: Dataset,
    evaluation: Evaluation,
    model_answers: NDArray[Any],
    groups: NDArray[np.int64] | None,
    *,
    balanced: bool,
) -> tuple[Baseline, ...]:
    """Train simple methods on the training split's prepared inputs, and score them on the evaluated examples."""
    train, train_rows, scored_rows = rows.train, rows.train_rows, rows.scored_rows
    scored = dataset.splits[evaluation.split]
    targets = dataset.targets
    trees = isinstance(dataset.input, TableInput)
    if isinstance(dataset.target, ClassTarget):
        return classification_baselines(
            train_rows,
            targets[train],
            scored_rows,
            targets[scored],
            classes=dataset.target.classes,
            headline=evaluation.headline,
            model_answers=model_answers,
            groups=groups,
            trees=trees,
            balanced=balanced,
        )
    if isinstance(dataset.target, LabelsTarget):
        return label_baselines(
            train_rows,
            targets[train].astype(np.bool_),
            scored_rows,
            targets[scored].astype(np.bool_),
            classes=dataset.target.classes,
            model_answers=model_answers,
            groups=groups,
            trees=trees,
        )
    return regression_baselines(
        train_rows,
        targets[train],
        scored_rows,
        targets[scored],
        headline=evaluation.headline,
        model_answers=model_answers,
        groups=groups,
        trees=trees,
    )


def _with_decisions(
    evaluation: Evaluation,
    predictor: Predictor,
    answer: Answer,
    targets: NDArray[np.int64],
    distances: NDArray[np.float32] | None,
) -> Evaluation:
    """Add what "unsure" and "unknown" mean here: the share that is answered, and how often such an answer is right."""
    answering = predictor.answering
    if answering.unsure_below is None and answering.unknown_above is None:
        return evaluation
    assert answer.probabilities is not None
    assert answer.labels is not None
    answered = np.ones(len(targets), dtype=bool)
    if answering.unsure_below is not None:
        answered &= answer.probabilities[np.arange(len(targets)), answer.labels] >= answering.unsure_below
    if answering.unknown_above is not None and distances is not None:
        answered &= distances <= answering.unknown_above
    right = int((answer.labels == targets)[answered].sum())
    metrics = evaluation.metrics | {"coverage": wilson_metric(int(answered.sum()), len(targets))}
    if answered.any():
        metrics["selective_accuracy"] = wilson_metric(right, int(answered.sum()))
    return evaluation.model_copy(update={"metrics": metrics})


def compare_runs(
    a: Predictor, b: Predictor, dataset: Dataset, split: SplitName, *, names: tuple[str, str]
) -> PairedComparison:
    """Compare two predictors on the same examples with a paired test.

    Args:
        a: one predictor.
        b: another, of the same data.
        dataset: what both were trained on.
        split: whose examples to answer.
        names: what to call them.

    Raises:
        RunError: they learn different tasks.
    """
    indices = dataset.splits[split]
    targets = dataset.targets[indices]
    groups = dataset.groups[indices] if dataset.groups is not None else None
    first, second = (predictor.answer(predictor.split_outputs(dataset, indices)) for predictor in (a, b))
    if first.label_probabilities is not None and second.label_probabilities is not None:
        answered = (first.label_probabilities >= a.thresholds, second.label_probabilities >= b.thresholds)
        scores = [samples_f1(labels, targets.astype(np.bool_)) for labels in answered]
        return compare_paired_scores(scores[0], scores[1], a=names[0], b=names[1], groups=groups)
    if first.values is not None and second.values is not None and targets.ndim == 2:
        spread = dataset.targets[dataset.splits["train"]].std(axis=0)
        errors = [
            scaled_errors(values.astype(np.float64), targets.astype(np.float64), spread)
            for values in (first.values, second.values)
        ]
        return compare_paired_values(
            errors[0], errors[1], np.zeros(len(targets)), a=names[0], b=names[1], groups=groups
        )
    if first.values is not None and second.values is not None:
        return compare_paired_values(first.values, second.values, targets, a=names[0], b=names[1], groups=groups)
    if first.labels is None or second.labels is None:
        raise RunError(f"'{names[0]}' and '{names[1]}' learn different tasks.", expected="Two runs of the same task.")
    if a.record.task == b.record.task == "ordered":
        return compare_paired_values(first.labels, second.labels, targets, a=names[0], b=names[1], groups=groups)
    classes = targets if is_uneven(dataset.class_counts("train").values()) else None
    right = np.equal(first.labels, targets), np.equal(second.labels, targets)
    return compare_paired(*right, a=names[0], b=names[1], groups=groups, classes=classes)
