"""Networks that read a text and write another: padding changes nothing, and being told agrees with telling."""

from __future__ import annotations

import pytest
import torch

from pellucid.errors import ModelError
from pellucid.kinds import Form, OwnValue
from pellucid.models import ModelOptions, NextLetter, WritingNetwork, before_each, build_model
from pellucid.models.writing import END

FORM = Form(shape=(9,), dtype="int64", vocabulary=12)
PLACES, LETTERS = 6, 10
LENGTHS = (1, 2, 5, 9)
OPTIONS = {
    "dot": ModelOptions(embedding=5, hidden=(7,), answer=PLACES, own={"attention": "dot"}),
    "bahdanau": ModelOptions(embedding=5, hidden=(7,), answer=PLACES, own={"attention": "bahdanau"}),
    "none": ModelOptions(embedding=5, hidden=(7,), answer=PLACES, own={"attention": "none"}),
    "transformer": ModelOptions(embedding=8, layers=2, heads=2, answer=PLACES),
}
NETWORKS = list(OPTIONS)


def network(kind: str) -> WritingNetwork:
    name = "transformer-seq2seq" if kind == "transformer" else "seq2seq"
    built = build_model(name, form=FORM, outputs=PLACES * LETTERS, options=OPTIONS[kind], seed=0).eval()
    assert isinstance(built, WritingNetwork)
    # So that answers go on for some letters, and differ.
    with torch.no_grad():
        built.get_parameter("fc.weight").mul_(4)
        built.get_parameter("fc.bias")[END - 2] -= 3
    return built


def texts() -> torch.Tensor:
    tokens = torch.randint(1, 12, (4, 9), generator=torch.Generator().manual_seed(2))
    for row, length in enumerate(LENGTHS):
        tokens[row, length:] = 0
    return tokens


@pytest.mark.parametrize("kind", NETWORKS)
@torch.no_grad()
def test_padding_and_batches_change_no_answer(kind: str) -> None:
    model, tokens = network(kind), texts()
    together = model(tokens)
    assert together.shape == (4, PLACES * LETTERS)
    for row, length in enumerate(LENGTHS):
        for wide in {length, min(9, length + 3)}:
            alone = model(tokens[row : row + 1, :wide]).reshape(PLACES, LETTERS)
            # Behind its end an answer means nothing; a batch goes on there as long as any of its answers does.
            ends = int((alone.argmax(1) == END).nonzero()[0]) + 1 if (alone.argmax(1) == END).any() else PLACES
            assert torch.allclose(alone[:ends], together[row].reshape(PLACES, LETTERS)[:ends], atol=1e-6, rtol=0)


@pytest.mark.parametrize("kind", NETWORKS)
@torch.no_grad()
def test_told_its_own_words_it_says_the_same(kind: str) -> None:
    model, tokens = network(kind), texts()
    said = model(tokens).reshape(4, PLACES, LETTERS)
    told = model(tokens, before_each(said.argmax(2))).reshape(4, PLACES, LETTERS)
    lengths = []
    for row in range(4):
        ends = (said[row].argmax(1) == END).nonzero()
        lengths.append(int(ends[0]) + 1 if len(ends) else PLACES)
        assert torch.allclose(told[row, : lengths[-1]], said[row, : lengths[-1]], atol=2e-6)
    assert max(lengths) > 2  # else nothing was tested
    assert (said[:, 0, :2] < -1e8).all()  # padding and unknown are never said
    one = NextLetter(model, before_each(said.argmax(2))[1:2, :2])
    assert torch.allclose(one(tokens[1:2]), told[1:2, 1], atol=1e-6)


@pytest.mark.parametrize("kind", ["dot", "bahdanau", "transformer"])
@torch.no_grad()
def test_looks_sum_to_one_and_leave_out_padding_and_what_comes_later(kind: str) -> None:
    answers, looks = network(kind).attend(texts())
    assert answers.shape == (4, PLACES)
    assert len(looks) == (6 if kind == "transformer" else 1)
    for look in looks:
        rows, columns = ({"read": 9, "written": PLACES}[side] for side in (look.rows, look.columns))
        assert look.weights.shape == (4, 2 if kind == "transformer" else 1, rows, columns)
        assert torch.allclose(look.weights.sum(3), torch.ones(()), atol=1e-6)
        if look.columns == "read":
            assert not look.weights.permute(0, 3, 1, 2)[texts() == 0].any()
        else:
            later = torch.ones(rows, columns).triu(1).bool()
            assert not look.weights[:, :, later].any()


def test_without_attention_there_is_no_look() -> None:
    assert network("none").attend(texts())[1] == []


@pytest.mark.parametrize("kind", NETWORKS)
def test_every_weight_learns(kind: str) -> None:
    model = network(kind)
    model(texts(), torch.full((4, 3), END)).clamp(min=-100).square().sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.any(), name


@pytest.mark.parametrize("name", ["seq2seq", "transformer-seq2seq"])
def test_outputs_that_are_no_text_are_refused(name: str) -> None:
    with pytest.raises(ModelError, match="writes texts"):
        build_model(name, form=FORM, outputs=3, options=ModelOptions(answer=2), seed=0)


def test_heads_that_do_not_divide_are_refused() -> None:
    options = ModelOptions(answer=PLACES, embedding=10, heads=4)
    with pytest.raises(ModelError, match="4 heads do not divide"):
        build_model("transformer-seq2seq", form=FORM, outputs=PLACES * LETTERS, options=options, seed=0)


@torch.no_grad()
def test_without_places_products_are_divided_by_the_root_of_the_states_width() -> None:
    own: dict[str, OwnValue] = {"attention": "dot", "places": False}
    options = ModelOptions(embedding=5, hidden=(7,), answer=PLACES, own=own)
    model = build_model("seq2seq", form=FORM, outputs=PLACES * LETTERS, options=options, seed=0).eval()
    assert isinstance(model, WritingNetwork)
    state, _ = model.read(texts())
    (look,) = model.written(state, torch.full((4, 1), END)).looks
    vectors = model.get_submodule("embed_answer")(torch.full((4, 1), END))
    outputs, _ = model.get_submodule("write")(vectors, state["hidden"][None])
    scores = torch.einsum("nuh,nth->nut", outputs, state["keys"]) / 7**0.5
    scores[(state["there"] == 0).transpose(1, 2)] = -torch.inf
    assert torch.allclose(look.weights[:, 0], torch.softmax(scores, 2), atol=1e-6)
