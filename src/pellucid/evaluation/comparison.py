"""Two answers to the same examples: is one better, or is it chance?"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray

from pellucid.errors import DataError
from pellucid.evaluation.checking import FloatArray, IntArray, check_groups, check_same_length, check_values
from pellucid.evaluation.meanings import metric_words
from pellucid.evaluation.proportions import sum_by_group, wilson
from pellucid.evaluation.records import Metric, PairedComparison
from pellucid.evaluation.resampling import bootstrap_mean

SIGNIFICANT = 0.05
MIN_UNITS = 20
"""Examples or groups below which a bootstrapped difference gets no interval (docs/intervals.md)."""
_MAX_FLIPS, _FLIP_CELLS = 9_999, 20_000_000


def compare_paired(
    correct_a: ArrayLike,
    correct_b: ArrayLike,
    *,
    a: str = "A",
    b: str = "B",
    groups: ArrayLike | None = None,
    classes: ArrayLike | None = None,
    seed: int = 0,
) -> PairedComparison:
    """Return whether b answers more examples rightly than a, or, given their classes, has the better balanced accuracy.

    Without groups: McNemar's exact test, and Newcombe's interval of the difference. With groups: a test that swaps a
    and b in whole groups, and a bootstrap of whole groups.
    Sources: Q. McNemar (1947), Psychometrika 12; R. G. Newcombe (1998), Statistics in Medicine 17, 2635-2650 (method
    10).

    Args:
        correct_a: bool [N], whether a is right.
        correct_b: bool [N], on the same examples in the same order.
        a: name of a, for the sentence.
        b: name of b.
        groups: [N], examples of equal group are alike.
        classes: int [N], the class of each example, for a comparison by balanced accuracy; None: by accuracy.
        seed: of bootstrap and swaps.

    Raises:
        DataError: lengths disagree, nothing to compare, entries that are neither right nor wrong.
    """
    first, second = _as_bool(correct_a, "correct_a"), _as_bool(correct_b, "correct_b")
    n = check_same_length(correct_a=first, correct_b=second, groups=groups, classes=classes)
    only_a, only_b = int((first & ~second).sum()), int((~first & second).sum())
    clusters = check_groups(groups)
    counted = np.ones(n) if classes is None else balancing_weights(np.asarray(classes))
    metric = "accuracy" if classes is None else "balanced_accuracy"
    if clusters is None and classes is None:
        p_value, test = mcnemar_exact(only_a, only_b), "exact McNemar test"
        both = int((first & second).sum())
        low, high = newcombe_paired(both, only_a, only_b, n - both - only_a - only_b)
        difference = Metric(value=(only_b - only_a) / n, low=low, high=high, method="newcombe")
    else:
        gains = (second.astype(np.float64) - first) * counted
        units = gains if clusters is None else sum_by_group(gains, clusters)
        p_value, test = swap_test(units, seed=seed), "swap test" if clusters is None else "swap test by group"
        difference = _mean_difference(gains, clusters, seed)
    verdict = _verdict(p_value, better_b=difference.value > 0)
    a_value, b_value = float((first * counted).mean()), float((second * counted).mean())
    outcome = f"{_points(difference)}, {_shown_p(p_value)} ({test})"
    plain = None if classes is None else compare_paired(first, second, a=a, b=b, groups=groups, seed=seed)
    if plain is None:
        counts = f"{b} alone is right on {only_b:,}, {a} alone on {only_a:,} of {n:,} examples"
        summary = f"{_lead(verdict, a, b)}: {counts}; accuracy {outcome}."
    else:
        # The counts are of plain accuracy: they may say the opposite of what balanced accuracy does.
        lead = _lead(verdict, a, b, within=True)
        beside = plain.summary.removeprefix(_lead(plain.verdict, a, b))
        summary = (
            f"In balanced accuracy {lead}: {b_value:.3f} against {a_value:.3f}, {outcome}. "
            f"In plain accuracy {_lead(plain.verdict, a, b, within=True)}{beside}"
        )
    return PairedComparison(
        a=a,
        b=b,
        metric=metric,
        n=n,
        a_value=a_value,
        b_value=b_value,
        difference=difference,
        only_a=only_a,
        only_b=only_b,
        p_value=p_value,
        test=test,
        verdict=verdict,
        summary=summary,
        plain=plain,
    )


def balancing_weights(classes: NDArray[Any]) -> FloatArray:
    """Return [n] weights of mean 1 that let each class count alike: a mean of them is a mean over the classes."""
    _, index, counts = np.unique(classes, return_inverse=True, return_counts=True)
    weights: FloatArray = (len(classes) / (len(counts) * counts))[index.reshape(-1)]
    return weights


def compare_paired_values(
    values_a: ArrayLike,
    values_b: ArrayLike,
    targets: ArrayLike,
    *,
    a: str = "A",
    b: str = "B",
    groups: ArrayLike | None = None,
    seed: int = 0,
    metric: str = "mae",
) -> PairedComparison:
    """Return whether b's numbers are nearer to the targets than a's, by their mean absolute error.

    The test swaps a and b in single examples (or whole groups); the interval is bootstrapped.

    Args:
        values_a: float [N], predictions of a.
        values_b: float [N], predictions of b for the same examples.
        targets: float [N].
        a: name of a, for the sentence.
        b: name of b.
        groups: [N], examples of equal group are alike.
        seed: of bootstrap and swaps.
        metric: what the mean distance is called.

    Raises:
        DataError: lengths disagree, nothing to compare, numbers that are not finite.
    """
    truth = check_values(targets, what="Targets")
    first, second = check_values(values_a, what="Values of a"), check_values(values_b, what="Values of b")
    n = check_same_length(values_a=first, values_b=second, targets=truth, groups=groups)
    clusters = check_groups(groups)
    errors_a, errors_b = np.abs(first - truth), np.abs(second - truth)
    gains = errors_b - errors_a
    sums = gains if clusters is None else sum_by_group(gains, clusters)
    p_value, test = swap_test(sums, seed=seed), "swap test" if clusters is None else "swap test by group"
    difference = _mean_difference(gains, clusters, seed)
    verdict = _verdict(p_value, better_b=float(gains.sum()) < 0)
    means = f"{metric_words(metric).label} {errors_b.mean():.4g} against {errors_a.mean():.4g}"
    summary = f"{_lead(verdict, a, b)}: {means} on {n:,} examples, {_shown_p(p_value)} ({test})."
    return PairedComparison(
        a=a,
        b=b,
        metric=metric,
        n=n,
        a_value=float(errors_a.mean()),
        b_value=float(errors_b.mean()),
        difference=difference,
        p_value=p_value,
        test=test,
        verdict=verdict,
        summary=summary,
    )


def compare_paired_scores(
    scores_a: FloatArray,
    scores_b: FloatArray,
    *,
    metric: str = "f1_samples",
    a: str = "A",
    b: str = "B",
    groups: ArrayLike | None = None,
    seed: int = 0,
) -> PairedComparison:
    """Return whether b has the higher mean score; test and interval as in `compare_paired_values`.

    Args:
        scores_a: float [N], a's score of each example; higher is better.
        scores_b: float [N], b's, of the same examples.
        metric: what their mean is called.
        a: name of a, for the sentence.
        b: name of b.
        groups: [N], examples of equal group are alike.
        seed: of bootstrap and swaps.

    Raises:
        DataError: lengths disagree, or nothing to compare.
    """
    n = check_same_length(scores_a=scores_a, scores_b=scores_b, groups=groups)
    clusters = check_groups(groups)
    gains = scores_b - scores_a
    sums = gains if clusters is None else sum_by_group(gains, clusters)
    p_value, test = swap_test(sums, seed=seed), "swap test" if clusters is None else "swap test by group"
    verdict = _verdict(p_value, better_b=float(gains.sum()) > 0)
    means = f"{metric_words(metric).label} {scores_b.mean():.4g} against {scores_a.mean():.4g}"
    return PairedComparison(
        a=a,
        b=b,
        metric=metric,
        n=n,
        a_value=float(scores_a.mean()),
        b_value=float(scores_b.mean()),
        difference=_mean_difference(gains, clusters, seed),
        p_value=p_value,
        test=test,
        verdict=verdict,
        summary=f"{_lead(verdict, a, b)}: {means} on {n:,} examples, {_shown_p(p_value)} ({test}).",
    )


def mcnemar_exact(only_a: int, only_b: int) -> float:
    """Return the two-sided exact p-value of two counts when each example that only one has right is a fair coin."""
    total = only_a + only_b
    if total == 0:
        return 1.0
    # Twice the smaller tail; where both counts are equal the two tails overlap, and would sum to more than 1.
    return min(1.0, 2 * float(scipy.special.bdtr(min(only_a, only_b), total, 0.5)))


def newcombe_paired(both: int, only_a: int, only_b: int, neither: int, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of (share b has right) - (share a has right), from the four counts.

    Source: R. G. Newcombe (1998), Statistics in Medicine 17, 2635-2650 (method 10: Wilson's intervals, joined by the
    correlation).
    """
    n = both + only_a + only_b + neither
    share_a, share_b = (both + only_a) / n, (both + only_b) / n
    low_a, high_a = wilson(both + only_a, n, level)
    low_b, high_b = wilson(both + only_b, n, level)
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    product = float(both * neither - only_a * only_b)
    if product > 0:
        # Newcombe's correction of the correlation for continuity: of few examples it is seen too large.
        product = max(product - n / 2, 0.0)
    phi = product / math.sqrt(margins) if margins > 0 else 0.0
    difference = share_b - share_a
    down_b, up_b, down_a, up_a = share_b - low_b, high_b - share_b, share_a - low_a, high_a - share_a
    down = math.sqrt(max(0.0, down_b**2 - 2 * phi * down_b * up_a + up_a**2))
    up = math.sqrt(max(0.0, up_b**2 - 2 * phi * up_b * down_a + down_a**2))
    return max(-1.0, difference - down), min(1.0, difference + up)


