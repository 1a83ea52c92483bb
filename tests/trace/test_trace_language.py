"""Language models, number by number: every value on the way to a next token is the sum of its terms."""

from __future__ import annotations

import itertools

import numpy as np
import torch
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model
from pellucid.trace import backpropagate, trace
from pellucid.trace.backward import Backward
from pellucid.trace.graph import record

POSITIONS, LENGTH, VOCABULARY = 1_000, 9, 8
FORM = Form(shape=(12,), dtype="int64", vocabulary=VOCABULARY)
TOKENS = torch.randint(1, VOCABULARY, (1, LENGTH), generator=torch.Generator().manual_seed(5))


def network(name: str) -> nn.Module:
    options = ModelOptions(causal=True, embedding=8, layers=2, heads=2, dropout=0.0)
    if name != "transformer":
        options = ModelOptions(causal=True, embedding=5, hidden=(6, 4), dropout=0.0)
    return build_model(name, form=FORM, outputs=12 * VOCABULARY, options=options, seed=3).eval()


class Together(nn.Module):
    """Several networks on one text: one graph for all is quicker than one each."""

    def __init__(self, networks: list[nn.Module]) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, tokens: Tensor) -> Tensor:
        return torch.cat([network(tokens) for network in self.networks], 1)


def test_the_terms_make_the_values_down_to_the_vectors_of_tokens() -> None:
    together = Together([network(name) for name in ("transformer", "lstm", "gru", "rnn")])
    traced = trace(together.eval(), TOKENS)
    operators = {step.operator for step in traced.steps}
    assert {"embedding", "scaled_dot_product_attention", "layer_norm", "lstm", "gru", "rnn_tanh"} <= operators
    places = [(values, place) for values in traced for place in itertools.product(*map(range, values.shape))]
    chosen = np.random.default_rng(0).permutation(len(places))[:POSITIONS]
    for number in chosen.tolist():
        values, place = places[number]
        arithmetic = values.at(*place)
        assert len(arithmetic.terms), f"{values.step.name} has no explainer"
        assert arithmetic.is_exact, str(arithmetic)


def test_no_weight_of_attention_is_on_a_later_token() -> None:
    (first, *_) = [values for values in trace(network("transformer"), TOKENS) if "attention" in values.step.operator]
    for row in range(LENGTH):
        weights = first.at(1, row, 2).factor("weights")
        assert weights[: row + 1].sum() > 1 - 1e-6
        assert not weights[row + 1 :].any()


def test_the_way_back_from_the_last_place_is_that_of_its_numbers_alone() -> None:
    model = network("transformer")

    class LastPlace(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, tokens: Tensor) -> Tensor:
            outputs: Tensor = self.model(tokens)[:, -VOCABULARY:]
            return outputs

    back = Backward(record(model, TOKENS), 3, answered=VOCABULARY)
    alone = backpropagate(LastPlace().eval(), TOKENS, 3)
    assert back.loss == alone.loss
    assert np.array_equal(back.output_gradient, alone.output_gradient)
    assert np.array_equal(back.gradient("head.weight"), alone.gradient("model.head.weight"))
    assert back.weight("head.weight", 3, 1).is_exact
    assert back.output(3).is_exact
