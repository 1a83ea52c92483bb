"""A CSV with a column of picture paths and a column of labels; the files stay where they are."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pellucid.data.assemble import Draft
from pellucid.data.dataset import Finding
from pellucid.data.delimited import Table
from pellucid.data.label_columns import choose_label
from pellucid.data.picture_names import picture_name, picture_path
from pellucid.data.scan import plain_name
from pellucid.data.several_targets import named_columns, read_columns
from pellucid.data.survey import survey_files
from pellucid.data.table_columns import (
    TableChoice,
    find_group_column,
    find_split_column,
    find_weight_column,
    read_groups,
    read_splits,
    read_target,
    read_weights,
)
from pellucid.errors import DataError
from pellucid.spec import Decision, counted

_SHOWN = 8


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
    label_columns, decision = choose_label(table, path_column, choice, taken)
    if len(label_columns) == 1:
        target, targets, target_decision = read_target(table, label_columns[0])
    else:
        target, targets, target_decision = read_columns(table, label_columns)
    root = table.path.parent
    names = [plain_name(picture_name(cell, root)) for cell in table.cells(path_column)]
    paths = [picture_path(root, cell) for cell in table.cells(path_column)]
    there = [
        index for index in sorted(range(len(names)), key=lambda index: names[index]) if os.path.isfile(paths[index])
    ]
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


def _missing_files(absent: Sequence[str]) -> list[Finding]:
    if not absent:
        return []
    message = f"{counted(len(absent), 'picture')} listed by the CSV, but missing, left out."
    return [Finding(kind="missing-file", message=message, examples=tuple(absent[:_SHOWN]), count=len(absent))]
