"""Cases worked out by hand, as one finds them in lectures."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from pellucid.trace import trace

PICTURE = "100001 010010 001100 100010 010010 001010"


def numbers(text: str) -> Tensor:
    """Read "100 010" as rows of digits, or "1 -1 / 0 1" as rows of numbers."""
    rows = [row.split() for row in text.split("/")] if "/" in text else [list(row) for row in text.split()]
    return torch.tensor([[float(cell) for cell in row] for row in rows])


def convolution(kernel: str, *, pooled: bool = False) -> nn.Module:
    weight = numbers(kernel)
    layer = nn.Conv2d(1, 1, (weight.shape[0], weight.shape[1]), bias=False)
    with torch.no_grad():
        layer.weight.copy_(weight[None, None])
    return nn.Sequential(layer, *([nn.MaxPool2d(2)] if pooled else []))


@pytest.mark.parametrize(
    ("kernel", "first_row", "pooled"),
    [
        ("1 -1 -1 / -1 1 -1 / -1 -1 1", [3, -1, -3, -1], [[3, 0], [3, 1]]),
        ("-1 1 -1 / -1 1 -1 / -1 1 -1", [-1, -1, -1, -1], [[-1, 1], [0, 3]]),
    ],
)
def test_a_kernel_slides_over_a_picture_of_six_by_six(
    kernel: str, first_row: list[float], pooled: list[list[float]]
) -> None:
    traced = trace(convolution(kernel, pooled=True), numbers(PICTURE)[None])
    assert traced["0"].values[0, 0].tolist() == first_row
    assert traced["1"].values[0].tolist() == pooled
    for column, value in enumerate(first_row):
        arithmetic = traced["0"].unit(0, at=(0, column))
        assert arithmetic.total == value
        patch = numbers(PICTURE)[:3, column : column + 3].numpy()
        assert np.array_equal(arithmetic.factor("input")[0], patch)
        assert np.array_equal(arithmetic.factor("weight")[0], numbers(kernel).numpy())
        assert np.array_equal(arithmetic.terms, (patch * numbers(kernel).numpy()).ravel())


def test_one_patch_under_a_kernel_of_zeros_and_ones() -> None:
    patch = torch.tensor([[18.0, 54, 51], [55, 121, 75], [35, 24, 204]])
    traced = trace(convolution("1 0 1 / 0 1 0 / 1 0 1"), patch[None])
    arithmetic = traced["0"].unit(0, at=(0, 0))
    assert arithmetic.value == arithmetic.total == 429
    assert arithmetic.terms.tolist() == [18, 0, 51, 0, 121, 0, 35, 0, 204]
    assert "patch x kernel = +429" in str(arithmetic)


def test_the_winner_of_a_window_is_named_with_its_place() -> None:
    traced = trace(convolution("1 -1 -1 / -1 1 -1 / -1 -1 1", pooled=True), numbers(PICTURE)[None])
    arithmetic = traced["1"].unit(0, at=(1, 0))
    window = traced["0"].values[0, 2:4, 0:2]
    assert arithmetic.factor("window").tolist() == window.tolist()
    row, column = divmod(int(window.argmax()), 2)
    assert arithmetic.value == 3 == window[row, column]
    assert arithmetic.note == f"the winner lies at row {2 + row}, column {column} of the input"


def test_a_neuron_weighs_its_inputs() -> None:
    neuron = nn.Linear(2, 1, bias=False)
    with torch.no_grad():
        neuron.weight.copy_(torch.tensor([[0.5, -1.0]]))
    arithmetic = trace(nn.Sequential(neuron), torch.tensor([12.0, 4.0]))["0"].unit(0)
    assert arithmetic.value == arithmetic.total == 2
    assert arithmetic.terms.tolist() == [6, -4]


def test_a_softmax_shows_its_exponentials() -> None:
    arithmetic = trace(nn.Softmax(dim=1), torch.tensor([[1.0, 2.0, 3.0]]))["softmax"].unit(2)
    # exp(3) / (exp(1) + exp(2) + exp(3)) = 0.66524
    assert arithmetic.value == pytest.approx(0.66524096, abs=1e-7)
    exponentials = arithmetic.factor("exponentials")
    assert exponentials.tolist() == pytest.approx([np.exp(-2), np.exp(-1), 1])
    assert float(arithmetic.factor("sum")) == pytest.approx(exponentials.sum())


def test_two_gates_open_and_one_forgets() -> None:
    lstm = nn.LSTM(1, 1)
    gates = torch.tensor([100.0, -100.0, 100.0, 100.0])  # input, forget, candidate, output
    with torch.no_grad():
        for name, parameter in lstm.named_parameters():
            parameter.copy_(gates if name == "bias_ih_l0" else torch.zeros_like(parameter))

    class First(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = lstm

        def forward(self, series: Tensor) -> Tensor:
            outputs: Tensor = self.lstm(series)[0]
            return outputs

    arithmetic = trace(First(), torch.zeros(1, 3, 1))["lstm"].at(2, 0)
    # The cell holds input x candidate = 1 at every moment, and gives tanh(1).
    assert float(arithmetic.factor("forget")) == pytest.approx(0)
    assert float(arithmetic.factor("cell")) == pytest.approx(1)
    assert arithmetic.total == pytest.approx(np.tanh(1))
