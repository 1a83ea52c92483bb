"""A file whose rows are series, as the M competitions have them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data.delimited import Table, read_table
from pellucid.data.forecasting import Found, SeriesOfFile
from pellucid.data.stamps import TIME_NAMES
from pellucid.data.strange_cells import refuse_strange_cells
from pellucid.data.table_columns import TableChoice
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import TimeAxis, listed
from pellucid.records import Decision

_FEWEST_STEPS = 20


def rows_of_series(table: Table, choice: TableChoice) -> Found:
    """Read a file whose rows are series, as the M competitions have them: a name, values, blanks behind the end."""
    if len(table.header) <= _FEWEST_STEPS or table.numbers(table.header[0]) is not None:
        raise DataError(
            f"{table.path} has no column of times.",
            expected=f"One that is called {listed(sorted(TIME_NAMES), 5)} or holds dates; or a row for each series, "
            f"its name first and more than {_FEWEST_STEPS} values. Its columns: {listed(table.header)}.",
            fix="Name it with --time-column NAME (time_column=).",
        )
    for option in ("target", "future"):
        if getattr(choice, option) is not None:
            raise RecipeError(
                f"--{option} ({option}=) cannot be used: each row of {table.path} is a series, and that is forecast.",
                fix="Leave it out.",
            )
    names, values = _ragged(table)
    beside = _test_beside(table.path)
    tests: dict[str, NDArray[np.float64]] = {}
    decisions = [Decision(name="series", value=f"{len(names):,}", reason="a row each")]
    if beside is not None:
        tests = dict(zip(*_ragged(read_table(beside)), strict=True))
        reason = f"as {beside.name} has them, which lies beside it (--splits ignore leaves it out)"
        if choice.splits != "ignore":
            decisions.append(Decision(name="test", value="the values that follow", reason=reason))
        else:
            tests = {}
    whole = [np.concatenate([one, tests.get(name, one[:0])]) for name, one in zip(names, values, strict=True)]
    # The last values of all are the latest, as far as anybody knows: the axis is common, counted from the longest.
    longest = max(map(len, whole))
    series = [
        SeriesOfFile(name, one[:, None], np.arange(longest - len(one), longest), len(learned) if tests else None)
        for name, one, learned in zip(names, whole, values, strict=True)
    ]
    return Found(table.path, ("value",), "value", series, TimeAxis(), decisions)


def _ragged(table: Table) -> tuple[list[str], list[NDArray[np.float64]]]:
    names, columns = list(table.columns[0]), []
    for name in table.header[1:]:
        reading = table.reading(name)
        if (reading.strange & ~reading.missing).any():
            refuse_strange_cells(table, name, reading, what="column of values")
        columns.append(reading.values)
    rows = np.stack(columns, axis=1)
    found = []
    for name, row in zip(names, rows, strict=True):
        known = np.flatnonzero(~np.isnan(row))
        if not len(known):
            raise DataError(f"The series '{name}' of {table.path} holds no value.", fix="Take its row out.")
        if len(known) != known[-1] + 1:
            hole = int(np.flatnonzero(np.isnan(row))[0]) + 1
            raise DataError(
                f"The series '{name}' of {table.path} has a hole at step {hole}.",
                expected="Blanks behind the end of a series only.",
                fix="Fill it, or take the row out.",
            )
        found.append(row[: len(known)])
    return names, found


def _test_beside(path: Path) -> Path | None:
    stem = path.stem
    for word, other in (("train", "test"), ("Train", "Test"), ("TRAIN", "TEST")):
        if word in stem:
            beside = path.with_name(stem.replace(word, other) + path.suffix)
            return beside if beside.is_file() else None
    return None
