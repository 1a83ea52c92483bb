"""Targets of several parts: several labels per example (a column of lists, or a column per label), several numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from pellucid.data.dataset import Targets
from pellucid.data.delimited import Table, is_missing
from pellucid.data.ordering import sort_classes
from pellucid.data.scan import plain_name
from pellucid.errors import DataError
from pellucid.spec import Decision, LabelsTarget, ValuesTarget, counted

LISTS_NAMES = ("labels", "tags")
"""Columns that hold several labels per cell, also where nothing was said."""
_SEPARATORS = ("|", ";", ",")
_NO, _YES = frozenset({"0", "0.0", "false", "no"}), frozenset({"1", "1.0", "true", "yes"})
_SHOWN = 8


def named_columns(table: Table, target: str | None) -> list[str] | None:
    """Return the columns that "a,b" names, checked, or None where the target is one column or was not said.

    Raises:
        DataError: one of them does not exist, or is named twice.
    """
    if target is None or target in table.header or "," not in target:
        return None
    names = [part.strip() for part in target.split(",") if part.strip()]
    if not names:
        raise DataError(f"--target is '{target}'.", expected="The name of a column, or several with commas between.")
    columns = [table.check_column(name, option="target") for name in names]
    if len(set(columns)) < len(columns):
        raise DataError(f"--target {target} names a column twice.", expected="Each column once.")
    return columns


def find_separator(table: Table, name: str) -> str | None:
    """Return what separates the labels in the cells of a column; None where each cell holds one label.

    A bar or a semicolon separates in any column whose labels recur in other combinations; a comma or a space
    only in a column called labels or tags.
    """
    cells = [cell for cell in table.cells(name) if not is_missing(cell)]
    listed = name.lower() in LISTS_NAMES
    for separator in _SEPARATORS if listed else _SEPARATORS[:2]:
        lists = [_split(cell, separator) for cell in cells]
        if any(len(parts) > 1 for parts in lists):
            parts = {part for members in lists for part in members}
            combinations = {tuple(sorted(members)) for members in lists}
            if listed or len(parts) < len(combinations):
                return separator
    return " " if listed and _are_words(cells) else None


def _are_words(cells: Sequence[str]) -> bool:
    """Return whether cells list labels with spaces between them, and are no names of several words.

    The words recur in other combinations, and one of those in a longer cell is a whole cell elsewhere: "red blue" and
    "red" are lists, "black cat" and "grey cat" are names.
    """
    lists = {tuple(sorted(cell.split())) for cell in cells}
    longer = {word for words in lists if len(words) > 1 for word in words}
    return len({word for words in lists for word in words}) < len(lists) and any((word,) in lists for word in longer)


def find_label_columns(table: Table, names: Sequence[str]) -> list[str]:
    """Return those of the columns that say yes or no, 0 or 1, of one label each."""
    return [name for name in names if _is_yes_or_no(table.cells(name))]


def read_label_lists(table: Table, name: str, separator: str) -> tuple[LabelsTarget, Targets, Decision]:
    """Return the labels that the cells of one column list: [N, L] of 0 and 1; an empty cell lists none."""
    lists = [[] if is_missing(cell) else _split(cell, separator) for cell in table.cells(name)]
    classes = sort_classes([label for labels in lists for label in labels])
    place = {label: index for index, label in enumerate(classes)}
    targets = np.zeros((len(lists), len(classes)), dtype=np.int64)
    for row, labels in enumerate(lists):
        targets[row, [place[label] for label in labels]] = 1
    between = "spaces" if separator == " " else f"'{separator}'"
    reason = f"its cells list labels, separated by {between}; {describe_labels(targets)}"
    decision = Decision(name="target", value=f"'{name}': {len(classes)} labels, several at once", reason=reason)
    return LabelsTarget(name=name, classes=classes), targets, decision


def read_columns(table: Table, names: Sequence[str]) -> tuple[LabelsTarget | ValuesTarget, Targets, Decision]:
    """Return the targets of several columns: labels where all of them say 0 or 1, else numbers, [N, M].

    Raises:
        DataError: cells that are missing, or no finite numbers.
    """
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
    for name in names:
        missing = sum(is_missing(cell) for cell in table.cells(name))
        if missing:
            raise DataError(
                f"The target column '{name}' of {table.path} has {counted(missing, 'empty cell')}.",
                expected="A target must be known in every row.",
                fix="Fill them, or take these rows out of the file.",
            )
    if all(_is_yes_or_no(table.cells(name)) for name in names):
        columns = [[cell.lower() in _YES for cell in table.cells(name)] for name in names]
        targets: Targets = np.array(columns, dtype=np.int64).T.copy()
        reason = f"each column says 0 or 1; {describe_labels(targets)}"
        decision = Decision(name="target", value=f"{len(names)} labels, several at once: {shown}", reason=reason)
        return LabelsTarget(name="labels", classes=tuple(plain_name(name) for name in names)), targets, decision
    numbers = []
    for name in names:
        values = table.numbers(name)
        if values is None or not np.isfinite(values).all():
            raise DataError(
                f"The target column '{name}' of {table.path} has cells that are no finite numbers.",
                expected="Several target columns must all be numbers, or all 0 and 1 for labels.",
            )
        numbers.append(values)
    decision = Decision(name="target", value=f"{len(names)} numbers: {shown}", reason="each column holds numbers")
    return ValuesTarget(name=", ".join(names), names=tuple(names)), np.stack(numbers, axis=1), decision


def _split(cell: str, separator: str) -> list[str]:
    return [plain_name(part.strip()) for part in cell.split(separator) if part.strip()]


def _is_yes_or_no(cells: Sequence[str]) -> bool:
    words = {re.sub(r"\s", "", cell.lower()) for cell in cells}
    return words <= _NO | _YES and bool(words & _YES) and bool(words & _NO)


def describe_labels(targets: Targets) -> str:
    """Say how many labels [N, L] examples have, in words."""
    counts = targets.sum(axis=1)
    return f"{counts.mean():.2g} per example on average, none in {int((counts == 0).sum()):,}"
