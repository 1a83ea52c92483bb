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
    columns: tuple[Column, ...]

    def size_words(self) -> str:
        """Return the number of columns."""
        return f" of {counted(len(self.columns), 'column')}"

    def sentence(self, total: str) -> str:
        """Return how many columns of numbers and of words there are."""
        numbers = sum(column.kind == "number" for column in self.columns)
        words = len(self.columns) - numbers
        return f"{total} of {counted(len(self.columns), 'column')}: {numbers} of numbers, {words} of words."

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return the number of columns."""
        return (("Columns", f"{len(self.columns):,}"),)
