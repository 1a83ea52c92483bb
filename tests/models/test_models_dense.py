from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.kinds import Form
from pellucid.models import ACTIVATIONS, ModelOptions, build_model, count_parameters
from pellucid.models.activations import Maxout, make_activation


def names(model: nn.Module) -> list[str]:
    return [name for name, _ in model.named_children()]


def test_mlp_with_the_default_hidden_layer_has_the_parameters_counted_by_hand() -> None:
    model = build_model("mlp", form=Form(shape=(1, 28, 28)), outputs=10, seed=0)
    assert count_parameters(model) == 784 * 256 + 256 + 256 * 10 + 10 == 203_530


def test_linear_is_one_matrix_and_one_bias() -> None:
    model = build_model("linear", form=Form(shape=(3, 4, 5)), outputs=7, seed=0)
    inputs = torch.randn(2, 3, 4, 5)
    assert isinstance(model.fc, nn.Linear)
    torch.testing.assert_close(model(inputs), inputs.reshape(2, 60) @ model.fc.weight.T + model.fc.bias)


def test_mlp_takes_rows_of_a_table() -> None:
    model = build_model("mlp", form=Form(shape=(4,)), outputs=3, options=ModelOptions(hidden=(12,)), seed=0)
    assert model(torch.randn(5, 4)).shape == (5, 3)
    assert count_parameters(model) == 4 * 12 + 12 + 12 * 3 + 3


def test_mlp_without_hidden_layers_is_linear() -> None:
    model = build_model("mlp", form=Form(shape=(4,)), outputs=3, options=ModelOptions(hidden=()), seed=0)
    assert names(model) == ["flatten", "fc1"]


def test_batch_norm_stands_before_and_dropout_after_each_activation() -> None:
    options = ModelOptions(hidden=(6, 5), batch_norm=True, dropout=0.25)
    model = build_model("mlp", form=Form(shape=(4,)), outputs=3, options=options, seed=0)
    hidden = ["fc{}", "norm{}", "act{}", "drop{}"]
    assert names(model) == [
        "flatten",
        *(name.format(1) for name in hidden),
        *(name.format(2) for name in hidden),
        "fc3",
    ]
    assert isinstance(model.norm2, nn.BatchNorm1d)
    assert isinstance(model.drop1, nn.Dropout)
    assert model.drop1.p == 0.25


def test_maxout_takes_the_largest_of_the_pieces_that_lie_side_by_side() -> None:
    given = torch.tensor([[1.0, 5.0, -2.0, -3.0, 0.0, -1.0]])
    assert Maxout(3)(given).tolist() == [[5.0, 0.0]]
    assert Maxout(2)(given).tolist() == [[5.0, -2.0, 0.0]]


def test_a_maxout_mlp_answers_as_computed_by_hand() -> None:
    options = ModelOptions(hidden=(2,), activation="maxout", maxout_pieces=3)
    model = build_model("mlp", form=Form(shape=(2,)), outputs=1, options=options, seed=0)
    with torch.no_grad():
        model.fc1.weight.copy_(torch.tensor([[1.0, 0], [0, 1], [-1, -1], [2, 0], [0, 2], [1, 1]]))  # type: ignore[operator, union-attr]
        model.fc1.bias.copy_(torch.tensor([0.0, 0, 0, 0, 0, 0.5]))  # type: ignore[operator, union-attr]
        model.fc2.weight.copy_(torch.tensor([[10.0, 1.0]]))  # type: ignore[operator, union-attr]
        model.fc2.bias.copy_(torch.tensor([0.25]))  # type: ignore[operator, union-attr]
    # Input (1, 2): unit 1 is max(1, 2, -3) = 2, unit 2 is max(2, 4, 3.5) = 4, the output 10 * 2 + 4 + 0.25.
    assert model(torch.tensor([[1.0, 2.0]])).item() == 24.25


def test_maxout_holds_pieces_times_the_weights() -> None:
    options = ModelOptions(hidden=(8,), activation="maxout", maxout_pieces=4)
    model = build_model("mlp", form=Form(shape=(3,)), outputs=2, options=options, seed=0)
    assert count_parameters(model) == 3 * 8 * 4 + 8 * 4 + 8 * 2 + 2


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_passes_a_gradient_back_to_the_first_layer(activation: str) -> None:
    options = ModelOptions.from_dict({"hidden": [6, 5], "activation": activation}, source="test")
    model = build_model("mlp", form=Form(shape=(4,)), outputs=3, options=options, seed=0)
    model(torch.randn(7, 4)).square().sum().backward()
    gradient = next(model.parameters()).grad
    assert gradient is not None
    assert gradient.abs().sum() > 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [("sigmoid", 0.2689414), ("tanh", -0.7615942), ("relu", 0.0), ("leaky-relu", -0.01), ("elu", -0.6321206)],
)
def test_activations_have_their_textbook_value_at_minus_one(name: str, expected: float) -> None:
    options = ModelOptions.from_dict({"activation": name}, source="test")
    assert options.activation is not None
    assert make_activation(options.activation)(torch.tensor(-1.0)).item() == pytest.approx(expected, abs=1e-6)
