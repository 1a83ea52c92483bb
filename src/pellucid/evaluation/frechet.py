"""How far two sets of features are apart as distributions: Fréchet distance and kernel distance, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import scipy
from numpy.typing import NDArray

from pellucid.errors import DataError
from pellucid.evaluation.records import Metric

Rows = NDArray[np.float64]
BLOCKS = 10
"""Of a set, one of which is left out at a time to tell how much a distance hangs on it."""
_AT_ONCE = 1_000
ENOUGH = 10
"""Examples for each feature, below which a covariance is hardly known."""


def frechet_distance(one: Rows, other: Rows) -> float:
    """Return the squared Fréchet distance of two normal distributions with the means and covariances of two sets.

    |m1 - m2|^2 + tr(C1 + C2 - 2 (C1^(1/2) C2 C1^(1/2))^(1/2)), by the eigenvalues of symmetric matrices alone, so that
    nothing is ever imaginary. Small sets give too much.
    Sources: D. C. Dowson and B. V. Landau (1982), Journal of Multivariate Analysis 12, 450-455; M. Heusel et al.
    (2017), "GANs trained by a two time-scale update rule", equation 6, who take the features of another network.

    Args:
        one: [n, D], n > 1.
        other: [m, D], m > 1.

    Raises:
        DataError: the sets have other numbers of features, or fewer than two examples.
    """
    if one.shape[1] != other.shape[1] or min(len(one), len(other)) < 2:
        raise DataError(
            f"Features of {one.shape} and {other.shape} have no distance.",
            expected="Two examples or more each, of as many features.",
        )
    first, second = (np.atleast_2d(np.cov(rows, rowvar=False)) for rows in (one, other))
    values, vectors = scipy.linalg.eigh(first)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    shared = np.sqrt(np.maximum(scipy.linalg.eigvalsh(root @ second @ root), 0)).sum()
    apart = np.square(one.mean(axis=0) - other.mean(axis=0)).sum()
    return max(0.0, float(apart + np.trace(first) + np.trace(second) - 2 * shared))


def kernel_distance(one: Rows, other: Rows) -> float:
    """Return the squared maximum mean discrepancy of two sets, by the kernel (x.y / D + 1)^3, without bias.

    It may be a little below 0 where the sets are alike.
    Sources: A. Gretton et al. (2012), Journal of Machine Learning Research 13, equation 3; M. Binkowski et al. (2018),
    "Demystifying MMD GANs", who call it the kernel Inception distance in the features of another network.

    Args:
        one: [n, D], n > 1.
        other: [m, D], m > 1.
    """
    return Reference(other).kernel_without(one, [np.zeros(0, np.int64)])[0]


class Reference:
    """A large set of features that others are held against.

    Args:
        rows: [M, D], M > 1.
    """

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def frechet(self, rows: Rows) -> Metric:
        """Return the Fréchet distance of a set, with an interval over its examples."""
        width = rows.shape[1]
        few = f"larger than they should be: {len(rows):,} pictures are few for {width} features"
        note = "" if len(rows) >= ENOUGH * width else few
        blocks = [np.zeros(0, np.int64), *_blocks_of(rows)]
        found = [frechet_distance(np.delete(rows, block, axis=0), self.rows) for block in blocks]
        return _metric(found, note or _too_few(rows), lowest=0.0)

    def kernel(self, rows: Rows) -> Metric:
        """Return the kernel distance of a set, with an interval over its examples."""
        found = self.kernel_without(rows, [np.zeros(0, np.int64), *_blocks_of(rows)])
        return _metric(found, _too_few(rows), lowest=-np.inf)

    def kernel_without(self, rows: Rows, blocks: Sequence[NDArray[np.int64]]) -> list[float]:
        """Return the kernel distance of a set without some of its examples, once for each choice of these.

        Args:
            rows: [n, D].
            blocks: indices that are left out, of each choice.
        """
        to_all = np.concatenate([_kernel(part, self.rows).sum(axis=1) for part in _parts(rows)]) / len(self.rows)
        among = np.concatenate([_kernel(part, rows) for part in _parts(rows)])
        np.fill_diagonal(among, 0)
        sums, found = among.sum(axis=1), []
        for block in blocks:
            left = len(rows) - len(block)
            within = sums.sum() - 2 * sums[block].sum() + among[np.ix_(block, block)].sum()
            between = (to_all.sum() - to_all[block].sum()) / left
            found.append(float(within / (left * (left - 1)) + self._within - 2 * between))
        return found

    @cached_property
    def _within(self) -> float:
        """The mean kernel of two different examples."""
        own = (np.square(self.rows).sum(axis=1) / self.rows.shape[1] + 1) ** 3
        whole = sum(float(_kernel(part, self.rows).sum()) for part in _parts(self.rows))
        return (whole - float(own.sum())) / (len(self.rows) * (len(self.rows) - 1))


def _metric(found: Sequence[float], note: str, *, lowest: float) -> Metric:
    """Return a distance with the interval of a block jackknife (B. Efron and C. Stein 1981, Annals of Statistics 9).

    Args:
        found: the distance, then without each of the blocks; the distance alone where there are too few examples.
        note: what must be known.
        lowest: value there is.
    """
    value, without = found[0], np.array(found[1:])
    if not len(without):
        return Metric(value=value, note=note)
    error = np.sqrt((BLOCKS - 1) / BLOCKS * np.square(without - without.mean()).sum())
    reach = float(scipy.stats.t.ppf(0.975, BLOCKS - 1) * error)
    return Metric(value=value, low=max(lowest, value - reach), high=value + reach, method="jackknife", note=note)


def _blocks_of(rows: Rows) -> list[NDArray[np.int64]]:
    """Return the indices of each block; [] of too few examples."""
    if len(rows) < 2 * BLOCKS:
        return []
    return np.array_split(np.random.default_rng(0).permutation(len(rows)), BLOCKS)


def _too_few(rows: Rows) -> str:
    return f"too few to say: {len(rows)} pictures" if len(rows) < 2 * BLOCKS else ""


def _parts(rows: Rows) -> list[Rows]:
    return [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]


def _kernel(one: Rows, other: Rows) -> Rows:
    kernel: Rows = (one @ other.T / one.shape[1] + 1) ** 3
    return kernel
