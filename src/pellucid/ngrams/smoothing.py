"""From counts to probabilities: what was seen gives a little to what was not.

All three ways have one form (Chen and Goodman 1999, "An empirical study of smoothing techniques for language
modeling", section 2.8): P(w | context) = a(w, context) + b(context) P(w | context without its first token), down to
the uniform distribution. They differ in a and b alone, so that one table of both is all there is to keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.ngrams.counting import Counts, IntArray, Level
from pellucid.ngrams.names import Smoothing

FloatArray: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class _Shares:
    """What one level says of the next token.

    Attributes:
        level: its n-grams.
        own: [n] a(w, context), one for each n-gram.
        rest: [parents] b(context), what goes to the shorter context; 1 where nothing followed a context.
        first: [parents + 1] where the children of each parent begin.
    """

    level: Level
    own: FloatArray
    rest: FloatArray
    first: IntArray


class Smoothed:
    """Probabilities of the next token, from counts.

    Attributes:
        counts: what was seen.
        base: [V] float64, what is thought of a token of which nothing is known: all possible ones alike.
    """

    def __init__(self, counts: Counts, shares: Sequence[_Shares], base: FloatArray) -> None:
        self.counts = counts
        self.base = base
        self._shares = tuple(shares)

    def distributions(self, nodes: Sequence[IntArray]) -> FloatArray:
        """Return [N, V] the probabilities of every token at N places; rows sum to 1.

        Args:
            nodes: for each length of context [N], as `Counts.nodes` gives them.
        """
        given = np.tile(self.base, (len(nodes[0]), 1))
        for shares, parents in zip(self._shares, nodes, strict=True):
            rows = np.flatnonzero(parents >= 0)
            known = parents[rows]
            given[rows] *= shares.rest[known][:, None]
            starts, sizes = shares.first[known], shares.first[known + 1] - shares.first[known]
            within = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
            places = np.repeat(starts, sizes) + within
            given[np.repeat(rows, sizes), shares.level.codes[places] % self.counts.vocabulary] += shares.own[places]
        return given

    def probabilities(self, tokens: IntArray, nodes: Sequence[IntArray]) -> FloatArray:
        """Return [N] the probability of one token at each of N places.

        Args:
            tokens: [N] whose.
            nodes: likewise; see `distributions`.
        """
        given = self.base[tokens]
        for shares, parents in zip(self._shares, nodes, strict=True):
            is_known = parents >= 0
            if not is_known.any():
                break
            found = shares.level.find(np.where(is_known, parents * self.counts.vocabulary + tokens, -1))
            own = np.where(found >= 0, shares.own[found], 0.0) if len(shares.own) else 0.0
            given = np.where(is_known, own + shares.rest[parents] * given, given)
        return given

    def next_token(self, context: IntArray) -> FloatArray:
        """Return [V] the probabilities of the token after a context, [T] tokens of which the last few count."""
        last = np.asarray(context, np.int64)[max(0, len(context) - self.counts.order + 1) :]
        given: FloatArray = self.distributions([found[-1:] for found in self.counts.nodes(last)])[0]
        return given

    def surprises(self, passage: IntArray) -> FloatArray:
        """Return [T] minus the natural logarithm of each token's probability, given those before it in its passage."""
        tokens = np.asarray(passage, np.int64)
        nodes = [found[:-1] for found in self.counts.nodes(tokens)]
        surprises: FloatArray = -np.log(self.probabilities(tokens, nodes))
        return surprises


def smooth(counts: Counts, smoothing: Smoothing = "modified-kneser-ney", *, impossible: Sequence[int] = ()) -> Smoothed:
    """Make probabilities of counts.

    Args:
        counts: what was seen.
        smoothing: by Kneser and Ney (1995) with one discount a length, by its modification of Chen and Goodman (1999)
            with three, or by Witten and Bell (1991). The first two count in shorter contexts not how often a token was
            seen, but after how many others: a token that only ever follows one other is not expected elsewhere.
        impossible: tokens that never come, such as padding: their probability is 0 as long as none was counted.
    """
    base = np.ones(counts.vocabulary)
    base[list(impossible)] = 0
    shares, num_parents = [], 1
    for level, seen in zip(counts.levels, _adjusted(counts, smoothing), strict=True):
        parents = level.codes // counts.vocabulary
        first = np.searchsorted(parents, np.arange(num_parents + 1)).astype(np.int64)
        totals = _summed(parents, seen, num_parents)
        if smoothing == "witten-bell":
            kinds = _summed(parents, seen > 0, num_parents)
            whole = totals + kinds
            own: FloatArray = seen.astype(np.float64)
            kept_back = kinds
        else:
            discounts = _discounts(seen, modified=smoothing == "modified-kneser-ney")
            taken = discounts[np.minimum(seen, len(discounts) - 1)]
            whole, own = totals, (seen - taken).astype(np.float64)
            kept_back = _summed(parents, taken, num_parents)
        is_followed = whole > 0
        divisor = np.where(is_followed, whole, 1)
        rest = np.where(is_followed, kept_back / divisor, 1.0)
        shares.append(_Shares(level, own / divisor[parents], rest, first))
        num_parents = len(level.codes)
    return Smoothed(counts, shares, base / base.sum())


def _summed(parents: IntArray, values: NDArray[np.generic], num_parents: int) -> FloatArray:
    return np.asarray(np.bincount(parents, weights=values.astype(np.float64), minlength=num_parents), np.float64)


def _adjusted(counts: Counts, smoothing: Smoothing) -> list[IntArray]:
    """Return for each level what is counted of its n-grams.

    For Kneser and Ney that is, below the top, how many different tokens stood before an n-gram; at the beginning of a
    passage, where nothing does, each time counts.
    """
    if smoothing == "witten-bell":
        return [level.counts for level in counts.levels]
    before = [
        np.bincount(suffixes, minlength=len(level.codes)) + level.begun
        for level, suffixes in zip(counts.levels[:-1], counts.suffixes()[1:], strict=True)
    ]
    return [*before, counts.levels[-1].counts]


def _discounts(seen: IntArray, *, modified: bool) -> FloatArray:
    """Return what is taken off counts of 0, 1, 2 and 3 or more, estimated from how many counts are 1, 2, 3 and 4.

    Where the text is so small that there are none of some count, or the estimate leaves its range, the plain discount
    stands in (and 1/2 for that).
    """
    ones, twos, threes, fours = (int((seen == count).sum()) for count in (1, 2, 3, 4))
    plain = ones / (ones + 2 * twos) if ones and twos else 0.5
    if not modified or not (ones and twos and threes and fours):
        return np.array([0.0, plain])
    estimated = [1 - 2 * plain * twos / ones, 2 - 3 * plain * threes / twos, 3 - 4 * plain * fours / threes]
    kept = [one if 0 < one < most else plain for most, one in enumerate(estimated, start=1)]
    return np.array([0.0, *kept])
