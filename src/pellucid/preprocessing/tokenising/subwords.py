"""Byte-pair encoding: pieces of words, learned by merging the most frequent pair of neighbours again and again.

Source: Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword Units". Merges join
characters, not bytes, and never reach over the end of a word; a space is kept at the front of the word behind it.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

SPACE = "▁"
"""Stands for a space, so that it can be seen."""
_PARTS = re.compile(rf"{SPACE}?\w+|{SPACE}?[^\w\s{SPACE}]+|\s+|{SPACE}+(?!\w)|{SPACE}")

_LEAST = 2  # occurrences of a pair that becomes one token

Pair = tuple[str, str]


def split_parts(text: str) -> list[str]:
    """Return the parts within which merges happen: words and runs of signs, each with the space before it."""
    return _PARTS.findall(text.replace(" ", SPACE))


def learn_merges(texts: Iterable[str], most: int) -> tuple[tuple[Pair, ...], Counter[str]]:
    """Return the merges, in the order they were learned, and how often each token that remains occurs.

    Args:
        texts: to learn from.
        most: how many merges at most; it ends earlier where no pair occurs twice.
    """
    parts: Counter[str] = Counter()
    for text in texts:
        parts.update(split_parts(text))
    words = [list(part) for part in parts]
    times = list(parts.values())
    pairs: Counter[Pair] = Counter()
    places: defaultdict[Pair, set[int]] = defaultdict(set)
    for index, word in enumerate(words):
        for pair in pairwise(word):
            pairs[pair] += times[index]
            places[pair].add(index)
    # A heap of counts as they once were: one that has changed since is put back as it is now.
    heap = [(-count, pair) for pair, count in pairs.items()]
    heapq.heapify(heap)
    merges: list[Pair] = []
    while len(merges) < most and heap:
        count, best = heapq.heappop(heap)
        if -count != pairs[best]:
            if pairs[best] > 0:
                heapq.heappush(heap, (-pairs[best], best))
            continue
        if pairs[best] < _LEAST:
            break
        merges.append(best)
        grown: set[Pair] = set()
        for index in places.pop(best):
            word = words[index]
            for pair in pairwise(word):
                pairs[pair] -= times[index]
            words[index] = word = merge(word, best)
            for pair in pairwise(word):
                pairs[pair] += times[index]
                if index not in places[pair]:
                    places[pair].add(index)
                    grown.add(pair)
        for pair in grown:
            heapq.heappush(heap, (-pairs[pair], pair))
        pairs[best] = 0
    left: Counter[str] = Counter()
    for word, count in zip(words, times, strict=True):
        for token in word:
            left[token] += count
    return tuple(merges), left


def merge(word: Sequence[str], pair: Pair) -> list[str]:
    """Return a word's tokens with every occurrence of a pair, from the left, as one token."""
    merged: list[str] = []
    index = 0
    while index < len(word):
        if index + 1 < len(word) and (word[index], word[index + 1]) == pair:
            merged.append(word[index] + word[index + 1])
            index += 2
        else:
            merged.append(word[index])
            index += 1
    return merged


class Merger:
    """Splits texts as merges say.

    Args:
        merges: in the order they were learned: earlier ones come first.
    """

    def __init__(self, merges: Sequence[Pair]) -> None:
        self._ranks = {pair: rank for rank, pair in enumerate(merges)}
        self._split = lru_cache(maxsize=1 << 16)(self._split_part)

    def split(self, text: str) -> list[str]:
        """Return a text's tokens; joined, they are the text, with `SPACE` for spaces."""
        return [token for part in split_parts(text) for token in self._split(part)]

    def _split_part(self, part: str) -> tuple[str, ...]:
        tokens = list(part)
        while len(tokens) > 1:
            ranked = [(self._ranks.get(pair, len(self._ranks)), pair) for pair in pairwise(tokens)]
            rank, pair = min(ranked)
            if rank == len(self._ranks):
                break
            tokens = merge(tokens, pair)
        return tuple(tokens)
