"""Series from files in the layouts they come in, and from memory; what is wrong with them is said in words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pellucid.data import SeriesInputs, dataset_from_series, inspect_example, load_dataset, new_series
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import ClassTarget, SeriesInput, ValueTarget

HEAD = "@problemName waves\n@timeStamps false\n@univariate false\n@classLabel true up down\n@data\n"
LINES = "1,2,3:4,5,6:up\n3,2:6,?:down\n"


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def _many(lines: str, times: int = 6) -> str:
    """Return lines again and again, each time with other values."""
    return "".join(
        line.replace("1,", f"{1 + number / 8:g},", 1) + "\n" for number in range(times) for line in lines.split()
    )


def test_ts_files_have_channels_unlike_lengths_and_missing_values(tmp_path: Path) -> None:
    dataset = load_dataset(_written(tmp_path / "waves.ts", HEAD + _many(LINES)))
    inputs, found = SeriesInputs.of(dataset.inputs), SeriesInput.of(dataset.input)
    assert found.channels == ("channel 1", "channel 2")
    assert found.lengths == (2, 2, 3)
    assert found.gaps
    assert dataset.name == "waves"
    assert dataset.target == ClassTarget(classes=("down", "up"))
    np.testing.assert_array_equal(inputs.one(0), [[1, 4], [2, 5], [3, 6]])
    np.testing.assert_array_equal(inputs.one(1), [[3, 6], [2, np.nan]])
    assert dataset.targets[:2].tolist() == [1, 0]
    assert dataset.example_name(1) == "series 2"
    shown = inspect_example(dataset, "series 2").to_dict()
    assert shown["values"] == [[3, 6], [2, None]]
    assert shown["channels"][1] == {"name": "channel 2", "missing": 1, "lowest": 6, "mean": 6, "highest": 6}


@pytest.mark.parametrize("given", ["train", "test"])
def test_two_files_named_so_are_the_given_splits(tmp_path: Path, given: str) -> None:
    _written(tmp_path / "Waves_TRAIN.ts", HEAD + _many(LINES))
    _written(tmp_path / "Waves_TEST.ts", HEAD + LINES)
    dataset = load_dataset(tmp_path / f"Waves_{given.upper()}.ts", val=0)
    assert {name: len(places) for name, places in dataset.splits.items()} == {"train": 12, "val": 0, "test": 2}
    assert dataset.name == "Waves"
    assert dataset.example_name(13) == "test series 2"
    assert load_dataset(tmp_path, val=0).fingerprint == dataset.fingerprint
    anew = load_dataset(tmp_path / "Waves_TRAIN.ts", splits="ignore")
    assert any(one.value == "ignored (train 12, val 0, test 2)" for one in anew.decisions)


def test_a_part_for_testing_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no part for training beside it"):
        load_dataset(_written(tmp_path / "Waves_TEST.ts", HEAD + LINES))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD.replace("@timeStamps false", "@timeStamps true") + LINES, "pairs of a time and a value"),
        (HEAD + "(0,1),(1,2):up\n", "pairs of a time and a value"),
        (HEAD + "1,2:3,4:sideways\n", "Line 6 of .* ends with 'sideways', which is none of the classes"),
        (HEAD + "1,2:3,x:up\n", "Line 6 of .* holds 'x', which is no number"),
        (HEAD + "1,2:3,4:up\n1,2:up\n", "Line 7 of .* has 1 channels"),
        (HEAD + "1,2:3:up\n", "channels of 1 and of 2 steps"),
        (HEAD + "?,?:?,?:up\n", "holds no value"),
        (HEAD + "1e30,2:3,4:up\n", "too large to compute with"),
        (
            HEAD.replace("@classLabel true up down", "@classLabel false") + "1,2:3,4\n",
            "says nothing of what its series",
        ),
        (HEAD.replace("@data", ""), "has no line '@data'"),
        (HEAD, "has no series behind '@data'"),
        ("1,2,3\n" + HEAD, "Line 1 of .* comes before '@data'"),
        (
            HEAD.replace("@univariate", "@equalLength true\n@seriesLength 3\n@univariate") + "1,2:3,4:up\n",
            "has 2 steps",
        ),
    ],
)
def test_faults_of_ts_files_are_said_with_their_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_dataset(_written(tmp_path / "a.ts", text))


def test_target_labels_are_amounts(tmp_path: Path) -> None:
    lines = "".join(f"1,2,{number}:{number / 4}\n" for number in range(12))
    dataset = load_dataset(_written(tmp_path / "a.ts", f"@targetLabel true\n@univariate true\n@data\n{lines}"))
    assert dataset.target == ValueTarget(name="label")
    assert dataset.targets[:3].tolist() == [0, 0.25, 0.5]
    bad = _written(tmp_path / "b.ts", "@targetLabel true\n@data\n1,2:much\n1,3:2\n")
    with pytest.raises(DataError, match="The target of series 1 is 'much', which is no number"):
        load_dataset(bad)


def test_the_ucr_archive_has_the_class_first_and_fills_up_with_nan(tmp_path: Path) -> None:
    lines = "".join(f"{1 + number % 2}\t{number}\t2.5\t3\t4\t{'5' if number % 3 else 'NaN'}\n" for number in range(12))
    _written(tmp_path / "Gun_TRAIN.tsv", lines)
    _written(tmp_path / "Gun_TEST.tsv", lines.replace("2.5", "2.75"))
    dataset = load_dataset(tmp_path / "Gun_TRAIN.tsv", val=0)
    assert SeriesInput.of(dataset.input).lengths == (4, 5, 5)
    assert not SeriesInput.of(dataset.input).gaps
    assert dataset.target.answers == ("1", "2")
    assert dataset.targets[:2].tolist() == [0, 1]
    assert SeriesInputs.of(dataset.inputs).one(1)[:, 0].tolist() == [1, 2.5, 3, 4, 5]
    assert len(dataset.splits["test"]) == 12
    assert any("--layout table" in decision.reason for decision in dataset.decisions)
    table = load_dataset(tmp_path / "Gun_TRAIN.tsv", layout="table", target="1", impute="median")
    assert table.input.kind == "table"


def test_a_csv_of_series_is_one_where_it_is_said(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.csv", "".join(f"{number % 2},1,2,{number}\n" for number in range(8)))
    assert load_dataset(path, layout="series").input.kind == "series"


def test_arrays_say_how_they_were_read(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(20, 30, 3))
    labels = np.arange(20) % 2
    np.savez(tmp_path / "a.npz", X=values, y=labels)
    dataset = load_dataset(tmp_path / "a.npz")
    assert dataset.input.sentence("20 series") == "20 series of 30 steps in 3 channels."
    said = next(decision for decision in dataset.decisions if decision.name == "axes")
    assert said.value == "examples, steps, channels: 20 x 30 x 3"
    assert "--axes NCT" in said.reason
    assert SeriesInput.of(load_dataset(tmp_path / "a.npz", axes="NCT").input).lengths == (3, 3, 3)
    turned = values.transpose(0, 2, 1)
    np.savez(tmp_path / "b.npz", X_train=turned, y_train=labels, X_test=turned[:4] + 1, y_test=labels[:4])
    other = load_dataset(tmp_path / "b.npz", val=0)
    assert SeriesInput.of(other.input).lengths == (30, 30, 30)
    assert len(other.splits["test"]) == 4
    np.savez(tmp_path / "c.npz", X=values[:, :3], y=labels)
    with pytest.raises(DataError, match="nothing says which axis is time"):
        load_dataset(tmp_path / "c.npz")
    np.savez(tmp_path / "d.npz", X=values[:, :, 0], y=labels)
    with pytest.raises(DataError, match="columns of a table, or steps of series"):
        load_dataset(tmp_path / "d.npz")
    assert load_dataset(tmp_path / "d.npz", layout="series").input.kind == "series"
    np.savez(tmp_path / "e.npz", images=np.zeros((4, 5, 5), np.uint8), labels=np.array([0, 1, 0, 1]))
    assert load_dataset(tmp_path / "e.npz").input.kind == "image"


def _folder(root: Path) -> Path:
    for number in range(12):
        rows = "".join(f"{step},p{number // 3},{step * number},{-step}\n" for step in range(3 + number % 2))
        _written(root / ("up" if number % 2 else "down") / f"{number}.csv", f"time,subject,x,y\n{rows}")
    return root


def test_class_folders_of_csv_files_keep_persons_together(tmp_path: Path) -> None:
    dataset = load_dataset(_folder(tmp_path / "moves"), test=0.3)
    assert SeriesInput.of(dataset.input).channels == ("x", "y")
    assert SeriesInput.of(dataset.input).lengths == (3, 3, 4)
    assert dataset.target.answers == ("down", "up")
    assert dataset.example_name(0) == "down/0.csv"
    assert dataset.groups is not None
    persons = [set(dataset.groups[places].tolist()) for places in dataset.splits.values()]
    assert not persons[0] & persons[2]
    assert not persons[0] & persons[1]
    assert {"group", "column of times", "format"} <= {decision.name for decision in dataset.decisions}


def test_a_file_that_is_no_series_is_left_out_and_listed(tmp_path: Path) -> None:
    root = _folder(tmp_path / "moves")
    _written(root / "up" / "bad.csv", "time,subject,x,y\n0,p9,many,1\n")
    dataset = load_dataset(root)
    assert dataset.faults[0].startswith("up/bad.csv: ")
    assert "'many' in row 1, which is no number" in dataset.faults[0]
    _written(root / "up" / "bad.csv", "x,z\n0,1\n1,2\n")
    with pytest.raises(DataError, match="The same columns in every file"):
        load_dataset(root)


def test_splits_may_be_folders_above_the_classes(tmp_path: Path) -> None:
    for split in ("train", "test"):
        for number in range(6):
            text = f"{number}\n{len(split) + number}\n{number * 2}\n"
            _written(tmp_path / "m" / split / "ab"[number % 2] / f"{number}.csv", text)
    dataset = load_dataset(tmp_path / "m", val=0)
    assert {name: len(places) for name, places in dataset.splits.items()} == {"train": 6, "val": 0, "test": 6}


def test_options_of_tables_are_refused(tmp_path: Path) -> None:
    path = _written(tmp_path / "a.ts", HEAD + _many(LINES))
    with pytest.raises(RecipeError, match="--target"):
        load_dataset(path, target="x")
    with pytest.raises(RecipeError, match="a series has one"):
        load_dataset(path, task="multi-label")


def test_new_series_come_from_the_same_layouts(tmp_path: Path) -> None:
    channels = ("channel 1", "channel 2")
    unlabelled = HEAD.replace("@classLabel true up down", "@classLabel false") + "1,2:3,4\n"
    for text in (HEAD + "1,2:3,4:up\n", unlabelled):
        (one,) = new_series(_written(tmp_path / "a.ts", text), channels=channels, length=3)
        assert np.asarray(one.values).tolist() == [[1, 2], [3, 4]]
    np.savez(tmp_path / "a.npz", X=np.arange(12.0).reshape(2, 3, 2))
    assert [np.shape(one.values) for one in new_series(tmp_path / "a.npz", channels=channels, length=3)] == [(2, 3)] * 2
    rows = _written(tmp_path / "New_TEST.tsv", "1\t2\t3\t4\t5\t6\n")
    assert np.shape(new_series(rows, channels=("value",), length=6)[0].values) == (1, 6)
    assert np.shape(new_series(rows, channels=("value",), length=5)[0].values) == (1, 5)
    _written(tmp_path / "f" / "1.csv", "time,y,x\n0,1,2\n1,3,4\n")
    _written(tmp_path / "f" / "2.csv", "time,y,x\n0,1,no\n")
    first, second = new_series(tmp_path / "f", channels=("x", "y"), length=3)
    assert np.asarray(first.values).tolist() == [[2, 4], [1, 3]]
    assert "which is no number" in str(second.values)
    with pytest.raises(DataError, match="no file of series that is known"):
        new_series(_written(tmp_path / "a.doc", "x"), channels=channels, length=3)


def test_series_in_memory_are_addresses_and_windows_of_them_overlap() -> None:
    values = np.arange(20, dtype=np.float32).reshape(10, 2)
    addresses = np.array([[0, 0, 3], [0, 2, 3], [1, 1, 2]])
    inputs = SeriesInputs(values, np.array([0, 6, 10]), addresses=addresses, names=["a", "b"])
    assert [inputs.name(index) for index in range(3)] == ["a, steps 1 to 3", "a, steps 3 to 5", "b, steps 2 to 3"]
    windows = inputs.windows([2, 0], 3)
    np.testing.assert_array_equal(windows, [[[14, 16, np.nan], [15, 17, np.nan]], [[0, 2, 4], [1, 3, 5]]])
    assert np.flatnonzero(inputs.covered([1, 2])).tolist() == [2, 3, 4, 7, 8]
    assert len(set(inputs.content_digests())) == 3
    part = inputs.subset([2])
    assert part.name(0) == "b, steps 2 to 3"
    assert part.content_digests()[0] == inputs.content_digests()[2]
    found = inputs.described(("x", "y"), step="1 day")
    assert found.sentence("3 series") == (
        "3 series of 2 to 3 steps, median 3 in 2 channels, 1 day apart, cut from 2 series."
    )


def test_equal_series_stay_together_and_are_told() -> None:
    series = np.random.default_rng(0).normal(size=(30, 1, 5))
    series[7] = series[3]
    dataset = dataset_from_series(series, np.arange(30) % 2, name="a")
    assert [finding.kind for finding in dataset.findings] == ["equal-series"]
    assert any({3, 7} <= set(places.tolist()) for places in dataset.splits.values())
    series[8] = series[3]
    findings = dataset_from_series(series, np.arange(30) % 2, name="a").findings
    assert "equal-but-other-class" in {finding.kind for finding in findings}


@pytest.mark.parametrize(
    ("series", "message"),
    [
        ([], "There are no series"),
        ([[1.0, 2.0], ["a", "b"]], "Series 2 holds something that is no number"),
        ([np.zeros((2, 3)), np.zeros((3, 3))], "have 2 and 3 channels"),
        ([np.full(4, np.nan), np.zeros(4)], "Series 1 holds no value"),
        ([np.zeros(0), np.zeros(4)], "Series 1 is empty"),
        ([np.array([1, np.inf]), np.zeros(4)], "Series 1 holds inf in step 2"),
        (np.zeros((2, 2, 2, 2)), r"have the shape \(2, 2, 2, 2\)"),
    ],
)
def test_what_is_no_series_is_refused(series: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        dataset_from_series(series, [0, 1], name="a")


def test_a_length_that_tells_the_class_is_told() -> None:
    draws = np.random.default_rng(0)
    series = [draws.normal(size=12 + number % 2) for number in range(80)]
    told = dataset_from_series(series, np.arange(80) % 2, name="a").findings
    assert [finding.kind for finding in told] == ["telling-length"]
    assert "The number of steps alone tells 'label' in" in told[0].message
    assert not dataset_from_series(series, np.arange(80) // 2 % 2, name="a").findings
