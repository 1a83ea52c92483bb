"""The input columns of a table: numbers, words, and what is left out of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pellucid.data.cells import ColumnReading
from pellucid.data.dataset import Finding
from pellucid.data.delimited import Table
from pellucid.data.header_line import names_picture
from pellucid.data.strange_cells import first_rows, quoted, refuse_strange_cells
from pellucid.data.table_columns import TableChoice
from pellucid.data.tables import Cells
from pellucid.errors import DataError
from pellucid.kinds import Column, listed
from pellucid.records import Decision
from pellucid.words import counted

MISSING_CATEGORY = "missing"
"""The category that stands for an empty cell, when imputing was asked for."""

IDENTIFIER = re.compile(r"(.*[ _-])?(id|index|nr|no)|.*[a-z]Id|row|unnamed: 0|column 1|ID|Id", re.ASCII)
MANY_CATEGORIES = 10
_FEW_WORDS = 8
_NEARLY_ALL = 0.9
_LONG_TEXT_WORDS = 4
_NUMBER_AHEAD = re.compile(r"[<>≤≥~≈]?\s*[+-]?\d+(?:[.,]\d+)?\s*[^\W\d]{0,6}[²³/%°]?.{0,4}")


@dataclass
class Inputs:
    """Input columns as they are found.

    Attributes:
        columns: name to [N] cells.
        kinds: what they hold, in the same order.
        left_out: names with reasons.
        missing: per column with empty cells [N], whether each is.
        blank_words: per column of numbers the words among them that were taken for empty cells.
        inferred_commas: columns like "1,234" whose commas are read as decimal ones because those of other columns are.
        findings: what stands out of what was left out, or is read as words.
    """

    columns: dict[str, Cells] = field(default_factory=dict)
    kinds: list[Column] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    missing: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    blank_words: dict[str, list[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    inferred_commas: list[str] = field(default_factory=list)

    def decisions(self) -> list[Decision]:
        """Return the decisions about columns that are left out, and about commas whose meaning other columns tell."""
        made = []
        if self.left_out:
            reason = "what stands in brackets says nothing about new rows; to keep one, group its values into "
            reason += "categories in the file"
            made.append(Decision(name="columns left out", value=listed(self.left_out), reason=reason))
        if self.inferred_commas:
            reason = "read as in the rest of the file, where commas must be decimal ones; if these separate thousands, "
            reason += "take them out"
            made.append(Decision(name="decimal commas", value=listed(self.inferred_commas), reason=reason))
        return made

    def why_none(self) -> str:
        """Return why no column is left, for a message."""
        return f"Left out: {listed(self.left_out)}." if self.left_out else ""


def read_inputs(table: Table, names: Sequence[str], choice: TableChoice) -> Inputs:
    """Read the input columns of a table.

    A column of which more than half are numbers is one of numbers, or an error that says what its other cells are.

    Raises:
        DataError: cells that stand for numbers and are none, words among numbers, or infinite numbers.
    """
    inputs = Inputs()
    for name, what in table.unread.items():
        inputs.left_out.append(f"{name} ({what})")
        _add_finding(inputs, name, f"it holds {what}, which no column of a table can")
    for name in names:
        if name in table.lists:
            inputs.left_out.append(f"{name} (lists)")
            _add_finding(inputs, name, "it holds lists, which no column of a table can")
            continue
        reading = table.reading(name)
        if reading.missing.all():
            inputs.left_out.append(f"{name} (empty)")
        elif reading.are_numbers or _are_meant_as_numbers(table, name, reading, inputs):
            _read_numbers(table, name, reading, choice, inputs)
        else:
            _read_words(table, name, reading, inputs)
    return inputs


def accept_missing(table: Table, inputs: Inputs, choice: TableChoice) -> Decision:
    """Return the decision about empty cells.

    Raises:
        DataError: nothing was said about them.
    """
    total = sum(int(flags.sum()) for flags in inputs.missing.values())
    if choice.impute is not None:
        value = f"{total:,} empty cells in {listed(list(inputs.missing))}"
        words = [word for found in inputs.blank_words.values() for word in found]
        if words:
            value += f", among them {len(words):,} that hold {quoted(words)}"
        reason = f"--impute median: numbers become the median of train, categories '{MISSING_CATEGORY}'"
        return Decision(name="impute", value=value, reason=reason)
    where = "; ".join(f"'{name}' {flags.sum():,} ({first_rows(flags)})" for name, flags in inputs.missing.items())
    written = [
        cell
        for name, flags in inputs.missing.items()
        for cell, gone in zip(table.cells(name), flags, strict=True)
        if gone and cell
    ]
    counts = f" For empty cells stand, too: {quoted(written)}." if written else ""
    raise DataError(
        f"{table.path} has {counted(total, 'empty cell')} in {counted(len(inputs.missing), 'input column')}: {where}."
        f"{counts}",
        expected="Every input cell must hold a value.",
        fix=f"--impute median (impute='median') puts the median of train into numbers and '{MISSING_CATEGORY}' into "
        "categories; or mend the file.",
    )


def _are_meant_as_numbers(table: Table, name: str, reading: ColumnReading, inputs: Inputs) -> bool:
    """Tell whether a column with other cells than numbers is one of numbers all the same.

    Where many different words lie among the numbers they are names or numbers of things: a finding says so. A few
    codes, some of them whole numbers ("1", "2", "3A"), are words, and that is said, too.
    """
    if not reading.mostly_numbers:
        return False
    if reading.odd or not reading.words:
        return True
    values = ~np.isnan(reading.values)
    numbers, words = int(values.sum()), sum(reading.words.values())
    if numbers >= _NEARLY_ALL * (numbers + words):
        return True
    if len(set(reading.cells)) <= MANY_CATEGORIES and not reading.blank_words.any():
        _add_finding(
            inputs,
            name,
            f"{numbers:,} of its cells are numbers, and {words:,} are not: {quoted(list(reading.words))}. All of them "
            "are read as words",
            kind="mixed-column",
        )
        return False
    return len(reading.words) <= _FEW_WORDS or 2 * len(reading.words) <= words


def _read_numbers(table: Table, name: str, reading: ColumnReading, choice: TableChoice, inputs: Inputs) -> None:
    fix = "Or leave them empty and impute: --impute median (impute='median')."
    if choice.impute is None and not reading.odd and not reading.words:
        fix = "Or --impute median (impute='median') takes them for empty cells."
    refuse_strange_cells(table, name, reading, fix="" if reading.odd else fix, blanks=choice.impute is not None)
    if np.isinf(reading.values).any():
        raise DataError(
            f"The column '{name}' of {table.path} holds infinite numbers: {first_rows(np.isinf(reading.values))}."
        )
    whole = all(re.fullmatch(r"\d+", cell) for cell in reading.cells)
    rows = len(reading.cells)
    if whole and len(set(reading.cells)) == rows and rows > 2 and IDENTIFIER.fullmatch(name):
        inputs.left_out.append(f"{name} (numbers the rows)")
        return
    missing = reading.missing | reading.blank_words
    if missing.any():
        inputs.missing[name] = missing
        inputs.blank_words[name] = [reading.cells[place] for place in np.flatnonzero(reading.blank_words).tolist()]
    if reading.commas_inferred:
        inputs.inferred_commas.append(name)
    inputs.columns[name] = reading.values
    inputs.kinds.append(Column(name=name, kind="number"))


def _read_words(table: Table, name: str, reading: ColumnReading, inputs: Inputs) -> None:
    cells, distinct = reading.cells, len(set(reading.cells))
    if distinct > max(MANY_CATEGORIES, len(cells) / 2):
        inputs.left_out.append(f"{name} ({distinct:,} different texts in {len(cells):,} rows)")
        reason = _why_it_could_matter(reading)
        if reason:
            _add_finding(inputs, name, reason)
        return
    if reading.missing.any():
        inputs.missing[name] = reading.missing
    known = [MISSING_CATEGORY if empty else cell for cell, empty in zip(cells, reading.missing, strict=True)]
    inputs.columns[name] = np.array(known, dtype=object)
    inputs.kinds.append(Column(name=name, kind="category"))


def _why_it_could_matter(reading: ColumnReading) -> str:
    """Return why a column of ever different texts could tell more than that it tells rows apart, or ""."""
    cells = [cell for cell, gone in zip(reading.cells, reading.missing, strict=True) if not gone]
    if 2 * sum(map(names_picture, cells)) > len(cells):
        return f"it holds names of pictures ('{cells[0]:.60}'), which a table cannot show a network"
    numbers = int((~np.isnan(reading.values)).sum())
    if reading.mostly_numbers:
        words = list(reading.words)
        return (
            f"{numbers:,} of its {len(cells):,} cells are numbers, but {len(words):,} different words lie among them: "
            f"{quoted(words)}"
        )
    if 2 * sum(_NUMBER_AHEAD.fullmatch(cell) is not None for cell in cells) > len(cells):
        return f"most of its cells begin with a number ('{cells[0]:.60}'); take the units and signs out to have numbers"
    if sorted(len(cell.split()) for cell in cells)[len(cells) // 2] > _LONG_TEXT_WORDS:
        return "it holds texts, which are not read beside other columns (--text NAME (text=) reads them alone)"
    return ""


def _add_finding(inputs: Inputs, name: str, reason: str, *, kind: str = "left-out-column") -> None:
    ending = "" if kind == "mixed-column" else " It is left out."
    inputs.findings.append(Finding(kind=kind, message=f"The column '{name}': {reason}.{ending}", examples=(name,)))
