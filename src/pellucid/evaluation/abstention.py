"""When to answer "unsure": the lowest threshold whose error rate is shown to be small enough."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from pellucid.errors import RecipeError
from pellucid.evaluation.checking import check_probabilities, check_same_length, check_targets
from pellucid.evaluation.proportions import clopper_pearson_upper, wilson_metric
from pellucid.evaluation.records import Metric
from pellucid.records import Record
from pellucid.words import percent

THRESHOLDS = (
    0.0,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.75,
    0.8,
    0.85,
    0.9,
    0.925,
    0.95,
    0.97,
    0.98,
    0.99,
    0.995,
    0.998,
    0.999,
    0.9995,
    0.9999,
)
"""Fixed beforehand: the guarantee would not hold for thresholds chosen after seeing the errors."""


class Abstention(Record):
    """Below which probability an answer is "unsure", and what that was measured to bring."""

    threshold: float | None
    """An answer whose probability is lower is "unsure"; None when no threshold could be shown to do."""
    error_rate: float
    """The share of wrong answers among those given that was asked for."""
    confidence: float
    """Probability, over the draw of the examples, that the error rate of the answers given is truly no higher."""
    n: int
    coverage: Metric | None = None
    """Share of the examples that get an answer."""
    error: Metric | None = None
    """Share of those answers that are wrong."""
    bound: float | None = None
    """Upper bound of that share which holds with `confidence`, for all thresholds at once."""
    reason: str
    """The choice, or why there is none, in a sentence."""


def choose_threshold(
    probabilities: ArrayLike,
    targets: ArrayLike,
    *,
    error_rate: float,
    confidence: float = 0.95,
    predicted: ArrayLike | None = None,
) -> Abstention:
    """Return the lowest threshold that keeps the share of wrong answers at or below `error_rate`.

    Twenty thresholds, fixed beforehand, are each given an exact upper bound of their error rate (Clopper and Pearson)
    that misses with probability (1 - confidence) / 20. So with probability `confidence` all bounds hold at once,
    whatever the model, as long as new pictures are like these; the lowest threshold whose bound is small enough is
    taken.
    Sources: Y. Geifman and R. El-Yaniv (2017), "Selective classification for deep neural networks";
    A. N. Angelopoulos et al. (2021), "Learn then test".

    Args:
        probabilities: float [N, K], calibrated, of examples that were neither trained on nor used to choose the model.
        targets: int [N], class index.
        error_rate: in (0, 1), e.g. 0.05.
        confidence: in (0, 1).
        predicted: int [N], the classes that were answered; None: the most probable ones.

    Raises:
        RecipeError: error_rate or confidence outside (0, 1).
        DataError: lengths disagree, probabilities or targets that are none.
    """
    for name, value in (("error_rate", error_rate), ("confidence", confidence)):
        if not 0 < value < 1:
            raise RecipeError(f"{name} is {value}.", expected="A share between 0 and 1, e.g. 0.05.")
    columns = np.shape(probabilities)[1] if np.ndim(probabilities) == 2 else 2
    checked = check_probabilities(probabilities, num_classes=columns)
    labels = check_targets(targets, num_classes=columns)
    chosen = checked.argmax(axis=1) if predicted is None else check_targets(predicted, num_classes=columns)
    n = check_same_length(probabilities=checked, targets=labels, predicted=chosen)
    miss = (1 - confidence) / len(THRESHOLDS)
    top, wrong = checked[np.arange(n), chosen], chosen != labels
    for threshold in THRESHOLDS:
        answered = top >= threshold
        count, errors = int(answered.sum()), int(wrong[answered].sum())
        # Lower thresholds answer more: the first that holds is the one that costs least.
        bound = clopper_pearson_upper(errors, count, miss=miss)
        if bound <= error_rate:
            return _found(threshold, error_rate, confidence, n, count, errors, bound)
    # From (1 - error rate)^n <= miss: so many right answers in a row are unlikely enough at a higher error rate.
    least = math.ceil(math.log(miss) / math.log1p(-error_rate))
    if n < least:
        needed = f"at least {least}, all answered rightly, are needed to show an error rate of {error_rate:.3g}"
        reason = f"Too few to say: {n} examples; {needed}."
    else:
        kept = f"keep the error rate at {error_rate:.3g} or less"
        reason = f"No threshold could be shown to {kept}: too many confident mistakes."
    return Abstention(threshold=None, error_rate=error_rate, confidence=confidence, n=n, reason=reason)


def _found(
    threshold: float, error_rate: float, confidence: float, n: int, count: int, errors: int, bound: float
) -> Abstention:
    return Abstention(
        threshold=threshold,
        error_rate=error_rate,
        confidence=confidence,
        n=n,
        coverage=wilson_metric(count, n),
        error=wilson_metric(errors, count),
        bound=bound,
        reason=f"Answers with a probability of {threshold:g} or more: {count} of {n} examples, {errors} of them wrong; "
        f"with {percent(confidence)} confidence at most {percent(bound, 2)} of such answers are wrong.",
    )
