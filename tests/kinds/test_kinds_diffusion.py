"""Pictures that are drawn out of noise go through the verbs of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tests.apart import Starter
from tests.interrupted import StopsAfter, killed_and_together, same_weights

import pellucid
from pellucid import Dataset, Run
from pellucid.errors import PellucidError
from pellucid.models import parts_of
from pellucid.prediction import stages_of
from pellucid.tasks import DenoisesPictures, Diffusion, Draws
from pellucid.training import film_of

CHOICES: dict[str, Any] = {"epochs": 3, "batch": 16, "threads": 1, "width": 4, "noise_steps": 12, "strides": 6}
TOLD = "From noise to a picture", "Pictures that it draws", "The same random numbers over the epochs"


def squares(count: int = 60) -> Dataset:
    """Return pictures of 9 x 7 with a bright square in one of two places."""
    draws = np.random.default_rng(0)
    pictures, places = draws.integers(0, 60, (count, 9, 7), np.uint8), draws.integers(0, 2, count)
    for picture, place in zip(pictures, places, strict=True):
        picture[4 * place : 4 * place + 4, 2:6] += 180
    return pellucid.dataset_from_arrays(pictures, places, name="squares", classes=("above", "below"))


def train(folder: Path, **others: Any) -> Run:
    return pellucid.train(squares(), model="ddpm", runs_dir=folder, **{**CHOICES, **others})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a network that learned for three epochs."""
    return train(tmp_path_factory.mktemp("ddpm"))


def test_the_model_chooses_the_task_its_way_and_its_pace(run: Run) -> None:
    record, task = run.record, run.predictor.task
    assert (record.task, record.status, record.measured) == ("generate", "finished", True)
    assert isinstance(task, Diffusion)
    assert (task.shape, task.noise_steps, task.strides) == ((1, 9, 7), 12, 6)
    assert (record.recipe.learning_rate.schedule, record.recipe.optimization.ema) == ("cosine", 0.999)
    assert [row["val_loss"] for row in run.history] == sorted((row["val_loss"] for row in run.history), reverse=True)
    assert {epoch.told_apart for epoch in run.folder.health()} == {None}
    assert all(epoch.spread for epoch in run.folder.health())


def test_it_is_stopped_resumed_and_reproduced_to_the_same_bits(run: Run, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, name="torn", progress=StopsAfter())
    assert same_weights(run, pellucid.resume(tmp_path / "torn", data=run.dataset))
    assert run.reproduce(runs_dir=tmp_path / "again").equal


def test_pictures_are_the_same_among_however_many(run: Run) -> None:
    many, few = run.draw(70, seed=7), run.draw(2, seed=7)
    assert many.levels.shape == (70, 1, 9, 7)
    assert (float(many.levels.min()) >= 0, float(many.levels.max()) <= 1) == (True, True)
    assert np.array_equal(many.levels[:2], few.levels)
    assert few.grid() == run.draw(2, seed=7).grid()
    assert not np.array_equal(run.draw(2, seed=8).levels, few.levels)
    assert np.array_equal(run.draw(2, seed=7, strides=6).levels, few.levels)
    assert not np.array_equal(run.draw(2, seed=7, strides=3).levels, few.levels)
    with pytest.raises(PellucidError, match="1 to 12"):
        run.draw(2, strides=13)


def test_the_way_out_of_noise_ends_with_what_is_drawn(run: Run) -> None:
    task, stages = run.predictor.task, stages_of(run.predictor, 3)
    assert isinstance(task, DenoisesPictures)
    assert [stage.step for stage in stages] == [12, 10, 8, 6, 4, 2, 0]
    noise = task.noise(Draws(0, 0, torch.arange(3)))
    np.testing.assert_allclose(stages[0].noisy, ((noise.clamp(-1, 1) + 1) / 2).numpy())
    np.testing.assert_allclose(stages[-1].clean, run.draw(3).levels, atol=1e-5)
    assert list(film_of(run.folder.checkpoints)) == [0, 1, 2, 3]
    page = run.report().read_text(encoding="utf-8")
    assert all(title in page for title in TOLD)


def test_one_step_is_traced_to_the_level_of_a_pixel(run: Run) -> None:
    traced, task = run.trace(1), run.predictor.task
    assert isinstance(task, Diffusion)
    assert task.half_way == 6
    noise = task.noise(Draws(0, 0, torch.tensor([1])))
    models = parts_of(run.predictor.model)
    with torch.no_grad():
        noisy = task.at_half(models, noise)
        time = torch.tensor([6])
        said = models["model"](noisy, time=task.schedule.shares(time)).reshape(noisy.shape)
    clean, _ = task.schedule.parts(noisy, said, time)
    level = (float(clean[0, 0, 4, 3]) + 1) / 2
    assert traced.steps[-1].values.item() == pytest.approx(level, abs=1e-5)
    assert "6 of 12 steps of noise" in traced.name
    kinds = {step.operator for step in traced.steps}
    assert {"sin", "cos", "silu", "group_norm", "upsample_nearest2d", "cat"} <= kinds
    for step in traced.steps:
        if not step.is_bookkeeping:
            place = tuple(size // 2 for size in step.values.shape[1:])
            explained = traced[step.name].at(*place)
            assert explained.formula, step.name
            assert explained.error <= explained.bound, step.name
    for ask in (lambda: run.backward(1), lambda: run.backward(1, "real"), lambda: run.trace("a.png")):
        with pytest.raises(PellucidError):
            ask()


@pytest.fixture(scope="module")
def driven(start: Starter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a run that was killed with SIGKILL, and one that two processes trained."""
    folder = tmp_path_factory.mktemp("driven")
    done = start.run(killed_and_together(__name__), folder, OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stderr
    return folder


def test_it_is_killed_and_resumed_to_the_same_bits(run: Run, driven: Path) -> None:
    killed = pellucid.open_run(driven / "killed", data=run.dataset)
    assert (killed.record.status, len(killed.history)) == ("running", 1)
    assert same_weights(run, pellucid.resume(killed.path, data=run.dataset))


def test_two_processes_learn_from_the_same_noise_as_one(run: Run, driven: Path) -> None:
    together = pellucid.open_run(driven / "together", data=run.dataset)
    for mine, other in zip(together.history, run.history, strict=True):
        for name in ("train_loss", "val_loss"):
            assert mine[name] == pytest.approx(other[name], rel=1e-3), name
    np.testing.assert_allclose(together.draw(4).levels, run.draw(4).levels, atol=1e-3)
