"""Several labels or several numbers per example: how a CSV says so, what is refused, and how they are split."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data import dataset_from_arrays, dataset_from_table, inspect_dataset, inspect_example, load_dataset
from pellucid.errors import DataError
from pellucid.kinds import ClassTarget, LabelsTarget, ValuesTarget

CELLS = ["scab", "scab|rust", "", "rust", "rust|mildew|scab", "mildew", "scab", "rust", "", "mildew|rust"]


def pictures(folder: Path, header: str, rows: list[str]) -> Path:
    """Write a CSV of pictures that all differ, and return its path."""
    folder.mkdir(exist_ok=True)
    for place in range(len(rows)):
        Image.fromarray(np.full((8, 8), 5 + place, dtype=np.uint8)).save(folder / f"{place}.png")
    table = folder / "leaves.csv"
    table.write_text("\n".join([f"file,{header}", *(f"{place}.png,{row}" for place, row in enumerate(rows))]))
    return table


def test_a_column_of_lists_makes_labels(tmp_path: Path) -> None:
    data = load_dataset(pictures(tmp_path, "labels", CELLS))
    assert data.target == LabelsTarget(name="labels", classes=("mildew", "rust", "scab"))
    order = [int(data.example_name(index).removesuffix(".png")) for index in range(10)]
    rows = {place: data.targets[index].tolist() for index, place in enumerate(order)}
    assert rows[4] == [1, 1, 1]
    assert rows[2] == [0, 0, 0]
    assert rows[1] == [0, 1, 1]
    assert data.class_counts() == {"mildew": 3, "rust": 5, "scab": 4}
    said = " ".join(f"{decision.value} {decision.reason}" for decision in data.decisions)
    assert "separated by '|'" in said
    assert "none in 2" in said


@pytest.mark.parametrize(
    ("separator", "column"), [(";", "labels"), (", ", "tags"), (" | ", "Finding Labels"), (" ", "labels")]
)
def test_other_separators_and_names_do_as_well(tmp_path: Path, separator: str, column: str) -> None:
    cells = [f'"{cell.replace("|", separator)}"' for cell in CELLS]
    data = load_dataset(pictures(tmp_path, column, cells), target=column)
    assert isinstance(data.target, LabelsTarget)
    assert data.target.classes == ("mildew", "rust", "scab")


def test_a_column_called_labels_with_one_label_per_cell_is_a_class(tmp_path: Path) -> None:
    data = load_dataset(pictures(tmp_path, "labels", ["a", "b", "c"] * 4))
    assert data.target == ClassTarget(name="labels", classes=("a", "b", "c"))


def test_names_of_several_words_are_no_lists(tmp_path: Path) -> None:
    names = ["big cat", "small cat", "big dog", "small dog", "big cow", "small cow", "grey cat", "grey dog", "grey cow"]
    data = load_dataset(pictures(tmp_path, "labels", names * 3))
    assert data.target == ClassTarget(name="labels", classes=tuple(sorted(names)))


def test_a_bar_inside_names_that_never_recur_apart_is_no_separator(tmp_path: Path) -> None:
    data = load_dataset(pictures(tmp_path, "label", ["left|lung", "right|lung"] * 5))
    assert data.target == ClassTarget(name="label", classes=("left|lung", "right|lung"))


def test_a_column_per_label_makes_the_same_labels(tmp_path: Path) -> None:
    names = ("mildew", "rust", "scab")
    rows = [",".join(str(int(name in cell.split("|"))) for name in names) for cell in CELLS]
    listed = load_dataset(pictures(tmp_path / "a", "labels", CELLS))
    table = pictures(tmp_path / "b", ",".join(names), rows)
    for columns in (load_dataset(table), load_dataset(table, target="mildew,rust,scab")):
        assert isinstance(columns.target, LabelsTarget)
        assert columns.target.classes == names
        np.testing.assert_array_equal(columns.targets, listed.targets)
    one = load_dataset(table, target="rust")
    assert one.target == ClassTarget(name="rust", classes=("0", "1"))


def test_several_columns_of_numbers_make_several_values(tmp_path: Path) -> None:
    table = tmp_path / "two.csv"
    table.write_text("x,price,size\n" + "\n".join(f"{place},{place * 1.5},{30 - place}" for place in range(20)))
    data = load_dataset(table, target="price, size")
    assert data.target == ValuesTarget(name="price, size", names=("price", "size"))
    assert data.targets[:].shape == (20, 2)
    assert data.targets[4].tolist() == [6.0, 26.0]
    assert inspect_example(data, 4).target == {"price": 6.0, "size": 26.0}


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("price,name", "'name' of .* no finite numbers"),
        ("price,price", "names a column twice"),
        ("price,weight", "weight"),
        ("price,gone", "has 1 empty cell"),
    ],
)
def test_columns_that_are_no_targets_together_are_refused(tmp_path: Path, target: str, message: str) -> None:
    table = tmp_path / "t.csv"
    rows = [f"{place},{place * 2.5},n{place % 7},{'' if place == 3 else place}" for place in range(30)]
    table.write_text("x,price,name,gone\n" + "\n".join(rows))
    with pytest.raises(DataError, match=message):
        load_dataset(table, target=target)


def test_a_label_that_all_or_one_have_cannot_be_learned() -> None:
    labels = np.zeros((40, 3), dtype=np.int64)
    labels[:, 0], labels[5, 1], labels[::2, 2] = 1, 1, 1
    images = np.arange(40, dtype=np.uint8)[:, None, None] * np.ones((1, 8, 8), dtype=np.uint8)
    with pytest.raises(DataError, match=r"2 label.*: every, once"):
        dataset_from_arrays(images, labels, name="x", classes=["every", "once", "half"])


def test_labels_are_spread_over_the_splits_in_proportion() -> None:
    random = np.random.default_rng(0)
    shares = np.array([0.5, 0.2, 0.05, 0.02])
    labels = (random.random((3000, 4)) < shares).astype(np.int64)
    data = dataset_from_table({"x": random.random(3000)}, labels, name="many", classes=list("abcd"), val=0.1, test=0.2)
    for split, share in (("val", 0.1), ("test", 0.2)):
        counts = np.array(list(data.class_counts(split).values()))  # type: ignore[arg-type]
        wanted = labels.sum(axis=0) * share
        # Chance alone would leave a standard deviation of about the root of the count.
        assert (np.abs(counts - wanted) <= np.maximum(1.5, 0.12 * wanted)).all(), (split, counts, wanted)


def test_an_inspection_counts_labels_and_shows_a_sheet_for_each(tmp_path: Path) -> None:
    data = load_dataset(pictures(tmp_path, "labels", CELLS * 3))
    shown = inspect_dataset(data)
    assert shown.class_counts is not None
    assert shown.class_counts["rust"]["all"] == 15
    assert set(shown.sheets) == {"mildew", "rust", "scab"}
    assert shown.to_dict()["target"]["kind"] == "labels"


def test_weights_come_from_a_column_that_is_named_or_says_so(tmp_path: Path) -> None:
    rows = [f"{place % 2},{1 + place % 3}" for place in range(12)]
    asked = load_dataset(pictures(tmp_path / "a", "label,weight", rows), weight="weight")
    known = load_dataset(pictures(tmp_path / "b", "label,sample_weight", rows))
    unsaid = load_dataset(pictures(tmp_path / "c", "label,weight", rows))
    assert asked.weights is not None
    assert known.weights is not None
    assert asked.weights.tolist() == known.weights.tolist()
    assert sorted(asked.weights.tolist()) == [1.0] * 4 + [2.0] * 4 + [3.0] * 4
    assert unsaid.weights is None
    assert asked.fingerprint == known.fingerprint != unsaid.fingerprint


def test_a_weight_column_is_no_input_of_a_table(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("x,w,label\n" + "\n".join(f"{place},{place % 4},{'ab'[place % 2]}" for place in range(20)))
    data = load_dataset(table, weight="w")
    assert [column.name for column in data.input.columns] == ["x"]  # type: ignore[attr-defined]
    table.write_text("x,w,label\n" + "\n".join(f"{place},{-place},{'ab'[place % 2]}" for place in range(20)))
    with pytest.raises(DataError, match=r"no weights, e\.g\. -1 of row"):
        load_dataset(table, weight="w")


def test_the_terminal_says_the_labels_of_an_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from pellucid.cli.main import app

    table = pictures(tmp_path, "labels", CELLS)
    monkeypatch.chdir(tmp_path)  # the page that is written lands here
    shown = CliRunner().invoke(app, ["inspect", str(table), "--picture", "1"])
    assert shown.exit_code == 0, shown.output
    assert "1.png, rust, scab" in shown.output
    assert "no label" in CliRunner().invoke(app, ["inspect", str(table), "--picture", "2"]).output
