"""A CSV whose rows are examples and whose cells are the input."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from pellucid.data.assemble import Draft, listed
from pellucid.data.delimited import Table, is_missing, is_number
from pellucid.data.several_targets import named_columns, read_columns
from pellucid.data.table_columns import (
    TARGET_NAMES,
    TableChoice,
    find_group_column,
    find_split_column,
    find_weight_column,
    first_rows,
    read_groups,
    read_splits,
    read_target,
    read_weights,
)
from pellucid.data.tables import Cells, TableInputs
from pellucid.errors import DataError
from pellucid.spec import Column, Decision, TableInput, counted

MISSING_CATEGORY = "missing"
"""The category that stands for an empty cell, when imputing was asked for."""

_IDENTIFIER = re.compile(r"(.*[ _-])?(id|index|nr|no)|.*[a-z]Id|row|unnamed: 0|column 1|ID|Id", re.ASCII)
_MANY_CATEGORIES = 10
_NEARLY_ALL = 0.9


@dataclass
class _Inputs:
    """Input columns as they are found."""

    columns: dict[str, Cells] = field(default_factory=dict)
    kinds: list[Column] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    missing: dict[str, list[bool]] = field(default_factory=dict)


def read_table_csv(table: Table, choice: TableChoice, *, name: str) -> Draft:
    """Read a table: one column is the target, the others are the input.

    Raises:
        DataError: no target column, no input column, empty cells without `impute`, cells that are no finite numbers.
    """
    target_columns, decision = _choose_target(table, choice)
    group_column = find_group_column(table, choice, set(target_columns))
    split_column = find_split_column(table, {*target_columns, group_column or ""})
    weight_column = find_weight_column(table, choice)
    if len(target_columns) == 1:
        target, targets, target_decision = read_target(table, target_columns[0])
    else:
        target, targets, target_decision = read_columns(table, target_columns)
    taken = {*target_columns, group_column, split_column, weight_column}
    inputs = _read_inputs(table, [column for column in table.header if column not in taken])
    if not inputs.columns:
        raise DataError(
            f"{table.path} has no input column beside the target '{target.name}'.",
            expected=f"Its columns: {', '.join(table.header)}.",
        )
    decisions = [*describe_nameless(table), decision, target_decision, *_describe_left_out(inputs)]
    if inputs.missing:
        decisions.append(_accept_missing(table, inputs, choice))
    draft = Draft(
        name=name,
        source=os.fspath(table.path),
        input=TableInput(columns=tuple(inputs.kinds)),
        target=target,
        inputs=TableInputs(inputs.columns),
        targets=targets,
        content=digest_cells(inputs.columns),
        decisions=decisions,
    )
    if split_column is not None:
        draft.given = read_splits(table, split_column)
    if group_column is not None:
        draft.groups, group_decision = read_groups(table, group_column, choice)
        draft.decisions.append(group_decision)
    if weight_column is not None:
        draft.weights, weight_decision = read_weights(table, weight_column, choice)
        draft.decisions.append(weight_decision)
    return draft


def digest_cells(columns: Mapping[str, Cells]) -> list[bytes]:
    """Return a digest of each row; equal only for rows whose cells are all equal."""
    texts = [[repr(cell) for cell in cells.tolist()] for cells in columns.values()]
    return [hashlib.blake2b("\0".join(row).encode(), digest_size=16).digest() for row in zip(*texts, strict=True)]


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
    blank = [name for name in table.header if any(map(is_missing, table.cells(name)))]
    impute = "" if not blank or choice.impute else f", and add --impute median: {listed(blank)} has empty cells"
    example = f", e.g. --target {table.header[-1]} for the last one" if table.nameless else ""
    raise DataError(
        f"Nothing says which column of {table.path} is to be learned.",
        expected=f"{describe_columns(table)}.",
        fix=f"Name it with --target NAME (target=){example}{impute}.",
    )


def describe_columns(table: Table) -> str:
    """Return the names of the columns, with the cells of the first row where the file gives them no names."""
    if not table.nameless:
        return f"Its columns: {', '.join(table.header)}"
    first = ", ".join(f"{name} ({cells[0]})" for name, cells in zip(table.header, table.columns, strict=True))
    return f"Its first line is data, so its columns are called {first}"


def describe_nameless(table: Table) -> list[Decision]:
    """Return the decision about a file whose first line is data, if it is one."""
    if not table.nameless:
        return []
    value = f"column1 to column{len(table.header)}"
    reason = "the first line of the file is data, not names; put a line of names above it to choose them"
    return [Decision(name="column names", value=value, reason=reason)]


def _read_inputs(table: Table, names: Sequence[str]) -> _Inputs:
    inputs = _Inputs()
    for name in names:
        cells = table.cells(name)
        distinct = len(set(cells))
        missing = [is_missing(cell) for cell in cells]
        if all(missing):
            inputs.left_out.append(f"{name} (empty)")
            continue
        numbers = table.numbers(name)
        if numbers is None:
            _refuse_nearly_numbers(table, name)
        whole = numbers is not None and all(re.fullmatch(r"\d+", cell) for cell in cells)
        if whole and distinct == len(table) and len(table) > 2 and _IDENTIFIER.fullmatch(name):
            inputs.left_out.append(f"{name} (numbers the rows)")
            continue
        if numbers is None and distinct > max(_MANY_CATEGORIES, len(table) / 2):
            inputs.left_out.append(f"{name} ({distinct:,} different texts in {len(table):,} rows)")
            continue
        if any(missing):
            inputs.missing[name] = missing
        if numbers is not None:
            _refuse_infinite(table, name, numbers)
            inputs.columns[name] = numbers
        else:
            known = [MISSING_CATEGORY if empty else cell for cell, empty in zip(cells, missing, strict=True)]
            inputs.columns[name] = np.array(known, dtype=object)
        inputs.kinds.append(Column(name=name, kind="category" if numbers is None else "number"))
    return inputs


def _refuse_nearly_numbers(table: Table, name: str) -> None:
    """Raise when a column is numbers but for a few cells: as categories it would make no sense."""
    cells = table.cells(name)
    words = [not is_number(cell) and not is_missing(cell) for cell in cells]
    numbers = sum(map(is_number, cells))
    if numbers >= _NEARLY_ALL * (numbers + sum(words)):
        shown = ", ".join(
            repr(cell) for cell in dict.fromkeys(cell for cell, word in zip(cells, words, strict=True) if word)
        )
        raise DataError(
            f"The column '{name}' of {table.path} holds numbers, but {counted(sum(words), 'cell is', 'cells are')} "
            f"none: {shown:.80} ({first_rows(words)}).",
            fix="Mend these cells, or leave them empty and impute: --impute median (impute='median').",
        )


def _refuse_infinite(table: Table, name: str, numbers: Cells) -> None:
    if np.isinf(numbers).any():
        raise DataError(f"The column '{name}' of {table.path} holds infinite numbers: {first_rows(np.isinf(numbers))}.")


def _describe_left_out(inputs: _Inputs) -> list[Decision]:
    if not inputs.left_out:
        return []
    reason = "they tell rows apart and teach nothing about new ones; make categories of them in the file to keep them"
    return [Decision(name="columns left out", value=listed(inputs.left_out), reason=reason)]


def _accept_missing(table: Table, inputs: _Inputs, choice: TableChoice) -> Decision:
    """Return the decision about empty cells, or raise when nothing was said about them."""
    total = sum(map(sum, inputs.missing.values()))
    if choice.impute is not None:
        value = f"{total:,} empty cells in {listed(list(inputs.missing))}"
        reason = f"--impute median: numbers become the median of train, categories '{MISSING_CATEGORY}'"
        return Decision(name="impute", value=value, reason=reason)
    where = "; ".join(f"'{name}' {sum(flags):,} ({first_rows(flags)})" for name, flags in inputs.missing.items())
    raise DataError(
        f"{table.path} has {counted(total, 'empty cell')} in {counted(len(inputs.missing), 'input column')}: {where}.",
        expected="Every input cell must hold a value.",
        fix=f"--impute median (impute='median') puts the median of train into numbers and '{MISSING_CATEGORY}' into "
        "categories; or mend the file.",
    )
