"""Rows of a table."""

from __future__ import annotations

from typing import ClassVar, Literal

from pellucid.kinds.inputs.base import INPUTS, Input
from pellucid.records import Record
from pellucid.words import counted


class Column(Record):
    """One input column of a table."""

    name: str
    kind: Literal["number", "category"]


@INPUTS.register
class TableInput(Input):
    """Rows of a table."""

    kind: Literal["table"] = "table"
    noun: ClassVar[str] = "row"
    many: ClassVar[str] = "a table"
    plural: ClassVar[str] = "tables"
    repeats_by_nature: ClassVar[bool] = True
    columns: tuple[Column, ...]

    def size_words(self) -> str:
        """Return the number of columns."""
        return f" of {counted(len(self.columns), 'column')}"

    def sentence(self, total: str) -> str:
        """Return how many columns of numbers and of words there are."""
        numbers = sum(column.kind == "number" for column in self.columns)
        words = len(self.columns) - numbers
        columns = counted(len(self.columns), "column")
        if not (numbers and words):
            return f"{total} of {columns}, all of {'numbers' if numbers else 'words'}."
        return f"{total} of {columns}: {numbers} of numbers, {words} of words."

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def agrees_with(self, other: Input) -> bool:
        """Return whether `other` has the same columns, of the same kinds."""
        return isinstance(other, TableInput) and self.columns == other.columns

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return the number of columns."""
        return (("Columns", f"{len(self.columns):,}"),)
