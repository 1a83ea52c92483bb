"""Examples that count several units each, and randomness by address: the same however a batch is cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
import torch
from torch import Generator, Tensor, nn

from pellucid.tasks import Batch, Binary, Loss, Monitor, MultiLabel, Ordered, Phase, Regression, SingleLabel, Task
from pellucid.training import Engine, EngineSettings, OptimizerSettings, Schedule
from pellucid.training.batches import TensorBatches

CPU = torch.device("cpu")


@dataclass(frozen=True)
class PaddedMean:
    """The mean squared error over the steps that an example has; the rest of its row is padding."""

    name: str = "padded"
    loss_words: str = "mean squared error of each step"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)
    output_width: int = 1
    noise: float = 0.0

    def _sum(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        outputs = models["model"](batch.inputs.unsqueeze(-1)).squeeze(-1)
        there = torch.arange(batch.inputs.shape[1])[None, :] < batch.more["lengths"][:, None]
        assert batch.draws is not None
        aims = batch.targets[:, None] + self.noise * batch.draws.normal(batch.inputs.shape[1])
        return torch.where(there, (outputs - aims) ** 2, 0.0).sum()

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        summed = self._sum(models, batch)
        return Loss(summed / batch.units, {"loss": summed.detach()})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        return {"loss": self._sum(models, batch)}


def make_engine(task: PaddedMean, *, batch_size: int = 8, micro_batch: int | None = None, epochs: int = 1) -> Engine:
    lengths = torch.tensor([1, 9, 2, 5, 9, 3, 1, 7])
    inputs = torch.arange(72, dtype=torch.float32).reshape(8, 9) / 72
    source = TensorBatches(
        inputs, torch.linspace(-1, 1, 8), torch.arange(8), CPU, counts=lengths, more={"lengths": lengths}, seed=5
    )
    torch.manual_seed(0)
    settings = EngineSettings(
        epochs=epochs,
        batch_size=batch_size,
        optimizer=OptimizerSettings("sgd"),
        schedule=Schedule("constant", 0.1, num_steps=epochs, steps_per_epoch=1),
    )
    engine = Engine(task, {"model": nn.Linear(1, 1)}, source, source, settings, CPU)  # type: ignore[arg-type]
    engine.state.micro_batch = micro_batch
    return engine


def test_a_loss_is_a_mean_over_units_and_not_over_examples() -> None:
    engine = make_engine(PaddedMean())
    model = engine.models["model"]
    source = engine.train
    assert isinstance(source, TensorBatches)
    lengths = source.more["lengths"]
    with torch.no_grad():
        errors = [
            float((model(source.inputs[row][:length, None]).squeeze(-1) - source.targets[row]).square().sum())
            for row, length in enumerate(lengths.tolist())
        ]
    expected = sum(errors) / int(lengths.sum())
    assert engine.validate(source)["loss"] == pytest.approx(expected, rel=1e-6)
    row, _ = engine.run_epoch()
    assert row["train_loss"] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("micro_batch", [1, 3])
def test_a_batch_in_parts_gives_the_gradient_of_the_whole(micro_batch: int) -> None:
    task = PaddedMean(noise=0.5)
    whole, parts = make_engine(task), make_engine(task, micro_batch=micro_batch)
    whole.run_epoch()
    parts.run_epoch()
    for one, other in zip(whole.models["model"].parameters(), parts.models["model"].parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-7)


def test_noise_of_a_measure_is_the_same_each_time_and_that_of_a_training_another_each_epoch() -> None:
    engine = make_engine(PaddedMean(noise=0.5))
    first = engine.validate(engine.train)
    assert engine.validate(engine.train) == first
    one, two = (engine.train.batch(torch.arange(8), epoch=epoch).draws for epoch in (1, 2))
    assert one is not None
    assert two is not None
    assert not torch.equal(one.normal(3), two.normal(3))


@dataclass(frozen=True)
class EveryOther:
    """Two phases: the second in every other step only, three times as quickly, with betas of its own."""

    name: str = "every-other"
    loss_words: str = "mean output"
    phases: tuple[Phase, ...] = (
        Phase("first", ("a",)),
        Phase("second", ("b",), every=2, lr_scale=3.0, betas=(0.5, 0.9)),
    )
    monitor: Monitor = Monitor("loss", higher_is_better=False, is_last=True)
    output_width: int = 1

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        value = batch.run(models["a" if phase == "first" else "b"]).mean()
        return Loss(value, {"loss" if phase == "first" else "second": value.detach() * len(batch)})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        return {"loss": torch.tensor(float(len(batch)))}


def test_a_phase_may_be_done_every_other_step_with_a_rate_and_betas_of_its_own() -> None:
    source = TensorBatches(torch.ones(12, 1), torch.zeros(12), torch.arange(12), CPU)
    settings = EngineSettings(
        epochs=3,
        batch_size=3,
        optimizer=OptimizerSettings("adam"),
        schedule=Schedule("constant", 0.01, num_steps=12, steps_per_epoch=4),
    )
    models: dict[str, nn.Module] = {name: nn.Linear(1, 1, bias=False) for name in "ab"}
    before = {name: next(model.parameters()).item() for name, model in models.items()}
    engine = Engine(EveryOther(), models, source, source, settings, CPU)  # type: ignore[arg-type]
    row, _ = engine.run_epoch()
    moved = {name: before[name] - next(model.parameters()).item() for name, model in models.items()}
    # Under a gradient that never changes, each step of Adam is as long as the rate.
    assert moved["a"] == pytest.approx(4 * 0.01, rel=1e-4)
    assert moved["b"] == pytest.approx(2 * 0.03, rel=1e-4)
    assert engine.optimizers["second"].param_groups[0]["betas"] == (0.5, 0.9)
    assert row["train_second"] == pytest.approx(before["b"] - 0.015, abs=1e-5), "a mean over the steps it was done in"


def test_where_no_figure_tells_epochs_apart_the_last_one_answers() -> None:
    source = TensorBatches(torch.ones(4, 1), torch.zeros(4), torch.arange(4), CPU)
    settings = EngineSettings(
        epochs=3,
        batch_size=4,
        optimizer=OptimizerSettings("sgd"),
        schedule=Schedule("constant", 0.01, num_steps=3, steps_per_epoch=1),
    )
    models: dict[str, nn.Module] = {name: nn.Linear(1, 1) for name in "ab"}
    engine = Engine(EveryOther(), models, source, source, settings, CPU)  # type: ignore[arg-type]
    assert [engine.run_epoch()[1] for _ in range(3)] == [True, True, True]
    assert engine.state.best is not None
    assert engine.state.best.epoch == 3


class Weighted(nn.Linear):
    """Takes what goes with the inputs, and cannot do without it."""

    def forward(self, input: Tensor, scales: Tensor) -> Tensor:  # type: ignore[override]
        return super().forward(input) * scales[:, None]


def test_every_task_hands_a_network_what_goes_with_its_inputs() -> None:
    inputs, scales = torch.randn(6, 3, generator=Generator().manual_seed(0)), torch.arange(1.0, 7.0)
    targets = {"class": torch.tensor([0, 1, 2, 0, 1, 2]), "labels": torch.eye(3).repeat(2, 1).long(), "numbers": inputs}
    tasks: list[tuple[Task, str, int]] = [
        (SingleLabel(3), "class", 3),
        (Binary(), "class", 1),
        (Ordered(3), "class", 2),
        (MultiLabel(3), "labels", 3),
        (Regression((0.0,) * 3, (1.0,) * 3, several=True), "numbers", 3),
    ]
    for task, kind, width in tasks:
        right = targets[kind] if width != 1 else targets[kind].clamp(max=1)
        batch = Batch(inputs, right, torch.arange(6), more={"scales": scales})
        models: dict[str, nn.Module] = {"model": Weighted(3, width)}
        assert torch.isfinite(task.loss(models, batch, phase="all", generator=Generator()).value), task.name
        assert torch.isfinite(task.measure(models, batch)["loss"]), task.name
