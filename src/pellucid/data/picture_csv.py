"""A CSV with a column of picture paths and a column of labels; the files stay where they are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pellucid.data.dataset import Finding
from pellucid.data.delimited import Table
from pellucid.data.folder_names import split_of
from pellucid.data.further_columns import add_further_columns
from pellucid.data.label_columns import choose_label
from pellucid.data.picture_names import PictureColumn
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.several_targets import named_columns, read_columns
from pellucid.data.split_column import find_split_column
from pellucid.data.splits import TRAIN
from pellucid.data.survey import survey_files
from pellucid.data.table_columns import (
    TableChoice,
    find_group_column,
    find_weight_column,
)
from pellucid.data.table_names import describe_names
from pellucid.data.target_column import is_class_like, read_target
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import SPLITS, listed
from pellucid.records import Decision
from pellucid.words import counted

_SHOWN = 8


def read_picture_csv(table: Table, pictures: PictureColumn, choice: TableChoice, *, name: str) -> RawDataset:
    """Read the pictures that a CSV lists, in the order of their names.

    Args:
        table: the CSV.
        pictures: its column that names them, and the files meant.
        choice: what the user said.
        name: of the dataset.

    Raises:
        DataError: no label column, an unknown column, missing labels, or not one readable picture.
    """
    if choice.drop is not None:
        raise RecipeError(
            f"--drop (drop=) is for tables whose cells are the input, but {table.path} lists pictures.",
            expected="Of a list of pictures, no other column is an input.",
            fix="Leave it out; --layout table (layout=) learns from the cells instead.",
        )
    asked = named_columns(table, choice.target) or [choice.target or ""]
    split_column = find_split_column(table, {pictures.name, *asked, choice.group or ""})
    group_column = find_group_column(table, choice, {pictures.name, *asked}, also="group")
    weight_column = find_weight_column(table, choice)
    named = {name for name in pictures.others if not is_class_like(name)}  # class 7 is not the picture 7.png
    taken = {pictures.name, *named, split_column, group_column, weight_column}
    label_columns, decision = choose_label(table, pictures.name, choice, taken)
    if len(label_columns) == 1:
        reading = read_target(table, label_columns[0], choice, pictures=True)
    else:
        reading = read_columns(table, label_columns, choice)
    names, paths = pictures.names, pictures.paths
    labelled = sorted(np.flatnonzero(reading.labelled).tolist(), key=lambda index: names[index])
    there = [index for index in labelled if os.path.isfile(paths[index])]
    if not there:
        raise DataError(
            f"Not one of the {len(names):,} pictures that {table.path} lists in '{pictures.name}' exists, "
            f"e.g. {paths[0]}.",
            expected="Paths count from the folder that holds the CSV.",
            fix="Move the CSV, mend the column, or say where the pictures lie: --images-dir FOLDER (images_dir=); "
            "--layout table (layout=) learns from the other columns instead.",
        )
    present = set(there)
    absent = [names[index] or "(empty cell)" for index in sorted(labelled) if index not in present]
    survey = survey_files([paths[index] for index in there], [names[index] for index in there])
    kept = np.array(there, dtype=np.int64)[survey.kept]
    raw = RawDataset(
        name=name,
        source=os.fspath(table.path),
        input=survey.input,
        target=reading.target,
        inputs=survey.images,
        targets=reading.targets[kept],
        names=[names[index] for index in kept],
        content=[fact.content for fact in survey.facts],
        equality=[fact.pixels for fact in survey.facts],
        decisions=[
            Decision(name="pictures", value=f"listed in {table.path.name}", reason=_how_named(pictures)),
            *describe_names(table),
            decision,
            reading.decision,
            *survey.decisions,
        ],
        findings=[*reading.findings, *_missing_files(absent), *survey.findings],
        faults=[*(f"{name}: there is no such file." for name in absent), *survey.faults],
    )
    if split_column is None:
        _take_splits_of_folders(raw, pictures.root, [paths[index] for index in kept.tolist()])
    add_further_columns(raw, table, choice, kept, split=split_column, group=group_column, weight=weight_column)
    return raw


def _how_named(pictures: PictureColumn) -> str:
    reason = f"its column '{pictures.name}' holds {pictures.how}"
    if pictures.others:
        reason += f"; {listed(pictures.others)} name other pictures: --picture-column NAME (picture_column=) takes them"
    return reason


def _take_splits_of_folders(raw: RawDataset, root: Path, paths: Sequence[Path]) -> None:
    """Take the splits that the pictures' folders are called after, where they are: test pictures must stay so."""
    found = _splits_of_folders(root, paths)
    if found is not None:
        raw.given = np.array([found[path] for path in paths], dtype=np.int8)
        words = ", ".join(SPLITS[role] for role in sorted(set(found.values())))
        reason = "the pictures lie in folders called so; a column called split would say otherwise"
        raw.decisions.append(Decision(name="split folders", value=words, reason=reason))


def _missing_files(absent: Sequence[str]) -> list[Finding]:
    if not absent:
        return []
    message = f"{counted(len(absent), 'picture')} listed by the CSV, but missing, left out."
    return [Finding(kind="missing-file", message=message, examples=tuple(absent[:_SHOWN]), count=len(absent))]


def _splits_of_folders(root: Path, paths: Sequence[Path]) -> dict[Path, int] | None:
    """Return the split of each picture by the folder it lies in, where folders are called after train and another one.

    Args:
        root: the folder above.
        paths: of the pictures.
    """
    tops = {path: path.relative_to(root).parts[:-1] for path in paths if path.is_relative_to(root)}
    if len(tops) < len(paths):
        return None
    names = {part for parts in tops.values() for part in parts}
    found = {
        path: next((role for part in parts if (role := split_of(part, names)) is not None), None)
        for path, parts in tops.items()
    }
    roles = set(found.values())
    if None in roles or TRAIN not in roles or len(roles) < 2:
        return None
    return {path: role for path, role in found.items() if role is not None}
