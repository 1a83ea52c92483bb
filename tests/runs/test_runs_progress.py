"""Where a training stands within its epoch, as its folder tells it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pellucid
from pellucid.runs import RunFolder, RunProgress, clear_progress, read_progress, write_progress
from pellucid.training import Engine

HERE = RunProgress(
    epoch=3, num_epochs=20, step=30, num_steps=60, train_loss=0.5, examples_per_second=100.0, seconds_left=9.0, when="x"
)


def test_what_is_written_is_read_and_said_in_words(tmp_path: Path) -> None:
    assert read_progress(tmp_path) is None
    write_progress(tmp_path, HERE)
    assert read_progress(tmp_path) == HERE
    assert HERE.words == "epoch 3 of 20, 50 % of it"
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]
    clear_progress(tmp_path)
    clear_progress(tmp_path)
    assert read_progress(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"epoch": -1}', '{"epoch": "3"}'])
def test_damaged_progress_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "progress.json").write_text(text)
    assert read_progress(tmp_path) is None


def test_where_it_cannot_be_written_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("kept")
    (tmp_path / "progress.json").symlink_to(tmp_path / "elsewhere")
    write_progress(tmp_path, HERE)
    assert (tmp_path / "elsewhere").read_text() == "kept"
    write_progress(tmp_path / "missing", HERE)


def test_a_training_says_where_it_stands_while_it_trains_and_nothing_afterwards(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (80, 8, 8), np.uint8)
    dataset = pellucid.dataset_from_arrays(pictures, [str(number % 2) for number in range(80)], name="noise")
    seen: list[tuple[RunProgress | None, str]] = []

    def look(engine: Engine, row: object) -> None:
        folder = RunFolder.open(tmp_path / "run")
        seen.append((read_progress(folder.path), folder.status_now(folder.read_record())))

    run = pellucid.train(dataset, model="linear", epochs=2, runs_dir=tmp_path, name="run", callbacks=[look])
    first, status = seen[0]
    assert first is not None
    assert (first.epoch, first.num_epochs) == (1, 2)
    assert 1 <= first.step <= first.num_steps
    assert status == f"running, {first.words}"
    assert read_progress(run.folder.path) is None
    assert run.folder.status_now(run.record) == "finished"
