"""What is said of texts."""

from __future__ import annotations

from collections.abc import Iterable

from pellucid.data import Dataset
from pellucid.preprocessing import Preprocessing, TextPreprocessing
from pellucid.report.embedding import Embedded

_UNITS = {
    "char": "into characters",
    "word": "into words and signs",
    "subword": "into pieces of words, as {merges:,} merges of frequent neighbours say",
}


class TextWords:
    """The row of texts."""

    def steps(self, preprocessing: Preprocessing) -> list[str]:
        """Return how a text becomes numbers."""
        given = TextPreprocessing.of(preprocessing)
        small = ", in small letters" if given.lower else ""
        begin = ", behind the token 2, which begins every text" if given.begin else ""
        return [
            f"Each text is split {_UNITS[given.unit].format(merges=len(given.merges))}{small}.",
            f"Each of {len(given.vocabulary):,} tokens known from training has a number; the others share one{begin}.",
            f"{given.longest:,} tokens are read; a longer text is cut, a shorter one padded with 0.",
        ]

    def leaves_numbers(self, preprocessing: Preprocessing) -> bool:
        """Return False: texts have no such choice."""
        return False

    def samples(self, dataset: Dataset, indices: Iterable[int]) -> list[tuple[Embedded, str]]:
        """Return nothing: a text is no picture."""
        return []
