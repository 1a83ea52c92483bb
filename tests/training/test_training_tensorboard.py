"""Event files, read back by TensorBoard's own reader."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

import pellucid
from pellucid.errors import MissingExtraError
from pellucid.training.tensorboard import FOLDER, EventWriter


def scalars(run: Path) -> dict[str, list[tuple[int, float]]]:
    reader = EventAccumulator(str(run / FOLDER))
    reader.Reload()
    return {tag: [(event.step, event.value) for event in reader.Scalars(tag)] for tag in reader.Tags()["scalars"]}


def test_a_training_writes_the_numbers_of_its_history(tmp_path: Path) -> None:
    run = pellucid.train("iris", epochs=3, tensorboard=True, runs_dir=tmp_path)
    found = scalars(run.path)
    tags = {"loss/train": "train_loss", "accuracy/val": "val_accuracy", "learning_rate": "learning_rate"}
    for tag, name in tags.items():
        assert [step for step, _ in found[tag]] == [1, 2, 3]
        assert [value for _, value in found[tag]] == pytest.approx([row[name] for row in run.history], rel=1e-6)


def test_without_the_flag_there_are_no_events(tmp_path: Path) -> None:
    assert not (pellucid.train("iris", epochs=1, runs_dir=tmp_path).path / FOLDER).exists()


def test_epochs_that_are_trained_again_after_a_stop_replace_the_first_ones(tmp_path: Path) -> None:
    first = EventWriter(tmp_path, epoch=0)
    for epoch in (1, 2, 3):
        first.write({"epoch": epoch, "train_loss": float(epoch)})
    first.close()
    again = EventWriter(tmp_path, epoch=1)
    again.write({"epoch": 2, "train_loss": 20.0})
    again.close()
    assert scalars(tmp_path)["loss/train"] == [(1, 1.0), (2, 20.0)]


def test_without_the_package_nothing_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = importlib.util.find_spec
    monkeypatch.setattr(
        "pellucid.training.tensorboard.find_spec", lambda name: None if name == "tensorboard" else usual(name)
    )
    message = r'--tensorboard needs tensorboard.*install "pellucid\[tensorboard\]"'
    with pytest.raises(MissingExtraError, match=message):
        pellucid.train("iris", epochs=1, tensorboard=True, runs_dir=tmp_path)
    assert not list(tmp_path.iterdir())
