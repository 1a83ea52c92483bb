"""Several networks in one run: a task and a model of two parts, registered from outside, through all of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Generator, Tensor, nn
from torch.nn import functional

import pellucid
from pellucid.errors import ModelError
from pellucid.kinds import Form, Target, Wishes
from pellucid.models import Assembly, ModelEntry, ModelOptions, parts_of
from pellucid.models.catalogue import OWN
from pellucid.tasks import TASKS, AnswerStep, Batch, ClassAnswer, Loss, Monitor, Phase, Task, TaskEntry, TaskOptions
from pellucid.tasks import register_task as register
from pellucid.tasks.registry import Scaling
from pellucid.training.progress import NullProgress


class TwoParts(Assembly):
    """A body and a head, which learn by turns."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Flatten(), nn.Linear(inputs, 6), nn.Tanh())
        self.head = nn.Linear(6, outputs)

    def forward(self, inputs: Tensor) -> Tensor:
        logits: Tensor = self.head(self.body(inputs))
        return logits


@dataclass(frozen=True)
class ByTurns:
    """One class of K; the head learns in every step, the body in every other one, from noise that has an address."""

    output_width: int
    name: str = "by-turns"
    loss_words: str = "cross-entropy of noisy pictures"
    phases: tuple[Phase, ...] = (Phase("head", ("head",)), Phase("body", ("body",), every=2, lr_scale=0.5))
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    def _losses(self, models: Mapping[str, nn.Module], batch: Batch, *, noise: float) -> Tensor:
        assert batch.draws is not None
        inputs = batch.inputs + noise * batch.draws.normal(*batch.inputs.shape[1:])
        return functional.cross_entropy(models["head"](models["body"](inputs)), batch.targets, reduction="none")

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        losses = self._losses(models, batch, noise=0.1)
        return Loss(losses.mean(), {"loss" if phase == "head" else "body_loss": losses.detach().sum()})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        return {"loss": self._losses(models, batch, noise=0.1).sum()}

    def outputs(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        logits: Tensor = models["head"](models["body"](batch.inputs))
        return logits

    def answer(self, outputs: Tensor) -> ClassAnswer:
        probabilities = outputs.softmax(1).numpy(force=True)
        return ClassAnswer(probabilities, probabilities.argmax(1).astype(np.int64))

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        return (AnswerStep("softmax", "softmax", outputs.softmax(1)),)


def build_by_turns(target: Target, options: TaskOptions, scaling: Scaling) -> Task:
    return ByTurns(len(target.answers))


def build_two_parts(form: Form, outputs: int, options: ModelOptions) -> TwoParts:
    return TwoParts(int(np.prod(form.shape)), outputs)


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    """Register a task and a model for the length of a test."""
    register(TaskEntry("by-turns", "one class of K", kinds=("class",), options=TaskOptions, build=build_by_turns))
    OWN["two-parts"] = ModelEntry(
        name="two-parts", description="A body and a head.", wishes=Wishes(kinds="any"), build=build_two_parts
    )
    yield
    del TASKS["by-turns"], OWN["two-parts"]


@pytest.fixture
def dataset() -> pellucid.Dataset:
    """Return pictures whose brighter half says the class."""
    draws = np.random.default_rng(0)
    pictures = draws.integers(0, 100, (90, 8, 8), np.uint8)
    sides = draws.integers(0, 3, 90)
    for picture, side in zip(pictures, sides, strict=True):
        picture[:, 3 * side : 3 * side + 2] += 120
    return pellucid.dataset_from_arrays(pictures, [f"side {side}" for side in sides], name="sides")


class StopsAfter(NullProgress):
    """Ends a training after an epoch, as Ctrl-C does."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch

    def ended_epoch(self, row: Mapping[str, float], *, num_epochs: int, is_best: bool) -> None:
        if row["epoch"] == self.epoch:
            raise KeyboardInterrupt


CHOICES: dict[str, Any] = {"task": "by-turns", "model": "two-parts", "epochs": 4, "lr": 0.02, "batch": 16, "threads": 1}


def test_parts_have_names_of_their_own_and_a_single_network_is_the_model() -> None:
    assert sorted(parts_of(TwoParts(4, 2))) == ["body", "head"]
    single = nn.Linear(1, 1)
    assert dict(parts_of(single)) == {"model": single}


def test_a_run_of_two_networks_learns_answers_and_is_reproduced(dataset: pellucid.Dataset, tmp_path: Path) -> None:
    run = pellucid.train(dataset, runs_dir=tmp_path, name="whole", **CHOICES)
    keys = load_file(run.folder.checkpoints / "best.safetensors")
    assert {key.split("/")[1] for key in keys} == {"body", "head"}
    assert {"train_loss", "train_body_loss", "val_loss"} <= set(run.history[0])
    assert run.evaluations[0].metrics["accuracy"].value > 0.6
    answers = list(run.predict(dataset.inputs.pixels(0)))  # type: ignore[attr-defined]
    assert answers[0].probabilities is not None
    assert sum(answers[0].probabilities.values()) == pytest.approx(1.0, abs=1e-5)
    assert "body" in (run.folder.path / "report.html").read_text(encoding="utf-8")
    assert run.reproduce(runs_dir=tmp_path / "again").equal


def test_a_run_of_two_networks_is_resumed_to_the_same_bits(dataset: pellucid.Dataset, tmp_path: Path) -> None:
    whole = pellucid.train(dataset, runs_dir=tmp_path, name="whole", **CHOICES)
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(dataset, runs_dir=tmp_path, name="torn", progress=StopsAfter(2), **CHOICES)
    torn = pellucid.resume(tmp_path / "torn", data=dataset)
    for file in ("last.safetensors", "best.safetensors"):
        one, other = (load_file(run.folder.checkpoints / file) for run in (whole, torn))
        assert one.keys() == other.keys()
        assert all(torch.equal(one[key], other[key]) for key in one), file


def test_a_model_without_the_networks_that_a_task_learns_with_is_refused(
    dataset: pellucid.Dataset, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match="learns with body and head, and this model has no body and no head"):
        pellucid.train(dataset, runs_dir=tmp_path, **{**CHOICES, "model": "linear"})
    with pytest.raises(ModelError, match="learns with model, and this model has no model"):
        pellucid.train(dataset, runs_dir=tmp_path, **{**CHOICES, "task": "single-label"})
    assert not list(tmp_path.iterdir())


def test_two_networks_learn_from_a_teacher_of_two_networks(dataset: pellucid.Dataset, tmp_path: Path) -> None:
    short = {**CHOICES, "epochs": 2}
    teacher = pellucid.train(dataset, runs_dir=tmp_path, name="teacher", **short)
    deaf, taught = (
        pellucid.train(
            dataset, runs_dir=tmp_path, name=f"alpha {alpha}", teacher=str(teacher.path), alpha=alpha, **short
        )
        for alpha in (0.0, 0.9)
    )
    own, others, learned = (load_file(run.folder.checkpoints / "last.safetensors") for run in (teacher, deaf, taught))
    assert all(torch.equal(others[key], value) for key, value in own.items()), "a teacher that counts nothing"
    assert not all(torch.equal(learned[key], value) for key, value in own.items())
    assert taught.record.recipe.distillation.alpha == 0.9
