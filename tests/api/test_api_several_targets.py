"""Several labels or numbers per example, from data to report: trained, resumed, measured, predicted, compared."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from pellucid import api
from pellucid.cli.main import app
from pellucid.data import Dataset, dataset_from_arrays, dataset_from_table
from pellucid.errors import RecipeError

pytestmark = pytest.mark.slow


def squares(count: int = 300) -> Dataset:
    """Return pictures in which any of three places may be bright: its label."""
    random = np.random.default_rng(5)
    labels = (random.random((count, 3)) < (0.5, 0.3, 0.2)).astype(np.int64)
    pictures = random.integers(0, 90, (count, 8, 8))
    for label, corner in enumerate(((0, 0), (0, 5), (5, 3))):
        rows, columns = (slice(start, start + 3) for start in corner)
        pictures[:, rows, columns] += 140 * labels[:, label, None, None]
    return dataset_from_arrays(
        pictures.astype(np.uint8), labels, name="squares", classes=["one", "two", "three"], val=0.2
    )


def test_labels_go_all_the_way(tmp_path: Path) -> None:
    data = squares()
    run = api.train(data, model="linear", epochs=40, runs_dir=tmp_path)
    val = run.evaluations[-1]
    assert run.record.task == "multi-label"
    assert val.metrics["f1_macro"].value > 0.9
    assert [baseline.name for baseline in val.baselines] == ["every label", "nearest neighbour", "logistic regression"]
    assert all(baseline.versus and baseline.versus.metric == "f1_samples" for baseline in val.baselines)
    answering = run.record.answering
    assert answering is not None
    assert answering.thresholds is not None
    assert all(0 < threshold < 1 for threshold in answering.thresholds)
    test = run.evaluate("test")
    assert test.opening is not None
    page = run.folder.report.read_text()
    assert "Any of 3 labels may hold at once" in page
    assert "F1, macro" in page
    again = api.open_run(run.path, data=data)
    bright = np.zeros((8, 8), dtype=np.uint8) + 40
    bright[0:3, 0:3] += 150
    bright[0:3, 5:8] += 150
    lone, nothing = again.predict([bright, np.full((8, 8), 40, dtype=np.uint8)])
    assert set(lone.labels or ()) == {"one", "two"}
    assert nothing.labels == ()
    assert "no label" in str(nothing)
    other = api.train(data, model="linear", epochs=1, lr=1e-5, runs_dir=tmp_path)
    found = api.compare(other, run)
    assert found.metric == "f1_samples"
    assert found.verdict == "b"


def test_an_interrupted_training_on_labels_goes_on(tmp_path: Path) -> None:
    data = squares(120)

    class Stop:
        def planned(self, record: object, folder: object) -> None: ...
        def decided(self, decision: object) -> None: ...
        def passed(self, progress: object) -> None: ...
        def stepped(self, position: object) -> None: ...
        def ended_epoch(self, row: object, *, num_epochs: int, is_best: bool) -> None:
            raise KeyboardInterrupt

    whole = api.train(data, model="cnn", epochs=3, runs_dir=tmp_path, name="whole")
    with pytest.raises(KeyboardInterrupt):
        api.train(data, model="cnn", epochs=3, runs_dir=tmp_path, name="cut", progress=Stop())
    resumed = api.resume(tmp_path / "cut", data=data)
    for key, value in whole.predictor.model.state_dict().items():
        assert torch.equal(value, resumed.predictor.model.state_dict()[key])
    assert whole.evaluations[-1].metrics == resumed.evaluations[-1].metrics


def test_the_command_line_reads_lists_and_writes_lists(tmp_path: Path) -> None:
    data = squares(90)
    names = ["one", "two", "three"]
    with (tmp_path / "list.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "labels"])
        for index in range(len(data)):
            Image.fromarray(data.inputs.pixels(index)).save(tmp_path / f"{index}.png")  # type: ignore[attr-defined]
            has = [name for name, label in zip(names, data.targets[index], strict=True) if label]
            writer.writerow([f"{index}.png", "|".join(has)])
    command = ["train", str(tmp_path / "list.csv"), "--model", "linear", "--epochs", "8", "--runs-dir", str(tmp_path)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    assert "multi-label" in result.output
    out = tmp_path / "answers.csv"
    command = ["predict", str(tmp_path / "list-linear"), str(tmp_path / "0.png"), str(tmp_path / "gone.png")]
    result = CliRunner().invoke(app, [*command, "--out", str(out)])
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert {"labels", "p(one)", "p(two)", "p(three)"} <= set(rows[0])
    assert set(filter(None, rows[0]["labels"].split("|"))) <= set(names)
    assert rows[1]["decision"] == "error"


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"class_weight": "balanced"}, "--class-weight is for one class of several"),
        ({"loss": "logit-adjusted"}, "or use --loss focal"),
        ({"bounds": (0, 1)}, "is for a number as target"),
        ({"task": "single-label"}, "Use --task multi-label"),
    ],
)
def test_what_makes_no_sense_for_labels_is_refused_before_anything_is_written(
    choices: dict[str, object], message: str, tmp_path: Path
) -> None:
    with pytest.raises(RecipeError, match=message):
        api.train(squares(60), model="linear", runs_dir=tmp_path / "runs", **choices)  # type: ignore[arg-type]
    assert not (tmp_path / "runs").exists()


def numbers(count: int = 200) -> tuple[dict[str, np.ndarray], np.ndarray]:
    random = np.random.default_rng(1)
    columns = {name: random.normal(size=count) for name in "xyz"}
    share = 1 / (1 + np.exp(-2 * columns["y"]))
    return columns, np.stack([1000 * columns["x"] + 300 * columns["z"], share], axis=1)


def test_several_numbers_go_all_the_way(tmp_path: Path) -> None:
    columns, targets = numbers()
    data = dataset_from_table(columns, targets, name="two", classes=["price", "share"])
    run = api.train(data, model="mlp", epochs=40, runs_dir=tmp_path)
    evaluation = run.evaluate("test")
    assert evaluation.outputs is not None
    assert [row.name for row in evaluation.outputs] == ["price", "share"]
    assert all(row.metrics["r2"].value > 0.8 for row in evaluation.outputs)
    assert "price: mean absolute error" in run.folder.report.read_text()
    table = tmp_path / "new.csv"
    table.write_text("x,y,z\n1,0,0\n-1,3,1\n")
    first, second = run.predict(table)
    assert first.values is not None
    assert second.values is not None
    assert first.values["price"] == pytest.approx(1000, abs=300)
    assert second.values["share"] > 0.8
    rest = api.train(data, model="linear", epochs=1, lr=1e-6, runs_dir=tmp_path)
    assert api.compare(rest, run).verdict == "b"


def test_bounded_answers_stay_in_their_range_whatever_comes(tmp_path: Path) -> None:
    columns, targets = numbers()
    data = dataset_from_table(columns, targets[:, 1], name="share")
    run = api.train(data, model="mlp", epochs=20, bounds=(0, 1), runs_dir=tmp_path)
    table = tmp_path / "far.csv"
    table.write_text("x,y,z\n1e6,1e6,-1e6\n-1e6,-1e6,1e6\n0,0,0\n")
    values = [prediction.value for prediction in run.predict(table)]
    assert all(value is not None and 0 <= value <= 1 for value in values)
    assert run.evaluations[-1].metrics["r2"].value > 0.8


def test_bounds_that_leave_out_targets_are_refused(tmp_path: Path) -> None:
    columns, targets = numbers()
    data = dataset_from_table(columns, targets[:, 0], name="price")
    with pytest.raises(RecipeError, match="In train and val they run from"):
        api.train(data, model="linear", bounds=(0, 1), runs_dir=tmp_path)
