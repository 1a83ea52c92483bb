"""CSV tables: columns, targets, missing cells."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import Dataset, TableInputs, load_dataset
from pellucid.data.delimited import read_table
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import ClassTarget, Column, TableInput, ValueTarget


def _write(folder: Path, header: str, line: str, *, count: int = 40, end: str = "\n") -> Path:
    """Write a table; a line is a format string of the row's number and of `word`, one of three."""
    rows = [header, *(line.format(number, word="xyz"[number % 3]) for number in range(count))]
    path = folder / "table.csv"
    path.write_text(end.join(rows))
    return path


def _columns(dataset: Dataset) -> dict[str, str]:
    assert isinstance(dataset.input, TableInput)
    return {column.name: column.kind for column in dataset.input.columns}


def _cells(dataset: Dataset, name: str) -> list[object]:
    assert isinstance(dataset.inputs, TableInputs)
    return list(dataset.inputs.columns[name])


@pytest.mark.parametrize("target", ["target", "label", "Class"])
def test_usual_names_are_taken_as_target(tmp_path: Path, target: str) -> None:
    dataset = load_dataset(_write(tmp_path, f"a,{target},b", "1.{0},{word},{0}"))
    assert dataset.target == ClassTarget(name=target, classes=("x", "y", "z"))
    assert _columns(dataset) == {"a": "number", "b": "number"}
    assert _cells(dataset, "b") == list(range(40))
    assert dataset.example_name(11) == "row 12"


def test_no_usual_name_is_an_error_that_lists_the_columns(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Nothing says which column.*alpha, beta.*--target NAME \(target=\)"):
        load_dataset(_write(tmp_path, "alpha,beta", "1.{0},{0}"))


def test_the_only_column_of_words_is_the_target_where_its_name_says_so_and_that_is_said(tmp_path: Path) -> None:
    dataset = load_dataset(_write(tmp_path, "length,width,species", "1.{0},{0},{word}"))
    assert dataset.target == ClassTarget(name="species", classes=("x", "y", "z"))
    (decision,) = (one for one in dataset.decisions if one.name == "target column")
    assert decision.reason == (
        "guessed: the only column that holds words, and called like an answer (3 different ones); --target NAME "
        "(target=) chooses another"
    )
    named = load_dataset(_write(tmp_path, "length,width,species", "1.{0},{0},{word}"), target="width")
    assert named.target == ValueTarget(name="width")


def test_the_last_column_of_a_table_without_names_is_the_target_where_it_alone_holds_words(tmp_path: Path) -> None:
    assert load_dataset(_write(tmp_path, "5.1,3.5,x", "1.{0},2.{0},{word}")).target.name == "column3"


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("price,rooms,ocean_proximity", "1.{0},{0},{word}"),  # nothing but its place speaks for it
        ("species,island,length", "{word},{word},1.{0}"),
        ("price,model", "1.{0},car {0}"),
    ],
)
def test_a_column_of_words_that_could_be_an_input_is_not_guessed(tmp_path: Path, header: str, line: str) -> None:
    with pytest.raises(DataError, match="Nothing says which column"):
        load_dataset(_write(tmp_path, header, line))


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["a", "b", "c"] * 10, "class"),
        (["0", "1", "2"] * 10, "class"),
        (["True", "False"] * 15, "class"),
        (["0.0", "1.0"] * 15, "class"),
        ([str(number) for number in range(30)], "value"),
        (["0.5", "1.5", "2.5"] * 10, "value"),
        (["1e3", "2e3", "3e3"] * 10, "value"),
        (["yes", "no", "1"] * 10, "class"),
    ],
)
def test_kind_of_target_follows_from_its_cells(tmp_path: Path, cells: list[str], kind: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["a,target", *(f"0.{place},{cell}" for place, cell in enumerate(cells))]))
    dataset = load_dataset(path)
    assert dataset.target.kind == kind
    assert dataset.targets[:].dtype == (np.int64 if kind == "class" else np.float64)


def test_values_are_read_as_they_stand(tmp_path: Path) -> None:
    dataset = load_dataset(_write(tmp_path, "a,y", "{0},{0}.25"), target="y")
    assert dataset.target == ValueTarget(name="y")
    np.testing.assert_array_equal(dataset.targets, np.arange(40) + 0.25)
    assert {split: len(indices) for split, indices in dataset.splits.items()} == {"train": 28, "val": 4, "test": 8}


def test_text_columns_are_categories(tmp_path: Path) -> None:
    dataset = load_dataset(_write(tmp_path, "word,a,target", "{word},{0},{word}"))
    assert _columns(dataset) == {"word": "category", "a": "number"}
    assert _cells(dataset, "word")[:3] == ["x", "y", "z"]


def test_semicolons_with_decimal_commas_are_understood(tmp_path: Path) -> None:
    dataset = load_dataset(_write(tmp_path, "a;b;target", "{0},5;7;{word}"))
    assert _cells(dataset, "a")[:2] == [0.5, 1.5]


