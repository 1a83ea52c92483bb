"""Rows of what is known ahead are put where their times say, and refused where these say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from pellucid.data.delimited import read_table
from pellucid.data.forecast_csv import find_series
from pellucid.data.rows_ahead import read_rows_ahead, write_rows_ahead
from pellucid.data.table_columns import TableChoice
from pellucid.errors import DataError
from pellucid.kinds import KnownColumn, TimeAxis

PRICE = KnownColumn(name="price")
UNEVEN = [
    "2020-01-01",
    "2020-01-02",
    "2020-01-09",
    "2020-01-13",
    "2020-02-01",
    "2020-02-21",
    "2020-05-01",
    "2020-05-02",
]


def ahead(tmp_path: Path, past: Sequence[object], rows: Sequence[tuple[str, float]]) -> list[float]:
    """The prices of 3 steps behind a past, in their order."""
    (tmp_path / "past.csv").write_text("\n".join(["t,y,price", *(f"{when},{2.5},{1.5}" for when in past)]) + "\n")
    (tmp_path / "next.csv").write_text("\n".join(["t,price", *(f"{when},{price}" for when, price in rows)]) + "\n")
    choice = TableChoice(target="y", future="price", time_column="t")
    found = find_series(read_table(tmp_path / "past.csv"), choice)
    last = int(found.series[0].places[-1])
    prices: list[float] = read_rows_ahead(
        read_table(tmp_path / "next.csv"),
        {"": range(last + 1, last + 4)},
        found.axis,
        time="t",
        by=None,
        known=[PRICE],
        numbered=found.numbered,
    )[""][:, 0].tolist()
    return prices


@pytest.mark.parametrize(
    ("past", "whens"),
    [
        (range(1, 41), ["+3", "+2", "+1"]),
        (range(1, 41), ["43", "42", "41"]),
        (range(5, 405, 10), ["425", "415", "405"]),
        (UNEVEN, ["+3", "+2", "+1"]),
        (UNEVEN, ["3", "2", "1"]),
    ],
)
def test_rows_sorted_downwards_are_put_in_order(tmp_path: Path, past: Sequence[object], whens: list[str]) -> None:
    assert ahead(tmp_path, past, list(zip(whens, (3.0, 2.0, 1.0), strict=True))) == [1, 2, 3]


def test_uneven_dates_count_on_in_their_order(tmp_path: Path) -> None:
    days = ["2020-06-01", "2020-06-04", "2020-06-30"]
    assert ahead(tmp_path, UNEVEN, list(zip(days, (1.0, 2.0, 3.0), strict=True))) == [1, 2, 3]
    with pytest.raises(DataError, match="out of order"):
        ahead(tmp_path, UNEVEN, list(zip(days[::-1], (1.0, 2.0, 3.0), strict=True)))


@pytest.mark.parametrize(
    ("whens", "words"),
    [
        (["45", "46", "47"], "is none of the steps"),
        (["38", "39", "40"], "is not written as"),
        (["one", "two", "three"], "is not written as"),
        (["41", "42", "42"], "is there twice"),
    ],
)
def test_rows_of_other_steps_are_refused(tmp_path: Path, whens: list[str], words: str) -> None:
    with pytest.raises(DataError, match=words):
        ahead(tmp_path, range(1, 41), [(when, 1.0) for when in whens])


def test_zones_of_time_are_read_as_those_of_the_past_and_written(tmp_path: Path) -> None:
    past = [f"2020-01-{day:02}T01:00:00+0200" for day in range(1, 11)]
    rows = [(f"2020-01-{day}T01:00:00+0200", float(day)) for day in (13, 12, 11)]
    assert ahead(tmp_path, past, rows) == [11, 12, 13]
    axis = TimeAxis(unit="day", first=datetime(2019, 12, 31, 23), pattern="%Y-%m-%dT%H:%M:%S%z")
    assert axis.stamp(1) == "2020-01-01T23:00:00+0000"
    write_rows_ahead(tmp_path / "next.csv", {"": range(10, 12)}, axis, time="t", by=None, known=[PRICE])
    assert "2020-01-10T23:00:00+0000," in (tmp_path / "next.csv").read_text()
