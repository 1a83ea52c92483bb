"""An autoencoder, an adversarial pair and next-letter prediction as whole runs, registered from this folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tests.apart import Starter
from tests.kinds.registering import registries_restored
from tests.kinds.toy_itself import ItselfTarget, bright_pictures
from tests.kinds.toy_odd_tasks import NO_ANSWERS, register_odd_tasks
from tests.kinds.toy_words import LETTERS, register_words, with_words
from torch import Tensor

import pellucid
from pellucid import Dataset, Run
from pellucid.errors import RecipeError
from pellucid.training import NullProgress

CHOICES: dict[str, Any] = {"epochs": 4, "lr": 0.02, "batch": 16, "threads": 1}
MODELS = {"autoencoder": "squeezed", "adversarial": "pair", "next-letter": "reader"}
PARTS = {
    "autoencoder": {"encoder", "decoder"},
    "adversarial": {"generator", "discriminator"},
    "next-letter": {"model"},
}
DRIVER = """
import os, signal, socket, sys
from pathlib import Path
import pellucid
from pellucid.training import NullProgress
from tests.kinds.test_kinds_odd_tasks import MODELS, train
from tests.kinds.toy_odd_tasks import register_odd_tasks
from tests.kinds.toy_words import register_words

class Killed(NullProgress):
    def ended_epoch(self, row, *, num_epochs, is_best):
        if row["epoch"] == 3:
            os.kill(os.getpid(), signal.SIGKILL)

def apart(work, expected):
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return child, expected

register_words()
register_odd_tasks()
folder, children = Path(sys.argv[1]), []
for task in MODELS:
    killed = lambda: train(task, folder, name=f"{task}-killed", progress=Killed())
    children.append(apart(killed, -signal.SIGKILL))
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = str(free.getsockname()[1])
for rank in ("0", "1"):
    os.environ.update(RANK=rank, LOCAL_RANK=rank, WORLD_SIZE="2", LOCAL_WORLD_SIZE="2")
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=port)
    children.append(apart(lambda: [train(task, folder, name=f"{task}-together") for task in MODELS], 0))
for child, expected in children:
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == expected
"""
"""Trains each task until it is killed, and in two processes as torchrun starts them."""


class StopsAfter(NullProgress):
    """Ends a training after an epoch, as Ctrl-C does."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch

    def ended_epoch(self, row: Mapping[str, float], *, num_epochs: int, is_best: bool) -> None:
        if row["epoch"] == self.epoch:
            raise KeyboardInterrupt


@pytest.fixture(scope="module", autouse=True)
def registered() -> Iterator[None]:
    """Register kinds, tasks and models for the tests of this file."""
    with registries_restored():
        register_words()
        register_odd_tasks()
        yield


def data_for(task: str) -> Dataset:
    if task != "next-letter":
        return bright_pictures()
    first, step = np.divmod(np.arange(78), 3)
    letters = (first[:, None] + (step[:, None] + 1) * np.arange(4)) % LETTERS
    return with_words(letters, ItselfTarget(width=4), letters)


