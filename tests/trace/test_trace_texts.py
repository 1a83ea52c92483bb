"""Networks of texts, number by number: every value of a padded text is the sum of its terms; layers unrolled."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model
from pellucid.trace import trace, unroll

POSITIONS = 200
FORM = Form(shape=(9,), dtype="int64", vocabulary=14)
TOKENS = torch.tensor([[5, 3, 1, 9, 13, 4, 0, 0, 0]])
PLACES = ("0 what", "1 a", "2 <unknown>", "3 great", "4 little", "5 film")
RECURRENT = ModelOptions(embedding=4, hidden=(3, 2))
MODELS = {
    "bow": ModelOptions(hidden=(3,)),
    "embedding": ModelOptions(embedding=4),
    "textcnn": ModelOptions(embedding=4, hidden=(2,)),
    "lstm": RECURRENT,
    "gru": RECURRENT,
    "rnn": RECURRENT,
    "transformer": ModelOptions(embedding=4, layers=1, heads=2),
}


def built(name: str) -> nn.Module:
    """Return a small network of texts."""
    return build_model(name, form=FORM, outputs=2, options=MODELS[name], seed=3).eval()


@pytest.mark.parametrize("name", MODELS)
def test_the_terms_make_the_values_of_a_padded_text(name: str) -> None:
    network = built(name)
    traced = trace(network, TOKENS)
    np.testing.assert_allclose(traced.output, network(TOKENS)[0].detach(), atol=1e-6)
    places = [(values, place) for values in traced for place in itertools.product(*map(range, values.shape))]
    chosen = np.random.default_rng(0).permutation(len(places))[:POSITIONS]
    for values, place in (places[number] for number in chosen.tolist()):
        arithmetic = values.at(*place)
        assert len(arithmetic.terms), f"{values.step.name} ({values.step.operator}) has no explainer"
        assert arithmetic.is_exact, str(arithmetic)


def gates_of(cell: nn.LSTM, vectors: Tensor) -> list[dict[str, float]]:
    """Return what an LSTM's gates are at each step, by the equations in PyTorch's documentation, as means."""
    weights = [cell.get_parameter(name) for name in ("weight_ih_l0", "bias_ih_l0", "weight_hh_l0", "bias_hh_l0")]
    read, read_bias, again, again_bias = weights
    hidden, state, found = torch.zeros(cell.hidden_size), torch.zeros(cell.hidden_size), []
    for vector in vectors:
        summed = read @ vector + read_bias + again @ hidden + again_bias
        enter, forget, candidate, out = summed.split(cell.hidden_size)
        state = forget.sigmoid() * state + enter.sigmoid() * candidate.tanh()
        before, hidden = hidden, out.sigmoid() * state.tanh()
        numbers = {
            "input": enter.sigmoid(),
            "forget": forget.sigmoid(),
            "|candidate|": candidate.tanh().abs(),
            "output": out.sigmoid(),
            "|state|": hidden.abs(),
            "|change|": (hidden - before).abs(),
        }
        found.append({name: float(values.mean()) for name, values in numbers.items()})
    return found


@torch.no_grad()
def test_a_recurrent_layer_is_unrolled_in_the_order_in_which_it_reads() -> None:
    network = built("lstm")
    vectors = network.get_submodule("embed")(TOKENS[0, :6])
    traced = trace(network, TOKENS)
    for path, seen, read in (
        ("forwards.0", vectors, PLACES),
        ("backwards.0", vectors.flip(0), PLACES[::-1]),
    ):
        layer = network.get_submodule(path)
        assert isinstance(layer, nn.LSTM)
        (unrolled,) = unroll(traced[path].step, PLACES)
        assert [step.read for step in unrolled.steps] == list(read)
        for step, expected in zip(unrolled.steps, gates_of(layer, seen), strict=True):
            assert dict(zip(unrolled.names, step.values, strict=True)) == pytest.approx(expected, abs=1e-6)
    assert len(traced["forwards.0"].unrolled[0].steps) == 9  # nobody said what stands where: padding is shown, too
    assert unroll(traced["fc"].step, PLACES) == ()


@torch.no_grad()
def test_the_two_directions_of_one_operator_are_unrolled_each_in_its_order() -> None:
    network = nn.GRU(3, 2, bidirectional=True, batch_first=True).eval()
    inputs = torch.randn(1, 4, 3, generator=torch.Generator().manual_seed(0))
    step = trace(Outputs(network), inputs)["layer"].step
    ahead, back = unroll(step, ("a", "b", "c", "d"))
    assert [one.read for one in ahead.steps] == ["a", "b", "c", "d"]
    assert [one.read for one in back.steps] == ["d", "c", "b", "a"]
    states, _ = network(inputs)
    assert [one.values[-2] for one in ahead.steps] == pytest.approx(states[0, :, :2].abs().mean(1).tolist(), abs=1e-6)
    in_order = [one.values[-2] for one in reversed(back.steps)]
    assert in_order == pytest.approx(states[0, :, 2:].abs().mean(1).tolist(), abs=1e-6)


class Outputs(nn.Module):
    """The outputs of a recurrent layer, without its last states."""

    def __init__(self, layer: nn.RNNBase) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self.layer(inputs)[0]
        return outputs
