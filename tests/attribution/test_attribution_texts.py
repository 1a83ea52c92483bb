"""Explanations of texts, token by token: exact where a network adds words up, complete for every other."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from pellucid.attribution import Explainer
from pellucid.attribution.tokens import GatedTokens, gated
from pellucid.errors import RecipeError
from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model
from pellucid.models.bow import BagOfWords

FORM = Form(shape=(10,), dtype="int64", vocabulary=20)
TEXT = torch.tensor([[4, 7, 9, 4, 12, 15, 18, 0, 0, 0]])


def test_a_bag_of_words_is_explained_by_its_own_weights() -> None:
    model = build_model("bow", form=FORM, outputs=2, seed=0).eval()
    assert isinstance(model, BagOfWords)
    nn.init.normal_(model.weights.weight, generator=torch.Generator().manual_seed(0))
    by_degrees, gates = gated(model, TEXT, padding=0)
    assert gates.shape == (1, 7)
    made = Explainer(by_degrees).explain(gates, target=1, methods=["integrated-gradients", "occlusion"], checks=False)
    weights = model.weights.weight[TEXT[0, :7], 1].detach().numpy()
    for attribution in made.attributions:
        assert np.allclose(attribution.cells, weights, atol=1e-5), attribution.method


@pytest.mark.parametrize("name", ["textcnn", "lstm", "transformer"])
def test_what_tokens_add_is_the_whole_difference(name: str) -> None:
    options = {
        "textcnn": ModelOptions(embedding=8, hidden=(6,)),
        "lstm": ModelOptions(embedding=8, hidden=(5,)),
        "transformer": ModelOptions(embedding=8, layers=1, heads=2),
    }[name]
    model = build_model(name, form=FORM, outputs=2, options=options, seed=0).eval()
    by_degrees, gates = gated(model, TEXT, padding=0)
    with torch.no_grad():
        assert torch.allclose(by_degrees(gates), model(TEXT), atol=1e-6)
        shut = gates.clone()
        shut[0, 2] = 0
        vectors = model.get_parameter("embed.weight")
        kept = vectors[9].clone()
        vectors[9] = 0
        by_hand = model(TEXT)
        vectors[9] = kept
        assert torch.allclose(by_degrees(shut), by_hand, atol=1e-6)
    made = Explainer(by_degrees).explain(gates, target=0, methods=["integrated-gradients"])
    (one,) = made.attributions
    # A maximum has kinks, which the rule of the integral meets between its places.
    assert abs(one.figures["completeness_gap"]) < 0.02 + 0.05 * abs(one.figures["difference"])
    assert one.randomisation is not None
    assert one.deletion is not None


def test_a_network_without_vectors_of_tokens_is_refused() -> None:
    with pytest.raises(RecipeError, match="vectors of tokens"):
        GatedTokens(nn.Linear(3, 2), TEXT)
