"""Pictures that others become: how far they are from those that are right."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.comparison import compare_paired_values
from pellucid.evaluation.kinds.base import About, Scoring, Truth
from pellucid.evaluation.kinds.picture import decibels_of, mean_over_pictures
from pellucid.evaluation.records import Metric, PairedComparison
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import Target

if TYPE_CHECKING:
    from pellucid.tasks import Answer

HEADLINE = "mae"


class PairedScoring(Scoring):
    """Scores pictures by their mean absolute error; the unit that is drawn anew is a picture, or a group of them."""

    higher_is_better: ClassVar[bool] = False

    def headline(self, target: Target, learned: NDArray[Any], *tasks: str) -> str:
        """Return the mean absolute error."""
        return HEADLINE

    def score(self, answer: Answer, truth: Truth, about: About) -> Evaluation:
        """Score the pictures."""
        errors = answer.as_targets
        return Evaluation(
            split=about.split,
            n=len(errors),
            task=about.task,
            metrics=self.metrics(errors, truth),
            headline=HEADLINE,
            num_groups=None if truth.groups is None else len(np.unique(truth.groups)),
            notes=("mae, mse and psnr are of levels from 0 to 1; each is the mean over pictures.",),
        )

    def metrics(self, answered: NDArray[Any], truth: Truth) -> dict[str, Metric]:
        """Return the three metrics.

        Args:
            answered: [N, 2] the mean absolute and the mean squared error of each picture.
            truth: of the same examples.
        """
        absolute, squared = np.asarray(answered, np.float64).T
        return {
            HEADLINE: mean_over_pictures(absolute, truth),
            "mse": mean_over_pictures(squared, truth),
            "psnr": mean_over_pictures(decibels_of(squared), truth, lowest=-math.inf),
        }

    def compare(
        self, first: NDArray[Any], second: NDArray[Any], truth: Truth, *, names: tuple[str, str]
    ) -> PairedComparison:
        """Compare by the mean absolute error, picture by picture."""
        about: dict[str, Any] = {"a": names[0], "b": names[1], "groups": truth.groups, "seed": truth.seed}
        return compare_paired_values(first[:, 0], second[:, 0], np.zeros(len(first)), metric=HEADLINE, **about)
