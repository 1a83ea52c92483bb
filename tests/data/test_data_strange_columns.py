"""Columns that are not what they seem: refused with the cell, its row and a way out, or said so that it stands out."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import Dataset, TableInputs, load_dataset
from pellucid.errors import DataError


def write(path: Path, header: str, rows: list[str]) -> Path:
    path.write_text("\n".join([header, *rows]))
    return path


def column(folder: Path, cells: list[str], *, delimiter: str = ",") -> Path:
    """Write a table with the cells as the column v, beside numbers and two classes."""
    rows = [f"{cell}{delimiter}{place}{delimiter}{'xy'[place % 2]}" for place, cell in enumerate(cells)]
    return write(folder / "t.csv", delimiter.join(("v", "w", "label")), rows)


def kinds(dataset: Dataset) -> dict[str, str]:
    return {one.name: one.kind for one in dataset.input.columns}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [
        ('"$1,{0:03}"', r"'\$1,000' \(row 1\): an amount of money\. .*Take the sign"),
        ("{0} EUR", r"'0 EUR' \(row 1\): an amount of money"),
        ("{0}%", r"'0%' \(row 1\): a percentage"),
        ('"1,{0:03}"', r"'1,000' \(row 1\): a number with separators of thousands"),
        ('"{0},5"', r"'0,5' \(row 1\): a number with a decimal comma, where commas separate the cells"),
        ("2020-01-{0:02}", r"'2020-01-01' \(row 2\): a date"),
        ("{0}/1/2020", r"'1/1/2020' \(row 2\): a date"),
        ("10:{0:02}", r"'10:00' \(row 1\): a time of day"),
        ("{0} 80 82 90", r"'0 80 82 90' \(row 1\): several numbers in one cell"),
    ],
)
def test_what_stands_for_numbers_is_refused_with_the_cell_and_the_way_out(
    tmp_path: Path, cell: str, meaning: str
) -> None:
    path = column(tmp_path, [cell.format(place) for place in range(30)])
    for impute in (None, "median"):
        with pytest.raises(DataError, match=rf"The column 'v' of .*t\.csv holds {meaning}"):
            load_dataset(path, impute=impute)


def test_german_numbers_with_thousands_are_refused_and_not_left_out(tmp_path: Path) -> None:
    path = column(tmp_path, [f"{1 + place % 5}.234,{place:02}" for place in range(30)], delimiter=";")
    with pytest.raises(DataError, match=r"'1\.234,00' \(row 1\): a number with separators of thousands"):
        load_dataset(path)


def test_commas_that_could_be_either_are_refused_unless_another_column_says_so(tmp_path: Path) -> None:
    cells = [f"{1 + place % 7},{200 + place}" for place in range(30)]
    with pytest.raises(DataError, match=r"'1,200' \(row 1\): a number that can be read in two ways"):
        load_dataset(column(tmp_path, cells, delimiter=";"))
    rows = [f"{cell};{place},5;{'xy'[place % 2]}" for place, cell in enumerate(cells)]
    dataset = load_dataset(write(tmp_path / "u.csv", "v;w;label", rows))
    assert isinstance(dataset.inputs, TableInputs)
    assert dataset.inputs.columns["v"][:2].tolist() == [1.2, 2.201]
    assert next(decision.value for decision in dataset.decisions if decision.name == "decimal commas") == "v"


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_decimal_commas_are_numbers_where_commas_separate_nothing(tmp_path: Path, delimiter: str) -> None:
    dataset = load_dataset(column(tmp_path, [f"{place},25" for place in range(30)], delimiter=delimiter))
    assert kinds(dataset) == {"v": "number", "w": "number"}
    assert isinstance(dataset.inputs, TableInputs)
    assert dataset.inputs.columns["v"].tolist() == [place + 0.25 for place in range(30)]


@pytest.mark.parametrize("word", ["None", "none", "-", "--", "n.a.", "unknown", ".", "#VALUE!"])
@pytest.mark.parametrize("every", [2, 5, 12])
def test_words_for_a_blank_among_numbers_are_an_error_and_imputed_when_asked(
    tmp_path: Path, word: str, every: int
) -> None:
    cells = [word if place % every == 0 else f"{place * 1.5}" for place in range(60)]
    path, count = column(tmp_path, cells), len(range(0, 60, every))
    with pytest.raises(
        DataError, match=rf"holds numbers, but {count} cells are none: '.*' \(rows 1, .*--impute median"
    ):
        load_dataset(path)
    dataset = load_dataset(path, impute="median")
    assert kinds(dataset)["v"] == "number"
    assert isinstance(dataset.inputs, TableInputs)
    assert np.isnan(dataset.inputs.columns["v"]).nonzero()[0].tolist() == list(range(0, 60, every))
    said = next(decision.value for decision in dataset.decisions if decision.name == "impute")
    assert said == f"{count} empty cells in v, among them {count} that hold '{word}'"


@pytest.mark.parametrize("word", ["<LOD", "broken", "ND"])
def test_other_words_among_numbers_stay_an_error_when_imputing(tmp_path: Path, word: str) -> None:
    path = column(tmp_path, [word if place % 3 == 0 else f"{place * 1.5}" for place in range(60)])
    with pytest.raises(DataError, match=rf"holds numbers, but 20 cells are none: '{word}' \(rows 1, 4"):
        load_dataset(path, impute="median")


def test_a_few_codes_are_words_and_it_is_said(tmp_path: Path) -> None:
    dataset = load_dataset(column(tmp_path, ["1", "2", "3A", "3"] * 15))
    assert kinds(dataset)["v"] == "category"
    finding = next(finding for finding in dataset.findings if finding.kind == "mixed-column")
    assert "45 of its cells are numbers, and 15 are not: '3A'" in finding.message


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("{0} kg", r"begin with a number \('0 kg'\)"),
        ("the {0}th sentence of a long story", "it holds texts"),
    ],
)
def test_what_is_left_out_and_could_matter_is_a_finding(tmp_path: Path, cell: str, reason: str) -> None:
    dataset = load_dataset(column(tmp_path, [cell.format(place) for place in range(30)]))
    finding = next(finding for finding in dataset.findings if finding.kind == "left-out-column")
    assert finding.examples == ("v",)
    assert re.search(reason, finding.message)


def test_a_column_of_numbers_of_things_is_left_out_and_stands_out(tmp_path: Path) -> None:
    cells = [f"{'A/5 ' if place % 3 == 0 else ''}{10000 + place}" for place in range(60)]
    dataset = load_dataset(column(tmp_path, cells))
    finding = next(finding for finding in dataset.findings if finding.kind == "left-out-column")
    assert "40 of its 60 cells are numbers, but 20 different words lie among them" in finding.message


def test_names_alone_are_left_out_without_a_finding(tmp_path: Path) -> None:
    dataset = load_dataset(column(tmp_path, [f"person {'abcdefghij'[place % 10]}{place}x" for place in range(30)]))
    assert not [finding for finding in dataset.findings if finding.kind == "left-out-column"]


def test_underscores_make_words(tmp_path: Path) -> None:
    rows = [f"{place % 4}_{place % 3},{place}.5,{('1_0', '1_1', '2_0')[place % 3]}" for place in range(60)]
    dataset = load_dataset(write(tmp_path / "t.csv", "plate,value,group", rows), target="group")
    assert kinds(dataset) == {"plate": "category", "value": "number"}
    assert set(dataset.class_counts()) == {"1_0", "1_1", "2_0"}


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("${0}", r"target column 'y' .* holds '\$0' \(row 1\): an amount of money.*--task single-label"),
        ("2020-01-{0:02}", r"'2020-01-01' \(row 2\): a date"),
        ("{0}.5", ""),
    ],
)
def test_a_target_of_amounts_with_signs_is_refused(tmp_path: Path, cell: str, message: str) -> None:
    rows = [f"{place},{cell.format(place)}" for place in range(30)]
    path = write(tmp_path / "t.csv", "x,y", rows)
    if not message:
        assert load_dataset(path, target="y").target.kind == "value"
        return
    with pytest.raises(DataError, match=message):
        load_dataset(path, target="y")


def test_a_target_of_numbers_with_a_word_is_refused_and_a_class_called_none_is_kept(tmp_path: Path) -> None:
    rows = [f"{place},{'unknown' if place % 9 == 0 else place * 1.5}" for place in range(30)]
    with pytest.raises(DataError, match=r"holds numbers, but 4 cells are none: 'unknown' \(rows 1, 10, 19, 28\)"):
        load_dataset(write(tmp_path / "t.csv", "x,y", rows), target="y")
    rows = [f"{place},{('None', '1', '2')[place % 3]}" for place in range(30)]
    assert set(load_dataset(write(tmp_path / "u.csv", "x,y", rows), target="y").class_counts()) == {"1", "2", "None"}


def test_weights_with_signs_are_refused_with_the_cell(tmp_path: Path) -> None:
    rows = [f"{place},{place}%,{'xy'[place % 2]}" for place in range(30)]
    with pytest.raises(DataError, match=r"weight column 'sample_weight' .* holds '0%' \(row 1\)"):
        load_dataset(write(tmp_path / "t.csv", "x,sample_weight,label", rows))


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Usage", ("Training", "PublicTest", "PrivateTest")),
        ("phase", ("train_1", "val_1", "test_1")),
        ("where", ("seg_train", "seg_val", "seg_test")),
        ("set", ("TRAIN", "VALIDATION", "TEST")),
    ],
)
def test_a_column_of_splits_is_never_learned_from(tmp_path: Path, header: str, words: tuple[str, str, str]) -> None:
    rows = [f"{place},{words[0 if place < 40 else 1 + place % 2]},{'xyz'[place % 3]}" for place in range(60)]
    dataset = load_dataset(write(tmp_path / "t.csv", f"x,{header},label", rows))
    assert kinds(dataset) == {"x": "number"}
    assert [len(dataset.splits[split]) for split in ("train", "val", "test")] == [40, 10, 10]
    said = next(decision for decision in dataset.decisions if decision.name == "given splits")
    assert f"{words[1]} is val" in said.value


def test_yes_and_no_below_is_valid_are_splits(tmp_path: Path) -> None:
    rows = [f"{place},{place % 5 == 0},{'xyz'[place % 3]}" for place in range(60)]
    dataset = load_dataset(write(tmp_path / "t.csv", "x,is_valid,label", rows))
    assert kinds(dataset) == {"x": "number"}
    assert len(dataset.splits["val"]) == 12


def test_faces_written_as_numbers_are_refused_instead_of_learning_from_the_rest(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    rows = [
        f"{place % 3},{' '.join(map(str, random.integers(0, 256, 16)))},{'Training' if place < 40 else 'PublicTest'}"
        for place in range(60)
    ]
    with pytest.raises(DataError, match=r"'pixels' .* several numbers in one cell.*dataset_from_arrays"):
        load_dataset(write(tmp_path / "t.csv", "emotion,pixels,Usage", rows), target="emotion")
