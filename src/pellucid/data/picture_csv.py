"""A CSV with a column of picture paths and a column of labels; the files stay where they are."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data.assemble import Draft, listed
from pellucid.data.dataset import Finding
from pellucid.data.delimited import Table
from pellucid.data.scan import plain_name
from pellucid.data.several_targets import find_label_columns, named_columns, read_columns
from pellucid.data.survey import survey_files
from pellucid.data.table_columns import (
    TARGET_NAMES,
    TableChoice,
    find_group_column,
    find_split_column,
    find_weight_column,
    is_categorical,
    read_groups,
    read_splits,
    read_target,
    read_weights,
)
from pellucid.decoding import IMAGE_SUFFIXES
from pellucid.errors import DataError
from pellucid.spec import Decision, counted

_PATH_NAMES = (
    "path",
    "file_name",
    "filename",
    "file",
    "filepath",
    "file_path",
    "image_path",
    "image",
    "image_file",
    "image_name",
    "img_path",
    "img",
    "picture",
    "photo",
    "name",
)
_LABEL_NAMES = (*TARGET_NAMES, "category", "diagnosis", "species", "dx")
_LOOKED_AT = 200
_SHOWN = 8


def find_path_column(table: Table, *, must_exist: bool = False) -> str | None:
    """Return the column of picture paths: one of the usual names, whose cells mostly end like picture files or exist.

    Args:
        table: the CSV, whose paths count from its folder.
        must_exist: whether at least half of the first files must be there.
    """
    for name in sorted(table.header, key=lambda name: _rank(name, _PATH_NAMES)):
        if name.lower() not in _PATH_NAMES:
            return None
        cells = [cell for cell in table.cells(name)[:_LOOKED_AT] if cell]
        existing = sum(_resolve(table.path.parent, cell).is_file() for cell in cells)
        named = 0 if must_exist else sum(os.path.splitext(cell)[1].lower() in IMAGE_SUFFIXES for cell in cells)
        if cells and max(existing, named) * 2 >= len(cells):
            return name
    return None


def read_picture_csv(table: Table, path_column: str, choice: TableChoice, *, name: str) -> Draft:
    """Read the pictures that a CSV lists, in the order of their names.

    Raises:
        DataError: no label column, an unknown column, missing labels, or not one readable picture.
    """
    asked = named_columns(table, choice.target) or [choice.target or ""]
    split_column = find_split_column(table, {path_column, *asked, choice.group or ""})
    group_column = find_group_column(table, choice, {path_column, *asked}, also="group")
    weight_column = find_weight_column(table, choice)
    taken = {path_column, split_column, group_column, weight_column}
    label_columns, decision = _choose_label(table, path_column, choice, taken)
    if len(label_columns) == 1:
        target, targets, target_decision = read_target(table, label_columns[0])
    else:
        target, targets, target_decision = read_columns(table, label_columns)
    root = table.path.parent
    names = [plain_name(_tidy(cell, root)) for cell in table.cells(path_column)]
    paths = [_resolve(root, cell) for cell in table.cells(path_column)]
    there = [index for index in sorted(range(len(names)), key=lambda index: names[index]) if paths[index].is_file()]
    if not there:
        raise DataError(
            f"Not one of the {len(names):,} pictures that {table.path} lists in '{path_column}' exists, "
            f"e.g. {paths[0]}.",
            expected="Paths count from the folder that holds the CSV.",
            fix="Move the CSV, or mend the column.",
        )
    present = set(there)
    absent = [name or "(empty cell)" for index, name in enumerate(names) if index not in present]
    survey = survey_files([paths[index] for index in there], [names[index] for index in there])
    kept = np.array(there, dtype=np.int64)[survey.kept]
    draft = Draft(
        name=name,
        source=os.fspath(table.path),
        input=survey.input,
        target=target,
        inputs=survey.images,
        targets=targets[kept],
        names=[names[index] for index in kept],
        content=[fact.content for fact in survey.facts],
        equality=[fact.pixels for fact in survey.facts],
        decisions=[
            Decision(
                name="pictures", value=f"listed in {table.path.name}", reason=f"its column '{path_column}' holds paths"
            ),
            decision,
            target_decision,
            *survey.decisions,
        ],
        findings=[*_missing_files(absent), *survey.findings],
        faults=[*(f"{name}: there is no such file." for name in absent), *survey.faults],
    )
    _take_columns(draft, table, choice, kept, split=split_column, group=group_column, weight=weight_column)
    return draft


def _take_columns(
    draft: Draft,
    table: Table,
    choice: TableChoice,
    kept: NDArray[np.int64],
    *,
    split: str | None,
    group: str | None,
    weight: str | None,
) -> None:
    """Put what further columns say about the kept rows into a draft: given splits, groups, example weights."""
    if split is not None:
        draft.given = read_splits(table, split)[kept]
    if group is not None:
        groups, group_decision = read_groups(table, group, choice)
        draft.groups = groups[kept]
        draft.decisions.append(group_decision)
    if weight is not None:
        weights, weight_decision = read_weights(table, weight, choice)
        draft.weights = weights[kept]
        draft.decisions.append(weight_decision)


def _choose_label(
    table: Table, path_column: str, choice: TableChoice, taken: Collection[str | None]
) -> tuple[list[str], Decision]:
    """Return the column of labels: the one asked for, one of the usual names, or the first that holds categories.

    Several columns where they were asked for, or where no other is called after labels and several say 0 or 1.
    """
    several = named_columns(table, choice.target)
    if several is not None:
        return several, Decision(name="label columns", value=listed(several), reason="as asked for")
    if choice.target is not None:
        column = table.check_column(choice.target, option="target")
        return [column], Decision(name="label column", value=f"'{column}'", reason="as asked for")
    free = [name for name in table.header if name not in taken]
    usual = sorted((name for name in free if name.lower() in _LABEL_NAMES), key=lambda name: _rank(name, _LABEL_NAMES))
    if usual:
        reason = "guessed from its name; --target NAME (target=) chooses another"
        return [usual[0]], Decision(name="label column", value=f"'{usual[0]}'", reason=reason)
    after = table.header[table.header.index(path_column) + 1 :]
    marked = find_label_columns(table, [name for name in after if name in free])
    if len(marked) > 1:
        reason = f"{len(marked)} columns after '{path_column}' say 0 or 1; --target A,B (target=) chooses among them"
        return marked, Decision(name="label columns", value=listed(marked), reason=reason)
    for name in after:
        distinct = len(set(table.cells(name)))
        if name in free and 2 <= distinct <= len(table) / 2 and is_categorical(table.cells(name)):
            reason = (
                f"the first column after '{path_column}' that holds categories; --target NAME (target=) chooses another"
            )
            return [name], Decision(name="label column", value=f"'{name}'", reason=reason)
    raise DataError(
        f"Nothing says which column of {table.path} holds the labels.",
        expected=f"Its columns: {', '.join(table.header)}.",
        fix="Name it with --target NAME (target=).",
    )


def _resolve(root: Path, cell: str) -> Path:
    path = root / cell
    return path if "\\" not in cell or path.exists() else root / cell.replace("\\", "/")


def _tidy(cell: str, root: Path) -> str:
    """Return the name of a picture: its path as the CSV gives it, relative to the CSV where it lies below it."""
    text = cell.replace("\\", "/")
    path = Path(text)
    if path.is_absolute() and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return path.as_posix()


def _missing_files(absent: Sequence[str]) -> list[Finding]:
    if not absent:
        return []
    message = f"{counted(len(absent), 'picture')} listed by the CSV, but missing, left out."
    return [Finding(kind="missing-file", message=message, examples=tuple(absent[:_SHOWN]), count=len(absent))]


def _rank(name: str, order: tuple[str, ...]) -> int:
    return order.index(name.lower()) if name.lower() in order else len(order)
