"""What Python hands over is answered as the same file is: dicts, rows, frames, arrays, pictures of Pillow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.prediction.test_prediction_tables import write_table

import pellucid
from pellucid.errors import DataError
from pellucid.prediction import Prediction


@pytest.fixture(scope="module")
def table_run(tmp_path_factory: pytest.TempPathFactory) -> pellucid.Run:
    folder = tmp_path_factory.mktemp("things")
    dataset = pellucid.load_dataset(write_table(folder / "things.csv"), target="kind")
    return pellucid.train(dataset, model="mlp", hidden=(8,), epochs=20, runs_dir=folder / "runs")


class Series:
    """What is asked of a column, or a row, of a data frame."""

    def __init__(self, cells: dict[Any, Any]) -> None:
        self._cells = cells
        self.index = list(cells)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._cells.values())

    def __len__(self) -> int:
        return len(self._cells)

    def to_dict(self) -> dict[Any, Any]:
        return self._cells


class Frame:
    """What is asked of a data frame, pandas' or another's: `columns`, and a column by its name."""

    def __init__(self, **columns: list[Any]) -> None:
        self._columns = columns
        self.columns = list(columns)

    def __len__(self) -> int:
        return len(self._columns[self.columns[0]])

    def __getitem__(self, name: str) -> Series:
        return Series(dict(enumerate(self._columns[name])))


def answers(predictions: list[Prediction]) -> list[tuple[str, str | None, float | None]]:
    return [(one.name, one.label, one.probability) for one in predictions]


def test_rows_in_every_form_get_the_answers_of_the_csv(table_run: pellucid.Run, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text("size,colour,kind,note\n1.0,red,small,a\n4.5,blue,large,b\n")
    wanted = [(one.label, one.probability, one.decision) for one in table_run.predict(file)]
    forms: list[Any] = [
        [{"size": 1.0, "colour": "red"}, {"colour": "blue", "size": 4.5, "kind": "large", "note": "x"}],
        {"size": [1.0, 4.5], "colour": ["red", "blue"]},
        {"size": np.array([1.0, 4.5]), "colour": ("red", "blue")},
        [[1.0, "red"], ["4.5", "blue"]],
        [(1, "red"), np.array([4.5, "blue"], dtype=object)],
        np.array([[1.0, "red"], [4.5, "blue"]], dtype=object),
        np.array([(1.0, "red"), (4.5, "blue")], dtype=[("size", float), ("colour", "U8")]),
        Frame(colour=["red", "blue"], size=[1.0, np.float32(4.5)], more=[0, 0]),
        [Series({"size": 1.0, "colour": "red"}), Frame(size=[4.5], colour=["blue"])],
    ]
    for form in forms:
        predictions = table_run.predict(form)
        assert [one.name for one in predictions] == ["row 1", "row 2"]
        assert [(one.label, one.probability, one.decision) for one in predictions] == wanted, form


def test_one_row_is_a_dict_or_its_cells(table_run: pellucid.Run) -> None:
    wanted = answers(table_run.predict([[1.0, "red"]]))
    assert len(wanted) == 1
    for form in ({"size": 1.0, "colour": "red"}, [1.0, "red"], (1.0, "red"), Series({"size": 1, "colour": "red"})):
        assert answers(table_run.predict(form)) == wanted


def test_files_among_rows_keep_their_place_and_name(table_run: pellucid.Run, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text("size,colour\n1.0,red\n4.5,blue\n")
    names = [one.name for one in table_run.predict([[1.0, "red"], file, {"size": 2, "colour": "red"}])]
    assert names == ["row 1", f"{file} row 1", f"{file} row 2", "row 2"]


def test_a_bad_cell_is_the_error_of_its_row_as_in_a_csv(table_run: pellucid.Run) -> None:
    cells = [1.0, "1,5", "$5", None, float("nan"), np.inf, "big"]
    predictions = table_run.predict({"size": cells, "colour": ["red"] * len(cells)})
    assert [one.decision == "error" for one in predictions] == [False, *[True] * 6]
    assert "decimal comma" in str(predictions[1].error)
    assert "an amount of money" in str(predictions[2].error)
    assert (
        predictions[3].error
        == predictions[4].error
        == ("The column 'size' is empty, and the training had no empty cells.")
    )
    (far,) = table_run.predict([[1e6, "green"]])
    assert far.decision == "unknown"
    assert len(far.notes) == 2


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([[1.0]], r"A row has 1 cell, but the run reads 2 columns\. In this order: size, colour\."),
        ([[1.0, "red", "small"]], "A row has 3 cells"),
        ({"siez": 1.0, "colour": "red"}, r"Row 1 lacks the column size\. For 'size', did you mean 'siez'\?"),
        ([{"size": 1, "colour": "red"}, {"colour": "red"}], "Row 2 lacks the column size"),
        ({"size": [1, 2], "colour": ["red"]}, "The columns differ in length: 'size' 2, 'colour' 1"),
        ({"size": [1, 2], "colour": "red"}, "'colour' is one cell, and other columns are lists"),
        (np.zeros((2, 2, 2)), r"The rows have the shape \(2, 2, 2\)"),
        ([[[1.0], "red"]], "A row holds list as a cell"),
        ([], "There is no row to answer"),
        (5, "This run answers rows of a table, not int"),
        (Image.new("L", (8, 8)), "This run answers rows of a table, not Image"),
    ],
)
def test_what_cannot_be_rows_is_an_error_that_says_what_can(table_run: pellucid.Run, given: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        table_run.predict(given)


def test_a_table_of_one_column_takes_a_list_of_lists(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    path.write_text("x,target\n" + "\n".join(f"{x / 4},{3 * x / 4 + 1}" for x in range(60)))
    run = pellucid.train(path, model="mlp", hidden=(8,), epochs=3, runs_dir=tmp_path / "runs")
    (one,) = run.predict([[10.0]])
    assert one.value is not None
    assert [each.value for each in run.predict({"x": [10, 10.0, "10"]})] == [one.value] * 3


def test_a_word_of_a_category_may_be_a_number(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text("code,size,target\n" + "\n".join(f"{('1', '2', '3A')[n % 3]},{n},{'xy'[n % 2]}" for n in range(60)))
    run = pellucid.train(path, model="mlp", hidden=(4,), epochs=1, runs_dir=tmp_path / "runs")
    words = run.predict({"code": ["1", 1, 1.0, np.int64(1)], "size": [3] * 4})
    assert len({one.probability for one in words}) == 1
    assert all(one.decision == "unchecked" and not one.notes for one in words)


def test_a_row_in_memory_is_traced_and_explained(table_run: pellucid.Run) -> None:
    assert table_run.trace({"size": 1.0, "colour": "red"}).answer.startswith("small")
    assert table_run.explain([1.0, "red"], checks=False, neighbours=0).name == "row 1"


def test_pictures_in_every_form_get_the_answer_of_their_file(run: pellucid.Run, digit_files: Path) -> None:
    paths = sorted((digit_files / "3").glob("*.png"))[:3]
    wanted = [one.probabilities for one in run.predict(list(paths))]
    pixels = np.stack([np.asarray(Image.open(path)) for path in paths])
    forms: list[Any] = [
        pixels,
        pixels[..., None],
        np.repeat(pixels[..., None], 3, axis=-1),
        list(pixels),
        [Image.open(path) for path in paths],
        tuple(Image.open(path).convert("RGB") for path in paths),
        [paths[0], Image.open(paths[1]), pixels[2]],
    ]
    for form in forms:
        for one, expected in zip(run.predict(form), wanted, strict=True):
            assert one.probabilities == pytest.approx(expected, abs=1e-6)
    assert [one.name for one in run.predict(forms[0])] == ["array 1", "array 2", "array 3"]
    (single,) = run.predict(Image.open(paths[0]))
    assert single.name == "picture 1"
    assert single.probabilities == pytest.approx(wanted[0], abs=1e-6)
    assert run.explain(Image.open(paths[0]), checks=False, neighbours=0).answer == str(single).partition(": ")[2]


@pytest.mark.parametrize("mode", ["1", "P", "RGBA", "LA", "CMYK", "YCbCr", "I;16", "F", "PA"])
def test_a_picture_of_pillow_in_any_mode_is_decoded_as_its_file(run: pellucid.Run, mode: str) -> None:
    grey = Image.fromarray(np.random.default_rng(1).integers(0, 256, (8, 8), dtype=np.uint8))
    picture = grey.convert(mode) if mode != "PA" else grey.convert("P").convert("PA")
    (one,) = run.predict([picture])
    assert one.decision != "error", one.error


def test_a_picture_of_pillow_is_turned_upright(run: pellucid.Run, digit_files: Path, tmp_path: Path) -> None:
    picture = Image.open(next((digit_files / "7").glob("*.png")))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "turned.png", exif=exif)
    (file,), (memory,) = run.predict(tmp_path / "turned.png"), run.predict(Image.open(tmp_path / "turned.png"))
    assert memory.probabilities == file.probabilities


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"size": 1}, "This run answers pictures, not dict"),
        ([[0, 1], [2, 3]], r"not list.*numpy\.array\(pixels, dtype='uint8'\)"),
        (Frame(a=[1]), "This run answers pictures, not Frame"),
        (None, "Nothing was handed over"),
    ],
)
def test_what_is_no_picture_is_an_error_that_says_what_is(run: pellucid.Run, given: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        run.predict(given)
