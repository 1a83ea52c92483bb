"""Weights' gradients by their terms: against forward-mode differentiation, gradcheck, and arithmetic by hand."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, jvp
from torch.nn.attention import SDPBackend, sdpa_kernel

from pellucid.errors import RecipeError
from pellucid.trace import backpropagate, trace

# Forward mode compiles some rules by a way that torch itself calls old.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script:FutureWarning")


class Attention(nn.Module):
    """Tokens of words, a token of its own, positions, relative biases, attention, two norms, a bare matrix, a scale."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(10, 8)
        self.first = nn.Parameter(torch.randn(1, 1, 8))
        self.positions = nn.Parameter(torch.randn(1, 5, 8))
        self.table = nn.Parameter(torch.randn(7, 2))
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.scale, self.matrix = nn.Parameter(torch.randn(8)), nn.Parameter(torch.randn(8, 8) / 3)
        self.layer_norm, self.group_norm = nn.LayerNorm(8), nn.GroupNorm(2, 8)
        self.head = nn.Linear(8, 3)
        self.register_buffer("places", torch.randint(0, 7, (5, 5)))

    def forward(self, words: Tensor) -> Tensor:
        tokens = torch.cat([self.first.expand(len(words), -1, -1), self.words(words)], 1) + self.positions
        assert isinstance(self.places, Tensor)
        bias = self.table[self.places.view(-1)].view(5, 5, 2).mean(2)
        mixed = self.attention(tokens, tokens, tokens, need_weights=False, attn_mask=bias)[0] / 2 * self.scale
        normed = self.group_norm(self.layer_norm(mixed @ self.matrix).transpose(1, 2))
        outputs: Tensor = self.head(normed.mean(2))
        return outputs


class Recurrent(nn.Module):
    """Two layers in both directions; the loss reaches outputs and last states."""

    def __init__(self, kind: type[nn.RNNBase]) -> None:
        super().__init__()
        self.layer = kind(3, 4, 2, batch_first=True, bidirectional=True)  # type: ignore[arg-type]
        self.head = nn.Linear(8, 3)

    def forward(self, series: Tensor) -> Tensor:
        outputs, states = self.layer(series)
        hidden = states[0] if isinstance(states, tuple) else states
        result: Tensor = self.head(outputs[:, -1]) + hidden[0][:, :3]
        return result


