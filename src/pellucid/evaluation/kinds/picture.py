"""Pictures that are given back: how far they are from what they should be, and a variational encoder's two terms."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.checking import check_groups
from pellucid.evaluation.comparison import compare_paired_values
from pellucid.evaluation.kinds.base import About, Scoring, Truth
from pellucid.evaluation.records import Metric, PairedComparison
from pellucid.evaluation.regression import MIN_UNITS
from pellucid.evaluation.resampling import bootstrap_mean
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import Target

if TYPE_CHECKING:
    from pellucid.tasks import Answer

HEADLINE = "mse"
_LEAST = 1e-12
"""Of a mean squared error, as which 0 counts in decibels: no picture counts more than 120 dB."""


class PictureScoring(Scoring):
    """Scores pictures by their mean squared error; the unit that is drawn anew is a picture, or a group of them."""

    higher_is_better: ClassVar[bool] = False

    def headline(self, target: Target, learned: NDArray[Any], *tasks: str) -> str:
        """Return the mean squared error."""
        return HEADLINE

    def score(self, answer: Answer, truth: Truth, about: About) -> Evaluation:
        """Score what is given back, with what the task measures of each picture beside it."""
        errors, measured = answer.as_targets, about.measured
        metrics = self.metrics(errors, truth)
        notes = ["mse and psnr are of levels from 0 to 1; psnr is the mean over pictures."]
        if "noisy" in measured:
            gains = decibels_of(errors) - decibels_of(measured["noisy"])
            metrics["psnr_gain"] = mean_over_pictures(gains, truth, lowest=-math.inf)
            noisy = float(decibels_of(measured["noisy"]).mean())
            notes.append(f"The network sees each picture with noise on it, at {noisy:.2f} dB on the mean.")
        if "kl" in measured:
            surprise, divergence = measured["reconstruction"], measured["kl"]
            terms = {"elbo": -(surprise + divergence), "reconstruction": surprise, "kl": divergence}
            metrics |= {name: mean_over_pictures(values, truth, lowest=-math.inf) for name, values in terms.items()}
            notes.append("elbo, reconstruction and kl are in nats per picture, from one draw each.")
        return Evaluation(
            split=about.split,
            n=len(errors),
            task=about.task,
            metrics=metrics,
            headline=HEADLINE,
            num_groups=None if truth.groups is None else len(np.unique(truth.groups)),
            notes=tuple(notes),
        )

    def metrics(self, answered: NDArray[Any], truth: Truth) -> dict[str, Metric]:
        """Return both metrics that need nothing but the pictures.

        Args:
            answered: [N] the mean squared error of each picture.
            truth: of the same examples.
        """
        errors = answered.astype(np.float64)
        return {
            HEADLINE: mean_over_pictures(errors, truth),
            "psnr": mean_over_pictures(decibels_of(errors), truth, lowest=-math.inf),
        }

    def compare(
        self, first: NDArray[Any], second: NDArray[Any], truth: Truth, *, names: tuple[str, str]
    ) -> PairedComparison:
        """Compare by the mean squared error, picture by picture."""
        about: dict[str, Any] = {"a": names[0], "b": names[1], "groups": truth.groups, "seed": truth.seed}
        return compare_paired_values(first, second, np.zeros(len(first)), metric=HEADLINE, **about)


def decibels_of(errors: NDArray[Any]) -> NDArray[np.float64]:
    """Return the peak signal-to-noise ratios of [N] mean squared errors of levels from 0 to 1."""
    found: NDArray[np.float64] = -10 * np.log10(np.maximum(errors.astype(np.float64), _LEAST))
    return found


def mean_over_pictures(values: NDArray[np.float64], truth: Truth, *, lowest: float = 0.0) -> Metric:
    """Return a mean over pictures with its interval."""
    clusters = check_groups(truth.groups)
    units, what = (len(values), "examples") if clusters is None else (int(clusters.max()) + 1, "groups")
    value = float(values.mean())
    ends = bootstrap_mean(values, groups=clusters, seed=truth.seed, lowest=lowest) if units >= MIN_UNITS else None
    if ends is None:
        return Metric(value=value, note=f"too few to say: {units} {what}")
    return Metric(
        value=value, low=ends[0], high=ends[1], method="bootstrap" if clusters is None else "clustered-bootstrap"
    )
