"""chrF: how many pieces of up to six letters a text shares with another.

Source: M. Popovic (2015), "chrF: character n-gram F-score for automatic MT evaluation", WMT; without spaces and
without orders that one of both texts lacks, as in sacrebleu (M. Post 2018).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ORDER, BETA = 6, 2.0
"""The longest pieces, and how much more recall counts than precision."""


def chrf_counts(written: str, right: str) -> NDArray[np.int64]:
    """Return [6, 3]: of each length of pieces how many the written text has, the right one has, and both share."""
    counts = np.zeros((ORDER, 3), np.int64)
    texts = ["".join(text.split()) for text in (written, right)]
    for order in range(1, ORDER + 1):
        own, other = (Counter(text[place : place + order] for place in range(len(text) - order + 1)) for text in texts)
        counts[order - 1] = own.total(), other.total(), (own & other).total()
    return counts


def chrf_of(counts: NDArray[np.int64]) -> float:
    """Return chrF in 0..1 of [6, 3] counts, of one text or summed over many.

    A length of pieces that one of both has none of counts nothing.
    """
    told = counts[(counts[:, 0] > 0) & (counts[:, 1] > 0)].astype(np.float64)
    if not len(told):
        return 0.0
    precision, recall = float((told[:, 2] / told[:, 0]).mean()), float((told[:, 2] / told[:, 1]).mean())
    both = BETA**2 * precision + recall
    return (1 + BETA**2) * precision * recall / both if both else 0.0


def best_counts(written: str, references: Sequence[str]) -> NDArray[np.int64]:
    """Return the counts beside whichever of several right texts is nearest."""
    return max((chrf_counts(written, right) for right in references), key=chrf_of)
