"""CSVs of series: what is found in them, and what is refused, one sentence each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import FutureWindows, SealedError, SeriesInputs, load_dataset
from pellucid.data.seasons import find_season
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import FutureTarget, TimeAxis


def months(count: int, first: int = 1990) -> list[str]:
    return [f"{first + place // 12}-{place % 12 + 1:02}" for place in range(count)]


def wave(count: int, season: int = 12) -> list[float]:
    return [round(20 + 0.1 * place + 5 * float(np.sin(2 * np.pi * place / season)), 3) for place in range(count)]


def write(path: Path, stamps: list[str], *columns: Sequence[object], header: str = "month,y") -> Path:
    rows = zip(stamps, *columns, strict=True)
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def test_a_series_is_cut_into_windows_and_split_in_time(tmp_path: Path) -> None:
    path = write(tmp_path / "s.csv", months(120), wave(120))
    dataset = load_dataset(path, horizon=6)
    target = FutureTarget.of(dataset.target)
    assert (target.name, target.horizon, target.season, target.axis.words) == ("y", 6, 12, "1 month")
    inputs = SeriesInputs.of(dataset.inputs)
    assert set(inputs.lengths.tolist()) == {25}
    values = np.array(wave(120))
    for index in (0, 40, len(dataset) - 1):
        start = int(inputs.begins[index])
        assert inputs.one(index)[:, 0] == pytest.approx(values[start : start + 25].astype(np.float32))
        assert dataset.targets[index] == pytest.approx(values[start + 25 : start + 31])
    assert dataset.spans is not None
    ends = {name: dataset.spans[dataset.splits[name]] for name in ("train", "val", "test")}
    assert ends["train"][:, 1].max() < ends["val"][:, 0].min()
    assert ends["val"][:, 1].max() < ends["test"][:, 0].min()
    assert {"season", "time", "target"} <= {one.name for one in dataset.decisions}


def test_val_and_test_hold_two_horizons_at_least(tmp_path: Path) -> None:
    dataset = load_dataset(write(tmp_path / "s.csv", months(120), wave(120)), horizon=12)
    assert len(dataset.splits["val"]) >= 13
    assert len(dataset.splits["test"]) >= 13


def test_no_past_value_changes_with_the_future(tmp_path: Path) -> None:
    plain = wave(120)
    shifted = [value + (1000 if place >= 89 else 0) for place, value in enumerate(plain)]
    first, second = (
        load_dataset(write(tmp_path / f"{name}.csv", months(120), values), horizon=6)
        for name, values in (("a", plain), ("b", shifted))
    )
    assert first.target == second.target
    train = first.splits["train"]
    assert np.array_equal(train, second.splits["train"])
    assert np.array_equal(first.targets[train], second.targets[train])
    windows = [SeriesInputs.of(one.inputs).windows(train, 25) for one in (first, second)]
    assert np.array_equal(windows[0], windows[1])


def test_a_sealed_target_cannot_be_read(tmp_path: Path) -> None:
    dataset = load_dataset(write(tmp_path / "s.csv", months(120), wave(120)), horizon=6)
    assert isinstance(dataset.targets, FutureWindows)
    with dataset.sealed():
        dataset.targets[dataset.splits["val"]]
        with pytest.raises(SealedError):
            dataset.targets[dataset.splits["test"]]
        with pytest.raises(SealedError):
            dataset.targets[int(dataset.splits["test"][0])]
    assert len(dataset.targets[dataset.splits["test"]])


def test_a_table_with_dates_stays_a_table(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", months(60), wave(60), list(range(60)), header="month,x,price")
    assert load_dataset(path, target="price", drop="month").input.kind == "table"


def test_nothing_but_times_and_one_number_is_a_series_and_said(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", months(120), wave(120))
    dataset = load_dataset(path)
    assert dataset.target.kind == "future"
    said = {one.name: one for one in dataset.decisions}
    assert "--layout table" in said["layout"].reason
    assert said["horizon"].value == "12 steps"


def test_gaps_are_a_finding_with_the_first_three_and_nothing_is_filled(tmp_path: Path) -> None:
    days = [date(2020, 1, 1) + timedelta(days=place) for place in range(200)]
    kept = [place for place in range(200) if place not in (50, 51, 90, 130)]
    path = write(tmp_path / "s.csv", [f"{days[p]}" for p in kept], [wave(200, 7)[p] for p in kept], header="date,y")
    dataset = load_dataset(path, horizon=3)
    gaps = next(one for one in dataset.findings if one.kind == "gaps")
    assert gaps.examples == ("2020-02-20", "2020-02-21", "2020-03-31")
    assert gaps.count == 4
    assert any(one.kind == "torn-windows" for one in dataset.findings)
    filled = load_dataset(path, horizon=3, gaps="fill")
    assert len(filled) == 200 - len(SeriesInputs.of(filled.inputs).one(0)) - 3 + 1
    assert any(one.name == "gaps" for one in filled.decisions)


def test_uneven_steps_count_by_their_order(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    days = np.cumsum(rng.integers(1, 9, 100))
    stamps = [f"{date(2020, 1, 1) + timedelta(days=int(day))}" for day in days]
    dataset = load_dataset(write(tmp_path / "s.csv", stamps, wave(100)), horizon=2, time_column="month", window=10)
    assert FutureTarget.of(dataset.target).axis.unit == "row"
    assert any(one.kind == "irregular-steps" for one in dataset.findings)


def test_many_series_in_one_file_share_their_borders(tmp_path: Path) -> None:
    stamps = [*months(100), *months(80, 1991)]
    names = ["b"] * 100 + ["a"] * 80
    path = write(tmp_path / "s.csv", stamps, names, [*wave(100), *wave(80)], header="ds,unique_id,y")
    dataset = load_dataset(path, horizon=3)
    inputs = SeriesInputs.of(dataset.inputs)
    assert inputs.names == ("b", "a")
    assert dataset.spans is not None
    test = dataset.splits["test"]
    begins = [dataset.spans[test[inputs.addresses[test, 0] == record], 0].min() for record in (0, 1)]
    assert begins[0] == begins[1]  # one of them begins a year later, and its rows are counted on the same axis


def test_a_row_a_series_with_its_test_beside_it(tmp_path: Path) -> None:
    header = ",".join(f"V{place}" for place in range(1, 62))
    rows = [["H1", *wave(60)], ["H2", *wave(50), *[""] * 10]]
    (tmp_path / "m-train.csv").write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]))
    after = ",".join(f"V{place}" for place in range(1, 6))
    (tmp_path / "m-test.csv").write_text(f"{after}\nH1,1,2,3,4\nH2,5,6,7,8\n")
    dataset = load_dataset(tmp_path / "m-train.csv", horizon=4, window=12)
    assert dataset.targets[dataset.splits["test"]].tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert len(dataset.splits["val"])


def refused(path: Path, words: str, **options: object) -> None:
    with pytest.raises((DataError, RecipeError), match=words):
        load_dataset(path, **options)  # type: ignore[arg-type]


def test_stamps_out_of_order_or_twice_are_refused(tmp_path: Path) -> None:
    stamps = months(60)
    refused(
        write(tmp_path / "a.csv", [*stamps[:20], stamps[21], stamps[20], *stamps[22:]], wave(60)),
        "out of order",
        horizon=2,
    )
    refused(write(tmp_path / "b.csv", [*stamps[:21], *stamps[20:59]], wave(60)), "twice", horizon=2)


def test_ways_of_writing_must_not_be_mixed(tmp_path: Path) -> None:
    days = [date(2020, 1, 1) + timedelta(days=place) for place in range(60)]
    stamps = [f"{day:%d/%m/%Y}" for day in days]
    refused(write(tmp_path / "a.csv", [*stamps[:30], f"{days[30]}", *stamps[31:]], wave(60)), "mixes ways", horizon=2)
    dataset = load_dataset(write(tmp_path / "b.csv", stamps, wave(60)), horizon=2)
    assert FutureTarget.of(dataset.target).axis.stamp(31) == "01/02/2020"


def test_a_day_that_may_be_the_month_is_refused(tmp_path: Path) -> None:
    stamps = ["01/02/2020", "03/02/2020", "05/02/2020", "05/04/2020"] * 8
    with pytest.raises(DataError, match=r"which number is the day|twice|out of order"):
        load_dataset(write(tmp_path / "a.csv", stamps, wave(32)), horizon=1, time_column="month")


def test_cells_that_are_no_numbers_are_refused_unless_gaps_are_filled(tmp_path: Path) -> None:
    values: list[object] = list(wave(120))
    values[30] = "?"
    values[31] = "NaN"
    path = write(tmp_path / "a.csv", months(120), values)
    refused(path, r"2 rows without a number: rows 31, 32 \(written '\?', 'NaN'\)", horizon=2, target="y")
    dataset = load_dataset(path, horizon=2, gaps="fill", target="y")
    assert any("2 values filled" in one.value for one in dataset.decisions)


def test_thousands_commas_constant_and_short_series_are_refused(tmp_path: Path) -> None:
    commas: list[object] = [f'"{1000 + place:,}"' if place % 7 else f'"{place},5"' for place in range(120)]
    refused(write(tmp_path / "a.csv", months(120), commas), "column of values 'y'", horizon=2, target="y")
    refused(write(tmp_path / "b.csv", months(120), [7] * 120), "constant", horizon=2)
    refused(write(tmp_path / "c.csv", months(30), wave(30)), "too short", horizon=12, window=24)
    refused(write(tmp_path / "d.csv", months(60), wave(60)), "too short for its splits", horizon=24, window=6)


def test_which_column_is_forecast_must_be_said_where_there_are_several(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", months(120), wave(120), wave(120, 6), header="month,cold,warm")
    refused(path, "2 columns of numbers that could be forecast", horizon=2)
    dataset = load_dataset(path, horizon=2, target="warm")
    assert SeriesInputs.of(dataset.inputs).num_channels == 2
    refused(path, "no column 'hot'", horizon=2, target="hot")
    refused(path, "--impute", horizon=2, target="warm", impute="median")


def test_a_season_is_found_where_there_is_one() -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(size=240)
    assert find_season(np.array(wave(240)) + noise, TimeAxis(unit="month")) == 12
    assert find_season(np.cumsum(noise) * 0 + noise, TimeAxis(unit="month")) == 1
    assert find_season(np.sin(2 * np.pi * np.arange(240) / 19) + 0.2 * noise, TimeAxis(unit="row")) == 19


def test_steps_that_are_merely_counted_have_gaps_but_no_dates(tmp_path: Path) -> None:
    kept = [place for place in range(150) if place != 40]
    path = write(tmp_path / "s.csv", [f"{5 * p}" for p in kept], [wave(150)[p] for p in kept], header="step,y")
    dataset = load_dataset(path, horizon=2, time_column="step", window=10)
    assert FutureTarget.of(dataset.target).axis.unit == "row"
    assert next(one for one in dataset.findings if one.kind == "gaps").count == 1
    assert load_dataset(
        write(tmp_path / "d.csv", [f"{20200101 + p}" for p in range(28)], wave(28)), horizon=1, window=5
    )
