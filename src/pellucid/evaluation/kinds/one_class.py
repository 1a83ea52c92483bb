"""One class of K: accuracy, balanced where classes are uneven; of classes that are steps in an order, steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation import intervals
from pellucid.evaluation.answers import ClassAnswers
from pellucid.evaluation.checking import check_groups
from pellucid.evaluation.classification import evaluate_classification
from pellucid.evaluation.comparison import compare_paired, compare_paired_values
from pellucid.evaluation.kinds.base import About, Scoring, Truth
from pellucid.evaluation.ordered import LEADS, ordered_metrics
from pellucid.evaluation.proportions import wilson_metric
from pellucid.evaluation.records import Metric, PairedComparison
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import Target, is_uneven

if TYPE_CHECKING:
    from pellucid.runs import Answering
    from pellucid.tasks import Answer, ClassAnswer

BALANCED = "balanced_accuracy"


class ClassScoring(Scoring):
    """Scores classes."""

    higher_is_better: ClassVar[bool] = True

    def headline(self, target: Target, learned: NDArray[Any], *tasks: str) -> str:
        """Return the error in steps where all tasks learn an order, else the accuracy that suits the classes."""
        if tasks and all(task == "ordered" for task in tasks):
            return LEADS
        return BALANCED if is_uneven(target.counts(learned)) else "accuracy"

    def score(self, answer: Answer, truth: Truth, about: About) -> Evaluation:
        """Score probabilities, and the classes that were answered."""
        given = _of(answer)
        return evaluate_classification(
            given.probabilities,
            truth.targets,
            classes=truth.target.answers,
            predicted=given.labels,
            uneven=is_uneven(truth.target.counts(truth.learned)),
            positive=about.positive,
            split=about.split,
            task=about.task,
            names=about.names,
            indices=about.indices,
            groups=truth.groups,
            seed=truth.seed,
        )

    def with_abstention(
        self,
        evaluation: Evaluation,
        answer: Answer,
        truth: Truth,
        answering: Answering,
        distances: NDArray[np.float32] | None,
    ) -> Evaluation:
        """Add the share that is answered, and how often such an answer is right."""
        if not answering.can_abstain:
            return evaluation
        given = _of(answer)
        answered = ~answering.is_unsure(given.confidence)
        if distances is not None:
            answered &= ~answering.is_unknown(distances)
        right = int((given.labels == truth.targets)[answered].sum())
        metrics = evaluation.metrics | {"coverage": wilson_metric(int(answered.sum()), len(given))}
        if answered.any():
            metrics["selective_accuracy"] = wilson_metric(right, int(answered.sum()))
        return evaluation.model_copy(update={"metrics": metrics})

    def metrics(self, answered: NDArray[Any], truth: Truth) -> dict[str, Metric]:
        """Return what follows from the classes alone."""
        classes, clusters = truth.target.answers, check_groups(truth.groups)
        labels = answered.astype(np.int64)
        metrics = intervals.label_metrics(truth.targets, labels, classes=classes, groups=clusters)
        if truth.headline == LEADS:
            sure = np.eye(len(classes), dtype=np.float32)[labels]
            metrics |= ordered_metrics(ClassAnswers(sure, truth.targets, tuple(classes), clusters, truth.seed))
        return metrics

    def compare(
        self, first: NDArray[Any], second: NDArray[Any], truth: Truth, *, names: tuple[str, str]
    ) -> PairedComparison:
        """Compare by accuracy, by balanced accuracy, or by how many steps each is off."""
        about: dict[str, Any] = {"a": names[0], "b": names[1], "groups": truth.groups, "seed": truth.seed}
        if truth.headline == LEADS:
            return compare_paired_values(first, second, truth.targets, **about)
        by_class = truth.targets if truth.headline == BALANCED else None
        return compare_paired(first == truth.targets, second == truth.targets, classes=by_class, **about)


def _of(answer: Answer) -> ClassAnswer:
    from pellucid.tasks import ClassAnswer

    return ClassAnswer.of(answer)
