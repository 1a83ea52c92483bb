from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models import LayerSummary, count_parameters, head, summarise, summarise_model


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
    rows = summarise(Twice(), Form(shape=(3,)))
    assert [(row.name, row.operator, row.parameters, row.multiply_adds) for row in rows] == [
        ("fc", "Linear", 12, 9),
        ("fc", "Linear", 0, 9),
        ("mul", "mul", 3, 0),
    ]
    assert rows[-1].output_shape == (3,)


def test_a_parameter_shared_by_two_layers_counts_once() -> None:
    model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False))
    model[1].weight = model[0].weight
    assert [row.parameters for row in summarise(model, Form(shape=(4,)))] == [16, 0]
    assert count_parameters(model) == 16


def test_the_module_is_left_as_it_was() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Dropout(), nn.Flatten(), nn.Linear(72, 2))
    model[1].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    summarise(model, Form(shape=(1, 8, 8)))
    assert model.training
    assert model[0].training
    assert not model[1].training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert not any(layer._forward_hooks for layer in model.modules())
    assert all(parameter.grad is None for parameter in model.parameters())


def test_multiply_adds_of_convolutions_are_those_counted_by_hand() -> None:
    model = nn.Sequential(nn.Conv2d(4, 8, (3, 5), stride=2, padding=1, groups=2), nn.ConvTranspose2d(8, 2, 2, stride=2))
    first, second = summarise(model, Form(shape=(4, 9, 11)))
    assert first.output_shape == (8, 5, 5)
    assert first.multiply_adds == 8 * 5 * 5 * (4 // 2) * 3 * 5
    assert first.details == "3 x 5, stride 2, padding 1, 2 groups"
    assert second.output_shape == (2, 10, 10)
    assert second.multiply_adds == 8 * 5 * 5 * 2 * 2 * 2


def test_attention_is_one_row_with_all_its_parameters() -> None:
    model = nn.TransformerEncoderLayer(8, 2, dim_feedforward=16, batch_first=True)
    rows = summarise(model, Form(shape=(5, 8)))
    attention = next(row for row in rows if row.operator == "MultiheadAttention")
    assert attention.parameters == 4 * (8 * 8 + 8)
    assert attention.output_shape == (5, 8)
    # Four projections, queries times keys, and weights times values.
    assert attention.multiply_adds == 5 * 4 * 8 * 8 + 2 * 5 * 5 * 8
    assert sum(row.parameters for row in rows) == count_parameters(model)


def test_a_model_that_is_one_layer_is_one_row() -> None:
    assert summarise(nn.Linear(2, 3), Form(shape=(2,))) == [
        LayerSummary(
            name="",
            operator="Linear",
            output_shape=(3,),
            parameters=9,
            multiply_adds=6,
            inputs=(-1,),
            parameter_formula="(2 + 1) * 3 = 9",
        )
    ]


def test_an_input_the_module_cannot_take_is_said_and_the_module_left_as_it_was() -> None:
    model = nn.Sequential(nn.Linear(2, 3))
    with pytest.raises(ModelError, match=r"cannot take an input of shape \(5,\)"):
        summarise(model, Form(shape=(5,)))
    assert model.training
    assert not model[0]._forward_hooks


def test_frozen_parameters_count_as_parameters() -> None:
    model = nn.Linear(2, 3).requires_grad_(False)
    assert count_parameters(model) == 9


def test_a_module_without_layers_of_weights_has_no_head() -> None:
    assert head(nn.ReLU()) is None


class Residual(nn.Module):
    """A block with a way around it, a token of its own, in-place operators, and a movement in between."""

    def __init__(self) -> None:
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 1, 4))
        self.inner = nn.Linear(4, 4)
        self.never = nn.Linear(4, 4)

    def forward(self, inputs: Tensor) -> Tensor:
        tokens = torch.cat([self.token.expand(len(inputs), -1, -1), inputs.view(-1, 2, 4)], dim=1)
        tokens = self.inner(tokens).relu_() + tokens
        tokens *= 2
        first: Tensor = tokens[:, 0]
        return first


