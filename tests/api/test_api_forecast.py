"""A series from a file to its next values: trained, measured, gone on with, on the command line and in Python."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import pellucid
from pellucid import Run
from pellucid.cli.main import app
from pellucid.errors import DataError
from pellucid.prediction import ValuePrediction


def write_series(path: Path, count: int = 120) -> Path:
    steps = np.arange(count)
    values = np.exp(3 + 0.01 * steps + 0.2 * np.sin(2 * np.pi * steps / 12)) + np.random.default_rng(0).uniform(
        0, 1, count
    )
    rows = [f"{1990 + place // 12}-{place % 12 + 1:02},{value:.4f}" for place, value in enumerate(values)]
    path.write_text("\n".join(["month,y", *rows]) + "\n")
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("forecast")
    dataset = pellucid.load_dataset(write_series(folder / "sales.csv"), horizon=3)
    return pellucid.train(dataset, model="linear", epochs=40, lr=0.02, runs_dir=folder / "runs", name="sales")


@pytest.mark.slow
def test_it_counts_from_the_season_and_learns_logarithms(run: Run) -> None:
    said = {one.name: one.value for one in run.record.decisions}
    assert said["logarithm"] == "y"
    assert "season" in said["anchor"]
    assert run.record.answering is not None
    assert run.record.answering.bands is not None
    reopened = pellucid.open_run(run.path)
    assert reopened.record.target_scaling == run.record.target_scaling


@pytest.mark.slow
def test_it_goes_on_from_the_last_row_and_says_when(run: Run, tmp_path: Path) -> None:
    steps = list(run.predict())
    told = [one.to_dict() for one in steps]
    assert [one["stamp"] for one in told] == ["2000-01", "2000-02", "2000-03"]
    assert [one["step"] for one in told] == [1, 2, 3]
    for one in steps:
        values = one.amounts()
        assert one.value is not None
        assert values["low95"] <= values["low80"] <= one.value <= values["high80"] <= values["high95"]
    newer = run.predict(write_series(tmp_path / "newer.csv", 132))
    assert newer[0].to_dict()["stamp"] == "2001-01"
    short = list(run.predict(write_series(tmp_path / "short.csv", 10)))
    assert short[0].decision == "error"
    assert "10 rows" in (short[0].error or "")
    other = tmp_path / "other.csv"
    other.write_text("month,z\n2000-01,1\n2000-02,2\n")
    with pytest.raises(DataError):
        run.predict(other)


@pytest.mark.slow
def test_reading_inputs_opens_no_split(run: Run) -> None:
    run.predict()
    assert run.folder.num_openings("test") == 0


@pytest.mark.slow
def test_the_command_writes_a_row_a_step(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "next.csv"
    result = CliRunner().invoke(app, ["predict", str(run.path), "--out", str(out)])
    assert result.exit_code == 0, result.output
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["stamp"] for row in rows] == ["2000-01", "2000-02", "2000-03"]
    assert {"series", "stamp", "step", "value", "low80", "high80", "low95", "high95"} <= set(rows[0])
    told = CliRunner().invoke(app, ["predict", str(run.path), "--json"])
    assert json.loads(told.stdout)[0]["series"] == "y"


@pytest.mark.slow
def test_it_is_measured_beside_simple_methods_and_drawn(run: Run) -> None:
    evaluation = run.evaluations[0]
    assert {"mae", "rmse", "mase", "smape", "coverage_80", "coverage_95", "pinball"} <= set(evaluation.metrics)
    assert {"naive", "seasonal naive", "drift", "Holt-Winters"} <= {one.name for one in evaluation.baselines}
    page = (run.path / "report.html").read_text()
    assert "Error by step ahead" in page
    assert "(the worst)" in page


@pytest.mark.slow
def test_training_never_reads_a_test_target_and_a_changed_future_changes_nothing(run: Run, tmp_path: Path) -> None:
    path = write_series(tmp_path / "sales.csv")
    dataset = pellucid.load_dataset(path, horizon=3)
    assert dataset.spans is not None
    first = int(dataset.spans[dataset.splits["test"], 0].min())
    lines = path.read_text().splitlines()
    changed = [f"{line.split(',')[0]},{1e6 + place}" for place, line in enumerate(lines[first + 1 :])]
    path.write_text("\n".join([*lines[: first + 1], *changed]) + "\n")
    again = pellucid.train(
        pellucid.load_dataset(path, horizon=3), model="linear", epochs=40, lr=0.02, runs_dir=tmp_path, name="again"
    )
    assert again.record.best == run.record.best
    assert again.record.answering == run.record.answering


@pytest.mark.slow
def test_nothing_to_answer_is_an_error_where_nothing_goes_on(tmp_path: Path) -> None:
    table = pellucid.train("iris", model="linear", epochs=1, runs_dir=tmp_path)
    with pytest.raises(DataError, match="Nothing was handed over"):
        table.predict()
    assert not isinstance(table.predict([[5.1, 3.5, 1.4, 0.2]])[0], ValuePrediction)
