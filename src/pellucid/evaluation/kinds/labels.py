"""Any of several labels: F1 of the labels, and of each example's own set where two are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.checking import check_groups
from pellucid.evaluation.comparison import compare_paired_scores
from pellucid.evaluation.kinds.base import About, Scoring, Truth
from pellucid.evaluation.multilabel import evaluate_labels, label_set_metrics, samples_f1
from pellucid.evaluation.records import Metric, PairedComparison
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import Target

if TYPE_CHECKING:
    from pellucid.tasks import Answer


class LabelsScoring(Scoring):
    """Scores sets of labels."""

    higher_is_better: ClassVar[bool] = True

    def headline(self, target: Target, learned: NDArray[Any], *tasks: str) -> str:
        """Return the mean of the labels' F1."""
        return "f1_macro"

    def score(self, answer: Answer, truth: Truth, about: About) -> Evaluation:
        """Score each label's probability, and the labels that reach their thresholds."""
        from pellucid.tasks import LabelsAnswer

        given = LabelsAnswer.of(answer)
        return evaluate_labels(
            given.probabilities,
            truth.targets,
            classes=truth.target.answers,
            thresholds=given.thresholds,
            split=about.split,
            task=about.task,
            names=about.names,
            indices=about.indices,
            groups=truth.groups,
            seed=truth.seed,
        )

    def metrics(self, answered: NDArray[Any], truth: Truth) -> dict[str, Metric]:
        """Return what follows from the sets of labels."""
        given, right = answered.astype(np.bool_), truth.targets.astype(np.bool_)
        return label_set_metrics(given, right, groups=check_groups(truth.groups), seed=truth.seed)

    def compare(
        self, first: NDArray[Any], second: NDArray[Any], truth: Truth, *, names: tuple[str, str]
    ) -> PairedComparison:
        """Compare by the F1 of each example's set, which pairs."""
        right = truth.targets.astype(np.bool_)
        scores = [samples_f1(given.astype(np.bool_), right) for given in (first, second)]
        return compare_paired_scores(*scores, a=names[0], b=names[1], groups=truth.groups, seed=truth.seed)
