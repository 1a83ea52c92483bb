"""Forms of examples: what a model takes of them, noise that suits them, and how far a network of tokens sees."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from pellucid.errors import ModelError
from pellucid.kinds import Form, Wishes
from pellucid.models import ModelEntry, build_model, cut_at_head, noise_of, sizes_in_words, summarise

TOKENS = Form(shape=(12,), dtype="int64", vocabulary=10)


def entry(wishes: Wishes) -> ModelEntry:
    return ModelEntry(name="both", description="", wishes=wishes, build=lambda form, outputs, options: nn.Identity())


def test_a_model_may_take_several_kinds_of_input() -> None:
    both = Wishes(kinds=("table", "image"), min_size=8)
    entry(both).check_input(Form(shape=(4,)))
    entry(both).check_input(Form(shape=(1, 8, 8)))
    with pytest.raises(ModelError, match="takes numbers that are measured"):
        entry(both).check_input(TOKENS)
    assert (both.take("image"), both.take("word")) == (True, False)
    assert both.kinds_in_words() == "tables and pictures"
    assert sizes_in_words(Wishes(kinds=("table",))) == "tables"


def test_wishes_written_for_one_kind_are_read() -> None:
    assert Wishes.from_dict({"kind": "image", "min_size": 8}, source="old") == Wishes(kinds=("image",), min_size=8)
    assert Wishes.from_dict({"kind": "any"}, source="old") == Wishes(kinds="any")


def test_numbers_of_words_are_not_flattened_as_if_they_were_measured() -> None:
    with pytest.raises(ModelError, match="the input is numbers of words"):
        build_model("mlp", form=TOKENS, outputs=2, seed=0)


def test_noise_suits_the_form() -> None:
    tokens = noise_of(TOKENS, 50)
    assert (tokens.dtype, tokens.shape) == (torch.int64, (50, 12))
    assert set(tokens.flatten().tolist()) == set(range(10))
    plain = torch.randn(2, 3, generator=torch.Generator().manual_seed(0))
    assert torch.equal(noise_of(Form(shape=(3,)), 2), plain)
    assert noise_of(Form(shape=(3,)), 2, like=torch.zeros(1, dtype=torch.float64)).dtype == torch.float64


class Reads(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(10, 4)
        self.conv1 = nn.Conv1d(4, 6, 3, padding=1)
        self.conv2 = nn.Conv1d(6, 6, 3, dilation=2, padding=2)
        self.head = nn.Linear(6, 2)

    def forward(self, tokens: Tensor) -> Tensor:
        outputs: Tensor = self.head(self.conv2(self.conv1(self.embed(tokens).transpose(1, 2))).amax(2))
        return outputs


def test_a_network_of_tokens_is_followed_and_cut() -> None:
    rows = {row.name: row.receptive_field for row in summarise(Reads(), TOKENS)}
    sizes = {name: None if field is None else field.size for name, field in rows.items()}
    # 3 tokens, and then 2 more on each side.
    assert (sizes["embed"], sizes["conv1"], sizes["conv2"]) == ((1,), (3,), (7,))
    cut = cut_at_head(Reads(), TOKENS)
    assert cut is not None
    assert cut.shape == (6,)


class Looks(nn.Module):
    def __init__(self, *, causal: bool) -> None:
        super().__init__()
        self.embed = nn.Embedding(10, 4)
        self.causal = causal

    def forward(self, tokens: Tensor) -> Tensor:
        values = self.embed(tokens)
        return nn.functional.scaled_dot_product_attention(values, values, values, is_causal=self.causal)


def test_attention_that_looks_back_alone_has_no_one_field() -> None:
    every, back = (summarise(Looks(causal=causal), TOKENS)[-1].receptive_field for causal in (False, True))
    assert every is not None
    assert every.is_whole
    assert back is None
