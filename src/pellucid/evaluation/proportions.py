"""Wilson's interval for a share of examples, and its relatives: by group, and for means of shares."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pellucid.errors import DataError
from pellucid.evaluation.checking import BoolArray, FloatArray, IntArray
from pellucid.evaluation.records import Metric

LEVEL = 0.95
MIN_GROUPS = 5
"""Groups below which an interval by group says next to nothing (docs/intervals.md)."""


def wilson(successes: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """Return Wilson's score interval for a share.

    It holds down to one example and also when all or none succeed, which the textbook interval does not.
    Source: E. B. Wilson (1927), J. Am. Stat. Assoc. 22; compared in Brown, Cai and DasGupta (2001), Statistical Science
    16.

    Args:
        successes: how many of `n` succeeded; may be a fraction when `n` is an effective number.
        n: 0 gives (0, 1): nothing is known.
        level: coverage wished for, in (0, 1).

    Raises:
        DataError: unless 0 <= successes <= n.
    """
    if not 0 <= successes <= n:
        raise DataError(f"{successes} of {n} is no share.", expected="0 <= successes <= n.")
    low, high = wilson_arrays(np.array([successes]), np.array([n]), z=normal_quantile(level))
    return float(low[0]), float(high[0])


def wilson_metric(successes: int, n: int) -> Metric:
    """Return the share `successes / n` (n at least 1) with Wilson's interval."""
    low, high = wilson(successes, n)
    return Metric(value=successes / n, low=low, high=high, method="wilson")


def wilson_arrays(successes: ArrayLike, n: ArrayLike, *, z: float | None = None) -> tuple[FloatArray, FloatArray]:
    """Return lower and upper ends of Wilson's interval, elementwise; (0, 1) where n is 0.

    Args:
        successes: float array.
        n: float array of the same shape.
        z: quantile to use; None: the normal one of 95 %.
    """
    hits, total = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    quantile = normal_quantile(LEVEL) if z is None else z
    safe = np.where(total > 0, total, 1.0)
    share = hits / safe
    middle = (share + quantile**2 / (2 * safe)) / (1 + quantile**2 / safe)
    half = quantile / (1 + quantile**2 / safe) * np.sqrt(share * (1 - share) / safe + quantile**2 / (4 * safe**2))
    # At 0 and at n the ends are exactly 0 and 1; rounding must not say otherwise.
    low = np.where(hits <= 0, 0.0, np.clip(middle - half, 0, 1))
    high = np.where(hits >= total, 1.0, np.clip(middle + half, 0, 1))
    return np.where(total > 0, low, 0.0), np.where(total > 0, high, 1.0)


def share_metric(hits: BoolArray, groups: IntArray | None = None) -> Metric:
    """Return the share of True in bool [n] (n at least 1) with its interval; by group where groups [n] are given."""
    if groups is None:
        return wilson_metric(int(hits.sum()), len(hits))
    value = float(hits.mean())
    _, numbered = np.unique(groups, return_inverse=True)
    num_groups = int(numbered.max()) + 1
    if num_groups < MIN_GROUPS:
        return Metric(value=value, note=f"too few to say: {num_groups} group{'' if num_groups == 1 else 's'}")
    effective = len(hits) / design_effect(hits.astype(np.float64) - value, numbered)
    low, high = wilson_arrays([value * effective], [effective], z=group_quantile(num_groups))
    return Metric(value=value, low=float(low[0]), high=float(high[0]), method="clustered-wilson")


def design_effect(influence: FloatArray, groups: IntArray) -> float:
    """Return how many examples that come in groups are worth one that comes alone: at least 1.

    The variance of the group sums over that of single examples, pulled towards the worst case (all of a group alike)
    with the weight of one group: where few groups hold all the mistakes, the plain ratio is far too small.

    Args:
        influence: float [n], what each example contributes to the error, of mean 0.
        groups: int64 [n], 0 to G - 1, G at least 2.
    """
    sizes = np.bincount(groups)
    worst = float((sizes**2).sum()) / len(groups)
    sums = sum_by_group(influence, groups)
    alone = float((influence**2).sum())
    # No mistake was seen: nothing tells how alike a group's examples are, so all of them are taken to be.
    if alone <= 1e-300:
        return worst
    seen = len(sizes) / (len(sizes) - 1) * float((sums**2).sum()) / alone
    weight = effective_number(sums)
    return max(1.0, (weight * seen + worst) / (weight + 1))


def sum_by_group(values: FloatArray, groups: IntArray) -> FloatArray:
    """Return float [G]: the sum of the values of each group, groups being numbered 0 to G - 1."""
    return np.bincount(groups, weights=values).astype(np.float64)


def effective_number(contributions: FloatArray) -> float:
    """Return how many of n contributions [n] carry a variance: n when all are equally large, 1 when one outweighs all.

    It is (sum of squares)^2 / sum of fourth powers, as of the weights in L. Kish (1965), "Survey sampling".
    """
    squares = contributions**2
    total = float((squares**2).sum())
    return float(squares.sum()) ** 2 / total if total > 0 else 0.0


def clopper_pearson_upper(errors: int, n: int, *, miss: float) -> float:
    """Return the exact upper bound of an error rate: the truth lies above it with probability at most `miss`.

    Source: C. J. Clopper and E. S. Pearson (1934), Biometrika 26.
    """
    if n == 0 or errors >= n:
        return 1.0
    return float(scipy.special.betaincinv(errors + 1, n - errors, 1 - miss))


def normal_quantile(level: float = LEVEL) -> float:
    """Return how many standard errors an interval of this level reaches to each side."""
    return float(scipy.special.ndtri(0.5 + level / 2))


def group_quantile(num_groups: int, level: float = LEVEL) -> float:
    """Return the same when the standard error itself comes from few groups (Student's t)."""
    return float(scipy.special.stdtrit(num_groups - 1, 0.5 + level / 2))
