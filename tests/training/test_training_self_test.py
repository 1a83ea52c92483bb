"""The device self-test: passes where numbers agree, refuses where they do not."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from pellucid.errors import RunError
from pellucid.kinds import Form
from pellucid.training.self_test import check_device

CPU = torch.device("cpu")


class Elsewhere(nn.Module):
    """A model that knows the device it is asked on: the first copy is the CPU's, the second the other device's."""

    def __init__(self, error: float) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(12, 5), nn.Tanh(), nn.Dropout(0.5), nn.Linear(5, 3))
        self.error = error
        self.asked = [0]

    def __deepcopy__(self, memo: object) -> Elsewhere:
        other = Elsewhere(self.error)
        other.load_state_dict(self.state_dict())
        other.asked = self.asked
        return other

    def forward(self, inputs: Tensor) -> Tensor:
        self.asked[0] += 1
        outputs: Tensor = self.layers(inputs)
        return outputs * (1 + self.error) if self.asked[0] == 2 else outputs


@pytest.mark.parametrize("error", [0.0, 1e-3, -1e-3])
def test_rounding_passes_and_is_said(error: float) -> None:
    model = Elsewhere(error)
    before = {key: value.clone() for key, value in model.state_dict().items()}
    decision = check_device(model, Form(shape=(3, 2, 2)), CPU)
    assert decision.value == "cpu answers like the CPU"
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize("error", [0.1, -2.0, float("nan"), float("inf")])
def test_wrong_numbers_are_refused_with_the_way_out(error: float) -> None:
    with pytest.raises(RunError, match=r"computes other numbers than the CPU.*--device cpu"):
        check_device(Elsewhere(error), Form(shape=(3, 2, 2)), CPU)


def test_it_leaves_the_random_numbers_alone() -> None:
    model = nn.Linear(4, 2)
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    check_device(model, Form(shape=(4,)), CPU)
    assert torch.equal(torch.rand(2), expected)
