"""A predictor and one split of its dataset become an evaluation, baselines beside the score."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from pellucid import prediction
from pellucid.errors import RunError
from pellucid.evaluation.kinds import SCORING, About, Truth
from pellucid.evaluation.rare import say_rare
from pellucid.evaluation.records import PairedComparison
from pellucid.evaluation.result import Evaluation
from pellucid.evaluation.rivals import Beside, score_beside, why_alone
from pellucid.kinds import SplitName
from pellucid.runs import why_rough

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.prediction import Predictor
    from pellucid.tasks import Answer


def evaluate_split(
    predictor: Predictor,
    dataset: Dataset,
    split: SplitName,
    *,
    baselines: bool = True,
    left_out: str = "",
    positive: str | None = None,
) -> Evaluation:
    """Answer every example of a split as `predict` would, and score the answers; see `answer_and_evaluate`."""
    return answer_and_evaluate(predictor, dataset, split, baselines=baselines, left_out=left_out, positive=positive)[0]


def answer_and_evaluate(
    predictor: Predictor,
    dataset: Dataset,
    split: SplitName,
    *,
    baselines: bool = True,
    left_out: str = "",
    positive: str | None = None,
) -> tuple[Evaluation, Answer]:
    """Answer every example of a split as `predict` would, and score the answers.

    Args:
        predictor: of the run.
        dataset: what it was trained on, opened again.
        split: whose examples to answer.
        baselines: whether to score simple methods on the same examples, trained on the training split.
        left_out: why not, where nobody asked for that: it stands in the notes.
        positive: of two classes the one whose average precision is told; None: the one that the run was trained with,
            else the second.

    Returns:
        the evaluation, and the answers to the split's examples in their order.

    Raises:
        RunError: the split is empty.
        RecipeError: `positive` is no class, or there are not two.
    """
    from pellucid.tasks import MeasuresEach  # with torch

    positive = dataset.target.positive(predictor.record.recipe.classes.positive if positive is None else positive)
    started = time.perf_counter()
    indices = dataset.splits[split]
    if len(indices) == 0:
        raise RunError(
            f"The dataset '{dataset.name}' has no {split} examples.",
            fix="Choose another with --split, or train anew with a share for it.",
        )
    answer, distances = predictor.split_answer(dataset, indices)
    task = predictor.record.task
    scoring = SCORING[dataset.target.kind]
    # What leads is chosen by the training split: chosen by the one that is measured, it would flatter.
    learned = dataset.targets[dataset.splits["train"]]
    truth = Truth.of(dataset, split, headline=scoring.headline(dataset.target, learned, task))
    measured = prediction.measured_each(predictor, dataset, indices) if isinstance(predictor.task, MeasuresEach) else {}
    names = [dataset.example_name(int(index)) for index in indices]
    evaluation = scoring.score(answer, truth, About(split, task, names, indices, positive, measured))
    evaluation = scoring.with_abstention(evaluation, answer, truth, predictor.answering, distances)
    balanced = predictor.record.recipe.counts_classes_alike
    rare = say_rare(evaluation, counted_alike=balanced)
    rough = why_rough(predictor.answering)
    evaluation = evaluation.with_notes(*([rare] if rare else []), *rough, *predictor.why_unchecked)
    if baselines:
        left_out = why_alone(dataset)
    if baselines and not left_out:
        asked = Beside(dataset, predictor, split, truth, answer.as_targets, balanced=balanced)
        evaluation = evaluation.with_baselines(score_beside(asked))
    if left_out:
        evaluation = evaluation.with_notes(f"Without baselines: {left_out}.")
    return evaluation.model_copy(update={"seconds": time.perf_counter() - started}), answer


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
    if a.record.dataset.target.kind != b.record.dataset.target.kind:
        raise RunError(f"'{names[0]}' and '{names[1]}' learn different tasks.", expected="Two runs of the same task.")
    # The same examples for both: differences are paired, so what makes an example hard for both cancels.
    indices, target = dataset.splits[split], dataset.target
    first, second = (predictor.split_answer(dataset, indices)[0] for predictor in (a, b))
    scoring = SCORING[target.kind]
    # Which figure is compared follows from how uneven the training split is, so that it is chosen without a look at
    # the split that is measured; two tasks on one kind of target may have only some figures in common.
    headline = scoring.headline(target, dataset.targets[dataset.splits["train"]], a.record.task, b.record.task)
    truth = Truth.of(dataset, split, headline=headline)
    return scoring.compare(first.as_targets, second.as_targets, truth, names=names)
