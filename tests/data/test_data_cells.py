"""Cells: which are numbers, which are blank, and which only stand for a number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import is_number, load_dataset
from pellucid.data.cells import ColumnReading, Signs, is_blank_word
from pellucid.data.delimited import read_table
from pellucid.errors import DataError


def read(cells: Sequence[str], *others: Sequence[str], delimiter: str = ",") -> ColumnReading:
    """Read the first of the columns of a file."""
    return ColumnReading(cells, delimiter=delimiter, file=Signs.of_file([cells, *others], delimiter))


@pytest.mark.parametrize(
    ("cell", "number"),
    [("7", 7), ("-0.5", -0.5), (".5", 0.5), ("1e-3", 0.001), ("+4.", 4), ("\N{MINUS SIGN}3", -3), ("007", 7)],
)
def test_plain_numbers_are_read(cell: str, number: float) -> None:
    assert read([cell]).number(cell) == number
    assert is_number(cell)


@pytest.mark.parametrize(
    "cell", ["1_0", "134116_457300", "1_000.5", "0x1F", "3/4", "1-2", "5+", "nan1", "", "1 a", "A7"]
)
def test_words_are_no_numbers_and_stand_for_none(cell: str) -> None:
    reading = read([cell])
    assert reading.number(cell) is None
    assert reading.oddity(cell) is None
    assert not is_number(cell)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        *((cell, "money") for cell in ("$500", "$1,234", "1.234,50 €", "USD 5", "5 EUR", "-$3", "($500)", "US$ 5.00")),
        *((cell, "percentage") for cell in ("45%", "4.5 %", "4,5 %", "3‰")),
        *((cell, "date") for cell in ("2020-01-31", "31.01.2020", "1/2/2020", "2020-01-31T10:00:00Z", "5 Jan 2020")),
        *((cell, "date") for cell in ("Jan 5, 2020", "31-Jan-20", "2020-01", "2020-01-31 10:00")),
        *((cell, "time") for cell in ("12:30", "12:30:05", "1:30 pm")),
        *((cell, "thousands") for cell in ("1,234", "1,234.5", "1.234.567", "1 234", "1'234", "12,34,567", "1.234,50")),
        *((cell, "list") for cell in ("70 80 82", "[1, 2, 3]", "1.5;2.5;3")),
        ("1,5", "decimal comma"),
        ("(500)", "brackets"),
        ("500-", "brackets"),
    ],
)
def test_cells_that_stand_for_a_number_are_known_as_what_they_are(cell: str, kind: str) -> None:
    reading = read([cell])
    assert reading.number(cell) is None
    assert reading.oddity(cell) == kind


@pytest.mark.parametrize(
    "cell", ["99.99.9999", "192.168.0.1", "1.2.3", "555-1234", "12kg", "3rd", "A/5 21171", "2020Q1"]
)
def test_codes_are_no_dates(cell: str) -> None:
    assert read([cell]).oddity(cell) is None


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize(
    ("cells", "others", "numbers"),
    [
        (["0,5", "7"], [], [0.5, 7]),
        (["1,700", "2,35"], [], [1.7, 2.35]),  # the second says that commas mark decimals
        (["1,700", "2,350"], [], [None, None]),  # nothing says
        (["1,700", "950"], [], [None, 950]),
        (["1,700", "3.5"], [], [None, 3.5]),  # the second says that they mark thousands
        (["1,700", "1,234,567"], [["0,5"]], [None, None]),
        (["1,700", "2,350"], [["0,5", "12,25"]], [1.7, 2.35]),  # another column says
        (["1,700", "2,350"], [["3.5"]], [None, None]),
        (["1,700", "2,350"], [["3.5"], ["0,5"]], [None, None]),
        (["1.700", "2.350"], [], [1.7, 2.35]),  # points, and no comma in the file
        (["1.700", "2.350"], [["0,5"]], [None, None]),  # points beside decimal commas
        (["1.700", "0.25"], [["0,5"]], [1.7, 0.25]),
        (["1.234,50", "234,50"], [], [None, 234.5]),
        (["1,5", "2.5", "1,700"], [], [1.5, 2.5, None]),
    ],
)
def test_commas_mark_decimals_only_where_the_file_bears_it_out(
    delimiter: str, cells: list[str], others: list[list[str]], numbers: list[float | None]
) -> None:
    reading = read(cells, *others, delimiter=delimiter)
    assert [reading.number(cell) for cell in cells] == numbers
    np.testing.assert_array_equal(reading.values, np.array(numbers, dtype=float))
    assert all(reading.oddity(cell) is not None for cell, number in zip(cells, numbers, strict=True) if number is None)


def test_in_a_comma_file_a_comma_never_marks_decimals() -> None:
    for cells in (["1,700", "2,35"], ["1,5", "0,25"], ["1,700"]):
        assert read(cells).values[0] != read(cells).values[0]  # NaN


def test_many_numbers_at_once_are_the_same_as_one_by_one() -> None:
    random = np.random.default_rng(3)
    cells = [f"{value:.6g}" for value in random.normal(0, 1e3, 2000)] + ["", "NA", "1e5", "-7", "+.5"]
    for delimiter, written in ((",", cells), (";", [cell.replace(".", ",") for cell in cells])):
        reading = read(written, ["0,25"], delimiter=delimiter)
        single = [reading.number(cell) for cell in written]
        np.testing.assert_array_equal(reading.values, np.array([np.nan if one is None else one for one in single]))


@pytest.mark.parametrize(
    "cell", ["None", "none", "-", "--", "n.a.", "NULL", "unknown", ".", "#DIV/0!", "<NA>", "?", ""]
)
def test_words_for_a_blank_among_numbers_are_known(cell: str) -> None:
    assert is_blank_word(cell)
    assert not is_blank_word("nil return")


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["variety,1100,1102,1104,1106", *(f"{'ab'[n % 2]},0.{n},0.{n + 1},0.3,0.{n}" for n in range(10, 30))], True),
        (["sample,400.2,401.9,404.3", *(f"s{n},0.{n},0.{n + 1},0.{n}" for n in range(10, 30))], True),
        (["country,2018,2020", *(f"c{n},{n},{n + 3}" for n in range(20))], True),
        (["kind,5.1,3.5", *(f"{'ab'[n % 2]},{n}.5,{n}" for n in range(20))], True),
        (["200,400,600,800", *(f"{n},{n % 7},{n % 3},{n % 5}" for n in range(20))], True),
        (["a,5.1,3.5", *(f"{'ab'[n % 2]},{n}.5,{n}" for n in range(20))], False),
        (["M,0.4,15", "F,0.5,9", "I,0.25,7"], False),
        (["5.1,3.5,1.4,0.2", *(f"{n}.5,{n},{n % 3}.1,0.{n}" for n in range(20))], False),
        (["1,1,2", *(f"{n},{n % 2},{n % 3}" for n in range(2, 20))], False),  # names are different ones
    ],
)
def test_numbers_above_numbers_are_names_where_something_bears_it_out(
    tmp_path: Path, lines: list[str], names: bool
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines))
    table = read_table(path)
    assert table.nameless is not names
    assert len(table) == len(lines) - names
    if names:
        assert table.header == tuple(lines[0].split(","))
        assert table.numbered


def test_names_that_are_numbers_are_said(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["kind,1100,1102", *(f"{'ab'[n % 2]},{n}.5,{n}" for n in range(20))]))
    said = next(d for d in load_dataset(path, target="kind").decisions if d.name == "column names")
    assert "if it is data, put a line of names above" in said.reason


@pytest.mark.parametrize(("line", "delimiter"), [("sep=;", ";"), ("SEP=|", "|"), ('"sep=;"', ";"), ("sep=\t", "\t")])
def test_the_line_that_says_the_delimiter_is_understood(tmp_path: Path, line: str, delimiter: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\r\n".join([line, *(delimiter.join(row) for row in (("a", "b,c"), ("1,5", "2"), ("2,5", "3")))]))
    table = read_table(path)
    assert table.header == ("a", "b,c")
    assert table.delimiter == delimiter
    path.write_text("sep=;\na;b\n1;2\n3\n")
    with pytest.raises(DataError, match="line 4 has 1"):
        read_table(path)


def test_decimal_commas_are_no_delimiter_where_there_is_another(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("1,5;2,5;3,5\n4,25;5,0;6,1\n7,5;8,5;9,25\n")
    table = read_table(path)
    assert table.delimiter == ";"
    values = table.numbers("column1")
    assert values is not None
    assert values.tolist() == [1.5, 4.25, 7.5]
