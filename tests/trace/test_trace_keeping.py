"""A graph that is kept gives what a fresh export gives, and is made anew where the network is another one."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pellucid.trace import Recorder, keeping
from pellucid.trace.graph import Recording, record, replay


class Network(nn.Module):
    """A little of everything that a graph reads: weights, statistics, a plain tensor, a number, a part."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 3, 3)
        self.norm = nn.BatchNorm2d(3)
        self.slope = nn.LeakyReLU(0.1)
        self.head = nn.Linear(3 * 16, 4)
        self.register_buffer("shift", torch.full((4,), 0.5), persistent=False)
        self.shift: Tensor
        self.plain = torch.tensor([1.0, 2.0, 3.0, 4.0])
        self.factor = 2.0
        self.options = {"power": 1}

    def forward(self, inputs: Tensor) -> Tensor:
        found = self.slope(self.norm(self.conv(inputs))).flatten(1)
        outputs: Tensor = self.head(found) * self.factor ** self.options["power"] + self.shift * self.plain
        return outputs


@pytest.fixture
def model() -> nn.Module:
    torch.manual_seed(3)
    network = Network()
    network.norm.running_mean = torch.tensor([0.1, -0.2, 0.3])
    return network.eval()


@pytest.fixture
def exports(monkeypatch: pytest.MonkeyPatch) -> list[Recording]:
    """Return a list that grows with every export."""
    made: list[Recording] = []

    def counted(model: nn.Module, *given: Any) -> Recording:
        made.append(record(model, *given))
        return made[-1]

    monkeypatch.setattr(keeping, "record", counted)
    return made


def draw(seed: int, count: int = 1) -> Tensor:
    return torch.randn(count, 1, 6, 6, generator=torch.Generator().manual_seed(seed))


def assert_same_bits(found: Recording, model: nn.Module, inputs: Tensor) -> None:
    kept, fresh = replay(found), replay(record(model, inputs))
    assert [(step.name, step.module, step.operator) for step in kept.steps] == [
        (step.name, step.module, step.operator) for step in fresh.steps
    ]
    assert all(torch.equal(a.values, b.values) for a, b in zip(kept.steps, fresh.steps, strict=True))
    assert torch.equal(kept.output, fresh.output)


def test_a_further_input_is_replayed_with_the_bits_of_a_fresh_export(
    model: nn.Module, exports: list[Recording]
) -> None:
    recorder = Recorder()
    for seed in range(3):
        assert_same_bits(recorder.record(model, draw(seed)), model, draw(seed))
    assert len(exports) == 1


def test_a_batch_of_another_size_is_another_form_and_both_are_kept(model: nn.Module, exports: list[Recording]) -> None:
    recorder = Recorder()
    for count in (1, 3, 1, 3):
        assert_same_bits(recorder.record(model, draw(0, count)), model, draw(0, count))
    assert len(exports) == 2


@torch.no_grad()
def change_a_weight(model: Any) -> None:
    model.head.weight[0, 0] += 1


def put_other_numbers_behind_a_weight(model: Any) -> None:
    model.head.weight.data = model.head.weight.data * 2


def replace_a_weight(model: Any) -> None:
    model.head.weight = nn.Parameter(torch.ones_like(model.head.weight))


def change_a_statistic(model: Any) -> None:
    model.norm.running_var.mul_(3)


def replace_a_part(model: Any) -> None:
    model.slope = nn.Tanh()


def change_a_setting_of_a_part(model: Any) -> None:
    model.slope.negative_slope = 0.7


def change_a_number(model: Any) -> None:
    model.factor = 3.0


def change_what_lies_in_a_dict(model: Any) -> None:
    model.options["power"] = 2


def change_a_plain_tensor(model: Any) -> None:
    model.plain += 1


def add_a_hook(model: Any) -> None:
    model.conv.register_forward_hook(lambda _module, _args, output: output * 2)


def silence_a_method(model: Any) -> None:
    model.slope.forward = lambda values: values * 0


CHANGES = (
    change_a_weight,
    put_other_numbers_behind_a_weight,
    replace_a_weight,
    change_a_statistic,
    change_a_setting_of_a_part,
    silence_a_method,
    replace_a_part,
    change_a_number,
    change_what_lies_in_a_dict,
    change_a_plain_tensor,
    add_a_hook,
)


def test_whatever_changes_in_a_network_is_noticed(model: nn.Module, exports: list[Recording]) -> None:
    recorder, inputs = Recorder(), draw(1)
    before = replay(recorder.record(model, inputs)).output
    for change in CHANGES:
        change(model)
        after = replay(recorder.record(model, inputs)).output
        assert not torch.equal(after, before), change.__name__
        torch.testing.assert_close(after, model(inputs).detach(), msg=change.__name__)
        before = after
    assert len(exports) == 1 + len(CHANGES)


def test_no_more_graphs_are_kept_than_there_is_use_for(model: nn.Module, exports: list[Recording]) -> None:
    recorder = Recorder()
    for count in range(1, keeping.MOST_KEPT + 2):
        recorder.record(model, draw(0, count))
    recorder.record(model, draw(0, keeping.MOST_KEPT + 1))
    assert len(exports) == keeping.MOST_KEPT + 1
    recorder.record(model, draw(0, 1))  # the least recently used one had gone
    assert len(exports) == keeping.MOST_KEPT + 2
