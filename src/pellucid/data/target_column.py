"""The one column that is learned: classes, labels, or amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pellucid.data.cells import is_missing, is_number, is_whole, whole_name
from pellucid.data.dataset import Finding
from pellucid.data.delimited import Table
from pellucid.data.label_lists import LISTS_NAMES, find_separator, read_label_lists
from pellucid.data.marks import MEANING_OF_NEITHER, read_marks
from pellucid.data.strange_cells import first_rows, quoted, refuse_strange_cells
from pellucid.data.table_columns import TableChoice
from pellucid.data.target_reading import TargetReading, classes_of
from pellucid.errors import DataError
from pellucid.kinds import ClassTarget, LabelsTarget, ValueTarget
from pellucid.records import Decision
from pellucid.words import counted

_MAX_INTEGER_CLASSES = 20
_ROWS_PER_CLASS = 5
_FEWEST_SCORES = 5
"""Whole numbers in a row from which classes are rather scores than codes: it is worth a word."""
_NO_LABEL = "-1"
"""What datasets with declared classes write where the label is not known."""
_SHOWN = 8
_CLASS_WORD = re.compile(r"class(es)?|labels?|targets?|category|categories|cls|species|breed|genus|family|diagnosis|dx")
_NUMBER_WORD = re.compile(r"ids?|idx|index|nr|no|num|number|code|names?|enc|encoded")
"""What follows the word for a class where its number or name is meant."""
_AMOUNT_WORD = re.compile(
    r"ages?|weights?|prices?|costs?|scores?|amounts?|counts?|height|width|length|size|area|volume|depth|distance|speed"
    r"|years?|months?|days?|hours?|minutes|seconds|bmi|temperature|angle|degrees|income|salary|values?|percent|rate|ratio"
    r"|mass|dose|pressure|altitude|latitude|longitude|total|sum"
)
_GLUED = re.compile(r"(class|label|target|category)(id|idx|index|nr|no|num|number|code|name)s?")
_AS_CLASSES = "--task single-label (task=) makes classes of them"
_AS_AMOUNTS = "--task regression (task=) takes them as amounts"


def is_class_like(name: str) -> bool:
    """Tell whether a column is called after classes: label, ClassId, class_id, fine_label, category number."""
    words = _words(name)
    while len(words) > 1 and _NUMBER_WORD.fullmatch(words[-1]):
        words.pop()
    counts = len(words) > 1 and words[0] in {"num", "n", "number", "count"}
    return not counts and any(pattern.fullmatch(words[-1]) for pattern in (_CLASS_WORD, _GLUED))


def is_categorical(table: Table, name: str, choice: TableChoice, *, pictures: bool) -> bool:
    """Tell whether a column, as a target, would be a class: text, two values, or whole numbers that number classes.

    Args:
        table: the file.
        name: of the column.
        choice: what was said.
        pictures: whether the rows are pictures: there, whole numbers below a name for classes always number them.
    """
    return _why_classes(table, name, choice, pictures=pictures) is not None


def read_target(table: Table, name: str, choice: TableChoice, *, pictures: bool) -> TargetReading:
    """Return the target of a column, and how it was understood.

    Text, two distinct values, or up to 20 distinct whole numbers with five rows each on average make classes; other
    numbers make values. In a list of pictures whole numbers below a name for classes are classes however many there
    are, and amounts below a name for amounts. A column that lists labels makes labels. `choice.task` decides otherwise.

    Raises:
        DataError: cells are missing, or cannot be what the task wants.
    """
    declared = table.declared.get(name)
    if declared is not None and choice.task != "regression":
        reading = _read_declared(table, name, declared)
        return _as_labels(reading) if choice.task == "multi-label" else reading
    separator = find_separator(table, name, choice)
    if separator is not None:
        return read_label_lists(table, name, separator, choice)
    _refuse_missing(table, name, choice)
    if choice.task == "regression":
        return _read_values(table, name, choice)
    if choice.task in ("single-label", "binary"):
        return _read_asked_classes(table, name)
    reason = _why_classes(table, name, choice, pictures=pictures)
    if reason is None:
        return _read_values(table, name, choice)
    cells = table.cells(name)
    if name.lower() in LISTS_NAMES and any("," in cell for cell in cells):
        reason += "; the parts between its commas never come again apart; --task multi-label (task=) splits them"
    numbered = pictures and len(set(cells)) > 2
    reading = classes_of(name, [whole_name(cell) for cell in cells] if numbered else cells, reason)
    return reading if pictures else replace(reading, findings=_find_order(name, set(cells)))


def is_blank_target(cell: str, choice: TableChoice) -> bool:
    """Tell whether a cell of a target stands for a missing value: with --keep-na only an empty one does."""
    return not cell if choice.keep_na else is_missing(cell)


def _words(name: str) -> list[str]:
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    return [part.lower() for part in parts] or [name.lower()]


def _why_classes(table: Table, name: str, choice: TableChoice, *, pictures: bool) -> str | None:
    """Return why a column would be classes, or None for amounts."""
    known = [cell for cell in table.cells(name) if not is_blank_target(cell, choice)]
    distinct = set(known)
    whole = all(map(is_whole, distinct))
    if len(distinct) <= 2:
        return "it holds two distinct values" if _are_numbers(table, distinct) else "it holds words"
    if whole and pictures and _are_called_classes(table, name):
        if 2 * len(distinct) > len(known):
            return None  # hardly any comes twice
        why = "pictures in a list without names have classes" if table.nameless else "its name says classes"
        return f"it holds {len(distinct)} distinct whole numbers, and {why}; {_AS_AMOUNTS}"
    if pictures and whole and {whole_name(cell) for cell in distinct} <= {"-1", "0", "1"}:
        return f"it holds -1, 0 and 1; {_AS_AMOUNTS}"
    if whole and all(re.fullmatch(r"[+-]?\d+", cell) for cell in distinct):
        if pictures and _AMOUNT_WORD.fullmatch(_words(name)[-1]):
            return None
        if len(distinct) > min(_MAX_INTEGER_CLASSES, max(2, len(known) // _ROWS_PER_CLASS)):
            return None
        return (
            f"it holds {len(distinct)} distinct whole numbers; written with a decimal point they would be taken as "
            "amounts, as with --task regression (task=)"
            + ("; steps in an order: --ordered (ordered=True)" if _are_steps(distinct) else "")
        )
    if _are_numbers(table, distinct) or _are_amounts(table, name):
        return None
    return "it holds words"


def _are_steps(cells: set[str]) -> bool:
    """Tell whether words are three whole numbers or more in a row, as scores are."""
    if len(cells) < 3 or not all(re.fullmatch(r"[+-]?\d{1,9}", cell) for cell in cells):
        return False
    numbers = {int(cell) for cell in cells}
    return max(numbers) - min(numbers) == len(numbers) - 1


def _find_order(name: str, cells: set[str]) -> tuple[Finding, ...]:
    """Return a finding where a table's classes look like scores: many whole numbers in a row."""
    if len(cells) < _FEWEST_SCORES or not _are_steps(cells):
        return ()
    steps = sorted(map(int, cells))
    message = (
        f"The classes of '{name}' are the whole numbers from {steps[0]} to {steps[-1]}. If they are scores or other "
        "steps in an order, --ordered (ordered=True) makes near misses cost less; --task regression takes amounts."
    )
    return (Finding(kind="ordered-classes", message=message),)


