"""The rows of a CSV file become answers; a row that cannot be read is an answer with its error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pellucid
from pellucid.errors import DataError, PellucidError


def write_table(path: Path, *, blank: bool = False) -> Path:
    generator = np.random.default_rng(5)
    lines = ["size,colour,kind"]
    for number in range(90):
        kind = ("small", "large")[number % 2]
        size = generator.normal(1 if kind == "small" else 4)
        lines.append(f"{size:.3f},{('red', 'blue')[number % 3 == 0]},{kind}")
    path.write_text("\n".join([*lines, ",red,large"] if blank else lines) + "\n")
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> pellucid.Run:
    folder = tmp_path_factory.mktemp("things")
    dataset = pellucid.load_dataset(write_table(folder / "things.csv"), target="kind")
    return pellucid.train(dataset, model="mlp", hidden=(8,), epochs=20, runs_dir=folder / "runs")


def test_every_row_is_answered_in_order_and_other_columns_are_ignored(run: pellucid.Run, tmp_path: Path) -> None:
    new = tmp_path / "new.csv"
    new.write_text("note,colour,size\nx,red,1.0\ny,blue,4.5\n")
    predictions = run.predict(new)
    assert [prediction.label for prediction in predictions] == ["small", "large"]
    assert [prediction.name for prediction in predictions] == [f"{new} row 1", f"{new} row 2"]


def test_the_rows_of_the_training_file_are_answered_as_in_evaluation(run: pellucid.Run, tmp_path: Path) -> None:
    indices = run.dataset.splits["val"]
    answer = run.predictor.answer(run.predictor.split_outputs(run.dataset, indices))
    predictions = run.predict(write_table(tmp_path / "things.csv"))
    given = np.array([list((predictions[index].probabilities or {}).values()) for index in indices])
    np.testing.assert_allclose(given, answer.numbers, atol=1e-6)


def test_a_cell_that_cannot_be_read_is_the_error_of_its_row_alone(run: pellucid.Run, tmp_path: Path) -> None:
    new = tmp_path / "new.csv"
    new.write_text("size,colour\n1.0,red\nbig,red\n,red\n4.5,blue\nnan,blue\n2.0,\n")
    predictions = run.predict(new)
    assert [prediction.decision == "error" for prediction in predictions] == [False, True, True, False, True, True]
    assert predictions[1].error == "The column 'size' holds 'big', which is not a number."
    assert predictions[2].error == "The column 'size' is empty, and the training had no empty cells."
    assert (predictions[0].label, predictions[3].label) == ("small", "large")


def test_an_infinite_cell_is_the_error_of_its_row_alone(run: pellucid.Run, tmp_path: Path) -> None:
    new = tmp_path / "new.csv"
    new.write_text("size,colour\n1.0,red\ninf,red\n1e999,red\n")
    assert [prediction.decision == "error" for prediction in run.predict(new)] == [False, True, True]


def test_blanks_are_filled_where_the_training_filled_them(tmp_path: Path) -> None:
    dataset = pellucid.load_dataset(write_table(tmp_path / "t.csv", blank=True), target="kind", impute="median")
    run = pellucid.train(dataset, model="linear", epochs=5, runs_dir=tmp_path / "runs")
    new = tmp_path / "new.csv"
    new.write_text("size,colour\n,red\n")
    assert run.predict(new)[0].decision != "error"


def test_a_table_that_lacks_a_column_is_an_error_that_names_it(run: pellucid.Run, tmp_path: Path) -> None:
    new = tmp_path / "new.csv"
    new.write_text("colour\nred\n")
    with pytest.raises(DataError, match=r"lacks the column size"):
        run.predict(new)


def test_a_missing_table_is_an_error(run: pellucid.Run, tmp_path: Path) -> None:
    with pytest.raises(PellucidError, match=r"nowhere\.csv"):
        run.predict(tmp_path / "nowhere.csv")


def test_pixels_are_no_rows(run: pellucid.Run) -> None:
    with pytest.raises(DataError, match="A row has 8 cells, but the run reads 2 columns"):
        run.predict(np.zeros((8, 8), np.uint8))
