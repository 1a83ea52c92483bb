"""Several numbers: R² has no unit and can be averaged; where two are compared, errors in units of each one's spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.checking import check_groups
from pellucid.evaluation.comparison import compare_paired_values
from pellucid.evaluation.kinds.base import About, Scoring, Truth
from pellucid.evaluation.multioutput import evaluate_values, mean_r2, scaled_errors
from pellucid.evaluation.records import Metric, PairedComparison
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import Target

if TYPE_CHECKING:
    from pellucid.tasks import Answer


class ValuesScoring(Scoring):
    """Scores several numbers."""

    higher_is_better: ClassVar[bool] = True

    def headline(self, target: Target, learned: NDArray[Any], *tasks: str) -> str:
        """Return the mean of each number's R²."""
        return "r2"

    def score(self, answer: Answer, truth: Truth, about: About) -> Evaluation:
        """Score each of the numbers."""
        return evaluate_values(
            answer.as_targets,
            truth.targets,
            outputs=truth.target.answers,
            split=about.split,
            task=about.task,
            names=about.names,
            indices=about.indices,
            groups=truth.groups,
            seed=truth.seed,
        )

    def metrics(self, answered: NDArray[Any], truth: Truth) -> dict[str, Metric]:
        """Return the mean R²: errors in different units have no mean."""
        given, right = answered.astype(np.float64), truth.targets.astype(np.float64)
        return {"r2": mean_r2(given, right, groups=check_groups(truth.groups), seed=truth.seed)}

    def compare(
        self, first: NDArray[Any], second: NDArray[Any], truth: Truth, *, names: tuple[str, str]
    ) -> PairedComparison:
        """Compare by the mean absolute error in units of each number's spread in training."""
        spread, right = truth.learned.std(axis=0), truth.targets.astype(np.float64)
        own, others = (scaled_errors(given.astype(np.float64), right, spread) for given in (first, second))
        about: dict[str, Any] = {"a": names[0], "b": names[1], "groups": truth.groups, "seed": truth.seed}
        return compare_paired_values(own, others, np.zeros(len(right)), **about)
