"""Columns known ahead: their values at the steps to come are seen, those of the target never; what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import SeriesInputs, load_dataset
from pellucid.data.known_ahead import moved_ahead
from pellucid.errors import DataError, PellucidError
from pellucid.kinds import FutureTarget, KnownColumn, SeriesInput

COUNT, H, T = 80, 3, 6
DRAWN = np.random.default_rng(0)
PRICES = DRAWN.uniform(1, 9, COUNT).round(3).tolist()
DAYS = [("none", "fair", "feast")[place] for place in DRAWN.integers(0, 3, COUNT)]
VALUES = DRAWN.uniform(10, 20, COUNT).round(3).tolist()
MONTHS = [f"{2000 + place // 12}-{place % 12 + 1:02}" for place in range(COUNT)]


def write(path: Path, *columns: Sequence[object], header: str = "month,y,price,day") -> Path:
    rows = [",".join(map(str, row)) for row in zip(MONTHS, *columns, strict=True)]
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path / "sales.csv", VALUES, PRICES, DAYS)


def load(path: Path, **options: object) -> SeriesInputs:
    made = load_dataset(path, **{"horizon": H, "window": T, "target": "y", "future": "price,day"} | options)  # type: ignore[arg-type]
    return SeriesInputs.of(made.inputs)


def test_each_known_channel_stands_there_as_it_is_and_as_it_will_be(path: Path) -> None:
    dataset = load_dataset(path, horizon=H, window=T, target="y", future="price,day")
    given = SeriesInput.of(dataset.input)
    assert given.known == (KnownColumn(name="price"), KnownColumn(name="day", words=("fair", "feast", "none")))
    plain = ("y", "price", "day: fair", "day: feast", "day: none")
    assert given.channels == (*plain, *(f"{name} +{H}" for name in plain[1:]))
    assert not given.gaps
    inputs = SeriesInputs.of(dataset.inputs)
    for index in (0, 31, len(dataset) - 1):
        start = int(inputs.begins[index])
        window = inputs.one(index)
        assert window[:, 1] == pytest.approx(PRICES[start : start + T])
        assert window[:, 5] == pytest.approx(PRICES[start + H : start + T + H])
        assert window[-H:, 5] == pytest.approx(PRICES[start + T : start + T + H])  # what is known of the steps to come
        assert window[:, 7].tolist() == [float(day == "feast") for day in DAYS[start + H : start + T + H]]
        assert dataset.targets[index] == pytest.approx(VALUES[start + T : start + T + H])


def test_a_shifted_future_of_the_target_changes_no_feature_and_one_of_a_known_column_may(
    path: Path, tmp_path: Path
) -> None:
    origin = 40
    index = origin - T + 1
    later = [value + (1000 if place > origin else 0) for place, value in enumerate(VALUES)]
    dearer = [value + (1000 if place > origin else 0) for place, value in enumerate(PRICES)]
    plain = load(path).one(index)
    assert np.array_equal(plain, load(write(tmp_path / "a.csv", later, PRICES, DAYS)).one(index))
    changed = load(write(tmp_path / "b.csv", VALUES, dearer, DAYS)).one(index) - plain
    assert np.flatnonzero(changed.any(axis=0)).tolist() == [5]  # the price ahead
    assert changed[:, 5] == pytest.approx([0, 0, 0, 1000, 1000, 1000], rel=1e-5)


def test_what_is_moved_ahead_ends_earlier() -> None:
    values = np.arange(5.0)[:, None]
    assert np.array_equal(moved_ahead(values, 2)[:, 0], [2, 3, 4, np.nan, np.nan], equal_nan=True)
    assert np.isnan(moved_ahead(values, 9)).all()


def test_rows_to_come_are_no_examples(path: Path, tmp_path: Path) -> None:
    values: list[object] = [*VALUES[: COUNT - 4], "", "", "", ""]
    ends = load_dataset(
        write(tmp_path / "longer.csv", values, PRICES, DAYS), horizon=H, window=T, target="y", future="price,day"
    )
    assert len(ends) == len(load(path)) - 4
    assert next(one for one in ends.decisions if one.name == "rows to come").value == "4"
    with pytest.raises(DataError, match="4 rows without a number"):
        load_dataset(tmp_path / "longer.csv", horizon=H, window=T, target="y")


def test_windows_reach_over_what_is_known(path: Path) -> None:
    assert FutureTarget.of(load_dataset(path, horizon=9, target="y", future="price").target).horizon == 9
    with pytest.raises(PellucidError, match=r"--window .* is 5, and 9 steps are forecast"):
        load(path, horizon=9, window=5)


@pytest.mark.parametrize(
    ("day", "price", "future", "words"),
    [
        ("", None, "price,day", "'day' of .*known ahead, has 1 blank cell: row 11"),
        (None, "", "price,day", "'price' of .*known ahead, has 1 blank cell: row 11"),
        (None, "n o", "price,day", "column of values 'price'.* holds numbers, but 1 cell is none: 'n o'"),
        (None, None, "cost", "no column 'cost'"),
        (None, None, "y,price", "--future .* names 'y', which is"),
    ],
)
def test_what_cannot_be_known_ahead_is_refused(
    tmp_path: Path, day: str | None, price: str | None, future: str, words: str
) -> None:
    days, prices = list[object](DAYS), list[object](PRICES)
    days[10] = day if day is not None else days[10]
    prices[10] = price if price is not None else prices[10]
    with pytest.raises(PellucidError, match=words):
        load(write(tmp_path / "s.csv", VALUES, prices, days), future=future)


def test_too_many_words_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="80 different words"):
        load(write(tmp_path / "s.csv", VALUES, PRICES, [f"day {place}" for place in range(COUNT)]))
