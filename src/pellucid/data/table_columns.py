"""What is said about the columns of a table, and which of them are groups and example weights."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from pellucid.data.cells import is_missing
from pellucid.data.delimited import Table
from pellucid.data.strange_cells import first_rows, refuse_strange_cells
from pellucid.errors import DataError, RecipeError
from pellucid.records import Decision

TARGET_NAMES = ("target", "label", "class", "labels", "tags")
"""Names, lower case, of the column that is learned where nothing was said; the first of them counts."""
# A bare "animal" or "plant" is rather the answer than the individual; with "id" behind it, it is the individual.
GROUP_NAME = re.compile(
    r"(patient|subject|participant|lesion)([ _-]?(id|nr|no|name))?"
    r"|(person|individual|animal|plant|video|case|group)[ _-]?(id|nr|no)",
    re.IGNORECASE,
)
_WEIGHT_NAME = "sample_weight"
_LATER = (
    *("weight", "task", "keep_na", "layout", "picture_column", "images_dir", "drop", "label_from", "splits"),
    *("drop_unseen", "text", "block", "axes", "ignore"),
    *("horizon", "window", "season", "time_column", "series", "gaps", "future"),
)


OF_FORECASTS = ("horizon", "window", "season", "time_column", "series", "gaps", "future")
"""Options of a series that is forecast."""

TaskName = Literal["binary", "single-label", "multi-label", "regression", "segment", "image-to-image"]
"""What a task says of how a target's cells are read."""
OwnTask = Literal["reconstruct", "generate"]
"""A task whose target is the example itself."""
OWN_TASKS: tuple[OwnTask, ...] = get_args(OwnTask)
DataTask = TaskName | OwnTask
"""What `load_dataset` is told of the task: that, or that the pictures themselves are the target."""
Layout = Literal["classes", "splits", "list", "table", "parts", "lines", "stream", "series"]
"""Ways to read a folder: its folders are classes, or splits with classes in them; a table lists its pictures; a table
of cells; folders that are mere parts of one set, with a table beside them; of texts: a file for each class, a text a
line; one stream of text without labels; and a file of numbers: as series."""
Axes = Literal["NTC", "NCT"]
"""What the axes of an array of series are: examples, steps and channels."""


def task_of_cells(task: DataTask | None) -> TaskName | None:
    """Return what a task says of how a target's cells are read; None where it says nothing of them."""
    return next((one for one in get_args(TaskName) if one == task), None)


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
    drop: str | None = None
    label_from: Literal["name"] | None = None
    splits: Literal["ignore"] | None = None
    drop_unseen: bool = False
    text: str | None = None
    block: int | None = None
    horizon: int | None = None
    window: int | None = None
    season: int | None = None
    time_column: str | None = None
    series: str | None = None
    gaps: Literal["fill"] | None = None
    future: str | None = None
    axes: Axes | None = None
    ignore: str | None = None
    unnamed: bool = False
    """Whether pictures of which nothing says what they show are read, too: each is its own target."""

    def later_options(self) -> dict[str, str | bool | int]:
        """Return what was said of the options that older runs do not know, by the names `load_dataset` has."""
        said = {name: getattr(self, name) for name in _LATER}
        return {name: value for name, value in said.items() if value not in (None, False)}

    def refuse(self, reason: str) -> None:
        """Raise if anything was said, for data that has no columns.

        Raises:
            RecipeError: naming the first option that cannot be used, and why.
        """
        self.refuse_names(reason)
        if self.ignore is not None:
            raise RecipeError(
                f"--ignore (ignore=) cannot be used: {reason}.",
                expected="It is for masks of pictures.",
                fix="Leave it out.",
            )
        of_tables = ("target", "group", "impute", "weight", "picture_column", "images_dir", "drop", "text")
        for option in (*of_tables, *OF_FORECASTS):
            if getattr(self, option) is not None:
                series = "It is for a series to forecast: a CSV file with a column of times."
                raise RecipeError(
                    f"--{option.replace('_', '-')} ({option}=) cannot be used: {reason}.",
                    expected=series if option in OF_FORECASTS else "It is for CSV files.",
                    fix="Leave it out.",
                )

    def refuse_names(self, reason: str) -> None:
        """Raise if the labels were said to stand in the names of files, for data where they do not.

        Raises:
            RecipeError: saying why.
        """
        if self.label_from is not None:
            raise RecipeError(
                f"--label-from {self.label_from} (label_from=) cannot be used: {reason}.",
                expected="It is for a folder of pictures, whose names say what they show.",
                fix="Leave it out.",
            )


def without_dropped(table: Table, choice: TableChoice) -> tuple[Table, list[Decision]]:
    """Return a table without the columns that were asked to be dropped, and what is said of them.

    Raises:
        DataError: there is no such column.
        RecipeError: it is to be the target, the groups or the weights, too.
    """
    if choice.drop is None:
        return table, []
    parts = [choice.drop] if choice.drop in table.header else [part.strip() for part in choice.drop.split(",")]
    names = {table.check_column(part, option="drop") for part in parts if part}
    for option in ("target", "group", "weight"):
        said = getattr(choice, option)
        for name in names & {said, *(part.strip() for part in (said or "").split(","))}:
            raise RecipeError(
                f"--drop (drop=) names '{name}', and so does --{option} ({option}=).", fix="Take it out of one of them."
            )
    dropped = [name for name in table.header if name in names]
    decision = Decision(name="columns dropped", value=", ".join(dropped), reason="--drop (drop=) says so")
    return table.without(dropped), [decision] if dropped else []


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
    return next((name for name in names if GROUP_NAME.fullmatch(name) or name.lower() == also), None)


def read_groups(table: Table, name: str, choice: TableChoice) -> tuple[NDArray[np.int64], Decision]:
    """Return the group of each row, [N]; a row with an empty cell is a group of its own."""
    cells = [cell if not is_missing(cell) else f"\0{row}" for row, cell in enumerate(table.cells(name))]
    _, groups = np.unique(np.array(cells, dtype=object).astype(str), return_inverse=True)
    number = int(groups.max()) + 1
    reason = "as asked for" if choice.group else "guessed from its name; --group NAME (group=) chooses another"
    value = f"'{name}': {number:,} groups of {len(cells) / number:.1f} on average"
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
    reading = table.reading(name)
    if np.isnan(reading.values).any():
        refuse_strange_cells(table, name, reading, what="weight column")
        raise DataError(
            f"The weight column '{name}' of {table.path} has cells that are no numbers: {first_rows(reading.missing)}.",
            expected="A number from 0 on in each row.",
        )
    weights = reading.values
    reason = "as asked for" if choice.weight else "known by its name; --weight NAME (weight=) chooses another"
    value = f"'{name}': {weights.min():g} to {weights.max():g}"
    return weights, Decision(name="example weights", value=value, reason=f"{reason}; they count in training only")
