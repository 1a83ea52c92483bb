"""Which columns of a list of pictures hold the labels."""

from __future__ import annotations

from collections.abc import Collection

from pellucid.data.assemble import listed
from pellucid.data.delimited import Table
from pellucid.data.several_targets import find_label_columns, named_columns
from pellucid.data.table_columns import TARGET_NAMES, TableChoice, is_categorical
from pellucid.errors import DataError
from pellucid.spec import Decision

_LABEL_NAMES = (*TARGET_NAMES, "category", "diagnosis", "species", "dx")


def choose_label(
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
    usual = sorted((name for name in free if name.lower() in _LABEL_NAMES), key=_rank)
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


def is_label_name(name: str) -> bool:
    """Tell whether a column is called after labels."""
    return name.lower() in _LABEL_NAMES


def _rank(name: str) -> int:
    return _LABEL_NAMES.index(name.lower())
