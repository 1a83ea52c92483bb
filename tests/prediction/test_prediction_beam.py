"""Beam search against every answer there is, of a network with few letters."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor

from pellucid.kinds import Form
from pellucid.models import ModelOptions, WritingNetwork, build_model
from pellucid.prediction.beam import Hypothesis, beam_search, length_penalty

END, LETTERS, PLACES = 2, (3, 4, 5), 4
TEXTS = torch.tensor([[3, 4, 5, 0], [6, 7, 0, 0], [5, 5, 3, 4], [4, 0, 0, 0]])


@pytest.fixture(scope="module", params=["seq2seq", "transformer-seq2seq"])
def network(request: pytest.FixtureRequest) -> WritingNetwork:
    hidden = (6,) if request.param == "seq2seq" else None
    options = ModelOptions(embedding=8, answer=PLACES, hidden=hidden)
    form = Form(shape=(4,), dtype="int64", vocabulary=8)
    built = build_model(request.param, form=form, outputs=PLACES * 6, options=options, seed=3).eval()
    assert isinstance(built, WritingNetwork)
    with torch.no_grad():
        built.get_parameter("fc.weight").mul_(3)
    return built


def search(network: WritingNetwork, beam: int, texts: Tensor = TEXTS) -> list[list[Hypothesis]]:
    return beam_search(network, texts, beam, end=END, first=END)


@torch.no_grad()
def log_of(network: WritingNetwork, text: Tensor, answer: tuple[int, ...]) -> float:
    """Return the logarithm of an answer's probability, the network being told all of it at once."""
    previous = torch.tensor([[END, *answer[:-1]]])
    logs = torch.log_softmax(network(text[None], previous).double().reshape(len(answer), -1), 1)
    return float(logs[range(len(answer)), list(answer)].sum())


def all_answers() -> list[tuple[int, ...]]:
    """Return every answer: up to three letters and the end, or four letters, which is as long as answers may be."""
    ended = [(*one, END) for length in range(PLACES) for one in itertools.product(LETTERS, repeat=length)]
    return [*ended, *itertools.product(LETTERS, repeat=PLACES)]


def test_a_beam_as_wide_as_all_answers_finds_the_best_of_them_in_order(network: WritingNetwork) -> None:
    every = all_answers()
    for text, found in zip(TEXTS, search(network, len(every)), strict=True):
        scored = {one: log_of(network, text, one) / length_penalty(len(one)) for one in every}
        best = sorted(scored, key=lambda one: -scored[one])
        assert {one.tokens for one in found} == set(every)
        assert [one.tokens for one in found][:10] == best[:10]
        for one in found:
            assert one.score == pytest.approx(scored[one.tokens], abs=1e-5)
        assert math.fsum(math.exp(sum(one.logs)) for one in found) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("beam", [2, 3])
def test_a_narrow_beam_keeps_what_the_textbook_keeps(network: WritingNetwork, beam: int) -> None:
    for text, found in zip(TEXTS, search(network, beam), strict=True):
        assert [one.tokens for one in found] == by_the_book(network, text, beam)


def by_the_book(network: WritingNetwork, text: Tensor, beam: int) -> list[tuple[int, ...]]:
    """Search one text, one beginning after another."""
    living: list[tuple[int, ...]] = [()]
    ended: list[tuple[int, ...]] = []
    for _ in range(PLACES):
        longer = [(*one, letter) for one in living for letter in (END, *LETTERS)]
        longer = sorted(longer, key=lambda one: -log_of(network, text, one))[:beam]
        ended += [one for one in longer if one[-1] == END][: beam - len(ended)]
        living = [one for one in longer if one[-1] != END]
        if len(ended) == beam:
            living = []
    scored = {one: log_of(network, text, one) / length_penalty(len(one)) for one in [*ended, *living]}
    return sorted(scored, key=lambda one: -scored[one])[:beam]


@torch.no_grad()
def test_a_beam_of_one_is_greedy_to_the_last_bit(network: WritingNetwork) -> None:
    logs, tokens = torch.log_softmax(network(TEXTS).reshape(len(TEXTS), PLACES, -1), 2).max(2)
    for row, (found,) in enumerate(search(network, 1)):
        length = len(found.tokens)
        assert found.tokens == tuple(tokens[row, :length].tolist())
        assert found.logs == tuple(logs[row, :length].tolist())
        assert length == PLACES or found.tokens[-1] == END


def test_the_length_penalty_is_that_of_wu_et_al() -> None:
    assert length_penalty(1) == 1
    assert length_penalty(7, 0.6) == pytest.approx(2**0.6)
    assert length_penalty(20, 0) == 1
