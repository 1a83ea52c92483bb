from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model, count_parameters, summarise

TEXTBOOK_MAPS = {"conv1": (6, 28, 28), "pool1": (6, 14, 14), "conv2": (16, 10, 10), "pool2": (16, 5, 5)}


@pytest.mark.parametrize("name", ["lenet5", "lenet5-sigmoid"])
@pytest.mark.parametrize("size", [28, 32])
def test_lenet5_has_the_textbook_feature_maps_and_61706_parameters(name: str, size: int) -> None:
    model = build_model(name, form=Form(shape=(1, size, size)), outputs=10, seed=0)
    shapes = {row.name: row.output_shape for row in summarise(model, Form(shape=(1, size, size)))}
    assert {layer: shapes[layer] for layer in TEXTBOOK_MAPS} == TEXTBOOK_MAPS
    assert [shapes[layer] for layer in ("flatten", "fc1", "fc2", "fc3")] == [(400,), (120,), (84,), (10,)]
    by_hand = (25 + 1) * 6 + (6 * 25 + 1) * 16 + (400 + 1) * 120 + (120 + 1) * 84 + (84 + 1) * 10
    assert count_parameters(model) == by_hand == 61_706


def test_lenet5_costs_the_multiplications_counted_by_hand() -> None:
    model = build_model("lenet5", form=Form(shape=(1, 28, 28)), outputs=10, seed=0)
    cost = {row.name: row.multiply_adds for row in summarise(model, Form(shape=(1, 28, 28))) if row.multiply_adds}
    assert cost == {
        "conv1": 28 * 28 * 6 * 25,
        "conv2": 10 * 10 * 16 * 6 * 25,
        "fc1": 400 * 120,
        "fc2": 120 * 84,
        "fc3": 84 * 10,
    }
    assert sum(cost.values()) == 416_520


def test_the_two_lenets_differ_in_activation_and_pooling() -> None:
    relu = build_model("lenet5", form=Form(shape=(1, 28, 28)), outputs=10, seed=0)
    sigmoid = build_model("lenet5-sigmoid", form=Form(shape=(1, 28, 28)), outputs=10, seed=0)
    assert isinstance(relu.act1, nn.ReLU)
    assert isinstance(relu.pool1, nn.MaxPool2d)
    assert isinstance(sigmoid.act1, nn.Sigmoid)
    assert isinstance(sigmoid.pool2, nn.AvgPool2d)


def test_pooling_before_the_relu_changes_no_bit_of_the_answer_or_the_gradient() -> None:
    model = build_model("lenet5", form=Form(shape=(1, 28, 28)), outputs=10, seed=0)
    parts = dict(model.named_children())
    assert list(parts)[:6] == ["conv1", "pool1", "act1", "conv2", "pool2", "act2"]
    textbook = nn.Sequential(
        *(parts[name] for name in ("conv1", "act1", "pool1", "conv2", "act2", "pool2", "flatten")),
        *(parts[name] for name in ("fc1", "act3", "fc2", "act4", "fc3")),
    )
    inputs = torch.randn(32, 1, 28, 28, generator=torch.Generator().manual_seed(1)).round(decimals=1)  # with ties
    found = []
    for network in (model, textbook):
        model.zero_grad()
        answers = network(inputs)
        answers.square().sum().backward()
        found.append([answers.detach(), *(weight.grad.clone() for weight in model.parameters())])  # type: ignore[union-attr]
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))


@pytest.mark.parametrize("size", [28, 32])
def test_sigmoid_lenet5_starts_as_the_same_function_as_its_tanh_twin(size: int) -> None:
    shape = (3, size, size)
    sigmoid = build_model("lenet5-sigmoid", form=Form(shape=shape), outputs=10, seed=3)
    tanh = build_model(
        "lenet5-sigmoid", form=Form(shape=shape), outputs=10, options=ModelOptions(activation="tanh"), seed=3
    )
    inputs = torch.randn(4, *shape, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(sigmoid(inputs), tanh(inputs), rtol=1e-4, atol=1e-5)


def test_batch_norm_in_lenet5_stands_before_each_activation() -> None:
    options = ModelOptions(batch_norm=True, dropout=0.5)
    model = build_model("lenet5", form=Form(shape=(1, 28, 28)), outputs=10, options=options, seed=0)
    names = [name for name, _ in model.named_children()]
    for number in range(1, 5):
        assert names.index(f"norm{number}") + 1 == names.index(f"act{number}")
    assert model(torch.randn(2, 1, 28, 28)).shape == (2, 10)


@pytest.mark.parametrize("shape", [(1, 30, 30), (1, 28, 32), (3, 8, 8)])
def test_lenet5_says_which_sizes_it_takes(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match="28 x 28 or 32 x 32"):
        build_model("lenet5", form=Form(shape=shape), outputs=10, seed=0)