def test_what_stands_between_layers_has_rows_and_every_row_says_what_it_reads() -> None:
    rows = summarise(Residual(), Form(shape=(8,)))
    assert [(row.name, row.parameters, row.inputs) for row in rows] == [
        ("cat", 4, (-1,)),
        ("inner", 20, (0,)),
        ("relu", 0, (1,)),
        ("add", 0, (2, 0)),
        ("mul", 0, (3,)),
    ]
    summary = summarise_model(Residual(), Form(shape=(8,)))
    assert summary.parameters == 44
    assert summary.unread == 20
    assert "44 parameters, of which 20 are never read" in str(summary)


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize(
    ("layer", "formula"),
    [
        (nn.Conv2d(1, 6, 5, padding=2), "floor((28 - 5 + 2*2)/1) + 1 = 28"),
        (nn.Conv2d(1, 6, 5), "floor((28 - 5 + 2*0)/1) + 1 = 24"),
        (nn.Conv2d(1, 6, 3, stride=2, padding=1), "floor((28 - 3 + 2*1)/2) + 1 = 14"),
        (nn.Conv2d(1, 6, 3, padding=2, dilation=2), "floor((28 + 2*2 - 2*(3 - 1) - 1)/1) + 1 = 28"),
        (nn.Conv2d(1, 6, 4, padding="same"), "floor((28 - 4 + 1 + 2)/1) + 1 = 28"),
        (nn.MaxPool2d(3, 2), "floor((28 - 3 + 2*0)/2) + 1 = 13"),
        (nn.MaxPool2d(3, 2, ceil_mode=True), "ceil((28 - 3 + 2*0)/2) + 1 = 14"),
        (nn.AvgPool2d(2), "floor((28 - 2 + 2*0)/2) + 1 = 14"),
        (nn.Conv2d(1, 2, (3, 5)), "height floor((28 - 3 + 2*0)/1) + 1 = 26; width floor((28 - 5 + 2*0)/1) + 1 = 24"),
        (nn.ConvTranspose2d(1, 2, 3, stride=2), "(28 - 1)*2 - 2*0 + 1*(3 - 1) + 0 + 1 = 57"),
        (nn.AdaptiveAvgPool2d(1), "all 28 -> 1"),
        (nn.ReLU(), ""),
    ],
)
def test_the_output_size_is_a_formula_whose_arithmetic_holds(layer: nn.Module, formula: str) -> None:
    (row,) = summarise(layer, Form(shape=(1, 28, 28)))
    assert row.output_formula == formula
    for side, stated in zip(formula.split("; "), row.output_shape[-2:], strict=False):
        if "->" in side or not side:
            continue
        arithmetic, _, result = side.removeprefix("height ").removeprefix("width ").rpartition(" = ")
        assert int(result) == stated
        assert eval(arithmetic, {"floor": math.floor, "ceil": math.ceil}) == stated


def test_a_window_that_ceil_mode_would_begin_outside_is_said_to_be_left_out() -> None:
    (row,) = summarise(nn.MaxPool2d(2, 3, ceil_mode=True), Form(shape=(1, 6, 6)))
    assert row.output_shape == (1, 2, 2)
    assert row.output_formula == "ceil((6 - 2 + 2*0)/3) + 1, less one window that would lie outside = 2"


def test_recurrent_layers_cost_what_their_gates_do_at_each_step() -> None:
    (row,) = summarise(nn.LSTM(28, 64, batch_first=True), Form(shape=(10, 28)))
    assert row.parameters == 4 * 64 * (28 + 64 + 2)
    assert row.parameter_formula == f"4 * 64 * (28 + 64 + 2) = {row.parameters}"
    assert row.multiply_adds == 10 * 4 * 64 * (28 + 64)
    assert row.output_shape == (10, 64)


def test_a_network_that_takes_whole_numbers_is_given_some() -> None:
    model = nn.Sequential(nn.Embedding(50, 8), nn.Flatten(), nn.Linear(24, 2))
    assert [row.output_shape for row in summarise(model, Form(shape=(3,)))] == [(3, 8), (24,), (2,)]


def test_weights_are_kept_of_small_dense_layers_only() -> None:
    small = nn.Linear(2, 3, bias=False)
    model = nn.Sequential(nn.Linear(100, 2), small)
    summary = summarise_model(model, Form(shape=(100,)), with_weights=True)
    assert list(summary.weights) == ["1"]
    assert torch.allclose(torch.tensor(summary.weights["1"]), small.weight)
    assert summary.biases == {}
    assert summarise_model(model, Form(shape=(100,))).weights == {}
