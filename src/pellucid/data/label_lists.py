"""Cells that list several labels: "red|blue", "red;blue", "red, blue", "red blue", or the lists of a Parquet file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pellucid.data.cells import is_missing, is_number, is_whole
from pellucid.data.delimited import LIST_SEPARATOR, Table
from pellucid.data.ordering import sort_classes
from pellucid.data.scan import plain_name
from pellucid.data.strange_cells import first_rows, quoted
from pellucid.data.table_columns import TableChoice
from pellucid.data.target_reading import TargetReading, classes_of
from pellucid.errors import DataError
from pellucid.kinds import LabelsTarget
from pellucid.records import Decision
from pellucid.words import counted

LISTS_NAMES = ("labels", "tags")
"""Columns that hold several labels per cell, also where nothing was said."""
ALONE = ""
"""The separator of cells that hold one label each."""
_SEPARATORS = ("|", ";", ",")


def find_separator(table: Table, name: str, choice: TableChoice) -> str | None:
    """Return what separates the labels in the cells of a column; None where each cell is one class, or a number.

    A bar or a semicolon separates in any column whose labels recur in other combinations, and always in one called
    labels or tags; there a comma, too, whose parts recur so, and a space. With --task multi-label any of them
    separates, and with another task none.

    Raises:
        DataError: the column cannot be labels, although the task says so.
    """
    if name in table.lists:
        return LIST_SEPARATOR
    if choice.task not in (None, "multi-label"):
        return None
    cells = [cell for cell in table.cells(name) if not _is_blank(cell, choice)]
    found = _separator(cells, listed=name.lower() in LISTS_NAMES)
    if found is not None or choice.task is None:
        return found
    _refuse_numbers(table, name, cells)
    return next((mark for mark in _SEPARATORS if any(mark in cell for cell in cells)), ALONE)


def read_label_lists(table: Table, name: str, separator: str, choice: TableChoice) -> TargetReading:
    """Return the labels that the cells of one column list: [N, L] of 0 and 1; an empty cell lists none.

    Raises:
        DataError: the task wants one class per row, and a cell lists more or none; or it wants numbers.
    """
    cells = table.cells(name)
    blank = [_is_blank(cell, choice) for cell in cells]
    lists = [[] if gone else _split(cell, separator) for cell, gone in zip(cells, blank, strict=True)]
    if choice.task == "regression":
        raise DataError(
            f"The target column '{name}' of {table.path} holds lists, not amounts.",
            fix="Use --task multi-label (task=), or leave it out.",
        )
    if choice.task in ("single-label", "binary"):
        wrong = [len(labels) != 1 for labels in lists]
        if any(wrong):
            raise DataError(
                f"The target column '{name}' of {table.path} does not hold one label in each row: {first_rows(wrong)}.",
                expected=f"One, for --task {choice.task}.",
                fix="Use --task multi-label (task=), or leave it out.",
            )
        return classes_of(
            name, [labels[0] for labels in lists], "its lists hold one label each, and --task says classes"
        )
    classes = sort_classes([label for labels in lists for label in labels])
    place = {label: index for index, label in enumerate(classes)}
    targets = np.zeros((len(lists), len(classes)), dtype=np.int64)
    for row, labels in enumerate(lists):
        targets[row, [place[label] for label in labels]] = 1
    reason = f"{_describe(separator)}; {describe_labels(targets)}"
    words = [cell for cell, gone in zip(cells, blank, strict=True) if gone and cell]
    if words:
        many = counted(len(words), "cell lists", "cells list")
        reason += f"; {many} none, for they hold {quoted(words)}: --keep-na (keep_na=) takes that as a label"
    if choice.task is None and separator != LIST_SEPARATOR:
        reason += "; --task single-label (task=) takes each cell as one class"
    decision = Decision(name="target", value=f"'{name}': {len(classes)} labels, several at once", reason=reason)
    return TargetReading(LabelsTarget(name=name, classes=classes), targets, decision, np.ones(len(lists), dtype=bool))


def describe_labels(targets: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> str:
    """Say how many labels [N, L] examples have, in words."""
    counts = targets.sum(axis=1)
    return f"{counts.mean():.2g} per example on average, none in {int((counts == 0).sum()):,}"


def _is_blank(cell: str, choice: TableChoice) -> bool:
    return not cell if choice.keep_na else is_missing(cell)


def _describe(separator: str) -> str:
    if separator == LIST_SEPARATOR:
        return "its cells are lists"
    if separator == ALONE:
        return "--task says labels; each cell holds one at most"
    between = "spaces" if separator == " " else f"'{separator}'"
    return f"its cells list labels, separated by {between}"


def _separator(cells: Sequence[str], *, listed: bool) -> str | None:
    for separator in _SEPARATORS if listed else _SEPARATORS[:2]:
        lists = [_split(cell, separator) for cell in cells]
        if any(len(parts) > 1 for parts in lists):
            combinations = {tuple(sorted(members)) for members in lists}
            parts = {part for members in combinations for part in members}
            always = listed and separator != ","
            if always or len(parts) < len(combinations) or (listed and _recur(combinations)):
                return separator
    return " " if listed and _are_words(cells) else None


def _recur(combinations: set[tuple[str, ...]]) -> bool:
    """Tell whether half or more of the parts of longer cells come again in others: those of "tench, Tinca" do not."""
    longer = {part for members in combinations if len(members) > 1 for part in members}
    again = sum(sum(part in members for members in combinations) > 1 for part in longer)
    return 2 * again >= len(longer)


def _are_words(cells: Sequence[str]) -> bool:
    """Return whether cells list labels with spaces between them, and are no names of several words.

    The words recur in other combinations, and one of those in a longer cell is a whole cell elsewhere: "red blue" and
    "red" are lists, "black cat" and "grey cat" are names.
    """
    lists = {tuple(sorted(cell.split())) for cell in cells}
    longer = {word for words in lists if len(words) > 1 for word in words}
    return len({word for words in lists for word in words}) < len(lists) and any((word,) in lists for word in longer)


def _refuse_numbers(table: Table, name: str, cells: Sequence[str]) -> None:
    distinct = set(cells)
    if not all(is_number(cell, delimiter=table.delimiter) for cell in distinct):
        return
    if distinct <= {"0", "1", "0.0", "1.0"}:
        raise DataError(
            f"The target column '{name}' of {table.path} says 0 or 1 of one label only.",
            expected="Several labels, for --task multi-label.",
            fix="Name the columns of all labels, --target A,B (target=), or use --task binary (task=).",
        )
    if not all(map(is_whole, distinct)):
        raise DataError(
            f"The target column '{name}' of {table.path} holds numbers that are not whole, no labels.",
            expected="Cells that list labels, for --task multi-label.",
            fix="Use --task regression (task=), or leave it out.",
        )


def _split(cell: str, separator: str) -> list[str]:
    parts = cell.split(separator) if separator else [cell]
    return [plain_name(part.strip()) for part in parts if part.strip()]
