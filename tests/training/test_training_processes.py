"""Two processes beside one: the same batches, the same weights but for rounding, one folder, and a resumption."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file
from tests.apart import PELLUCID, Starter

import pellucid
from pellucid.errors import RecipeError
from pellucid.runs import EpochRow
from pellucid.training import NullProgress
from pellucid.training.processes import ALONE, Processes

TOGETHER = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "pellucid"]
CHOICES: dict[str, Any] = {"model": "lenet5", "imgsz": 28, "batch": 31, "augment": "crop", "seed": 3, "device": "cpu"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three classes of small pictures: 93 in all, which two processes cannot share evenly."""
    random = np.random.default_rng(2)
    for number in range(93):
        picture = random.integers(0, 100, (14, 14), dtype=np.uint8)
        picture[4 * (number % 3) : 4 * (number % 3) + 4] += 120
        path = tmp_path / "stripes" / "abc"[number % 3] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(path)
    return tmp_path / "stripes"


def together(*words: str) -> subprocess.CompletedProcess[str]:
    """Type a command under torchrun itself."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [*TOGETHER, *words], capture_output=True, text=True, env=environment, check=False, timeout=240
    )


def as_together(start: Starter, *words: str) -> str:
    """Type a command in two processes with the variables that torchrun sets, and return what they printed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free.getsockname()[1])}
    both = {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", **address}
    with ExitStack() as stack:
        processes = [
            stack.enter_context(start(PELLUCID, *words, RANK=rank, LOCAL_RANK=rank, **both)) for rank in ("0", "1")
        ]
        said = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    return said[0][0] + said[1][0]


def check_weights(run: pellucid.Run, expected: pellucid.Run) -> None:
    """Check that two runs ended with the same weights and momenta, but for rounding."""
    found, wanted = (load_file(each.path / "checkpoints" / "last.safetensors") for each in (run, expected))
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        np.testing.assert_allclose(found[name], value, rtol=2e-3, atol=2e-5, err_msg=name)


class StopsAfterOne(NullProgress):
    """A watcher that interrupts the training, as Ctrl-C does."""

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        # After the second epoch, before its checkpoint is written: the first one's is what there is.
        if row["epoch"] == 2:
            raise KeyboardInterrupt


def flags() -> list[str]:
    return [word for name, value in CHOICES.items() for word in (f"--{name}", str(value))]


@pytest.mark.slow
def test_two_processes_train_as_one_does_and_leave_one_run(folder: Path, tmp_path: Path) -> None:
    alone = pellucid.train(folder, runs_dir=tmp_path / "alone", epochs=3, **CHOICES)
    done = together("train", str(folder), "--runs-dir", str(tmp_path / "runs"), "--epochs", "3", "--verbose", *flags())
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["stripes-lenet5"]
    run = pellucid.open_run(tmp_path / "runs" / "stripes-lenet5")
    assert run.record.status == "finished"
    assert run.record.hardware["processes"] == "2"
    assert done.stdout.count("processes: 2; ") == 1
    assert done.stdout.count("  3/3") == 1  # one line per epoch, of one process
    for mine, other in zip(run.history, alone.history, strict=True):
        for name in ("train_loss", "val_loss", "train_accuracy", "val_accuracy"):
            assert mine[name] == pytest.approx(other[name], rel=1e-4, abs=1e-5)
    check_weights(run, alone)
    assert [evaluation.split for evaluation in run.evaluations] == ["val"]
    assert run.folder.report.exists()


@pytest.mark.slow
def test_two_processes_share_the_features_of_a_frozen_backbone(
    folder: Path, tmp_path: Path, start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    choices: dict[str, Any] = {"model": "resnet8", "freeze": "all", "views": 1, "epochs": 2, "batch": 31, "seed": 3}
    alone = pellucid.train(folder, runs_dir=tmp_path / "alone", device="cpu", augment="crop", **choices)
    monkeypatch.setenv("PELLUCID_CACHE", str(tmp_path / "another cache"))
    words = [word for name, value in choices.items() for word in (f"--{name}", str(value))]
    same = ["train", str(folder), "--device", "cpu", "--augment", "crop", "--verbose", *words, "--runs-dir"]
    printed = []
    for name in ("first", "second"):
        printed.append(as_together(start, *same, str(tmp_path / name)))
        check_weights(pellucid.open_run(tmp_path / name / "stripes-resnet8"), alone)
    assert printed[0].count(" computed in ") == 2  # of train and of val, said by one process
    assert printed[1].count("features: all ") == 2


@pytest.mark.long
def test_two_processes_go_on_where_one_stopped(folder: Path, tmp_path: Path) -> None:
    whole = pellucid.train(folder, runs_dir=tmp_path, name="whole", epochs=3, **CHOICES)
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(folder, runs_dir=tmp_path, name="parts", epochs=3, progress=StopsAfterOne(), **CHOICES)
    done = together("train", "--resume", str(tmp_path / "parts"))
    assert done.returncode == 0, done.stderr
    run = pellucid.open_run(tmp_path / "parts")
    assert run.record.status == "finished"
    assert [row["epoch"] for row in run.history] == [1, 2, 3]
    check_weights(run, whole)


def test_one_process_alone_changes_nothing() -> None:
    assert ALONE.sum_values({"loss": 0.1}) == {"loss": 0.1}
    assert ALONE.of_the_first(1.5, 2.0) == [1.5, 2.0]
    assert ALONE.text_of_the_first("Öl") == "Öl"


def test_a_batch_smaller_than_the_processes_is_refused() -> None:
    with pytest.raises(RecipeError, match="cannot be shared among 4 processes"):
        Processes(0, 4).check_batches(3)
    Processes(0, 4).check_batches(4)
