"""Which tokens there are, and the number of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

PADDING, UNKNOWN, BEGIN = 0, 1, 2
SPECIAL = ("<padding>", "<unknown>", "<begin>")
"""What the first numbers stand for, in words; all tokens of the vocabulary follow."""


class Vocabulary:
    """The tokens that a network knows, each with its number.

    Args:
        tokens: the first has number 3.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tuple(tokens)
        self.numbers: Mapping[str, int] = {token: place for place, token in enumerate(tokens, start=len(SPECIAL))}

    def __len__(self) -> int:
        return len(self.tokens) + len(SPECIAL)

    def ids(self, tokens: Iterable[str]) -> NDArray[np.int64]:
        """Return the number of each token; 1 of those that are unknown."""
        get = self.numbers.get
        return np.array([get(token, UNKNOWN) for token in tokens], np.int64)

    def token(self, number: int) -> str:
        """Return the token of a number."""
        return SPECIAL[number] if number < len(SPECIAL) else self.tokens[number - len(SPECIAL)]


def choose_vocabulary(counts: Counter[str], most: int) -> tuple[str, ...]:
    """Return the most frequent tokens, the most frequent first; of equally frequent ones the first by code point."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(token for token, _ in ordered[:most])
