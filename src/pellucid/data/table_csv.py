"""A CSV whose rows are examples and whose cells are the input."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping

import numpy as np

from pellucid.data.cells import is_missing
from pellucid.data.delimited import Table
from pellucid.data.further_columns import add_further_columns
from pellucid.data.input_columns import accept_missing, read_inputs
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.several_targets import named_columns, read_columns
from pellucid.data.split_column import find_split_column
from pellucid.data.stamps import pattern_of
from pellucid.data.table_columns import (
    TARGET_NAMES,
    TableChoice,
    find_group_column,
    find_weight_column,
    without_dropped,
)
from pellucid.data.table_names import describe_columns, describe_names
from pellucid.data.tables import Cells, TableInputs
from pellucid.data.target_column import is_class_like, read_target
from pellucid.errors import DataError
from pellucid.kinds import TableInput, listed
from pellucid.records import Decision

_ANSWER_NAMES = ("outcome", "result", "response", "output", "answer", "y", "verdict")
"""Further names, lower case, that a column of words has as a target."""


def read_table_csv(table: Table, choice: TableChoice, *, name: str) -> RawDataset:
    """Read a table: one column is the target, the others are the input.

    Raises:
        DataError: no target column, no input column, empty cells without `impute`, cells that are no finite numbers.
    """
    table, dropped = without_dropped(table, choice)
    if not table.header:
        raise DataError(f"--drop (drop=) leaves no column of {table.path}.", fix="Leave a target and an input.")
    target_columns, decision = _choose_target(table, choice)
    group_column = find_group_column(table, choice, set(target_columns))
    split_column = find_split_column(table, {*target_columns, group_column or ""})
    weight_column = find_weight_column(table, choice)
    if len(target_columns) == 1:
        reading = read_target(table, target_columns[0], choice, pictures=False)
    else:
        reading = read_columns(table, target_columns, choice)
    taken = {*target_columns, group_column, split_column, weight_column}
    inputs = read_inputs(table, [column for column in table.header if column not in taken], choice)
    if not inputs.columns:
        raise DataError(
            f"{table.path} has no input column beside the target '{reading.target.name}'.",
            expected=f"Its columns: {', '.join(table.header)}.",
            fix=inputs.why_none(),
        )
    kept = np.flatnonzero(reading.labelled)
    columns = {column: cells[kept] for column, cells in inputs.columns.items()}
    raw = RawDataset(
        name=name,
        source=os.fspath(table.path),
        input=TableInput(columns=tuple(inputs.kinds)),
        target=reading.target,
        inputs=TableInputs(columns, numbers=kept + 1 if len(kept) < len(table) else None),
        targets=reading.targets[kept],
        content=digest_cells(columns),
        decisions=[*describe_names(table), decision, reading.decision, *dropped, *inputs.decisions()],
        findings=[*reading.findings, *inputs.findings],
    )
    if inputs.missing:
        raw.decisions.append(accept_missing(table, inputs, choice))
    add_further_columns(raw, table, choice, kept, split=split_column, group=group_column, weight=weight_column)
    return raw


def digest_cells(columns: Mapping[str, Cells]) -> list[bytes]:
    """Return a digest of each row; equal only for rows whose cells are all equal."""
    texts = [[repr(cell) for cell in cells.tolist()] for cells in columns.values()]
    return [hashlib.blake2b("\0".join(row).encode(), digest_size=16).digest() for row in zip(*texts, strict=True)]


def _only_words(table: Table, choice: TableChoice) -> tuple[str, str] | None:
    """Return the column that alone holds words, and why it is the target; None unless its name says so, too.

    In a file without names the last column has to do. Where nothing but its place speaks for a column of words, it may
    as well be an input (the last column of a table of prices of houses says how far the sea is).
    """
    group, weight = find_group_column(table, choice, set()), find_weight_column(table, choice)
    taken = {group, weight, find_split_column(table, {group or ""})}
    free = [name for name in table.header if name not in taken]
    words = [name for name in free if name in table.lists or not table.reading(name).are_numbers]
    if len(words) != 1 or words[0] in table.lists or len(free) < 2:
        return None
    (name,) = words
    reading = table.reading(name)
    distinct = len(set(reading.cells))
    if reading.missing.any() or reading.mostly_numbers or not 2 <= distinct <= len(table) / 2:
        return None
    if table.nameless and name == free[-1]:
        why = "the last column, and the only one that holds words"
    elif is_class_like(name) or name.lower() in _ANSWER_NAMES:
        why = "the only column that holds words, and called like an answer"
    else:
        return None
    return name, f"{why} ({distinct} different ones)"


def _choose_target(table: Table, choice: TableChoice) -> tuple[list[str], Decision]:
    several = named_columns(table, choice.target)
    if several is not None:
        return several, Decision(name="target columns", value=listed(several), reason="as asked for")
    if choice.target is not None:
        column = table.check_column(choice.target, option="target")
        return [column], Decision(name="target column", value=f"'{column}'", reason="as asked for")
    for usual in TARGET_NAMES:
        for column in table.header:
            if column.lower() == usual:
                reason = "guessed from its name; --target NAME (target=) chooses another"
                return [column], Decision(name="target column", value=f"'{column}'", reason=reason)
    guessed = _only_words(table, choice)
    if guessed is not None:
        return [guessed[0]], Decision(
            name="target column",
            value=f"'{guessed[0]}'",
            reason=f"guessed: {guessed[1]}; --target NAME (target=) chooses another",
        )
    blank = [name for name in table.header if any(map(is_missing, table.cells(name)))]
    impute = "" if not blank or choice.impute else f" --impute median fills the empty cells of {listed(blank)}."
    example = f", e.g. --target {table.header[-1]} for the last one" if table.nameless else ""
    dated = any(pattern_of(table.cells(name)) is not None for name in table.header)
    ahead = " To forecast a column from its own past, add --horizon N (horizon=), the number of steps." if dated else ""
    raise DataError(
        f"Nothing says which column of {table.path} is to be learned.",
        expected=f"{describe_columns(table)}.",
        fix=f"Name it with --target NAME (target=){example}.{ahead}{impute}",
    )
