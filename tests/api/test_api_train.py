"""From data to a run: what is left behind, what repeats, and what goes on after a stop."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pellucid
from pellucid import api
from pellucid.data import Dataset, dataset_from_arrays
from pellucid.errors import ModelError, PellucidError, RecipeError, RunError
from pellucid.runs import EpochRow
from pellucid.training import NullProgress

MakePictures = Callable[..., Dataset]
QUICK: dict[str, Any] = {"model": "mlp", "hidden": (8,), "epochs": 4, "dropout": 0.2}


class StopsIn(NullProgress):
    """A watcher that interrupts the training, as Ctrl-C does."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        if row["epoch"] == self.epoch:
            raise KeyboardInterrupt


def best_weights(run: pellucid.Run) -> bytes:
    return (run.path / "checkpoints" / "best.safetensors").read_bytes()


def without_times(history: list[EpochRow]) -> list[EpochRow]:
    return [
        {key: value for key, value in row.items() if key not in ("seconds", "examples_per_second")} for row in history
    ]


def test_a_run_folder_explains_itself(make_pictures: MakePictures, tmp_path: Path) -> None:
    run = pellucid.train(make_pictures(), runs_dir=tmp_path / "runs", command="typed by hand", **QUICK)
    assert run.path == tmp_path / "runs" / "corners-mlp"
    files = sorted(str(path.relative_to(run.path)) for path in run.path.rglob("*") if path.is_file())
    assert files == [
        "checkpoints/best.safetensors",
        "checkpoints/last.safetensors",
        "evaluations/numbers.txt",
        "evaluations/val-001.answers.safetensors",
        "evaluations/val-001.json",
        "health.jsonl",
        "metrics.jsonl",
        "report.html",
        "results.csv",
        "run.json",
    ]
    record = run.record
    assert (record.status, record.status_note, record.task) == ("finished", "all 4 epochs", "single-label")
    assert record.command == "typed by hand"
    assert record.dataset.num_examples == {"train": 84, "val": 12, "test": 24}
    assert [row["epoch"] for row in run.history] == [1, 2, 3, 4]
    assert record.best is not None
    assert record.best.value == max(row["val_accuracy"] for row in run.history)
    assert record.timings.first_step is not None
    assert record.timings.created <= record.timings.first_step <= (record.timings.ended or 0)


def test_training_measures_val_and_leaves_test_sealed(make_pictures: MakePictures, tmp_path: Path) -> None:
    run = pellucid.train(make_pictures(), runs_dir=tmp_path, **QUICK)
    assert [evaluation.split for evaluation in run.evaluations] == ["val"]
    assert run.folder.num_openings("test") == 0
    assert run.evaluations[0].metrics["accuracy"].value == pytest.approx(run.record.best.value)  # type: ignore[union-attr]


def test_test_openings_are_counted_and_their_reason_is_kept(make_pictures: MakePictures, tmp_path: Path) -> None:
    run = pellucid.train(make_pictures(), runs_dir=tmp_path, **QUICK)
    run.evaluate("val", baselines=False)
    for number, reason in ((1, "the paper"), (2, "the second thought")):
        opening = run.evaluate(reason=reason, baselines=False).opening
        assert opening is not None
        assert (opening.number, opening.reason) == (number, reason)
    kept = [
        json.loads(path.read_text())["opening"]["reason"]
        for path in sorted((run.path / "evaluations").glob("test-*.json"))
    ]
    assert kept == ["the paper", "the second thought"]


def test_the_same_seed_gives_the_same_bits_and_another_does_not(make_pictures: MakePictures, tmp_path: Path) -> None:
    first, again, other = (pellucid.train(make_pictures(), runs_dir=tmp_path, seed=seed, **QUICK) for seed in (1, 1, 2))
    assert best_weights(first) == best_weights(again)
    assert best_weights(first) != best_weights(other)
    assert [run.path.name for run in (first, again, other)] == ["corners-mlp", "corners-mlp-2", "corners-mlp-3"]


