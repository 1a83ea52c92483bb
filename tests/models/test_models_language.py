"""Networks that say at every place what comes next: none sees a later place, and padding at the end changes nothing."""

from __future__ import annotations

import pytest
import torch

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models import Fitting, GoesOn, ModelOptions, attention_of, build_model
from pellucid.models.language import Decoder, DecoderBlock
from pellucid.models.ngram import Ngram

FORM = Form(shape=(12,), dtype="int64", vocabulary=9)
OPTIONS = {
    "transformer": ModelOptions(causal=True, embedding=16, layers=2, heads=2, dropout=0.0),
    "lstm": ModelOptions(causal=True, embedding=6, hidden=(8, 7), dropout=0.0),
    "gru": ModelOptions(causal=True, embedding=6, hidden=(8,), dropout=0.0),
    "rnn": ModelOptions(causal=True, embedding=6, hidden=(8,), dropout=0.0),
    "ngram": ModelOptions(causal=True, order=4),
}


def _model(name: str) -> torch.nn.Module:
    model = build_model(name, form=FORM, outputs=12 * 9, options=OPTIONS[name], seed=0).eval()
    if isinstance(model, Ngram):
        windows = torch.randint(1, 9, (30, 12), generator=torch.Generator().manual_seed(1))
        model.fit(Fitting(windows, torch.full((30,), 11), None))
    return model


def _tokens() -> torch.Tensor:
    return torch.randint(1, 9, (3, 12), generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("name", OPTIONS)
def test_no_place_sees_a_later_one(name: str) -> None:
    model, tokens = _model(name), _tokens()
    with torch.no_grad():
        before = model(tokens).reshape(3, 12, 9)
        for place in (1, 5, 11):
            changed = tokens.clone()
            changed[:, place:] = changed[:, place:] % 8 + 1
            after = model(changed).reshape(3, 12, 9)
            torch.testing.assert_close(after[:, :place], before[:, :place], rtol=0, atol=1e-6)
            assert not torch.allclose(after[:, place:], before[:, place:])


@pytest.mark.parametrize("name", OPTIONS)
def test_padding_at_the_end_and_shorter_texts_change_no_answer(name: str) -> None:
    model, tokens = _model(name), _tokens()
    padded = tokens.clone()
    padded[:, 7:] = 0
    with torch.no_grad():
        short = model(tokens[:, :7]).reshape(3, 7, 9)
        long = model(padded).reshape(3, 12, 9)[:, :7]
        alone = torch.cat([model(one[None, :7]) for one in tokens]).reshape(3, 7, 9)
    torch.testing.assert_close(long, short, rtol=0, atol=1e-6)
    torch.testing.assert_close(alone, short, rtol=0, atol=1e-6)


def test_the_decoder_has_as_many_weights_as_counted_by_hand() -> None:
    # Vectors and places, per block two norms, attention and the hidden layer, then a norm and the head.
    width, layers = 16, 2
    block = 2 * 2 * width + 4 * width * (width + 1) + (4 * width * (width + 1) + width * (4 * width + 1))
    wanted = 9 * width + 12 * width + layers * block + 2 * width + 9 * (width + 1)
    assert sum(parameter.numel() for parameter in _model("transformer").parameters()) == wanted


def test_heads_that_do_not_divide_the_vectors_are_refused() -> None:
    options = ModelOptions(causal=True, embedding=10, heads=4)
    with pytest.raises(ModelError, match="--embedding 8"):
        build_model("transformer", form=FORM, outputs=108, options=options, seed=0)


def test_overlapping_windows_of_one_stretch_are_counted_once() -> None:
    text = torch.randint(1, 9, (40,), generator=torch.Generator().manual_seed(3))
    whole, cut = Ngram(9, 4, "kneser-ney"), Ngram(9, 4, "kneser-ney")
    whole.fit(Fitting(text[None], torch.tensor([39]), torch.tensor([[1, 39]])))
    starts = [0, 4, 10, 16, 22, 28]
    windows = torch.stack([text[start : start + 12] for start in starts])
    ends = [start + 12 for start in starts]
    own = torch.tensor([11, 4, 6, 6, 6, 6])
    spans = torch.tensor([[end - mine, end - 1] for end, mine in zip(ends, own.tolist(), strict=True)])
    cut.fit(Fitting(windows, own, spans))
    for name, tensor in whole.state_dict().items():
        torch.testing.assert_close(cut.state_dict()[name], tensor)


@pytest.mark.parametrize("name", OPTIONS)
def test_reading_on_gives_what_reading_all_of_it_gives(name: str) -> None:
    model, tokens = _model(name), _tokens()
    assert isinstance(model, GoesOn)
    with torch.no_grad():
        whole = model(tokens).reshape(3, 12, 9)
        state, done = None, 0
        for size in (4, 1, 1, 5, 1):
            logits, state = model.step(tokens[:, done : done + size], state)
            done += size
            torch.testing.assert_close(logits, whole[:, done - 1], rtol=0, atol=2e-6)


def test_attention_is_what_the_formula_says() -> None:
    model, tokens = _model("transformer"), _tokens()[:1]
    first, second = attention_of(model, tokens)
    assert first.layer == "blocks.0.attention"
    assert second.weights.shape == (2, 12, 12)
    assert isinstance(model, Decoder)
    block = model.blocks[0]
    assert isinstance(block, DecoderBlock)
    with torch.no_grad():
        values = block.norm1(model.embed(tokens) + model.place(torch.arange(12)))
        query, key, _ = block.attention.ask(values)[0].reshape(12, 3, 2, 8).permute(1, 2, 0, 3)
        scores = query @ key.transpose(1, 2) / 8**0.5 + torch.full((12, 12), -torch.inf).triu(1)
    torch.testing.assert_close(first.weights, scores.softmax(2))
    assert attention_of(_model("gru"), tokens) == []
