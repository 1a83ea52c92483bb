"""Cells typed as flags: which column a flag names, what two of them make, and what is refused."""

from __future__ import annotations

import pytest

from pellucid.cli.typed_cells import cells_of, flag_of, names_of_rows, sort_words
from pellucid.errors import RecipeError

COLUMNS = ("petal length (cm)", "petal width (cm)", "out", "a_b")


def test_flags_and_files_are_told_apart() -> None:
    files, flags = sort_words(["new.csv", "--x", "-3", "--y=4=5", "more.csv"])
    assert files == ["new.csv", "more.csv"]
    assert flags == [("--x", "-3"), ("--y", "4=5")]


def test_a_flag_is_a_columns_name_with_or_without_its_unit() -> None:
    assert flag_of("petal length (cm)") == "--petal-length-cm"
    for flag in ("--petal-length-cm", "--petal-length"):
        assert cells_of([(flag, "4.2")], COLUMNS, run="r") == {"petal length (cm)": ["4.2"]}
    assert cells_of([("--a-b", "red")], COLUMNS, run="r") == {"a_b": ["red"]}


def test_any_name_goes_by_value() -> None:
    assert cells_of([("--value", "out=3")], COLUMNS, run="r") == {"out": ["3"]}
    with pytest.raises(RecipeError, match="NAME=CELL"):
        cells_of([("--value", "out")], COLUMNS, run="r")


def test_a_flag_typed_twice_makes_two_rows() -> None:
    cells = cells_of([("--x", "1"), ("--y", "2"), ("--x", "3"), ("--y", "4")], ("x", "y"), run="r")
    assert cells == {"x": ["1", "3"], "y": ["2", "4"]}
    assert names_of_rows(cells) == ["x = 1, y = 2", "x = 3, y = 4"]


def test_what_names_no_column_is_refused_with_the_nearest() -> None:
    with pytest.raises(RecipeError, match=r"no column 'petal-lenght'.*Did you mean '--petal-length-cm'"):
        cells_of([("--petal-lenght", "1")], COLUMNS, run="r")
    with pytest.raises(RecipeError, match="reads no columns"):
        cells_of([("--jsn", "1")], (), run="runs/photos")
    with pytest.raises(RecipeError, match="--x has no value"):
        sort_words(["--x"])
    with pytest.raises(RecipeError, match="different numbers of cells"):
        cells_of([("--x", "1"), ("--y", "2"), ("--x", "3")], ("x", "y"), run="r")
    with pytest.raises(RecipeError, match="could be"):
        cells_of([("--speed", "1")], ("speed (km/h)", "speed (mph)"), run="r")
