"""Memory that runs out: smaller parts, the same step, and a training that goes on."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.data import is_out_of_memory
from pellucid.errors import RunError
from pellucid.records import Decision
from pellucid.runs import EpochRow
from pellucid.tasks import SingleLabel
from pellucid.training import Engine, EngineSettings, NullProgress, OptimizerSettings, Schedule
from pellucid.training.batches import TensorBatches
from pellucid.training.memory import batch_within, halving

CPU = torch.device("cpu")


class Small(nn.Module):
    """A network on a device that holds `room` examples; there the backward pass is what fills it."""

    def __init__(self, room: int, *, norm: bool = False) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.layers = nn.Sequential(nn.Linear(3, 6), nn.BatchNorm1d(6) if norm else nn.Tanh(), nn.Linear(6, 2))
        self.room = room
        self.sizes: list[int] = []

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self.layers(inputs)
        if outputs.requires_grad:
            outputs.register_hook(self._backward)  # type: ignore[no-untyped-call]
        return outputs

    def _backward(self, gradient: Tensor) -> None:
        if len(gradient) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")
        self.sizes.append(len(gradient))


class Listener(NullProgress):
    def __init__(self) -> None:
        self.decisions: list[Decision] = []

    def decided(self, decision: Decision) -> None:
        self.decisions.append(decision)


def train(model: Small, *, l1: float = 0.0, epochs: int = 2) -> tuple[Engine, list[EpochRow], Listener]:
    inputs = torch.randn(40, 3, generator=torch.Generator().manual_seed(2))
    source = TensorBatches(inputs, (inputs[:, 0] > 0).long(), torch.arange(40), CPU)
    listener = Listener()
    settings = EngineSettings(
        epochs=epochs,
        batch_size=16,
        optimizer=OptimizerSettings("sgd", momentum=0.9, l1=l1, clip=1.0),
        schedule=Schedule("constant", 0.1, 3 * epochs, 3),
    )
    engine = Engine(SingleLabel(2), {"model": model}, source, source, settings, CPU, listener)
    return engine, [engine.run_epoch()[0] for _ in range(epochs)], listener


@pytest.mark.parametrize("l1", [0.0, 0.01])
def test_the_parts_add_up_to_the_same_training(l1: float) -> None:
    plenty, tight = Small(100), Small(5)
    _, rows, silent = train(plenty, l1=l1)
    engine, tight_rows, listener = train(tight, l1=l1)
    assert silent.decisions == []
    assert engine.state.micro_batch == 4  # 14 -> 7 -> 4
    assert max(tight.sizes) <= 5
    assert [decision.value for decision in listener.decisions] == ["7 examples at once", "4 examples at once"]
    for weight, expected in zip(tight.parameters(), plenty.parameters(), strict=True):
        torch.testing.assert_close(weight, expected, rtol=1e-5, atol=1e-6)
    for row, expected_row in zip(tight_rows, rows, strict=True):
        assert row["train_loss"] == pytest.approx(expected_row["train_loss"], rel=1e-5)
        assert row["train_accuracy"] == expected_row["train_accuracy"]


def test_where_batch_norm_makes_a_difference_it_is_said() -> None:
    _, _, listener = train(Small(8, norm=True), epochs=1)
    assert "batch normalisation now averages over the parts" in listener.decisions[0].reason


def test_a_single_example_that_does_not_fit_is_an_error_with_the_way_out() -> None:
    with pytest.raises(RunError, match=r"Memory ran out on a single example\..*--imgsz"):
        train(Small(0))


def test_any_other_mishap_is_not_taken_for_a_lack_of_memory() -> None:
    class Broken(Small):
        def _backward(self, gradient: Tensor) -> None:
            raise RuntimeError("shapes do not fit")

    with pytest.raises(RuntimeError, match="shapes do not fit"):
        train(Broken(100))


@pytest.mark.parametrize(
    ("problem", "is_memory"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), True),
        (MemoryError(), True),
        (
            RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: you tried ..."),
            True,
        ),
        (RuntimeError("could not create a primitive"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_devices_say_it_in_their_own_words(problem: Any, is_memory: bool) -> None:
    assert is_out_of_memory(problem) is is_memory


class Wide(nn.Linear):
    """A network whose activations fill the memory where more than `room` examples are answered at once."""

    def __init__(self, room: int) -> None:
        torch.manual_seed(1)
        super().__init__(3, 2)
        self.room = room
        self.sizes: list[int] = []

    def forward(self, input: Tensor) -> Tensor:
        if not torch.is_grad_enabled():
            if len(input) > self.room:
                raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")
            self.sizes.append(len(input))
        return super().forward(input)


def test_a_validation_that_does_not_fit_is_repeated_in_smaller_batches_and_so_from_then_on() -> None:
    inputs = torch.randn(40, 3, generator=torch.Generator().manual_seed(2))
    source = TensorBatches(inputs, (inputs[:, 0] > 0).long(), torch.arange(40), CPU)
    settings = EngineSettings(2, 16, OptimizerSettings("sgd"), Schedule("constant", 0.1, 6, 3))
    plenty, tight = Wide(100), Wide(15)
    engines = [Engine(SingleLabel(2), {"model": model}, source, source, settings, CPU) for model in (plenty, tight)]
    rows = [[engine.run_epoch()[0] for _ in range(2)] for engine in engines]
    assert engines[1].state.validation_batch == 10
    assert set(plenty.sizes) == {40}
    assert set(tight.sizes) == {10}
    for row, expected in zip(rows[1], rows[0], strict=True):
        assert row["val_loss"] == pytest.approx(expected["val_loss"], rel=1e-6)
        assert row["val_accuracy"] == expected["val_accuracy"]


def test_halving_repeats_the_whole_until_it_fits() -> None:
    tried: list[int] = []

    def work(size: int) -> str:
        tried.append(size)
        if size > 3:
            raise MemoryError
        return "done"

    assert halving(20, work) == "done"
    assert tried == [20, 10, 5, 3]


def test_large_pictures_are_answered_few_at_a_time() -> None:
    assert batch_within(512, 784, CPU) == 512
    assert batch_within(512, 3 * 224 * 224, CPU) == 6
    assert batch_within(512, 1 << 40, CPU) == 1
