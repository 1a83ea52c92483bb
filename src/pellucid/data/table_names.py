"""How the columns of a table are called, in words."""

from __future__ import annotations

from pellucid.data.delimited import Table
from pellucid.records import Decision

_SHOWN = 4


def describe_columns(table: Table) -> str:
    """Return the names of the columns, with the cells of the first row where the file gives them no names."""
    if not table.nameless:
        return f"Its columns: {', '.join(table.header)}"
    first = ", ".join(f"{name} ({cells[0]})" for name, cells in zip(table.header, table.columns, strict=True))
    return f"Its first line is data, so its columns are called {first}"


def describe_names(table: Table) -> list[Decision]:
    """Return the decision about the names of the columns, where the first line could be data, or is."""
    if table.nameless:
        value = f"column1 to column{len(table.header)}"
        reason = "the first line of the file is data, not names; put a line of names above it to choose them"
        return [Decision(name="column names", value=value, reason=reason)]
    if table.numbered:
        value = ", ".join(table.header[:_SHOWN]) + (", ..." if len(table.header) > _SHOWN else "")
        reason = (
            "the first line is taken for names, although it holds numbers; if it is data, put a line of names above"
        )
        return [Decision(name="column names", value=value, reason=reason)]
    return []
