"""What is said of rows of a table."""

from __future__ import annotations

from collections.abc import Iterable

from pellucid.data import Dataset
from pellucid.preprocessing import Preprocessing, TablePreprocessing
from pellucid.report.embedding import Embedded
from pellucid.words import counted


class RowWords:
    """The row of tables."""

    def steps(self, preprocessing: Preprocessing) -> list[str]:
        """Return what becomes of columns of numbers and of words."""
        given = TablePreprocessing.of(preprocessing)
        kinds = [column.kind for column in given.columns]
        numbers, words = (counted(kinds.count(kind), "column") for kind in ("number", "category"))
        steps = []
        if "number" in kinds:
            scaled = (
                "else as it stands in the table (--scale none)"
                if given.scale == "none"
                else "less the mean, divided by the deviation"
            )
            steps.append(f"{numbers} of numbers: an empty cell becomes the training median; then {scaled}.")
        if "category" in kinds:
            steps.append(f"{words} of words: one feature of 0 or 1 per category seen in training.")
        return [*steps, f"That makes {counted(given.input_shape[0], 'feature')}."]

    def leaves_numbers(self, preprocessing: Preprocessing) -> bool:
        """Return whether --scale none was asked for."""
        return TablePreprocessing.of(preprocessing).scale == "none"

    def samples(self, dataset: Dataset, indices: Iterable[int]) -> list[tuple[Embedded, str]]:
        """Return nothing: there is nothing to see of a row."""
        return []
