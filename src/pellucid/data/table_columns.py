"""Which column of a CSV plays which part: target, split, group."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Targets
from pellucid.data.delimited import Table, is_missing, is_number
from pellucid.data.folder_names import SPLIT_WORDS
from pellucid.data.ordering import sort_classes
from pellucid.data.scan import plain_name
from pellucid.data.several_targets import find_separator, read_label_lists
from pellucid.errors import DataError, RecipeError
from pellucid.spec import ClassTarget, Decision, Target, ValueTarget, counted

TARGET_NAMES = ("target", "label", "class", "labels", "tags")
_SPLIT_NAMES = ("split", "set", "subset", "partition")
# A bare "animal" or "plant" is rather the answer than the individual; with "id" behind it, it is the individual.
_GROUP_NAME = re.compile(
    r"(patient|subject|participant|lesion)([ _-]?(id|nr|no|name))?"
    r"|(person|individual|animal|plant|video|case|group)[ _-]?(id|nr|no)",
    re.IGNORECASE,
)
_WEIGHT_NAME = "sample_weight"
_MAX_INTEGER_CLASSES = 20
_ROWS_PER_CLASS = 5
_SHOWN = 8
_LATER = ("weight", "task", "keep_na", "layout", "picture_column", "images_dir")


TaskName = Literal["binary", "single-label", "multi-label", "regression"]
Layout = Literal["classes", "splits", "list", "table", "parts"]
"""Ways to read a folder: its folders are classes, or splits with classes in them; a table lists its pictures; a table
of cells; folders that are mere parts of one set, with a table beside them."""


@dataclass(frozen=True)
class TableChoice:
    """What the user may say about the data beside its path: the columns of a table, the layout of a folder."""

    target: str | None = None
    group: str | None = None
    impute: Literal["median"] | None = None
    weight: str | None = None
    task: TaskName | None = None
    keep_na: bool = False
    layout: Layout | None = None
    picture_column: str | None = None
    images_dir: str | None = None

    def later_options(self) -> dict[str, str | bool]:
        """Return what was said of the options that older runs do not know, by the names `load_dataset` has."""
        said = {name: getattr(self, name) for name in _LATER}
        return {name: value for name, value in said.items() if value not in (None, False)}

    def refuse(self, reason: str) -> None:
        """Raise if anything was said, for data that has no columns.

        Raises:
            RecipeError: naming the first option that cannot be used, and why.
        """
        for option in ("target", "group", "impute", "weight", "picture_column", "images_dir"):
            if getattr(self, option) is not None:
                raise RecipeError(
                    f"--{option.replace('_', '-')} ({option}=) cannot be used: {reason}.",
                    expected="It is for CSV files.",
                    fix="Leave it out.",
                )


def first_rows(flags: Sequence[bool] | NDArray[np.bool_]) -> str:
    """Return the numbers of the first rows flagged, e.g. "rows 3, 17, ..."; row 1 is the first below the names."""
    rows = np.flatnonzero(np.asarray(flags)) + 1
    shown = ", ".join(str(row) for row in rows[:_SHOWN])
    return f"row{'s' if len(rows) > 1 else ''} {shown}{', ...' if len(rows) > _SHOWN else ''}"


def is_categorical(cells: Sequence[str]) -> bool:
    """Tell whether a column, as a target, would be a class: text, two values, or few whole numbers."""
    known = [cell for cell in cells if not is_missing(cell)]
    distinct = set(known)
    if len(distinct) <= 2:
        return True
    if all(re.fullmatch(r"[+-]?\d+", cell) for cell in distinct):
        return len(distinct) <= min(_MAX_INTEGER_CLASSES, max(2, len(known) // _ROWS_PER_CLASS))
    return not all(_is_float(cell) for cell in distinct)


def read_target(table: Table, name: str) -> tuple[Target, Targets, Decision]:
    """Return the target of a column, [N] class index or value, and how it was understood.

    Text, two distinct values, or up to 20 distinct whole numbers with five rows each on average make classes; other
    numbers make values. A column that lists labels makes labels.

    Raises:
        DataError: cells are missing or infinite.
    """
    separator = find_separator(table, name)
    if separator is not None:
        return read_label_lists(table, name, separator)
    cells = table.cells(name)
    missing = [is_missing(cell) for cell in cells]
    if any(missing):
        raise DataError(
            f"The target column '{name}' of {table.path} has {counted(sum(missing), 'empty cell')}: "
            f"{first_rows(missing)}.",
            expected="A target must be known in every row.",
            fix="Fill them, or take these rows out of the file.",
        )
    if is_categorical(cells):
        labels = [plain_name(cell) for cell in cells]
        classes = sort_classes(labels)
        place = {label: index for index, label in enumerate(classes)}
        targets = np.array([place[label] for label in labels], dtype=np.int64)
        decision = Decision(name="target", value=f"'{name}': {len(classes)} classes", reason=_why_class(classes))
        return ClassTarget(name=name, classes=classes), targets, decision
    values = table.numbers(name)
    if values is None or not np.isfinite(values).all():
        bad = [not _is_float(cell) for cell in cells] if values is None else ~np.isfinite(values)
        raise DataError(
            f"The target column '{name}' of {table.path} has cells that are no finite numbers: {first_rows(bad)}."
        )
    reason = f"it holds {len(set(cells)):,} distinct numbers"
    return ValueTarget(name=name), values, Decision(name="target", value=f"'{name}': a number", reason=reason)


def find_split_column(table: Table, taken: Collection[str]) -> str | None:
    """Return the column that names the splits, if any: called split, set, subset or partition.

    Raises:
        DataError: a column called split names splits in some cells, and none in others.
    """
    for name in table.header:
        if name.lower() in _SPLIT_NAMES and name not in taken:
            words = {cell.lower() for cell in table.cells(name)}
            if words <= set(SPLIT_WORDS):
                return name
            if name.lower() == "split" and words & set(SPLIT_WORDS):
                unknown = [cell.lower() not in SPLIT_WORDS for cell in table.cells(name)]
                raise DataError(
                    f"The column '{name}' of {table.path} has cells that name no split: {first_rows(unknown)}.",
                    expected=f"Known words: {', '.join(SPLIT_WORDS)}.",
                    fix="Mend them, or give the column another name.",
                )
    return None


def read_splits(table: Table, name: str) -> NDArray[np.int8]:
    """Return the split of each row, [N], from a column that `find_split_column` found."""
    return np.array([SPLIT_WORDS[cell.lower()] for cell in table.cells(name)], dtype=np.int8)


def find_group_column(table: Table, choice: TableChoice, taken: Collection[str], *, also: str = "") -> str | None:
    """Return the column whose equal values belong together: the one asked for, else one called patient, subject, ...

    Args:
        table: the CSV.
        choice: what the user said.
        taken: columns that have another part.
        also: one more name that counts, lower case.

    Raises:
        DataError: the column asked for does not exist.
    """
    if choice.group is not None:
        return table.check_column(choice.group, option="group")
    names = [name for name in table.header if name not in taken]
    return next((name for name in names if _GROUP_NAME.fullmatch(name) or name.lower() == also), None)


def read_groups(table: Table, name: str, choice: TableChoice) -> tuple[NDArray[np.int64], Decision]:
    """Return the group of each row, [N]; a row with an empty cell is a group of its own."""
    cells = [cell if not is_missing(cell) else f"\0{row}" for row, cell in enumerate(table.cells(name))]
    _, groups = np.unique(np.array(cells, dtype=object).astype(str), return_inverse=True)
    number = int(groups.max()) + 1
    reason = "as asked for" if choice.group else "guessed from its name; --group NAME (group=) chooses another"
    value = f"'{name}': {number:,} groups of {len(cells) / number:.1f} on average, each kept in one split"
    return groups.astype(np.int64), Decision(name="group", value=value, reason=reason)


def find_weight_column(table: Table, choice: TableChoice) -> str | None:
    """Return the column of example weights: the one asked for, else one called sample_weight.

    A column called just "weight" is not taken without being asked: it may hold what a patient or a car weighs.

    Raises:
        DataError: the column asked for does not exist.
    """
    if choice.weight is not None:
        return table.check_column(choice.weight, option="weight")
    return next((name for name in table.header if name.lower() == _WEIGHT_NAME), None)


def read_weights(table: Table, name: str, choice: TableChoice) -> tuple[NDArray[np.float64], Decision]:
    """Return the weight of each row, [N].

    Raises:
        DataError: a cell is no number.
    """
    weights = table.numbers(name)
    if weights is None or np.isnan(weights).any():
        bad = [not is_number(cell) for cell in table.cells(name)]
        raise DataError(
            f"The weight column '{name}' of {table.path} has cells that are no numbers: {first_rows(bad)}.",
            expected="A number from 0 on in each row.",
        )
    reason = "as asked for" if choice.weight else "known by its name; --weight NAME (weight=) chooses another"
    value = f"'{name}': {weights.min():g} to {weights.max():g}"
    return weights, Decision(name="example weights", value=value, reason=f"{reason}; they count in training only")


def _why_class(classes: Sequence[str]) -> str:
    if len(classes) <= 2 or not all(_is_float(name) for name in classes):
        return "it holds words" if not all(_is_float(name) for name in classes) else "it holds two distinct values"
    return (
        f"it holds {len(classes)} distinct whole numbers; written with a decimal point they would be taken as amounts"
    )


def _is_float(cell: str) -> bool:
    try:
        float(cell.replace(",", ".", 1))
    except ValueError:
        return False
    return True
