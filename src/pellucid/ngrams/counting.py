"""Counting n-grams: a tree of prefixes, each level one sorted array of whole numbers.

The n-grams of k tokens are the nodes of level k. A node's code is its parent (the first k - 1 tokens, a node of the
level above, counted from 0 in the order of the codes) times the vocabulary, plus its last token. So a code fits 64 bits
whatever the order and the vocabulary, the children of a node lie side by side, and looking one up is a binary search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.errors import DataError

IntArray: TypeAlias = NDArray[np.int64]
NOWHERE = -1
"""In the place of a node that is not in the tree."""
FEW_CODES = 1 << 23
"""So many possible codes are counted in a list of all of them."""


@dataclass(frozen=True)
class Level:
    """The n-grams of one length.

    Attributes:
        codes: [n] int64, increasing: parent x vocabulary + last token.
        counts: [n] int64, how often each was seen, at least 1.
        begun: [n] int64, how often each was seen at the beginning of a passage, where nothing stands before it.
    """

    codes: IntArray
    counts: IntArray
    begun: IntArray

    def find(self, codes: IntArray) -> IntArray:
        """Return [N] the node of each code; `NOWHERE` where there is none, and of a negative code."""
        if not len(self.codes):
            return np.full(codes.shape, NOWHERE, np.int64)
        places = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return np.where(self.codes[places] == codes, places, NOWHERE)


@dataclass(frozen=True)
class Counts:
    """How often each sequence of up to `order` tokens was seen.

    Attributes:
        vocabulary: V: tokens are 0 to V - 1.
        levels: of the n-grams of 1, 2, ... tokens; as many as the order.
    """

    vocabulary: int
    levels: tuple[Level, ...]

    @property
    def order(self) -> int:
        """The length of the longest n-grams: a token is predicted from `order` - 1 before it."""
        return len(self.levels)

    @property
    def num_tokens(self) -> int:
        """How many tokens were read."""
        return int(self.levels[0].counts.sum())

    def nodes(self, tokens: IntArray) -> list[IntArray]:
        """Return the nodes that precede each place of a passage: what is known of its context.

        Args:
            tokens: [T] of one passage, or [N, T] of N passages.

        Returns:
            for k = 0 to order - 1 an array [..., T + 1]: the node of the k tokens before each place (and before the
            one after the last), or `NOWHERE` where they were never seen or there are not so many.
        """
        size = (*tokens.shape[:-1], tokens.shape[-1] + 1)
        nodes = [np.zeros(size, np.int64)]  # of no tokens at all there is one node, the root
        begins = nodes[0][..., :-1]  # node of the k tokens from each place on
        for length in range(1, self.order):
            # What begins at a place and is `length` long ends before place + length.
            last = tokens[..., length - 1 :]
            begins = begins[..., : last.shape[-1]]
            begins = self.levels[length - 1].find(np.where(begins < 0, NOWHERE, begins * self.vocabulary + last))
            found = np.full(size, NOWHERE, np.int64)
            found[..., length:] = begins
            nodes.append(found)
        return nodes

    def suffixes(self) -> list[IntArray]:
        """Return for each level the node of every n-gram without its first token, one level above.

        The first level's lead to the root, 0. A level's n-grams are all there without their first token: whoever saw
        the longer one saw it, too.
        """
        found = [np.zeros(len(self.levels[0].codes), np.int64)]
        for above, level in zip(self.levels[:-1], self.levels[1:], strict=True):
            parents, last = np.divmod(level.codes, self.vocabulary)
            found.append(above.find(found[-1][parents] * self.vocabulary + last))
        return found

    def faults(self) -> list[str]:
        """Return what cannot be in a tree of n-grams, in words; nothing where all is in order."""
        faults, parents = [], 1
        for length, level in enumerate(self.levels, start=1):
            codes = level.codes
            if not (len(codes) == len(level.counts) == len(level.begun)):
                faults.append(f"the {length}-grams are not as many as their counts")
                break
            if len(codes) and (codes[0] < 0 or codes[-1] >= parents * self.vocabulary or (np.diff(codes) <= 0).any()):
                faults.append(f"the {length}-grams are in no order, or begin with what is not there")
            if (level.counts < 1).any() or (level.begun < 0).any() or (level.begun > level.counts).any():
                faults.append(f"{length}-grams were counted that are not there")
            parents = len(codes)
        return faults or ["n-grams are missing without their first token"] * any(
            (found < 0).any() for found in self.suffixes()
        )


def count_ngrams(passages: Sequence[IntArray], *, order: int, vocabulary: int) -> Counts:
    """Count the sequences of 1 to `order` tokens within passages; none reaches from one passage into the next.

    Args:
        passages: [T] tokens each, 0 to vocabulary - 1.
        order: length of the longest, 1 or more.
        vocabulary: V, how many tokens there are.

    Raises:
        DataError: there is no token at all.
    """
    kept = [np.asarray(passage, np.int64) for passage in passages if len(passage)]
    if not kept:
        raise DataError("There are no tokens to count.", expected="At least one token.")
    tokens = np.concatenate(kept)
    ends = np.cumsum([len(passage) for passage in kept])
    # How many tokens are left in its passage from each place on, itself included.
    left = np.repeat(ends, [len(passage) for passage in kept]) - np.arange(len(tokens))
    is_first = np.zeros(len(tokens), np.bool_)
    is_first[[0, *ends[:-1]]] = True

    levels: list[Level] = []
    begins = np.zeros(len(tokens), np.int64)  # the node of what begins at each of `places`
    places = np.arange(len(tokens))
    for length in range(1, order + 1):
        holds = left[places] >= length
        places, begins = places[holds], begins[holds]
        parents = len(levels[-1].codes) if levels else 1
        codes, begins, counts = _distinct(begins * vocabulary + tokens[places + length - 1], parents * vocabulary)
        begun = np.bincount(begins[is_first[places]], minlength=len(codes))
        levels.append(Level(codes, counts.astype(np.int64), begun.astype(np.int64)))
    return Counts(vocabulary, tuple(levels))


def _distinct(codes: IntArray, end: int) -> tuple[IntArray, IntArray, IntArray]:
    """Return the distinct codes in order, the place of each code among them, and how often each occurs.

    Args:
        codes: [N], 0 to end - 1.
        end: one more than the largest possible code.
    """
    if end > FEW_CODES + 4 * len(codes):
        found, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
        return found, places, counts
    # A list of all possible codes is shorter than it takes to sort those that occur.
    counts = np.bincount(codes, minlength=end)
    occurs = counts > 0
    found = np.flatnonzero(occurs).astype(np.int64)
    return found, (np.cumsum(occurs) - 1)[codes], counts[found]