def test_byte_order_mark_quotes_windows_line_ends_and_blank_lines_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    lines = ['"a, b",target', *(f'"{number}",{"xy"[number % 2]}' for number in range(20)), "", " , "]
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    dataset = load_dataset(path)
    assert _columns(dataset) == {"a, b": "number"}
    assert len(dataset) == 20


def test_latin_letters_from_old_spreadsheets_are_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("\n".join(["größe;target", *(f"{n};{'äö'[n % 2]}" for n in range(20))]).encode("cp1252"))
    assert set(load_dataset(path).class_counts()) == {"ä", "ö"}


@pytest.mark.parametrize("hole", ["", "?", "NaN", "NA", "null"])
def test_missing_input_cells_are_an_error_that_counts_them_and_shows_the_way_out(tmp_path: Path, hole: str) -> None:
    path = _write(tmp_path, "a,b,target", "{0},{0}.5,{word}")
    lines = path.read_text().splitlines()
    lines[3], lines[8] = f"2,{hole},z", f"7,{hole},y"
    path.write_text("\n".join(lines))
    with pytest.raises(DataError, match=r"2 empty cells in 1 input column: 'b' 2 \(rows 3, 8\).*--impute median"):
        load_dataset(path)
    dataset = load_dataset(path, impute="median")
    assert np.isnan(np.array(_cells(dataset, "b"), dtype=float)).nonzero()[0].tolist() == [2, 7]
    assert "2 empty cells in b" in next(d.value for d in dataset.decisions if d.name == "impute")


def test_missing_category_becomes_a_category_of_its_own(tmp_path: Path) -> None:
    path = _write(tmp_path, "a,word,target", "{0},{word},{word}")
    path.write_text(path.read_text().replace("5,z", "5,?", 1))
    dataset = load_dataset(path, impute="median")
    assert _cells(dataset, "word")[5] == "missing"


def test_missing_target_is_an_error_even_with_impute(tmp_path: Path) -> None:
    path = _write(tmp_path, "a,target", "{0},{word}")
    path.write_text(path.read_text().replace("4,y", "4,", 1))
    with pytest.raises(DataError, match=r"target column 'target'.*1 empty cell: row 5\."):
        load_dataset(path, impute="median")


def test_unknown_way_to_impute_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="--impute"):
        load_dataset(_write(tmp_path, "a,target", "{0},{word}"), impute="mean")  # type: ignore[arg-type]


def test_infinite_cells_are_an_error(tmp_path: Path) -> None:
    path = _write(tmp_path, "a,target", "{0},{word}")
    path.write_text(path.read_text().replace("4,y", "inf,y", 1))
    with pytest.raises(DataError, match=r"'a' .* infinite numbers: row 5"):
        load_dataset(path)


def test_stray_words_in_a_column_of_numbers_are_an_error(tmp_path: Path) -> None:
    path = _write(tmp_path, "a,target", "{0},{word}")
    path.write_text(path.read_text().replace("4,y", "four,y", 1))
    with pytest.raises(DataError, match=r"holds numbers, but 1 cell is none: 'four' \(row 5\)"):
        load_dataset(path)


def test_columns_that_only_tell_rows_apart_are_left_out_and_it_is_said(tmp_path: Path) -> None:
    dataset = load_dataset(_write(tmp_path, "customer_id,name,nothing,a,target", "{0},person {0},,{0},{word}"))
    assert _columns(dataset) == {"a": "number"}
    value = next(decision.value for decision in dataset.decisions if decision.name == "columns left out")
    assert value == "customer_id (numbers the rows), name (40 different texts in 40 rows), nothing (empty)"


def test_group_and_split_columns_are_no_inputs(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [f"{n},{n // 4},{'train' if n < 40 else 'test'},{'xy'[n % 2]}" for n in range(60)]
    path.write_text("\n".join(["a,patient,split,target", *rows]))
    dataset = load_dataset(path)
    assert _columns(dataset) == {"a": "number"}
    assert dataset.splits["test"].tolist() == list(range(40, 60))
    assert dataset.groups is not None
    assert not set(dataset.groups[dataset.splits["train"]]) & set(dataset.groups[dataset.splits["val"]])


def test_table_without_inputs_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no input column beside the target"):
        load_dataset(_write(tmp_path, "id,target", "{0},{word}"))


@pytest.mark.parametrize(
    "lines",
    [
        ["M,0.4,15", "F,0.5,9", "I,0.25,7"],
        ["5.1,3.5,0", "4.9,3.0,1"],
        ["p;x;s", "e;x;s", "p;y;s", "e;x;n"],
    ],
)
def test_first_line_of_data_makes_numbered_columns_and_is_said(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines))
    table = read_table(path)
    assert table.header == ("column1", "column2", "column3")
    assert len(table) == len(lines)
    first = ", ".join(f"column{place} ({cells[0]})" for place, cells in enumerate(table.columns, start=1))
    with pytest.raises(DataError, match=rf"first line is data.*{re.escape(first)}.*--target column3 for the last one"):
        load_dataset(path)