@pytest.fixture(scope="module", params=list(MODELS))
def run(registered: None, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run of each of the three."""
    folder = tmp_path_factory.mktemp(request.param)
    return train(request.param, folder, name="whole")


def train(task: str, folder: Path, **others: Any) -> Run:
    return pellucid.train(data_for(task), runs_dir=folder, task=task, model=MODELS[task], **CHOICES, **others)


@pytest.fixture(scope="module")
def driven(registered: None, start: Starter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of runs: of each task one that was killed with SIGKILL, and one that two processes trained."""
    folder = tmp_path_factory.mktemp("driven")
    done = start.run(DRIVER, folder, OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stderr
    return folder


def test_it_is_planned_recorded_and_reported(run: Run) -> None:
    task = run.record.task
    assert run.record.status == "finished"
    assert run.record.measured
    assert pellucid.open_run(run.path, data=run.dataset).record == run.record
    keys = load_file(run.folder.checkpoints / "best.safetensors")
    assert {key.split("/")[1] for key in keys} == PARTS[task]
    assert run.history[-1]["val_loss"] < run.history[0]["val_loss"]
    assert ("train_generator_loss" in run.history[0]) == (task == "adversarial")
    assert "Each example is its own target." in run.report().read_text(encoding="utf-8")
    assert run._repr_html_()


def test_it_is_stopped_resumed_and_reproduced_to_the_same_bits(run: Run, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(run.record.task, tmp_path, name="torn", progress=StopsAfter(2))
    torn = pellucid.resume(tmp_path / "torn", data=run.dataset)
    for file in ("last.safetensors", "best.safetensors"):
        one, other = (load_file(each.folder.checkpoints / file) for each in (run, torn))
        assert one.keys() == other.keys()
        assert all(torch.equal(one[key], other[key]) for key in one), file
    assert run.reproduce(runs_dir=tmp_path / "again").equal


def test_it_is_killed_and_resumed_to_the_same_bits(run: Run, driven: Path) -> None:
    killed = pellucid.open_run(driven / f"{run.record.task}-killed", data=run.dataset)
    assert (killed.record.status, len(killed.history)) == ("running", 2)
    resumed = pellucid.resume(killed.path, data=run.dataset)
    for file in ("last.safetensors", "best.safetensors"):
        one, other = (load_file(each.folder.checkpoints / file) for each in (run, resumed))
        assert one.keys() == other.keys()
        assert all(torch.equal(one[key], other[key]) for key in one), file


def test_two_processes_train_as_one_does(run: Run, driven: Path) -> None:
    together = pellucid.open_run(driven / f"{run.record.task}-together", data=run.dataset)
    assert (together.record.status, together.record.hardware["processes"]) == ("finished", "2")
    for mine, other in zip(together.history, run.history, strict=True):
        # What the pair measures is no sum over examples, but of a batch as a whole: each process has another batch.
        told = {"train_loss"} | ({"val_loss"} if run.record.task != "adversarial" else {"train_generator_loss"})
        for name in told:
            assert mine[name] == pytest.approx(other[name], rel=1e-4), name
    one, other_one = (load_file(each.folder.checkpoints / "last.safetensors") for each in (run, together))
    assert one.keys() == other_one.keys()
    for name, value in one.items():
        np.testing.assert_allclose(other_one[name].numpy(), value.numpy(), rtol=2e-3, atol=2e-4, err_msg=name)


def test_it_answers_or_says_why_not(run: Run) -> None:
    dataset = run.dataset
    source = "abcd" if run.record.task == "next-letter" else dataset.inputs.pixels(0)  # type: ignore[attr-defined]
    if run.record.task == "adversarial":
        with pytest.raises(RecipeError, match=NO_ANSWERS):
            run.predict(source)
        with pytest.raises(RecipeError, match=NO_ANSWERS):
            run.evaluate("test", reason="the end")
        with pytest.raises(RecipeError, match=NO_ANSWERS):
            pellucid.compare(run, run)
        assert not run.evaluations
        assert run.folder.num_openings("test") == 0
        return
    (answer,) = run.predict(source)
    assert np.isfinite(list((answer.values or {}).values())).all()
    assert len(answer.values or {}) == ItselfTarget.of(dataset.target).width
    assert run.evaluate("test", reason="the end").metrics["off"].value < 1
    assert pellucid.compare(run, run).verdict == "none"


def test_the_loss_around_its_weights_is_the_tasks_own_of_all_its_networks(run: Run) -> None:
    found = pellucid.api.landscape(run, split="val", size=3, limit=1000).shown[0]
    assert run.record.best is not None
    assert found.centre == pytest.approx(run.record.best.loss, rel=1e-4)
    assert len(np.unique(found.losses)) == 9


def far(outputs: Tensor, targets: Tensor) -> Tensor:
    return outputs.abs().mean()


def error(outputs: Tensor, targets: Tensor) -> Tensor:
    return (outputs - targets.float()).square().mean()


def test_a_metric_of_ones_own_watches_and_a_loss_takes_the_place_of_its_own(run: Run, tmp_path: Path) -> None:
    task = run.record.task
    if task == "adversarial":
        with pytest.raises(RecipeError, match="learns with discriminator and generator, and gives no outputs of them"):
            train(task, tmp_path, metrics={"far": far})
        with pytest.raises(RecipeError, match=r"learns in phases \(discriminator, generator\)"):
            train(task, tmp_path, loss=error)
        return
    watched = train(task, tmp_path, name="watched", metrics={"far": far})
    own, others = (load_file(each.folder.checkpoints / "last.safetensors") for each in (run, watched))
    assert all(torch.equal(others[key], value) for key, value in own.items())
    assert {"train_far", "val_far"} <= set(watched.history[0])
    if task == "autoencoder":
        handed_over = train(task, tmp_path, name="handed over", loss=error)
        for row, expected in zip(handed_over.history, run.history, strict=True):
            assert (row["train_loss"], row["val_loss"]) == pytest.approx((expected["train_loss"], expected["val_loss"]))
