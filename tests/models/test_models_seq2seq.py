"""A network that reads a text and writes another: padding changes nothing, and being told agrees with telling."""

from __future__ import annotations

import pytest
import torch

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model
from pellucid.models.seq2seq import END, Seq2Seq

FORM = Form(shape=(9,), dtype="int64", vocabulary=12)
PLACES, LETTERS = 6, 10


def network(attention: str) -> Seq2Seq:
    options = ModelOptions(embedding=5, hidden=(7,), answer=PLACES, own={"attention": attention})
    built = build_model("seq2seq", form=FORM, outputs=PLACES * LETTERS, options=options, seed=0).eval()
    assert isinstance(built, Seq2Seq)
    return built


def texts() -> torch.Tensor:
    tokens = torch.randint(1, 12, (4, 9), generator=torch.Generator().manual_seed(2))
    for row, length in enumerate((1, 2, 5, 9)):
        tokens[row, length:] = 0
    return tokens


@pytest.mark.parametrize("attention", ["dot", "bahdanau", "none"])
@torch.no_grad()
def test_padding_and_batches_change_no_answer(attention: str) -> None:
    model, tokens = network(attention), texts()
    together = model(tokens)
    assert together.shape == (4, PLACES * LETTERS)
    for row, length in enumerate((1, 2, 5, 9)):
        alone = model(tokens[row : row + 1, :length]).reshape(PLACES, LETTERS)
        # Behind its end an answer means nothing; a batch goes on there as long as any of its answers does.
        ends = int((alone.argmax(1) == END).nonzero()[0]) + 1 if (alone.argmax(1) == END).any() else PLACES
        assert torch.allclose(alone[:ends], together[row].reshape(PLACES, LETTERS)[:ends], atol=1e-6, rtol=0)


@pytest.mark.parametrize("attention", ["dot", "bahdanau", "none"])
@torch.no_grad()
def test_told_its_own_words_it_says_the_same(attention: str) -> None:
    model, tokens = network(attention), texts()
    said = model(tokens).reshape(4, PLACES, LETTERS)
    before = torch.cat([torch.full((4, 1), END), said.argmax(2)[:, :-1]], 1)
    told = model(tokens, before).reshape(4, PLACES, LETTERS)
    for row in range(4):
        ends = (said[row].argmax(1) == END).nonzero()
        last = int(ends[0]) + 1 if len(ends) else PLACES
        assert torch.allclose(told[row, :last], said[row, :last], atol=1e-6)
    assert (said[:, 0, :2] < -1e8).all()  # padding and unknown are never said


@torch.no_grad()
def test_attention_sums_to_one_and_leaves_padding_out() -> None:
    _, looked = network("dot").attend(texts())
    first = looked[:, 0]
    assert torch.allclose(first.sum(1), torch.ones(4), atol=1e-6)
    assert not first[texts() == 0].any()


def test_outputs_that_are_no_text_are_refused() -> None:
    with pytest.raises(ModelError, match="writes texts"):
        build_model("seq2seq", form=FORM, outputs=3, options=ModelOptions(answer=2), seed=0)
