"""The moving average of the weights against the recurrence written out, and through a checkpoint."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn

from pellucid.tasks import SingleLabel
from pellucid.training import Engine, EngineSettings, OptimizerSettings, Schedule
from pellucid.training.averaging import WeightAverage
from pellucid.training.batches import TensorBatches
from pellucid.training.checkpoint import load_checkpoint, save_checkpoint

CPU = torch.device("cpu")


def make_engine(*, ema: float | None = 0.9) -> Engine:
    generator = torch.Generator().manual_seed(3)
    inputs = torch.randn(40, 4, generator=generator)
    source = TensorBatches(inputs, (inputs[:, 0] > 0).long(), torch.arange(40), CPU)
    torch.manual_seed(5)
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))
    settings = EngineSettings(
        epochs=6, batch_size=8, optimizer=OptimizerSettings("sgd"), schedule=Schedule("constant", 0.1, 30, 5), ema=ema
    )
    return Engine(SingleLabel(2), {"model": model}, source, source, settings, CPU)


def test_it_follows_the_recurrence_written_out() -> None:
    model = nn.Linear(1, 1, bias=False)
    average = WeightAverage({"model": model}, decay=0.5)
    expected = model.weight.item()
    for step, weight in enumerate([1.0, -2.0, 3.0, 0.5], start=1):
        with torch.no_grad():
            model.weight.fill_(weight)
        average.update()
        decay = min(0.5, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * weight
        assert torch.isclose(average.tensors["model/weight"], torch.tensor([[expected]])).all()


def test_it_answers_within_the_block_and_nowhere_else() -> None:
    engine = make_engine()
    engine.run_epoch()
    model = engine.models["model"]
    before = {key: value.clone() for key, value in model.state_dict().items()}
    assert engine.average is not None
    with engine.answering_weights():
        inside = {key: value.clone() for key, value in model.state_dict().items()}
    assert not torch.equal(inside["0.weight"], before["0.weight"])
    assert torch.equal(inside["0.weight"], engine.average.tensors["model/0.weight"])
    assert torch.equal(inside["1.running_mean"], engine.average.tensors["model/1.running_mean"])
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


def test_the_training_itself_is_the_same_with_and_without_it() -> None:
    with_average, without = make_engine(), make_engine(ema=None)
    for engine in (with_average, without):
        for _ in range(3):
            engine.run_epoch()
    for key, value in without.models["model"].state_dict().items():
        assert torch.equal(value, with_average.models["model"].state_dict()[key])


def test_it_goes_on_bit_for_bit_after_an_interruption(tmp_path: Path) -> None:
    whole, first, second = make_engine(), make_engine(), make_engine()
    for _ in range(4):
        whole.run_epoch()
    for _ in range(2):
        first.run_epoch()
    save_checkpoint(tmp_path / "last", first)
    load_checkpoint(tmp_path / "last", second)
    for _ in range(2):
        second.run_epoch()
    assert whole.average is not None
    assert second.average is not None
    assert second.average.updates == whole.average.updates == 20
    for key, value in whole.average.tensors.items():
        assert torch.equal(value, second.average.tensors[key])
