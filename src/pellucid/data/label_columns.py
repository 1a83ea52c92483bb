"""Which columns of a list of pictures hold the labels."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pellucid.data.cells import is_missing
from pellucid.data.delimited import Table
from pellucid.data.folder_names import words_of
from pellucid.data.marks import Marks, read_marks, refuse_neither
from pellucid.data.several_targets import named_columns
from pellucid.data.table_columns import TARGET_NAMES, TableChoice
from pellucid.data.target_column import is_categorical, is_class_like
from pellucid.errors import DataError
from pellucid.kinds import listed
from pellucid.records import Decision

_LABEL_NAMES = (*TARGET_NAMES, "category", "diagnosis", "species", "dx")
_FACTS = frozenset(
    (
        *("sex", "gender", "age", "side", "laterality", "eye", "view", "position", "location", "localization", "site"),
        *("source", "camera", "device", "scanner", "model", "manufacturer", "hospital", "date", "time", "year"),
        *("month", "day", "format", "type", "modality", "quality", "version", "license", "licence", "country", "fold"),
    )
)
"""Words for what is known of a picture beside what it shows: labels only where nothing else is."""


def choose_label(
    table: Table, path_column: str, choice: TableChoice, taken: Collection[str | None]
) -> tuple[list[str], Decision]:
    """Return the column of labels: the one asked for, one of the usual names, or the first that holds categories.

    Several columns where they were asked for, or where no other is called after labels and several say 0 or 1.

    Raises:
        DataError: nothing says which it is, or columns of 0 and 1 hold a third value.
    """
    several = named_columns(table, choice.target)
    if several is not None:
        return several, Decision(name="label columns", value=listed(several), reason="as asked for")
    if choice.target is not None:
        asked = table.check_column(choice.target, option="target")
        return [asked], Decision(name="label column", value=f"'{asked}'", reason="as asked for")
    free = [name for name in table.header if name not in taken]
    usual = sorted((name for name in free if name.lower() in _LABEL_NAMES), key=_rank)
    usual += [name for name in free if name not in usual and is_class_like(name)]
    if usual:
        others = f" ('{usual[1]}' is called so, too)" if len(usual) > 1 else ""
        reason = f"guessed from its name{others}; --target NAME (target=) chooses another"
        return [usual[0]], Decision(name="label column", value=f"'{usual[0]}'", reason=reason)
    place = table.header.index(path_column)
    after = [name for name in table.header[place + 1 :] if name in free]
    marked = _choose_marked(table, path_column, after)
    if marked is not None:
        return marked
    if table.nameless and len(free) == 1:
        reason = "the only column beside the names of the pictures"
        return free, Decision(name="label column", value=f"'{free[0]}'", reason=reason)
    guessed = _guess(table, [*after, *(name for name in free if name not in after)], choice)
    if guessed:
        name = guessed[0]
        where = f"the first column after '{path_column}'" if name in after else "a column"
        also = f" ({listed(guessed[1:], 4)} does, too)" if guessed[1:] else ""
        reason = f"{where} that holds categories{also}; --target NAME (target=) chooses another"
        return [name], Decision(name="label column", value=f"'{name}'", reason=reason)
    raise DataError(
        f"Nothing says which column of {table.path} holds the labels.",
        expected=f"Its columns: {', '.join(table.header)}.",
        fix="Name it with --target NAME (target=).",
    )


def _guess(table: Table, names: Sequence[str], choice: TableChoice) -> list[str]:
    """Return the columns that may hold labels, the likeliest first: categories, and not mere facts of a picture."""
    likely = [
        name
        for name in names
        if 2 <= len(set(table.cells(name))) <= len(table) / 2
        and not any(map(is_missing, table.cells(name)))
        and is_categorical(table, name, choice, pictures=True)
    ]
    return sorted(likely, key=lambda name: any(word in _FACTS for word in words_of(name)))


def _choose_marked(table: Table, path_column: str, names: Sequence[str]) -> tuple[list[str], Decision] | None:
    """Return the columns that say 0 or 1 of a label each, where there are several.

    Raises:
        DataError: some of them also hold a third value, so that another column must not be guessed.
    """
    marks: dict[str, Marks] = {}
    for name in names:
        read = read_marks(table.cells(name))
        if read is not None and (read.are_complete or read.neither):
            marks[name] = read
    if len(marks) < 2:
        return None
    refuse_neither(table, marks)
    alike = [name for name in names if name not in marks and read_marks(table.cells(name)) is not None]
    left_out = f"; left out, as all rows say the same: {listed(alike)}" if alike else ""
    reason = (
        f"{len(marks)} columns after '{path_column}' say 0 or 1{left_out}; --target A,B (target=) chooses among them"
    )
    return list(marks), Decision(name="label columns", value=listed(list(marks)), reason=reason)


def is_label_name(name: str) -> bool:
    """Tell whether a column is called after labels."""
    return name.lower() in _LABEL_NAMES or is_class_like(name)


def _rank(name: str) -> int:
    return _LABEL_NAMES.index(name.lower())
