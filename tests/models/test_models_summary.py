from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from pellucid.errors import ModelError
from pellucid.models import LayerSummary, count_parameters, head, summarise


class Twice(nn.Module):
    """Calls one layer twice, one never, and returns a dictionary of a tuple."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3))
        self.fc = nn.Linear(3, 3)
        self.unused = nn.Linear(3, 8)

    def forward(self, inputs: Tensor) -> dict[str, tuple[Tensor, str]]:
        return {"logits": (self.fc(self.fc(inputs)) * self.scale, "and words")}


def test_a_layer_called_twice_is_two_rows_and_its_parameters_count_once() -> None:
    rows = summarise(Twice(), (3,))
    assert [(row.name, row.operator, row.parameters, row.multiply_adds) for row in rows] == [
        ("fc", "Linear", 12, 9),
        ("fc", "Linear", 0, 9),
        ("", "Twice", 3, 0),
    ]
    assert rows[-1].output_shape == (3,)


def test_a_parameter_shared_by_two_layers_counts_once() -> None:
    model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False))
    model[1].weight = model[0].weight
    assert [row.parameters for row in summarise(model, (4,))] == [16, 0]
    assert count_parameters(model) == 16


def test_the_module_is_left_as_it_was() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Dropout(), nn.Flatten(), nn.Linear(72, 2))
    model[1].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    summarise(model, (1, 8, 8))
    assert model.training
    assert model[0].training
    assert not model[1].training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not any(layer._forward_hooks for layer in model.modules())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_multiply_adds_of_convolutions_are_those_counted_by_hand() -> None:
    model = nn.Sequential(nn.Conv2d(4, 8, (3, 5), stride=2, padding=1, groups=2), nn.ConvTranspose2d(8, 2, 2, stride=2))
    first, second = summarise(model, (4, 9, 11))
    assert first.output_shape == (8, 5, 5)
    assert first.multiply_adds == 8 * 5 * 5 * (4 // 2) * 3 * 5
    assert first.details == "3 x 5, stride 2, padding 1, 2 groups"
    assert second.output_shape == (2, 10, 10)
    assert second.multiply_adds == 8 * 5 * 5 * 2 * 2 * 2


def test_attention_is_one_row_with_all_its_parameters() -> None:
    model = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, batch_first=True)
    rows = summarise(model, (5, 8))
    attention = next(row for row in rows if row.operator == "MultiheadAttention")
    assert attention.parameters == 4 * (8 * 8 + 8)
    assert attention.output_shape == (5, 8)
    assert attention.multiply_adds == 5 * 4 * 8 * 8
    assert sum(row.parameters for row in rows) == count_parameters(model)


def test_a_model_that_is_one_layer_is_one_row() -> None:
    assert summarise(nn.Linear(2, 3), (2,)) == [
        LayerSummary(name="", operator="Linear", output_shape=(3,), parameters=9, multiply_adds=6)
    ]


def test_an_input_the_module_cannot_take_is_said_and_the_module_left_as_it_was() -> None:
    model = nn.Sequential(nn.Linear(2, 3))
    with pytest.raises(ModelError, match=r"cannot take an input of shape \(5,\)"):
        summarise(model, (5,))
    assert model.training
    assert not model[0]._forward_hooks


def test_frozen_parameters_count_as_parameters() -> None:
    model = nn.Linear(2, 3).requires_grad_(False)
    assert count_parameters(model) == 9


def test_a_module_without_layers_of_weights_has_no_head() -> None:
    assert head(nn.ReLU()) is None
