"""Columns that say yes or no of one label each, and those in which some cells say neither."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pellucid.data.cells import is_missing
from pellucid.data.delimited import Table
from pellucid.data.strange_cells import first_rows
from pellucid.errors import DataError
from pellucid.words import counted

NO, YES = frozenset({"0", "0.0", "false", "no"}), frozenset({"1", "1.0", "true", "yes"})
"""Cells, lower case, that say that an example has a label, or lacks it."""
_NEITHER = frozenset(
    {"-1", "-1.0", "u", "uncertain", "unsure", "unclear", "unknown", "maybe", "none", "-", "not mentioned"}
)
MEANING_OF_NEITHER = (
    "Beside 0 and 1 a -1 mostly means uncertain, and a blank not mentioned; neither is a number, and only you can say "
    "which of 0 and 1 it is to count as."
)
_SHOWN = 8


class UnclearLabelsError(DataError):
    """Columns say yes or no of labels, and in some cells neither: there are labels, but not as they stand."""


@dataclass(frozen=True)
class Marks:
    """What the cells of one column say of one label.

    Attributes:
        yes, no: how many say so.
        neither: the cells that say neither, each with its [N] flags; "" for all that are blank.
    """

    yes: int
    no: int
    neither: Mapping[str, list[bool]]

    @property
    def are_complete(self) -> bool:
        """Whether every cell says yes or no, and some say each."""
        return not self.neither and self.yes > 0 and self.no > 0


def read_marks(cells: Sequence[str]) -> Marks | None:
    """Return what a column says of a label: yes, no, or neither (-1, blank, "uncertain"); None for other columns."""
    said = ["" if is_missing(cell) else re.sub(r"\s+", " ", cell.lower()) for cell in cells]
    words = set(said)
    if not words <= YES | NO | _NEITHER | {""}:
        return None
    yes, no = sum(cell in YES for cell in said), sum(cell in NO for cell in said)
    neither = {word: [cell == word for cell in said] for word in sorted(words & (_NEITHER | {""}))}
    return Marks(yes, no, neither) if yes or no else None


def refuse_neither(table: Table, columns: Mapping[str, Marks]) -> None:
    """Raise if cells of columns of yes and no say neither.

    Raises:
        UnclearLabelsError: naming the columns, the cells and their rows, with what they could mean.
    """
    doubtful = {name: marks for name, marks in columns.items() if marks.neither}
    if not doubtful:
        return
    where = [
        f"'{name}' "
        + ", ".join(
            f"{'blank' if not word else repr(word)} in {sum(flags):,} ({first_rows(flags)})"
            for word, flags in marks.neither.items()
        )
        for name, marks in list(doubtful.items())[:_SHOWN]
    ]
    more = f"; and {len(doubtful) - _SHOWN} more columns" if len(doubtful) > _SHOWN else ""
    complete = [name for name, marks in columns.items() if marks.are_complete]
    some = (
        f"those without such cells, --target '{','.join(complete[:_SHOWN])}' (target=)"
        if len(complete) > 1
        else ("one column, --target NAME (target=)")
    )
    raise UnclearLabelsError(
        f"{counted(len(columns), 'column')} of {table.path} say yes or no of a label each, but "
        f"{counted(len(doubtful), 'of them holds', 'of them hold')} cells that say neither: {'; '.join(where)}{more}.",
        expected=f"0 or 1 in every cell. {MEANING_OF_NEITHER}",
        fix=f"Write 0 or 1 into these cells, or take the rows or columns out; or learn {some}.",
    )
