"""A table whose rows are texts: a column of free text, and one that says what is to be learned of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from statistics import fmean

import numpy as np

from pellucid.data.cells import is_missing
from pellucid.data.dataset import Finding
from pellucid.data.delimited import Table
from pellucid.data.further_columns import add_further_columns
from pellucid.data.header_line import names_picture
from pellucid.data.input_columns import IDENTIFIER, MANY_CATEGORIES
from pellucid.data.labelled_texts import findings_on
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.data.split_column import find_split_column
from pellucid.data.table_columns import (
    TARGET_NAMES,
    TableChoice,
    find_group_column,
    find_weight_column,
    without_dropped,
)
from pellucid.data.table_names import describe_names
from pellucid.data.target_column import read_target
from pellucid.data.text_pairs import raw_of_pairs
from pellucid.data.texts import TextInputs, digest_text, measure_texts
from pellucid.errors import DataError
from pellucid.records import Decision
from pellucid.words import counted

_LOOKED_AT = 1_000
"""Rows from which a column is judged."""
_WORDS_OF_PROSE, _LETTERS_OF_PROSE = 4.0, 15.0
"""Words, or characters of a script without spaces, of a cell of free text, in the mean."""
_LETTERS = 0.5
"""Share of letters in free text, at least."""
_SCRIPTS_WITHOUT_SPACES = 0x2E80
_USUAL_NAMES = frozenset(
    ("text", "texts", "sentence", "review", "comment", "message", "document", "content", "tweet", "title", "body")
)


def find_text_column(table: Table, choice: TableChoice) -> str | None:
    """Return the column of texts if the rows of a table are texts; None where they are rows.

    They are where free text is all that there is beside the target: a table that has other columns to learn from is
    read as before, and its texts are left out, unless `choice.text` names them.

    Raises:
        DataError: the column asked for does not exist.
    """
    if choice.text is not None:
        return table.check_column(choice.text, option="text")
    if choice.layout == "table":
        return None
    prose = [name for name in table.header if name not in table.lists and _is_prose(table, name)]
    if not prose:
        return None
    target = _target_of(table, choice, prose)
    if target is None:
        return None
    taken = {*prose, target, find_group_column(table, choice, {target}), find_weight_column(table, choice)}
    taken.add(find_split_column(table, {name for name in taken if name}))
    rest = [name for name in table.header if name not in taken and not _names_rows(table, name)]
    if rest or target in prose:
        return None
    return _most_text(table, prose)


def choose_text_column(table: Table) -> str | None:
    """Return the column of a table that holds texts, whatever else there is, by its name or its cells; None: none."""
    usual = [name for name in table.header if name.lower() in _USUAL_NAMES]
    others = [name for name in table.header if name not in table.lists and not table.reading(name).are_numbers]
    return _most_text(table, usual or others) if usual or others else None


def _most_text(table: Table, names: Sequence[str]) -> str:
    """Return the column with a usual name for texts, or else the most text."""
    usual = [name for name in names if name.lower() in _USUAL_NAMES]
    return max(usual or names, key=lambda name: sum(map(len, table.cells(name)[:_LOOKED_AT])))


def read_text_table(table: Table, column: str, choice: TableChoice, *, name: str) -> RawDataset:
    """Return the raw dataset of a table whose rows are texts.

    Raises:
        DataError: nothing says what is to be learned, or the target cannot be read.
    """
    table, dropped = without_dropped(table, choice)
    target = _target_of(table, choice, [column])
    if target is None or target == column:
        others = [name for name in table.header if name != column]
        raise DataError(
            f"Nothing says which column of {table.path} is to be learned of the texts in '{column}'.",
            expected=f"Its other columns: {', '.join(others)}." if others else "A column of labels beside the texts.",
            fix="Name it with --target NAME (target=).",
        )
    if choice.text is not None and _is_prose(table, target):
        return _pairs_of_columns(table, column, target, name=name)
    reading = read_target(table, target, choice, pictures=False)
    cells = table.cells(column)
    filled = np.array([not is_missing(cell) for cell in cells], bool)
    kept = np.flatnonzero(reading.labelled & filled)
    texts = [cells[place] for place in kept.tolist()]
    if not texts:
        raise DataError(f"The column '{column}' of {table.path} holds no text.")
    inputs = TextInputs.of_texts(texts, names=[f"row {place + 1}" for place in kept.tolist()])
    digests = [digest_text(text) for text in texts]
    raw = RawDataset(
        name=name,
        source=os.fspath(table.path),
        input=measure_texts(inputs),
        target=reading.target,
        inputs=inputs,
        targets=reading.targets[kept],
        content=digests,
        equality=digests,
        decisions=[*describe_names(table), _say_column(table, column, target, choice), reading.decision, *dropped],
        findings=[*reading.findings, *findings_on(texts, [inputs.name(place) for place in range(len(texts))])],
        faults=[f"row {place + 1}: the text is empty" for place in np.flatnonzero(~filled).tolist()],
    )
    if raw.faults:
        message = f"{counted(len(raw.faults), 'row has', 'rows have')} no text, and left out."
        shown = tuple(raw.faults[:EXAMPLES_SHOWN])
        raw.findings.append(Finding(kind="unreadable", message=message, examples=shown, count=len(raw.faults)))
    group = find_group_column(table, choice, {column, target})
    split = find_split_column(table, {column, target, group or ""})
    add_further_columns(raw, table, choice, kept, split=split, group=group, weight=find_weight_column(table, choice))
    return raw


def _pairs_of_columns(table: Table, column: str, target: str, *, name: str) -> RawDataset:
    """Return the raw dataset of two columns of free text, the second of which answers the first."""
    pairs = list(zip(table.cells(column), table.cells(target), strict=True))
    reason = "both are free text (--layout table (layout=) reads columns)"
    said = Decision(name="text column", value=f"'{column}' is answered with '{target}'", reason=reason)
    names = [f"row {place + 1}" for place in range(len(pairs))]
    return raw_of_pairs(pairs, table.path, name=name, names=names, decisions=[*describe_names(table), said])


def _say_column(table: Table, column: str, target: str, choice: TableChoice) -> Decision:
    if choice.text is not None:
        return Decision(name="text column", value=f"'{column}'", reason="as asked for")
    prose = [name for name in table.header if name not in (column, target) and _is_prose(table, name)]
    others = f"; --text {prose[0]} (text=) reads that one" if prose else ""
    reason = f"free text, and nothing else to learn '{target}' from{others}; --layout table (layout=) reads columns"
    return Decision(name="text column", value=f"'{column}'", reason=reason)


def _target_of(table: Table, choice: TableChoice, prose: list[str]) -> str | None:
    """Return the column that is learned: the one asked for, one with a usual name, or the only one left."""
    if choice.target is not None:
        return choice.target if choice.target in table.header else None
    for usual in TARGET_NAMES:
        for name in table.header:
            if name.lower() == usual:
                return name
    known = {find_group_column(table, choice, set()), find_weight_column(table, choice)}
    known.add(find_split_column(table, {name for name in known if name}))
    free = [name for name in table.header if name not in known and name not in prose and not _names_rows(table, name)]
    return free[0] if len(free) == 1 else None


def _is_prose(table: Table, name: str) -> bool:
    """Tell whether a column holds free text: cells of several words, more of them than words for classes would be."""
    if not _differs(table.cells(name)):
        return False
    cells = [cell for cell in table.cells(name)[:_LOOKED_AT] if cell]
    if not cells or sum(map(names_picture, cells)) > len(cells) / 2:
        return False
    if fmean(sum(map(str.isalpha, cell)) / len(cell) for cell in cells) < _LETTERS:  # numbers, dates, codes
        return False
    without_spaces = any(ord(letter) >= _SCRIPTS_WITHOUT_SPACES for cell in cells[:50] for letter in cell)
    words = fmean(len(cell.split()) for cell in cells)
    return words >= _WORDS_OF_PROSE or (without_spaces and fmean(map(len, cells)) >= _LETTERS_OF_PROSE)


def _names_rows(table: Table, name: str) -> bool:
    """Tell whether a column only tells rows apart, so that no table would be learned from it."""
    cells = table.cells(name)
    if not table.reading(name).are_numbers:
        return _differs(cells)
    return len(set(cells)) == len(cells) and IDENTIFIER.fullmatch(name) is not None


def _differs(cells: Sequence[str]) -> bool:
    """Tell whether cells differ too much to be words for classes, or an input of a table."""
    return len(set(cells)) > max(MANY_CATEGORIES, len(cells) / 2)