def test_table_without_names_trains_by_numbered_columns(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join(f"{'MFI'[n % 3]},0.{n},{n % 2}" for n in range(10, 60)))
    dataset = load_dataset(path, target="column3")
    assert list(_columns(dataset)) == ["column1", "column2"]
    assert len(dataset) == 50
    assert dataset.class_counts() == {"0": 25, "1": 25}
    assert next(decision for decision in dataset.decisions if decision.name == "column names")


def test_numbers_between_white_space_are_a_table(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(" 0.1  18.00   2.3  24.0\n 0.02   0.00   7.1  21.6\n10.5   0.00   7.1  34.7\n")
    table = read_table(path)
    assert table.header == ("column1", "column2", "column3", "column4")
    assert table.cells("column4") == ("24.0", "21.6", "34.7")
    path.write_text("size  weight label\n1 2 a\n3 4 b\n")
    assert read_table(path).header == ("size", "weight", "label")


def test_sentences_are_no_table_of_words(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("what they said\nit was good\nit was bad\n")
    assert read_table(path).header == ("what they said",)


def test_missing_target_beside_stamps_says_how_to_forecast(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("date,b,c\n2023-05-16,1,x\n2023-05-17,3,y\n2023-05-18,5,x\n")
    with pytest.raises(DataError, match=r"To forecast a column from its own past, add --horizon N"):
        load_dataset(path)
    with pytest.raises(RecipeError, match=r"'line' comes with its inputs and its target\. It is for a series"):
        load_dataset("line", horizon=3)


def test_missing_target_also_names_the_columns_with_blanks(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b,c\n1,2,x\n?,3,y\n4,5,x\n")
    with pytest.raises(DataError, match=r"--target NAME \(target=\)\. --impute median fills the empty cells of a\."):
        load_dataset(path)


def test_numbered_columns_are_names(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["0,1,2,target", *(f"{n}.5,{n},3,{'xy'[n % 2]}" for n in range(20))]))
    assert list(_columns(load_dataset(path))) == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("a,b\n", "holds one line only"),
        ("a,b\n1,2\n3\n4,5,6\n", r"2 lines differ from the first, which has 2 cells: line 3 has 1, line 4 has 3"),
        ("a,a\n1,2\n", "names columns twice: a"),
        ("a,b\0\n1,2\n", "is not text"),
    ],
)
def test_broken_files_are_errors_that_say_how(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(DataError, match=message):
        read_table(path)


def test_constant_target_is_an_error(tmp_path: Path) -> None:
    path = _write(tmp_path, "a,y", "{0},{0}.5")
    table = read_table(path)
    path.write_text("\n".join(["a,y", *(f"{n},1.5" for n in range(len(table)))]))
    with pytest.raises(DataError, match="one class only"):
        load_dataset(path, target="y")


def test_class_with_one_row_is_an_error(tmp_path: Path) -> None:
    path = _write(tmp_path, "a,target", "{0},{word}")
    path.write_text(path.read_text() + "\n99,rare")
    with pytest.raises(DataError, match="The class 'rare' has fewer than two examples"):
        load_dataset(path)


def test_fingerprint_changes_with_a_cell_a_name_and_a_target(tmp_path: Path) -> None:
    path = _write(tmp_path, "a,b,target", "{0},1,{word}")
    text = path.read_text()
    seen = {load_dataset(path).fingerprint}
    for old, new in (("5,1,z", "5,2,z"), ("5,1,z", "5,1,x"), ("a,b,", "a,c,")):
        path.write_text(text.replace(old, new, 1))
        seen.add(load_dataset(path).fingerprint)
    assert len(seen) == 4
    (tmp_path / "elsewhere").mkdir()
    moved = tmp_path / "elsewhere" / "other.csv"
    moved.write_text(text)
    assert load_dataset(moved).fingerprint in seen


def test_rows_are_chosen_in_the_order_asked_for() -> None:
    inputs = TableInputs({"a": np.array([1.0, 2.0, 3.0]), "b": np.array(["x", "y", "z"], dtype=object)})
    rows = inputs.rows(np.array([2, 0]))
    assert rows["a"].tolist() == [3.0, 1.0]
    assert rows["b"].tolist() == ["z", "x"]
    assert len(inputs) == 3


def test_column_kinds_are_part_of_the_specification(tmp_path: Path) -> None:
    dataset = load_dataset(_write(tmp_path, "a,target", "{0},{word}"))
    assert dataset.input == TableInput(columns=(Column(name="a", kind="number"),))


def test_equal_rows_are_counted_and_not_kept_together() -> None:
    # Iris is known to hold one flower twice: rows 102 and 143.
    finding = next(finding for finding in load_dataset("iris").findings if finding.kind == "equal-rows")
    assert finding.count == 1
    assert finding.examples == ("row 102 = row 143",)
