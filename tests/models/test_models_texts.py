"""Networks of texts: padding changes nothing, order counts where it should, and they are what they say."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model, find_model
from pellucid.models.bow import BagOfWords
from pellucid.models.token_parts import backwards, largest_of, mean_of, present

TEXT_MODELS = ("bow", "embedding", "textcnn", "lstm", "gru", "transformer")
FORM = Form(shape=(12,), dtype="int64", vocabulary=30)
SMALL = {
    "embedding": ModelOptions(embedding=8),
    "textcnn": ModelOptions(embedding=8, hidden=(6,)),
    "lstm": ModelOptions(embedding=8, hidden=(5, 4)),
    "gru": ModelOptions(embedding=8, hidden=(5,)),
    "transformer": ModelOptions(embedding=8, layers=2, heads=2),
}


def network(name: str) -> nn.Module:
    built = build_model(name, form=FORM, outputs=3, options=SMALL.get(name), seed=0).eval()
    for parameter in built.parameters():  # weights that start at 0 would hide everything
        if not parameter.any():
            torch.nn.init.normal_(parameter, generator=torch.Generator().manual_seed(1))
    return built


def texts() -> torch.Tensor:
    """Return [5, 12] texts of 1, 2, 5, 11 and 12 tokens."""
    tokens = torch.randint(1, 30, (5, 12), generator=torch.Generator().manual_seed(2))
    for row, length in enumerate((1, 2, 5, 11, 12)):
        tokens[row, length:] = 0
    return tokens


@pytest.mark.parametrize("name", TEXT_MODELS)
@torch.no_grad()
def test_padding_and_batches_change_no_answer(name: str) -> None:
    model, tokens = network(name), texts()
    together = model(tokens)
    assert together.shape == (5, 3)
    for row, length in enumerate((1, 2, 5, 11, 12)):
        for width in {length, min(12, length + 1), 12}:
            alone = model(tokens[row : row + 1, :width])
            assert torch.allclose(alone, together[row : row + 1], atol=1e-6, rtol=0), (length, width)
    assert torch.isfinite(model(torch.zeros(2, 12, dtype=torch.int64))).all()


@pytest.mark.parametrize("name", TEXT_MODELS)
@torch.no_grad()
def test_order_counts_for_all_but_those_that_add_words_up(name: str) -> None:
    model, tokens = network(name), texts()[3:4, :11]
    swapped = tokens[:, torch.tensor([1, 0, *range(2, 11)])]
    change = float((model(tokens) - model(swapped)).abs().max())
    assert change < 1e-6 if name in ("bow", "embedding") else change > 1e-5


def test_bow_multiplies_counts_by_weights() -> None:
    model = network("bow")
    assert isinstance(model, BagOfWords)
    tokens = texts()
    counts = np.stack([np.bincount(row, minlength=30) for row in tokens.numpy()])
    counts[:, 0] = 0
    by_hand = counts @ model.weights.weight.detach().numpy() + model.bias.detach().numpy()
    assert np.allclose(model(tokens).detach().numpy(), by_hand, atol=1e-5)


def test_what_is_read_over_a_text_leaves_padding_out() -> None:
    tokens = torch.tensor([[4, 5, 6, 0], [7, 0, 0, 0]])
    there = present(tokens)
    values = torch.tensor([[[1.0], [2.0], [6.0], [99.0]], [[-5.0], [99.0], [99.0], [99.0]]])
    assert mean_of(values, there).flatten().tolist() == [3.0, -5.0]
    assert largest_of(values, there).flatten().tolist() == [6.0, -5.0]
    turned = backwards(values, there)
    assert turned[0, :3, 0].tolist() == [6.0, 2.0, 1.0]
    assert turned[1, 0, 0] == -5.0
    assert torch.equal(backwards(turned, there)[0, :3], values[0, :3])


def test_the_vector_of_padding_stays_zero() -> None:
    model = network("embedding")
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    model(texts()).square().sum().backward()
    optimizer.step()
    assert not model.get_parameter("embed.weight")[0].any()


def test_they_take_texts_alone() -> None:
    for name in TEXT_MODELS:
        with pytest.raises(ModelError, match=r"takes (texts|series)"):
            find_model(name).check_input(Form(shape=(12,)))
    with pytest.raises(ModelError, match="numbers of words"):
        build_model("mlp", form=FORM, outputs=3, seed=0)
    with pytest.raises(ModelError, match="3 heads do not divide"):
        build_model("transformer", form=FORM, outputs=3, options=ModelOptions(embedding=8, heads=3), seed=0)
