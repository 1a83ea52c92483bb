"""Answering reads cells as training does, and says what in a row is unlike the training's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import pellucid
from pellucid.cli.main import app
from pellucid.preprocessing import TablePreprocessing
from pellucid.preprocessing.table import NumberColumn


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> pellucid.Run:
    folder = tmp_path_factory.mktemp("houses")
    random = np.random.default_rng(4)
    rows = [
        f"{1000 + 500 * (place % 2) + random.integers(0, 200)},{('Pave', 'Grvl', 'hot mix')[place % 3]},"
        f"{('cheap', 'dear')[place % 2]}"
        for place in range(90)
    ]
    (folder / "train.csv").write_text("\n".join(["area,street,class", *rows]))
    return pellucid.train(
        pellucid.load_dataset(folder / "train.csv"), model="mlp", hidden=(8,), epochs=15, runs_dir=folder / "runs"
    )


def answer(run: pellucid.Run, folder: Path, text: str) -> list[pellucid.Prediction]:
    new = folder / "new.csv"
    new.write_text(text)
    return run.predict(new)


@pytest.mark.parametrize(
    ("cell", "error"),
    [
        ('"1,700"', "'1,700', a number with separators of thousands"),
        ('"1,5"', "'1,5', a number with a decimal comma, where commas separate the cells"),
        ("1_700", "'1_700', which is not a number"),
        ("$1700", "'$1700', an amount of money"),
        ("17%", "'17%', a percentage"),
        ("None", "'None', which is not a number"),
    ],
)
def test_what_training_would_refuse_is_the_error_of_its_row(
    run: pellucid.Run, tmp_path: Path, cell: str, error: str
) -> None:
    wrong, right = answer(run, tmp_path, f"area,street\n{cell},Pave\n1700,Pave\n")
    assert wrong.decision == "error"
    assert error in (wrong.error or "")
    assert (right.decision, right.label) == ("unchecked", "dear")


def test_a_number_that_could_be_two_is_an_error_and_a_decimal_comma_a_number(run: pellucid.Run, tmp_path: Path) -> None:
    unclear, clear = answer(run, tmp_path, "area;street\n1,700;Pave\n1700;Pave\n")
    assert "can be read in two ways" in (unclear.error or "")
    assert clear.label == "dear"
    comma, point = (
        answer(run, tmp_path, "area;street\n1700,5;Pave\n")[0],
        answer(run, tmp_path, "area,street\n1700.5,Pave\n")[0],
    )
    assert comma.probabilities == point.probabilities


@pytest.mark.parametrize(
    ("word", "note"),
    [
        ("pave", "The training never saw 'pave' in 'street'. Did you mean 'Pave'?"),
        ("Hot-Mix", "The training never saw 'Hot-Mix' in 'street'. Did you mean 'hot mix'?"),
        ("Dirt", "The training never saw 'Dirt' in 'street'."),
    ],
)
def test_a_word_that_training_never_saw_is_unknown_and_said(
    run: pellucid.Run, tmp_path: Path, word: str, note: str
) -> None:
    known, unknown = answer(run, tmp_path, f"area,street\n1650,Pave\n1650,{word}\n")
    assert (known.decision, known.notes) == ("unchecked", ())
    assert (unknown.decision, unknown.notes) == ("unknown", (note,))
    assert str(unknown).endswith(f", unknown [{note}]")


@pytest.mark.parametrize(
    ("beyond", "said"),
    [(-0.5, ""), (0.0, ""), (0.1, "outside"), (0.9, "outside"), (1.1, "far outside"), (90.0, "far outside")],
)
def test_a_number_outside_the_range_of_training_is_said(
    run: pellucid.Run, tmp_path: Path, beyond: float, said: str
) -> None:
    column = TablePreprocessing.of(run.record.preprocessing).columns[0]
    data = run.dataset
    cells = data.inputs.rows(data.splits["train"])["area"]  # type: ignore[attr-defined]
    low, high = float(min(cells)), float(max(cells))
    assert isinstance(column, NumberColumn)
    assert (column.low, column.high) == (low, high)
    for area in (high + beyond * (high - low), low - beyond * (high - low)):
        (prediction,) = answer(run, tmp_path, f"area,street\n{area!r},Pave\n")
        note = f"'area' is {area:g}, {said} the range of training, {low:g} to {high:g}."
        assert prediction.notes == ((note,) if said else ())
        assert prediction.decision != "unknown"


def test_where_the_training_had_one_value_any_other_is_far_outside() -> None:
    column = NumberColumn(name="x", fill=3, mean=3, std=1, low=3, high=3)
    assert column.how_far_outside(3) == 0
    assert column.how_far_outside(3.1) == np.inf


def test_runs_that_kept_no_range_answer_as_before(run: pellucid.Run) -> None:
    kept = run.record.preprocessing
    assert isinstance(kept, TablePreprocessing)
    columns = tuple(
        column.model_copy(update={"low": None, "high": None}) if isinstance(column, NumberColumn) else column
        for column in kept.columns
    )
    old = TablePreprocessing.from_dict(
        json.loads(json.dumps(TablePreprocessing(columns=columns).to_dict(), default=str)), source="old"
    )
    number = old.columns[0]
    assert isinstance(number, NumberColumn)
    assert number.how_far_outside(1e9) == 0
    cells = {"area": np.array([5.0, 1e9]), "street": np.array(["Pave", "x"], dtype=object)}
    np.testing.assert_array_equal(old.encode(cells), kept.encode(cells))


def test_blank_words_are_filled_where_the_training_filled_blanks(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    rows = [f"{'None' if n % 7 == 0 else round(random.normal(4 * (n % 2)), 2)},{'xy'[n % 2]}" for n in range(90)]
    (tmp_path / "t.csv").write_text("\n".join(["v,label", *rows]))
    dataset = pellucid.load_dataset(tmp_path / "t.csv", impute="median")
    run = pellucid.train(dataset, model="linear", epochs=3, runs_dir=tmp_path / "runs")
    word, blank, wrong = answer(run, tmp_path, "v\n-\nNA\nbroken\n")
    assert word.probabilities == blank.probabilities
    assert wrong.decision == "error"


def test_notes_stand_in_the_text_in_json_and_in_the_csv(run: pellucid.Run, tmp_path: Path) -> None:
    new = tmp_path / "new.csv"
    new.write_text("area,street\n1650,Pave\n99999,Dirt\n")
    told = CliRunner().invoke(app, ["predict", str(run.path), str(new)])
    assert "[The training never saw 'Dirt' in 'street'.]" in told.output
    assert "1 with notes on what is unlike the training" in told.output
    as_json = json.loads(CliRunner().invoke(app, ["predict", str(run.path), str(new), "--json"]).stdout)
    assert [len(one["notes"]) for one in as_json] == [0, 2]
    CliRunner().invoke(app, ["predict", str(run.path), str(new), "--out", str(tmp_path / "a.csv")])
    header, first, second = (tmp_path / "a.csv").read_text().splitlines()
    assert "error,notes,p(cheap)" in header
    assert ",,,p" not in first
    assert "far outside the range of training" in second
    assert "never saw 'Dirt'" in second


def test_answers_that_nothing_can_call_unknown_are_unchecked_and_a_line_says_why(
    run: pellucid.Run, tmp_path: Path
) -> None:
    new = tmp_path / "new.csv"
    new.write_text("area,street\n1600,Pave\n")
    told = CliRunner().invoke(app, ["predict", str(run.path), str(new)])
    assert "%), unchecked" in told.stdout
    assert "1 in all: 1 unchecked." in told.stdout
    assert 'Note: answers are unchecked. "unknown" is off: only 9 validation examples' in told.stderr
    assert '"unsure" is off: only 9 examples' in told.stderr
    (as_json,) = json.loads(CliRunner().invoke(app, ["predict", str(run.path), str(new), "--json"]).stdout)
    assert as_json["decision"] == "unchecked"
    CliRunner().invoke(app, ["predict", str(run.path), str(new), "--out", str(tmp_path / "a.csv")])
    assert ",unchecked,dear," in (tmp_path / "a.csv").read_text()
    assert run.predictor.why_unchecked == run.evaluations[-1].notes[-2:]
    assert "“unknown” is off" in run.folder.report.read_text(encoding="utf-8")
