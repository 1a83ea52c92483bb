"""What a run has learned, as something that says in a prompt and in a notebook what can be asked of it."""

from __future__ import annotations

from pellucid.features import RunFeatures
from pellucid.prediction import OpenedRun
from pellucid.report import plain_table, table_html

_WIDEST = 100


class ShownFeatures(RunFeatures):
    """`RunFeatures` that show what they can be asked."""

    def __repr__(self) -> str:
        head, *rows = _methods()
        return "\n".join([f"{_title(self._opened)}:", *plain_table(head, rows, widest=_WIDEST)])

    def _repr_html_(self) -> str:
        head, *rows = _methods()
        return table_html(_title(self._opened), head, rows)


def _title(opened: OpenedRun) -> str:
    return f"What '{opened.record.name}' has learned; each shows itself"


def _methods() -> list[list[str]]:
    """Return rows of a table: what to call, and the first line of what it says of itself."""
    table = [["call", "returns"]]
    for name, method in vars(RunFeatures).items():
        if not name.startswith("_"):
            says = (method.__doc__ or "").partition("\n")[0].removeprefix("Return ").rstrip(".")
            table.append([f"run.features.{name}()", says])
    return table