def check_weights(model: nn.Module, inputs: Tensor, targets: list[int]) -> None:
    """Compare value and terms of some weights of every parameter with forward-mode differentiation, in float64."""
    model.eval()
    back = backpropagate(model, inputs, targets)

    def loss(name: str, value: Tensor) -> Tensor:
        outputs = functional_call(model, {name: value}, (inputs,))
        return -torch.log_softmax(outputs, 1)[torch.arange(len(targets)), torch.tensor(targets)].mean()

    for name, parameter in model.named_parameters():
        places = list(itertools.product(*map(range, parameter.shape)))
        for place in places[:: 1 + len(places) // 10]:
            tangent = torch.zeros_like(parameter)
            tangent[place] = 1
            with sdpa_kernel(SDPBackend.MATH):  # the only one with a forward mode
                true = jvp(lambda value, own=name: loss(own, value), (parameter.detach(),), (tangent,))[1].item()
            arithmetic = back.weight(name, *place)
            assert len(arithmetic.terms), f"{name} has no explainer"
            assert arithmetic.value == pytest.approx(true, abs=1e-12)
            assert arithmetic.total == pytest.approx(true, abs=1e-12)


def test_weights_of_embedding_attention_norms_scales_and_tables_are_their_terms() -> None:
    torch.manual_seed(0)
    check_weights(Attention().double(), torch.tensor([[1, 2, 3, 1], [4, 2, 2, 9]]), [0, 2])


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_recurrent_weights_are_summed_over_time(kind: type[nn.RNNBase]) -> None:
    torch.manual_seed(0)
    check_weights(Recurrent(kind).double(), torch.randn(2, 5, 3, dtype=torch.float64), [0, 1])


def test_in_float32_the_terms_make_the_gradient_but_for_rounding() -> None:
    torch.manual_seed(0)
    for model, inputs in (
        (Attention(), torch.tensor([[1, 2, 3, 1]])),
        (Recurrent(nn.LSTM), torch.randn(1, 9, 3)),
    ):
        back = backpropagate(model.eval(), inputs, [1])
        for name, parameter in model.named_parameters():
            arithmetic = back.weight(name, *(size // 2 for size in parameter.shape))
            assert arithmetic.is_exact, str(arithmetic)


def test_gradcheck_agrees_on_a_smooth_model() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Tanh(), nn.Flatten(), nn.Linear(8, 3)).double().eval()
    picture = torch.randn(1, 1, 4, 4, dtype=torch.float64)
    names = [name for name, _ in model.named_parameters()]

    class Traced(torch.autograd.Function):
        """The loss, with the sums of a trace's terms as its gradient."""

        @staticmethod
        def forward(ctx: torch.autograd.function.FunctionCtx, *values: Tensor) -> Tensor:
            ctx.save_for_backward(*values)
            with torch.no_grad():
                outputs = functional_call(model, dict(zip(names, values, strict=True)), (picture,))
                return nn.functional.cross_entropy(outputs, torch.tensor([2]))

        @staticmethod
        def backward(ctx: torch.autograd.function.FunctionCtx, *upstream: Tensor) -> tuple[Tensor, ...]:
            values: tuple[Tensor, ...] = ctx.saved_tensors  # type: ignore[attr-defined]
            with torch.no_grad():
                for parameter, value in zip(model.parameters(), values, strict=True):
                    parameter.copy_(value)
            back = trace(model, picture).backward(2)
            found = {
                name: torch.tensor([back.weight(name, *place).total for place in np.ndindex(*value.shape)])
                for name, value in zip(names, values, strict=True)
            }
            return tuple(
                upstream[0] * found[name].reshape(value.shape) for name, value in zip(names, values, strict=True)
            )

    values = tuple(parameter.detach().clone().requires_grad_() for parameter in model.parameters())
    assert torch.autograd.gradcheck(Traced.apply, values, eps=1e-6, atol=1e-7)


def test_a_batch_is_the_mean_over_its_examples() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(4, 3)).double()
    inputs = torch.randn(3, 1, 2, 2, dtype=torch.float64)
    back = backpropagate(model, inputs, [2, 0, 1])
    singles = [trace(model, one[None]).backward(target) for one, target in zip(inputs, [2, 0, 1], strict=True)]
    assert back.loss == pytest.approx(np.mean([one.loss for one in singles]))
    arithmetic = back.weight("1.weight", 0, 3)
    assert arithmetic.value == pytest.approx(np.mean([one.weight("1.weight", 0, 3).value for one in singles]))
    assert arithmetic.labels == ("example 0", "example 1", "example 2")
    assert arithmetic.factor("input").tolist() == inputs[:, 0, 1, 1].tolist()
    assert back.output_gradient.shape == (3, 3)
    assert back.loss_arithmetic.total == pytest.approx(back.loss)


def test_the_loss_is_minus_the_log_of_the_targets_probability() -> None:
    model = nn.Sequential(nn.Linear(1, 3, bias=False))
    with torch.no_grad():
        next(model.parameters()).copy_(torch.tensor([[1.0], [2.0], [3.0]]))
    back = trace(model, torch.tensor([[1.0]])).backward(0)
    # exp(1) / (exp(1) + exp(2) + exp(3)) = 0.09003
    arithmetic = back.loss_arithmetic
    assert arithmetic.value == pytest.approx(-math.log(0.09003057), rel=1e-6)
    assert arithmetic.is_exact
    assert float(arithmetic.factor("p of the target")) == pytest.approx(0.09003057)
    gradient = back.output(0)
    assert gradient.terms.tolist() == pytest.approx([0.09003057, -1])
    assert gradient.is_exact


def test_binary_cross_entropy_and_squared_error_by_hand() -> None:
    model = nn.Sequential(nn.Linear(1, 1, bias=False))
    with torch.no_grad():
        next(model.parameters()).fill_(2.0)
    traced = trace(model, torch.tensor([[1.0]]))
    p = 1 / (1 + math.exp(-2))
    binary = traced.backward(1)
    assert binary.loss == pytest.approx(-math.log(p), rel=1e-6)
    assert binary.loss_arithmetic.is_exact
    assert binary.output(0).total == pytest.approx(p - 1, rel=1e-6)
    squared = traced.backward(5.0)
    assert squared.loss == 9
    assert squared.loss_arithmetic.terms.tolist() == [9]
    assert squared.output(0).terms.tolist() == [4, -10]
    assert squared.weight("0.weight", 0, 0).total == -6


def test_several_labels_and_several_numbers() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3))
    traced = trace(model, torch.randn(1, 2))
    labels = traced.backward([1, 0, 1])
    assert labels.criterion.startswith("binary cross-entropy")
    assert labels.loss_arithmetic.is_exact
    assert all(labels.output(unit).is_exact for unit in range(3))
    numbers = traced.backward([0.5, 0.0, -1.5])
    assert numbers.criterion.startswith("squared error")
    assert numbers.loss_arithmetic.is_exact


def test_targets_that_do_not_fit_are_refused() -> None:
    model = nn.Sequential(nn.Linear(2, 3))
    with pytest.raises(RecipeError, match=r"There is no class 3\. 0 to 2"):
        backpropagate(model, torch.randn(2, 2), [0, 3])
    with pytest.raises(RecipeError, match="The targets have the shape"):
        backpropagate(model, torch.randn(2, 2), [0.5, 1.5])
    with pytest.raises(RecipeError, match="Unknown criterion 'hinge'"):
        backpropagate(model, torch.randn(2, 2), [0, 1], criterion="hinge")  # type: ignore[arg-type]
    with pytest.raises(RecipeError, match="no output 3 of example 0"):
        backpropagate(model, torch.randn(2, 2), [0, 1]).output(3)