def swap_test(gains: FloatArray, *, seed: int) -> float:
    """Return the two-sided p-value of the sum of `gains` [n] when each sign is a fair coin.

    Exact up to 12 gains that are not 0 (all sign patterns); else from up to 9,999 seeded draws.
    Source: R. A. Fisher (1935), "The design of experiments", section 21.
    """
    # Ties cannot be swapped: whatever their sign, they add nothing.
    kept = gains[np.abs(gains) > 1e-12]
    if len(kept) == 0:
        return 1.0
    # A little less, so that the same sum in another order counts as reached.
    observed = abs(float(kept.sum())) - 1e-9 * float(np.abs(kept).sum())
    if len(kept) <= 12:
        patterns = (np.arange(2 ** len(kept))[:, None] >> np.arange(len(kept))) & 1
        return float((np.abs((2 * patterns - 1) @ kept) >= observed).mean())
    random = np.random.default_rng(seed)
    flips = int(np.clip(_FLIP_CELLS // len(kept), 999, _MAX_FLIPS))
    extreme = 0
    rows = max(1, 2_000_000 // len(kept))
    for start in range(0, flips, rows):
        signs = random.integers(0, 2, (min(rows, flips - start), len(kept)), dtype=np.int8) * 2 - 1
        extreme += int((np.abs(signs @ kept) >= observed).sum())
    return (extreme + 1) / (flips + 1)


def _mean_difference(gains: FloatArray, groups: IntArray | None, seed: int) -> Metric:
    value = float(gains.mean())
    units = len(gains) if groups is None else int(groups.max()) + 1
    what = "examples" if groups is None else "groups"
    if units < MIN_UNITS:
        return Metric(value=value, note=f"too few to say: {units} {what}")
    ends = bootstrap_mean(gains, groups=groups, seed=seed, lowest=-math.inf)
    if ends is None:
        few = f"a few {what} carry it" if gains.any() else "the two never differ"
        return Metric(value=value, note=f"too few to say: {few}")
    return Metric(
        value=value, low=ends[0], high=ends[1], method="bootstrap" if groups is None else "clustered-bootstrap"
    )


def _as_bool(array: ArrayLike, name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    given = np.asarray(array)
    if given.ndim != 1 or not np.isin(given, (0, 1)).all():
        raise DataError(
            f"{name} has shape {list(given.shape)} and type {given.dtype}.",
            expected="[N]: True where right, else False.",
        )
    return given.astype(np.bool_)


def _verdict(p_value: float, *, better_b: bool) -> Literal["a", "b", "none"]:
    if p_value >= SIGNIFICANT:
        return "none"
    return "b" if better_b else "a"


def _lead(verdict: Literal["a", "b", "none"], a: str, b: str, *, within: bool = False) -> str:
    if verdict == "none":
        return f"{'no' if within else 'No'} difference between {b} and {a} could be shown"
    better, worse = (b, a) if verdict == "b" else (a, b)
    return f"{better} is better than {worse}"


def _points(difference: Metric) -> str:
    shown = f"{round(100 * difference.value, 1) + 0.0:+.1f} points"  # no "-0.0"
    if difference.low is None or difference.high is None:
        return shown
    return f"{shown} ({100 * difference.low:+.1f} to {100 * difference.high:+.1f})"


def _shown_p(p_value: float) -> str:
    """Return "p = 0.034", or "p < 0.001" for what is smaller: further places say nothing more to a reader."""
    return f"p = {p_value:.3f}" if p_value >= 0.001 else "p < 0.001"
