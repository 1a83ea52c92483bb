"""Several target columns: a column per label, a column per class, or several numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pellucid.data.cells import is_missing
from pellucid.data.delimited import Table
from pellucid.data.label_lists import describe_labels
from pellucid.data.marks import YES, Marks, read_marks, refuse_neither
from pellucid.data.scan import plain_name
from pellucid.data.strange_cells import first_rows, refuse_strange_cells
from pellucid.data.table_columns import TableChoice
from pellucid.data.target_reading import TargetReading, classes_of
from pellucid.errors import DataError
from pellucid.kinds import LabelsTarget, ValuesTarget
from pellucid.records import Decision
from pellucid.words import counted

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


def read_columns(table: Table, names: Sequence[str], choice: TableChoice) -> TargetReading:
    """Return the targets of several columns: classes, labels, or numbers, [N, M].

    Where all of them say yes or no, they are classes if each row says yes in a single one, else labels. `choice.task`
    decides otherwise.

    Raises:
        DataError: cells that are missing, that say neither yes nor no among such, or are no finite numbers.
    """
    read = {name: read_marks(table.cells(name)) for name in names}
    marks = {name: column for name, column in read.items() if column is not None}
    if len(marks) == len(names) and choice.task != "regression":
        refuse_neither(table, marks)
    for name in names:
        missing = [is_missing(cell) for cell in table.cells(name)]
        if any(missing):
            raise DataError(
                f"The target column '{name}' of {table.path} has {counted(sum(missing), 'empty cell')}: "
                f"{first_rows(missing)}.",
                expected="A target must be known in every row.",
                fix="Fill them, or take these rows out of the file.",
            )
    if len(marks) == len(names) and choice.task != "regression":
        return _read_marked(table, marks, choice)
    if choice.task not in (None, "regression"):
        other = next((name for name in names if name not in marks), names[0])
        raise DataError(
            f"The target column '{other}' of {table.path} does not say 0 or 1 in each row.",
            expected=f"Several target columns must all be 0 and 1, for --task {choice.task}.",
            fix="Use --task regression (task=) for numbers, or name other columns.",
        )
    return _read_numbers(table, names)


def shown_columns(names: Sequence[str]) -> str:
    """Return the names of columns in quotes, the first few."""
    return ", ".join(f"'{name}'" for name in names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")


def _read_marked(table: Table, marks: dict[str, Marks], choice: TableChoice) -> TargetReading:
    """Return what complete columns of yes and no say: classes, where each row says yes in a single one, else labels."""
    names = list(marks)
    columns = [[cell.lower() in YES for cell in table.cells(name)] for name in names]
    ones = np.array(columns, dtype=np.int64).T.copy()
    counts = ones.sum(axis=1)
    single = len(names) > 1 and bool((counts == 1).all())
    if choice.task in ("single-label", "binary") and not single:
        wrong = counts != 1
        raise DataError(
            f"The columns {shown_columns(names)} of {table.path} do not say 1 once in each row: {first_rows(wrong)}.",
            expected=f"A single 1 in each row, for --task {choice.task}.",
            fix="Use --task multi-label (task=), or leave it out.",
        )
    if single and choice.task != "multi-label":
        reason = (
            f"every row holds a single 1 in {shown_columns(names)}; --task multi-label (task=) makes labels of them"
        )
        return classes_of("label", [names[place] for place in ones.argmax(axis=1)], reason)
    reason = f"each column says 0 or 1; {describe_labels(ones)}"
    value = f"{len(names)} labels, several at once: {shown_columns(names)}"
    target = LabelsTarget(name="labels", classes=tuple(plain_name(name) for name in names))
    decision = Decision(name="target", value=value, reason=reason)
    return TargetReading(target, ones, decision, np.ones(len(ones), dtype=bool))


def _read_numbers(table: Table, names: Sequence[str]) -> TargetReading:
    numbers = []
    for name in names:
        reading = table.reading(name)
        if reading.mostly_numbers:
            refuse_strange_cells(table, name, reading, what="target column")
        if not np.isfinite(reading.values).all():
            raise DataError(
                f"The target column '{name}' of {table.path} has cells that are no finite numbers: "
                f"{first_rows(~np.isfinite(reading.values))}.",
                expected="Several target columns must all be numbers, or all 0 and 1 for labels.",
            )
        numbers.append(reading.values)
    value = f"{len(names)} numbers: {shown_columns(names)}"
    decision = Decision(name="target", value=value, reason="each column holds numbers")
    targets = np.stack(numbers, axis=1)
    target = ValuesTarget(name=", ".join(names), names=tuple(names))
    return TargetReading(target, targets, decision, np.ones(len(targets), dtype=bool))
