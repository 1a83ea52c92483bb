"""One number: how far off it is, in its own unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.checking import check_groups
from pellucid.evaluation.comparison import compare_paired_values
from pellucid.evaluation.kinds.base import About, Scoring, Truth
from pellucid.evaluation.records import Metric, PairedComparison
from pellucid.evaluation.regression import evaluate_regression, value_metrics
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import Target

if TYPE_CHECKING:
    from pellucid.tasks import Answer


class ValueScoring(Scoring):
    """Scores a number."""

    higher_is_better: ClassVar[bool] = False

    def headline(self, target: Target, learned: NDArray[Any], *tasks: str) -> str:
        """Return the mean absolute error."""
        return "mae"

    def score(self, answer: Answer, truth: Truth, about: About) -> Evaluation:
        """Score the numbers."""
        return evaluate_regression(
            answer.as_targets,
            truth.targets,
            split=about.split,
            task=about.task,
            names=about.names,
            indices=about.indices,
            groups=truth.groups,
            seed=truth.seed,
        )

    def metrics(self, answered: NDArray[Any], truth: Truth) -> dict[str, Metric]:
        """Return all of them: none needs more than the numbers."""
        given, right = answered.astype(np.float64), truth.targets.astype(np.float64)
        return value_metrics(given, right, groups=check_groups(truth.groups), seed=truth.seed)

    def compare(
        self, first: NDArray[Any], second: NDArray[Any], truth: Truth, *, names: tuple[str, str]
    ) -> PairedComparison:
        """Compare by the absolute error."""
        about: dict[str, Any] = {"a": names[0], "b": names[1], "groups": truth.groups, "seed": truth.seed}
        return compare_paired_values(first, second, truth.targets, **about)