def _are_called_classes(table: Table, name: str) -> bool:
    return is_class_like(name) or table.nameless


def _are_numbers(table: Table, cells: set[str]) -> bool:
    return all(is_number(cell, delimiter=table.delimiter) for cell in cells)


def _are_amounts(table: Table, name: str) -> bool:
    """Tell whether a column that is no column of numbers is rather one of numbers than of words, as a target.

    A few whole numbers beside words are names of classes like these: 1, 2, 3, other.
    """
    reading = table.reading(name)
    if not reading.mostly_numbers:
        return False
    numbers = {cell for cell, value in zip(reading.cells, reading.values, strict=True) if not np.isnan(value)}
    few = len(numbers) <= min(_MAX_INTEGER_CLASSES, max(2, len(reading.cells) // _ROWS_PER_CLASS))
    return bool(reading.odd) or not (few and all(map(is_whole, numbers)))


def _refuse_missing(table: Table, name: str, choice: TableChoice) -> None:
    cells = table.cells(name)
    missing = [is_blank_target(cell, choice) for cell in cells]
    if not any(missing):
        return
    words = [cell for cell, gone in zip(cells, missing, strict=True) if gone and cell]
    if len(words) == sum(missing):
        what = f"{counted(len(words), 'cell that counts', 'cells that count')} as empty here, {quoted(words)}"
    else:
        what = counted(sum(missing), "empty cell") + (f", {quoted(words)} among them" if words else "")
    could_be_classes = words and not table.reading(name).are_numbers
    keep = "--keep-na (keep_na=True) takes such words for names of classes; or f" if could_be_classes else "F"
    raise DataError(
        f"The target column '{name}' of {table.path} has {what}: {first_rows(missing)}.",
        expected="A target must be known in every row."
        + (f" {MEANING_OF_NEITHER}" if read_marks(cells) is not None else ""),
        fix=f"{keep}ill them, or take these rows out of the file.",
    )


def _read_values(table: Table, name: str, choice: TableChoice) -> TargetReading:
    reading = table.reading(name)
    instead = "" if choice.task else "Or --task single-label (task=) takes every cell as the name of a class."
    refuse_strange_cells(table, name, reading, what="target column", fix=instead)
    values = reading.values
    if not np.isfinite(values).all():
        raise DataError(
            f"The target column '{name}' of {table.path} has cells that are no finite numbers: "
            f"{first_rows(~np.isfinite(values))}."
        )
    reason = f"it holds {len(set(reading.cells)):,} distinct numbers"
    if choice.task == "regression":
        reason = "--task regression: amounts"
    elif all(map(is_whole, reading.cells)):
        reason += f"; {_AS_CLASSES}"
    decision = Decision(name="target", value=f"'{name}': a number", reason=reason)
    return TargetReading(ValueTarget(name=name), values, decision, np.ones(len(values), dtype=bool))


def _read_asked_classes(table: Table, name: str) -> TargetReading:
    """Return the classes of a column of which it was said that it holds some."""
    cells = table.cells(name)
    distinct = set(cells)
    fractions = [is_number(cell, delimiter=table.delimiter) and not is_whole(cell) for cell in cells]
    if len(distinct) > 2 and any(fractions) and _are_numbers(table, distinct):
        place = fractions.index(True)
        raise DataError(
            f"The target column '{name}' of {table.path} cannot be classes: it holds '{cells[place]}' "
            f"(row {place + 1}), which is no whole number but an amount.",
            expected="Words or whole numbers, for --task single-label or binary.",
            fix="Use --task regression (task=), or leave it out; or make classes of the amounts in the file.",
        )
    numbered = len(distinct) > 2 and all(map(is_whole, distinct))
    return classes_of(name, [whole_name(cell) for cell in cells] if numbered else cells, "--task says classes")


def _read_declared(table: Table, name: str, declared: Sequence[str]) -> TargetReading:
    """Return the classes that a file declares; a row of -1 is one without a label."""
    cells = table.cells(name)
    if not all(cells):
        missing = [not cell for cell in cells]
        raise DataError(
            f"The target column '{name}' of {table.path} has {counted(sum(missing), 'empty cell')}: "
            f"{first_rows(missing)}.",
            expected="A target must be known in every row; rows without a label may hold -1.",
            fix="Fill them, or take these rows out of the file.",
        )
    known = set(declared)
    labelled = np.array([cell in known for cell in cells], dtype=bool)
    foreign = [not said and cell != _NO_LABEL for cell, said in zip(cells, labelled, strict=True)]
    if any(foreign):
        shown = quoted([cell for cell, odd in zip(cells, foreign, strict=True) if odd])
        raise DataError(
            f"The target column '{name}' of {table.path} holds {shown}, which is none of the classes that the file "
            f"declares ({first_rows(foreign)}).",
            expected=f"Numbers from 0 to {len(declared) - 1} for {len(declared)} names; -1 for no label.",
        )
    reading = classes_of(name, cells, "the file declares the names of the classes", labelled=labelled)
    gone = int((~labelled).sum())
    if not gone:
        return reading
    if gone == len(cells):
        raise DataError(f"The target column '{name}' of {table.path} is -1 in every row: no row has a label.")
    finding = Finding(
        kind="unlabelled",
        message=f"{counted(gone, 'row has', 'rows have')} no label, left out: '{name}' is -1 there, and the file "
        "declares no such class.",
        examples=tuple(f"row {row + 1}" for row in np.flatnonzero(~labelled)[:_SHOWN]),
        count=gone,
    )
    return TargetReading(reading.target, reading.targets, reading.decision, labelled, (finding,))


def _as_labels(reading: TargetReading) -> TargetReading:
    """Return classes as labels, one in each row."""
    classes = ClassTarget.of(reading.target)
    target = LabelsTarget(name=classes.name, classes=classes.classes)
    ones = np.eye(len(target.classes), dtype=np.int64)[reading.targets]
    value = f"'{target.name}': {len(target.classes)} labels"
    decision = Decision(name="target", value=value, reason="--task says labels; each row has one")
    return replace(reading, target=target, targets=ones, decision=decision)