def test_the_seed_of_a_training_leaves_the_splits_alone(make_pictures: MakePictures, tmp_path: Path) -> None:
    records = [pellucid.train(make_pictures(), runs_dir=tmp_path, seed=seed, **QUICK).record for seed in (1, 2)]
    assert records[0].dataset.split_fingerprint == records[1].dataset.split_fingerprint


def test_a_training_leaves_its_callers_random_numbers_alone(make_pictures: MakePictures, tmp_path: Path) -> None:
    import torch

    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    pellucid.train(make_pictures(), runs_dir=tmp_path, **QUICK)
    assert torch.rand(1) == expected


@pytest.mark.parametrize(
    ("model", "optimizer"), [("mlp", "adamw"), ("cnn", "adamw"), ("cnn", "sgd"), ("cnn", "rmsprop")]
)
def test_an_interrupted_training_goes_on_as_if_nothing_had_happened(
    picture_folder: Path, tmp_path: Path, model: str, optimizer: str
) -> None:
    choices: dict[str, Any] = {
        "model": model,
        "epochs": 4,
        "batch": 32,
        "augment": "light",
        "momentum": 0.9,
        "optimizer": optimizer,
    }
    whole = pellucid.train(picture_folder, runs_dir=tmp_path / "whole", **choices)
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(picture_folder, runs_dir=tmp_path / "parts", progress=StopsIn(2), **choices)
    stopped = pellucid.open_run(tmp_path / "parts" / whole.path.name)
    assert stopped.record.status == "interrupted"
    resumed = api.resume(stopped.path)
    assert best_weights(resumed) == best_weights(whole)
    last = [(run.path / "checkpoints" / "last.safetensors").read_bytes() for run in (whole, resumed)]
    # The seconds that a training took stand in the checkpoint's header, so only the weights that follow it are equal.
    assert last[0][-1000:] == last[1][-1000:]
    assert without_times(resumed.history) == without_times(whole.history)
    assert resumed.record.best == whole.record.best
    assert resumed.record.answering == whole.record.answering
    assert resumed.record.status == "finished"


def test_a_finished_training_cannot_be_resumed(picture_folder: Path, tmp_path: Path) -> None:
    run = pellucid.train(picture_folder, runs_dir=tmp_path, model="linear", epochs=1)
    with pytest.raises(RunError, match="is finished: there is nothing to resume"):
        api.resume(run.path)


def test_a_training_that_stopped_before_it_was_measured_is_measured_on_resume(
    picture_folder: Path, tmp_path: Path
) -> None:
    run = pellucid.train(picture_folder, runs_dir=tmp_path, model="linear", epochs=1)
    before = run.record.answering
    run.folder.report.unlink()
    run.folder.write_record(run.record.model_copy(update={"answering": None, "measured": False}))
    resumed = api.resume(run.path)
    assert resumed.folder.report.exists()
    assert resumed.record.answering == before


