"""Code of the user's own in a training: loss, metrics, augmentation, callbacks; and probes and restarts around it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Generator, Tensor
from torch.nn import functional

import pellucid
from pellucid.data import Dataset
from pellucid.errors import RecipeError, RunError
from pellucid.runs import EpochRow
from pellucid.training import Engine, NullProgress, settling

MakePictures = Callable[..., Dataset]


def cross_entropy(outputs: Tensor, targets: Tensor) -> Tensor:
    return functional.cross_entropy(outputs, targets)


def margin(outputs: Tensor, targets: Tensor) -> Tensor:
    return functional.multi_margin_loss(outputs, targets)


def confidence(outputs: Tensor, targets: Tensor) -> Tensor:
    return outputs.softmax(1).amax(1).mean()


def train(data: Dataset, folder: Path, **more: Any) -> pellucid.Run:
    choices: dict[str, Any] = {"model": "linear", "epochs": 2, "augment": "none", **more}
    return pellucid.train(data, runs_dir=folder, **choices)


def without_times(rows: list[EpochRow]) -> list[EpochRow]:
    return [{k: v for k, v in row.items() if k not in ("seconds", "examples_per_second")} for row in rows]


def test_the_tasks_own_loss_handed_over_gives_the_same_training(make_pictures: MakePictures, tmp_path: Path) -> None:
    data = make_pictures()
    own, usual = train(data, tmp_path, loss=cross_entropy), train(data, tmp_path)
    for row, expected in zip(own.history, without_times(usual.history), strict=True):
        assert {name: row[name] for name in expected} == pytest.approx(expected, rel=1e-6)
    assert own.record.hooks == ("loss",)


def test_another_loss_is_what_falls_and_the_answers_stay_probabilities(
    make_pictures: MakePictures, tmp_path: Path
) -> None:
    data = make_pictures()
    run = train(data, tmp_path, loss=margin, epochs=3)
    weights = run.predictor
    inputs = [data.inputs.pixels(int(i)) for i in data.splits["val"]]  # type: ignore[attr-defined]
    probabilities = [prediction.probabilities for prediction in weights.predict(inputs)]
    assert all(sum(row.values()) == pytest.approx(1, abs=1e-5) for row in probabilities if row)
    assert run.history[-1]["train_loss"] < run.history[0]["train_loss"]


def test_metrics_of_ones_own_stand_in_every_row(make_pictures: MakePictures, tmp_path: Path) -> None:
    def share_right(outputs: Tensor, targets: Tensor) -> Tensor:
        return (outputs.argmax(1) == targets).float().mean()

    run = train(make_pictures(), tmp_path, metrics={"confidence": confidence, "share_right": share_right})
    for row in run.history:
        assert 1 / 3 < row["train_confidence"] <= 1
        assert row["val_share_right"] == pytest.approx(row["val_accuracy"])
        assert row["train_share_right"] == pytest.approx(row["train_accuracy"])
    assert "confidence" in run.folder.report.read_text(encoding="utf-8")


def test_an_augmentation_of_ones_own_sees_training_batches_alone(make_pictures: MakePictures, tmp_path: Path) -> None:
    data = make_pictures()
    seen: list[int] = []

    def noise(inputs: Tensor, generator: Generator) -> Tensor:
        seen.append(len(inputs))
        return inputs + 0.5 * torch.randn(inputs.shape, generator=generator)

    first, again, usual = (train(data, tmp_path, **more) for more in ({"augmentation": noise},) * 2 + ({},))
    assert sum(seen) == 2 * 2 * len(data.splits["train"])
    assert without_times(first.history) == without_times(again.history)
    assert first.history[-1]["train_loss"] != usual.history[-1]["train_loss"]


def test_a_callback_sees_every_epoch_and_may_end_the_training(make_pictures: MakePictures, tmp_path: Path) -> None:
    seen: list[tuple[float, int]] = []

    def stop_after_two(engine: Engine, row: EpochRow) -> bool:
        seen.append((row["epoch"], engine.state.epoch))
        return row["epoch"] == 2

    run = train(make_pictures(), tmp_path, epochs=5, callbacks=[stop_after_two])
    assert seen == [(1, 1), (2, 2)]
    assert run.record.status == "finished"
    assert run.record.status_note == "a callback ended it after epoch 2"


@pytest.mark.parametrize(
    ("hooks", "message"),
    [
        ({"loss": lambda outputs, targets: outputs}, "Your loss returned a tensor of shape"),
        ({"loss": lambda outputs, targets: 1.0}, "Your loss returned float"),
        ({"metrics": {"mine": lambda outputs, targets: outputs[0]}}, "Your mine returned a tensor of shape"),
        ({"metrics": {"accuracy": confidence}}, "A metric of your own is called 'accuracy'"),
        ({"augmentation": lambda inputs, generator: inputs[:1]}, "Your augmentation returned"),
        ({"restarts": 0}, "--restarts is 0"),
    ],
)
def test_what_a_hook_got_wrong_is_said(
    hooks: dict[str, Any], message: str, make_pictures: MakePictures, tmp_path: Path
) -> None:
    with pytest.raises(RecipeError, match=message):
        train(make_pictures(), tmp_path, **hooks)


class StopsAfterTheFirstEpoch(NullProgress):
    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        raise KeyboardInterrupt


def test_resuming_needs_the_same_hooks_again(make_pictures: MakePictures, tmp_path: Path) -> None:
    data = make_pictures()
    with pytest.raises(KeyboardInterrupt):
        train(data, tmp_path, name="cut", loss=margin, progress=StopsAfterTheFirstEpoch())
    with pytest.raises(RunError, match="Code of your own takes part in 'cut': loss at first, none now"):
        pellucid.api.resume(tmp_path / "cut", data=data)
    resumed = pellucid.api.resume(tmp_path / "cut", data=data, loss=margin)
    whole = train(data, tmp_path, name="whole", loss=margin)
    assert without_times(resumed.history) == without_times(whole.history)


def test_of_several_restarts_the_best_in_validation_comes_back(make_pictures: MakePictures, tmp_path: Path) -> None:
    best = train(make_pictures(), tmp_path, restarts=3)
    runs = {run.record.recipe.machine.seed: run for run in pellucid.api.runs(tmp_path)}
    assert set(runs) == {0, 1, 2}
    values = [run.record.best.value for run in runs.values() if run.record.best]
    assert best.record.best is not None
    assert best.record.best.value == max(values)


def test_a_rate_found_by_trial_is_kept_with_its_curve(make_pictures: MakePictures, tmp_path: Path) -> None:
    run = train(make_pictures(), tmp_path, lr="auto")
    probe = run.record.range_test
    assert probe is not None
    assert run.record.recipe.learning_rate.lr == probe.chosen
    assert [decision.value for decision in run.record.decisions if decision.name == "lr"] == [f"{probe.chosen:g}"]
    assert "Learning rate range test" in run.folder.report.read_text(encoding="utf-8")


@pytest.mark.parametrize(("count", "why"), [(24, "learn them by heart"), (200, "still fell at the end of the range")])
def test_where_no_rate_is_found_the_default_is_kept_and_said(
    make_pictures: MakePictures, tmp_path: Path, count: int, why: str
) -> None:
    data = make_pictures(count, classes=["left", "right"])
    usual = pellucid.train(data, model="linear", epochs=1, runs_dir=tmp_path)
    auto = pellucid.train(data, model="linear", epochs=1, lr="auto", runs_dir=tmp_path)
    assert auto.record.recipe == usual.record.recipe
    assert without_times(auto.history) == without_times(usual.history)
    (said,) = (decision for decision in auto.record.decisions if decision.name == "lr")
    assert said.value == f"{usual.record.recipe.learning_rate.lr:g}"
    assert why in said.reason
    assert "--lr NUMBER" in said.reason
    drawn = "the default: " in auto.folder.report.read_text(encoding="utf-8")
    assert drawn == (auto.record.range_test is not None)


def test_a_short_time_plans_fewer_of_the_steps_that_were_asked_for(
    make_pictures: MakePictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "seconds_per_epoch", lambda _engine: 10.0)
    run = train(make_pictures(), tmp_path, epochs=None, steps=1000, batch="full", time=25.0)
    assert run.record.recipe.duration.steps == 2
    (said,) = (one for one in run.record.decisions if one.name == "steps")
    assert said.value == "2"
    assert "25 s" in said.reason
    assert "10 s an epoch" in said.reason


def test_a_short_time_plans_fewer_epochs_and_a_long_one_changes_nothing(
    make_pictures: MakePictures, tmp_path: Path
) -> None:
    data = make_pictures()
    usual = pellucid.train(data, model="linear", runs_dir=tmp_path)
    long = pellucid.train(data, model="linear", time="1h", runs_dir=tmp_path)
    short = pellucid.train(data, model="linear", time=0.01, runs_dir=tmp_path)
    assert long.record.recipe.duration.epochs == usual.record.recipe.duration.epochs
    assert without_times(long.history) == without_times(usual.history)
    assert short.record.recipe.duration.epochs is not None
    assert usual.record.recipe.duration.epochs is not None
    assert short.record.recipe.duration.epochs < usual.record.recipe.duration.epochs
    assert len(short.history) >= 1
