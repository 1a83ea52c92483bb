"""The engine against a plain PyTorch loop, hand-made schedules, and itself after an interruption."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.errors import RunError
from pellucid.runs.sections import ScheduleName
from pellucid.tasks import SingleLabel
from pellucid.training import Engine, EngineSettings, NullProgress, OptimizerSettings, Position, Schedule
from pellucid.training.batches import TensorBatches, num_batches, split_evenly
from pellucid.training.checkpoint import load_checkpoint, load_weights, save_checkpoint, save_weights
from pellucid.training.optimizers import build_optimizer, decayed_parameters, l1_penalty
from pellucid.training.randomness import epoch_order, seed_for

CPU = torch.device("cpu")


def make_data(n: int = 60) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(3)
    inputs = torch.randn(n, 4, generator=generator)
    return inputs, (inputs[:, 0] + inputs[:, 1] > 0).long() + (inputs[:, 2] > 1).long()


def make_model(*, dropout: float = 0.0) -> nn.Sequential:
    torch.manual_seed(5)
    return nn.Sequential(
        nn.Linear(4, 8, bias=False), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(dropout), nn.Linear(8, 3)
    )


def make_engine(
    model: nn.Module,
    optimizer: OptimizerSettings,
    *,
    epochs: int = 3,
    batch: int = 16,
    lr: float = 0.05,
    patience: int = 0,
    schedule: ScheduleName = "constant",
) -> Engine:
    inputs, targets = make_data()
    source = TensorBatches(inputs, targets, torch.arange(len(inputs)), CPU)
    steps = num_batches(len(inputs), batch)
    course = Schedule(
        schedule, lr, num_steps=epochs * steps, steps_per_epoch=steps, warmup_epochs=float(schedule == "one-cycle")
    )
    settings = EngineSettings(
        epochs=epochs, batch_size=batch, optimizer=optimizer, schedule=course, patience=patience, seed=11
    )
    return Engine(SingleLabel(3), {"model": model}, source, source, settings, CPU)


def run_epochs(engine: Engine, number: int) -> None:
    for _ in range(number):
        engine.run_epoch()


@pytest.mark.parametrize(
    ("settings", "reference"),
    [
        (OptimizerSettings("sgd"), lambda parameters: torch.optim.SGD(parameters, lr=0.05)),
        (OptimizerSettings("sgd", momentum=0.9), lambda parameters: torch.optim.SGD(parameters, lr=0.05, momentum=0.9)),
        (
            OptimizerSettings("sgd", momentum=0.9, nesterov=True),
            lambda parameters: torch.optim.SGD(parameters, lr=0.05, momentum=0.9, nesterov=True),
        ),
        (OptimizerSettings("rmsprop"), lambda parameters: torch.optim.RMSprop(parameters, lr=0.05)),
        (OptimizerSettings("adam"), lambda parameters: torch.optim.Adam(parameters, lr=0.05)),
        (OptimizerSettings("adamw"), lambda parameters: torch.optim.AdamW(parameters, lr=0.05, weight_decay=0.0)),
    ],
    ids=["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"],
)
def test_training_equals_a_plain_pytorch_loop(settings: OptimizerSettings, reference: object) -> None:
    engine = make_engine(make_model(), settings, epochs=2)
    run_epochs(engine, 2)
    plain, (inputs, targets) = make_model(), make_data()
    optimizer = reference(plain.parameters())  # type: ignore[operator]
    for epoch in (1, 2):
        for places in split_evenly(epoch_order(len(inputs), seed=11, epoch=epoch), 16):
            optimizer.zero_grad()
            functional.cross_entropy(plain(inputs[places]), targets[places]).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    for ours, theirs in zip(engine.models["model"].parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


def test_l1_adds_its_weight_times_the_sum_of_absolute_weights_to_the_loss() -> None:
    model = nn.Linear(2, 1)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[3.0, -4.0]]))
    assert l1_penalty([model]).item() == 7.0


def test_weight_decay_spares_biases_and_norms() -> None:
    model = make_model()
    assert [tuple(parameter.shape) for parameter in decayed_parameters(model)] == [(8, 4), (3, 8)]
    groups = build_optimizer([model], OptimizerSettings("adamw", weight_decay=0.1)).param_groups
    assert [(group["weight_decay"], len(group["params"])) for group in groups] == [(0.1, 2), (0.0, 3)]


def test_clipping_shortens_the_gradient_to_its_largest_norm() -> None:
    before = make_model()
    engine = make_engine(make_model(), OptimizerSettings("sgd", clip=0.01), lr=1.0)
    engine.step(engine.train.batch(torch.arange(60), epoch=1), 10)
    moved = torch.cat(
        [
            (a - b).detach().flatten()
            for a, b in zip(engine.models["model"].parameters(), before.parameters(), strict=True)
        ]
    )
    assert moved.norm().item() == pytest.approx(0.01, rel=1e-3)


def test_full_batch_and_single_example_batches_visit_every_example_once() -> None:
    order = epoch_order(60, seed=0, epoch=1)
    assert sorted(order.tolist()) == list(range(60))
    assert [len(part) for part in split_evenly(order, 60)] == [60]
    assert [len(part) for part in split_evenly(order, 1)] == [1] * 60
    assert [len(part) for part in split_evenly(order, 16)] == [15, 15, 15, 15]


def test_every_epoch_has_another_order_and_every_seed_too() -> None:
    orders = [epoch_order(100, seed=seed, epoch=epoch).tolist() for seed in (0, 1) for epoch in (1, 2)]
    assert len({tuple(order) for order in orders}) == 4
    assert seed_for(0, "order", 1) == seed_for(0, "order", 1) != seed_for(0, "order", 11)


def test_an_interrupted_training_goes_on_bit_for_bit(tmp_path: Path) -> None:
    settings = OptimizerSettings("adamw", weight_decay=0.01)
    whole = make_engine(make_model(dropout=0.3), settings, epochs=4, schedule="one-cycle")
    run_epochs(whole, 4)
    first = make_engine(make_model(dropout=0.3), settings, epochs=4, schedule="one-cycle")
    run_epochs(first, 2)
    save_checkpoint(tmp_path / "last.safetensors", first)
    torch.manual_seed(999)  # the global generator has no say
    second = make_engine(nn.Sequential(*make_model(dropout=0.3)), settings, epochs=4, schedule="one-cycle")
    load_checkpoint(tmp_path / "last.safetensors", second)
    assert second.state.epoch == 2
    rows = [second.run_epoch()[0] for _ in range(2)]
    for (name, expected), got in zip(
        whole.models["model"].state_dict().items(), second.models["model"].state_dict().values(), strict=True
    ):
        assert torch.equal(expected, got), name
    assert second.state.best == whole.state.best
    assert [row["epoch"] for row in rows] == [3, 4]


def test_training_leaves_the_global_generator_as_it_was() -> None:
    engine = make_engine(make_model(dropout=0.5), OptimizerSettings())
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    engine.run_epoch()
    assert torch.equal(torch.rand(3), expected)


def test_patience_stops_after_that_many_epochs_without_a_better_one() -> None:
    engine = make_engine(make_model(), OptimizerSettings("sgd"), epochs=50, lr=1e-9, patience=3)
    while engine.why_done is None:
        engine.run_epoch()
    assert engine.state.best is not None
    assert engine.state.epoch == engine.state.best.epoch + 3 < 50


@pytest.mark.parametrize(("enough", "ends"), [(0.5, True), (1e-9, False)], ids=["learned", "not yet"])
def test_a_first_round_ends_the_training_where_it_was_enough(
    monkeypatch: pytest.MonkeyPatch, enough: float, ends: bool
) -> None:
    monkeypatch.setattr("pellucid.training.engine.LEARNED", enough)
    engine = make_engine(make_model(), OptimizerSettings("adam"), epochs=50)
    engine.settings = replace(engine.settings, first_round=20)
    while engine.why_done is None and engine.state.epoch < 21:
        engine.run_epoch()
    assert engine.state.epoch == (20 if ends else 21)
    assert (engine.why_done or "").startswith("a training loss below 0.5") is ends


def test_a_loss_that_is_not_finite_ends_with_advice() -> None:
    engine = make_engine(make_model(), OptimizerSettings("sgd"), lr=1e30)
    with pytest.raises(RunError, match=r"diverged.*Lower --lr"):
        run_epochs(engine, 3)


def test_a_damaged_checkpoint_is_an_error_of_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "last.safetensors"
    path.write_bytes(b"not a checkpoint")
    with pytest.raises(RunError, match="Cannot read the checkpoint"):
        load_checkpoint(path, make_engine(make_model(), OptimizerSettings()))


def test_weights_of_another_architecture_are_refused(tmp_path: Path) -> None:
    save_weights(tmp_path / "best.safetensors", {"model": nn.Linear(2, 2)})
    with pytest.raises(RunError, match="do not fit the model"):
        load_weights(tmp_path / "best.safetensors", {"model": nn.Linear(3, 2)})


def test_one_cycle_rises_linearly_and_falls_to_almost_nothing() -> None:
    schedule = Schedule("one-cycle", lr=1.0, num_steps=100, steps_per_epoch=10, warmup_epochs=2)
    rates = [schedule.at(step) for step in range(100)]
    assert rates[19] == pytest.approx(1.0)
    assert rates[0] == pytest.approx(1 / 25 + 24 / 25 / 20)
    assert max(rates) <= 1.0
    assert 0 < rates[-1] < 0.01
    assert rates[60] == pytest.approx(1 - (40 + 0.5) / 80)


def test_cosine_follows_the_half_wave_of_loshchilov_and_hutter() -> None:
    schedule = Schedule("cosine", lr=0.2, num_steps=50, steps_per_epoch=10)
    assert schedule.at(24) == pytest.approx(0.2 * (1 + math.cos(math.pi * 24.5 / 50)) / 2)


def test_step_multiplies_by_its_factor_every_so_many_epochs() -> None:
    schedule = Schedule("step", lr=1.0, num_steps=60, steps_per_epoch=10, step_epochs=2, step_factor=0.5)
    assert [schedule.at(step) for step in (0, 19, 20, 40, 59)] == [1.0, 1.0, 0.5, 0.25, 0.25]


def test_constant_with_warm_up_rises_from_zero() -> None:
    schedule = Schedule("constant", lr=1.0, num_steps=20, steps_per_epoch=4, warmup_epochs=1)
    assert [schedule.at(step) for step in range(5)] == [0.25, 0.5, 0.75, 1.0, 1.0]


def judge(engine: Engine, epochs: list[tuple[float, float]], num_examples: int) -> int:
    """Return the best epoch of a course of (accuracy, loss)."""
    for number, (accuracy, loss) in enumerate(epochs, start=1):
        engine._judge(number, {"accuracy": accuracy, "loss": loss}, num_examples)
    assert engine.state.best is not None
    return engine.state.best.epoch


@pytest.mark.parametrize(
    ("epochs", "num_examples", "best"),
    [
        ([(0.5, 1.0), (0.9, 0.5), (0.8, 0.6)], 10_000, 2),
        ([(0.9, 0.5), (0.9, 0.4), (0.9, 0.6)], 10_000, 2),
        # One of twenty is chance: the lower loss decides.
        ([(1.0, 0.5), (0.95, 0.2), (0.95, 0.3)], 20, 2),
        # Five of a hundred in ten thousand are not.
        ([(0.95, 0.5), (0.90, 0.2)], 10_000, 1),
        # Small steps down, each within the noise of the one before, never add up.
        ([(0.95, 0.5), (0.948, 0.4), (0.946, 0.3), (0.944, 0.2), (0.942, 0.1)], 10_000, 2),
        # A new height leaves the old best behind, whatever its loss.
        ([(0.80, 0.1), (0.95, 0.5)], 100, 2),
    ],
)
def test_within_the_noise_of_validation_the_loss_chooses(
    epochs: list[tuple[float, float]], num_examples: int, best: int
) -> None:
    assert judge(make_engine(make_model(), OptimizerSettings("sgd")), epochs, num_examples) == best


class Positions(NullProgress):
    """Keeps what it is told after steps."""

    def __init__(self) -> None:
        self.seen: list[Position] = []

    def stepped(self, position: Position) -> None:
        self.seen.append(position)


def test_measuring_is_part_of_the_time_left_from_the_first_steps_on() -> None:
    engine = make_engine(make_model(), OptimizerSettings("sgd"))
    engine.progress = positions = Positions()
    run_epochs(engine, 2)
    first = positions.seen[0]
    assert first.measuring_seconds == pytest.approx(0.35 * 60 / first.examples_per_second)
    assert first.seconds_left > 3 * first.measuring_seconds
    later = [one.measuring_seconds for one in positions.seen if one.epoch == 2]
    assert len(set(later)) == 1  # as long as it took behind the epoch before