def test_changed_data_are_noticed_before_anything_is_answered_or_trained(picture_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(picture_folder, runs_dir=tmp_path, model="linear", epochs=3, progress=StopsIn(2))
    run = pellucid.open_run(tmp_path / "corners-linear")
    next((picture_folder / "left").glob("*.png")).unlink()
    with pytest.raises(RunError, match="changed since its training: 120 examples then, 119 now"):
        api.resume(run.path)
    with pytest.raises(RunError, match="changed since its training"):
        run.evaluate()


def test_a_moved_folder_of_data_is_handed_over_anew(picture_folder: Path, tmp_path: Path) -> None:
    run = pellucid.train(picture_folder, runs_dir=tmp_path, model="linear", epochs=1)
    moved = picture_folder.rename(tmp_path / "elsewhere")
    with pytest.raises(RunError, match=r"nothing is there now.*--data PATH"):
        pellucid.open_run(run.path).evaluate("val")
    again = pellucid.open_run(run.path, data=pellucid.load_dataset(moved))
    assert again.evaluate("val", baselines=False).n == 12


def test_other_data_than_those_of_the_training_are_refused_on_opening(
    make_pictures: MakePictures, picture_folder: Path, tmp_path: Path
) -> None:
    run = pellucid.train(picture_folder, runs_dir=tmp_path, model="linear", epochs=1)
    with pytest.raises(RunError, match="changed since its training"):
        pellucid.open_run(run.path, data=make_pictures(80))


def test_a_run_on_arrays_asks_for_them_when_it_needs_them(make_pictures: MakePictures, tmp_path: Path) -> None:
    run = pellucid.train(make_pictures(), runs_dir=tmp_path, model="linear", epochs=1)
    opened = pellucid.open_run(run.path)
    with pytest.raises(RunError, match=r"handed over in Python.*open_run\(path, data=dataset\)"):
        opened.evaluate()
    assert opened.predict(np.zeros((8, 8), np.uint8))[0].label is not None


@pytest.mark.parametrize(
    ("choices", "error", "message"),
    [
        ({"modell": "mlp"}, RecipeError, "Did you mean 'model'"),
        ({"model": "mpl"}, ModelError, "Did you mean 'mlp'"),
        ({"model": "lenet5", "imgsz": 30}, PellucidError, "--imgsz"),
        ({"model": "lenet5", "hidden": (3,)}, ModelError, "does not take the option"),
        ({"augment": "lite"}, PellucidError, "Did you mean 'light'"),
        ({"task": "regression"}, RecipeError, "cannot learn a target of 4 classes"),
        ({"task": "binary"}, RecipeError, "cannot learn a target of 4 classes"),
        ({"device": "cuda:77"}, RecipeError, "no device 'cuda:77' here"),
        ({"device": "gpu"}, RecipeError, "Unknown device 'gpu'"),
        ({"lr": 0}, RecipeError, "--lr"),
        ({"name": "a/b", "epochs": 1}, RecipeError, "cannot be the name of a run"),
    ],
)
def test_a_choice_that_does_not_fit_leaves_nothing_written(
    make_pictures: MakePictures, tmp_path: Path, choices: dict[str, Any], error: type[PellucidError], message: str
) -> None:
    with pytest.raises(error) as caught:
        pellucid.train(make_pictures(), runs_dir=tmp_path / "runs", **choices)
    assert message in str(caught.value)
    assert not (tmp_path / "runs").exists()


def test_a_diverging_training_says_what_to_do_and_its_run_says_that_it_failed(
    make_pictures: MakePictures, tmp_path: Path
) -> None:
    with pytest.raises(RunError, match=r"diverged\. Lower --lr"):
        pellucid.train(
            make_pictures(), runs_dir=tmp_path, model="mlp", activation="relu", optimizer="sgd", lr=1e30, epochs=3
        )
    record = pellucid.open_run(tmp_path / "corners-mlp").record
    assert record.status == "failed"
    assert "diverged" in record.status_note


def test_a_run_without_a_finished_epoch_has_no_answers_yet(make_pictures: MakePictures, tmp_path: Path) -> None:
    with pytest.raises(RunError):
        pellucid.train(make_pictures(), runs_dir=tmp_path, model="mlp", optimizer="sgd", lr=1e30, epochs=1)
    with pytest.raises(RunError, match="no epoch is finished"):
        pellucid.load_predictor(tmp_path / "corners-mlp")


def test_a_binary_run_has_one_logit_inside_and_two_probabilities_outside(
    make_pictures: MakePictures, tmp_path: Path
) -> None:
    data = make_pictures(80, classes=["left", "right"])
    run = pellucid.train(data, runs_dir=tmp_path, model="mlp", hidden=(8,), epochs=20, augment="none")
    assert (run.record.task, run.record.model.output_width) == ("binary", 1)
    prediction = run.predict(data.inputs.pixels(0))[0]  # type: ignore[attr-defined]
    assert list(prediction.probabilities or {}) == ["left", "right"]
    assert sum((prediction.probabilities or {}).values()) == pytest.approx(1)
    assert run.evaluate(baselines=False).metrics["accuracy"].value == 1.0


def test_a_regression_answers_in_the_targets_own_unit(tmp_path: Path) -> None:
    run = pellucid.train("diabetes", runs_dir=tmp_path, model="linear", epochs=60)
    assert run.record.task == "regression"
    evaluation = run.evaluate()
    assert evaluation.metrics["r2"].value > 0.3
    assert 30 < evaluation.metrics["mae"].value < 60
    assert run.record.answering is not None
    assert run.record.answering.unsure_below is None


def test_runs_on_the_same_examples_are_compared_and_test_is_refused(
    make_pictures: MakePictures, tmp_path: Path
) -> None:
    data = make_pictures()
    good = pellucid.train(data, runs_dir=tmp_path, model="mlp", epochs=20, augment="none", name="good")
    bad = pellucid.train(data, runs_dir=tmp_path, model="linear", epochs=1, lr=1e-6, name="bad")
    comparison = pellucid.compare(good, bad)
    assert comparison.difference.value == pytest.approx(
        bad.evaluations[0].metrics["accuracy"].value - good.evaluations[0].metrics["accuracy"].value
    )
    with pytest.raises(RecipeError, match="sealed"):
        pellucid.compare(good, bad, split="test")
    other = pellucid.train(make_pictures(80), runs_dir=tmp_path, model="linear", epochs=1)
    with pytest.raises(RunError, match="not of the same data"):
        pellucid.compare(good, other)


def test_an_unknown_split_is_an_error_that_lists_those_there_are(make_pictures: MakePictures, tmp_path: Path) -> None:
    run = pellucid.train(make_pictures(), runs_dir=tmp_path, model="linear", epochs=1)
    with pytest.raises(RecipeError, match="Unknown split 'valid'"):
        run.evaluate("valid")  # type: ignore[arg-type]


def test_the_runs_of_a_folder_are_opened_together(make_pictures: MakePictures, tmp_path: Path) -> None:
    paths = {pellucid.train(make_pictures(), runs_dir=tmp_path, model="linear", epochs=1).path for _ in range(2)}
    assert {run.path for run in api.runs(tmp_path)} == paths


@pytest.mark.slow
def test_mixed_pictures_give_the_same_weights_whatever_the_workers(tmp_path: Path, picture_folder: Path) -> None:
    runs = [
        pellucid.train(picture_folder, mixup=0.4, cutmix=1.0, workers=workers, runs_dir=tmp_path, **QUICK)
        for workers in (0, 2)
    ]
    assert best_weights(runs[0]) == best_weights(runs[1])
    said = next(decision for decision in runs[0].record.decisions if decision.name == "augment")
    assert "training loss and accuracy are of mixed pictures" in said.reason
    assert "mixed pictures" in runs[0].folder.report.read_text(encoding="utf-8")


def test_numbers_are_not_mixed(tmp_path: Path) -> None:
    data = dataset_from_arrays(np.zeros((40, 8, 8), np.uint8), np.linspace(0, 1, 40), name="numbers")
    with pytest.raises(RecipeError, match=r"--mixup and --cutmix mix classes\. The target is a number"):
        pellucid.train(data, mixup=0.2, runs_dir=tmp_path)


def test_a_damaged_exhibit_or_look_at_health_loses_no_evaluation(make_pictures: MakePictures, tmp_path: Path) -> None:
    run = pellucid.train(make_pictures(), runs_dir=tmp_path / "runs", **QUICK)
    run.folder.exhibits.mkdir()
    (run.folder.exhibits / "a.json").write_text("{")
    with (run.path / "health.jsonl").open("a") as file:
        file.write("{\n")
    assert run.evaluate("val").n == len(run.dataset.splits["val"])
    page = run.folder.report.read_text()
    assert page.count("Something kept with the run cannot be shown") == 2
    assert "a.json" in page
    assert "health.jsonl" in page
