"""`seq2seq`: one recurrent network reads a text both ways, another writes one, looking back at what was read.

Sources: Sutskever et al. 2014 (no attention); Bahdanau et al. 2015 ("bahdanau"); Luong et al. 2015, with products of
projected states, scaled as in Vaswani et al. 2017 ("dot").
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models.entry import ModelOptions
from pellucid.models.seq2seq_options import Attention, Seq2SeqOptions
from pellucid.models.token_parts import HIDDEN_BY_MASK, Vectors, backwards, present, vocabulary_of

END = 2
"""The number that ends an answer, and stands before its first token."""
SPREAD = 1.0
"""Deviation of the first vectors of tokens: with smaller ones recurrent networks take long to tell tokens apart."""
NEVER_SAID = 2
"""Padding and unknown, numbers 0 and 1, are never written."""


class Seq2Seq(nn.Module):
    """Takes [N, T] tokens and gives [N, U V] logits: V at each of U places of the answer.

    Args:
        vocabulary: numbers of tokens that are read.
        letters: V, numbers of tokens that are written.
        places: U.
        width: of the vectors of tokens.
        hidden: units of the network that reads, each way, and of the one that writes.
        attention: how the second looks back at the first.
        dropout: of vectors and of what is written from, in training.
    """

    def __init__(
        self,
        vocabulary: int,
        letters: int,
        places: int,
        *,
        width: int,
        hidden: int,
        attention: Attention,
        dropout: float,
    ) -> None:
        super().__init__()
        self.places, self.letters, self.attention = places, letters, attention
        self.embed = Vectors(vocabulary, width, spread=SPREAD)
        self.drop = nn.Dropout(dropout)
        self.ahead = nn.GRU(width, hidden, batch_first=True)
        self.back = nn.GRU(width, hidden, batch_first=True)
        self.begin = nn.Linear(2 * hidden, hidden)
        self.embed_answer = Vectors(letters, width, spread=SPREAD)
        seen = 2 * hidden if attention == "bahdanau" else 0
        self.write = nn.GRU(width + seen, hidden, batch_first=True)
        if attention != "none":
            self.key = nn.Linear(2 * hidden, hidden, bias=False)
        if attention == "bahdanau":
            self.query = nn.Linear(hidden, hidden)
            self.score = nn.Linear(hidden, 1, bias=False)
        looked = 0 if attention == "none" else 2 * hidden
        self.join = nn.Linear(hidden + looked, hidden)
        self.fc = nn.Linear(hidden, letters - NEVER_SAID)

    def forward(self, tokens: Tensor, previous: Tensor | None = None) -> Tensor:
        """Return the logits of an answer.

        Args:
            tokens: [N, T] what is read, 0 behind its end.
            previous: [N, u] what stands before each place of the answer; then [N, u V] logits are returned. None: what
                the network itself holds for the likeliest there.
        """
        read = _Read.of(self, tokens)
        if previous is not None:
            logits, _ = self._written(read, previous, read.state)
            return logits.flatten(1)
        return self._greedy(read)[0].flatten(1)

    def attend(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Return [N, U] the tokens of the answers, and [N, U, T] where each was looking; zeros without attention."""
        logits, looked = self._greedy(_Read.of(self, tokens))
        return logits.argmax(2), looked

    def _greedy(self, read: _Read) -> tuple[Tensor, Tensor]:
        """Return [N, U, V] logits and [N, U, T] attention, each place after the likeliest tokens before it."""
        batch, state = len(read.values), read.state
        logits = read.values.new_zeros(batch, self.places, self.letters)
        looked = read.values.new_zeros(batch, self.places, read.values.shape[1])
        token = torch.full((batch, 1), END, dtype=torch.int64, device=logits.device)
        ended = torch.zeros(batch, dtype=torch.bool, device=logits.device)
        for place in range(self.places):
            said, step = self._written(read, token, state)
            state = step.state
            logits[:, place], looked[:, place] = said[:, 0], step.looked[:, 0]
            token = said.argmax(2)
            ended = ended | (token[:, 0] == END)
            if bool(ended.all()):
                break
        return logits, looked

    def _written(self, read: _Read, previous: Tensor, state: Tensor) -> tuple[Tensor, _Step]:
        """Return [N, u, V] logits after each of [N, u] tokens, and how it came to them."""
        vectors = self.drop(self.embed_answer(previous))
        if self.attention == "bahdanau":
            step = self._step_by_step(read, vectors, state)
        else:
            outputs, last = self.write(vectors, state)
            step = _Step(outputs, *self._look(read, outputs), last)
        parts = [step.outputs] if self.attention == "none" else [step.outputs, step.context]
        joined = self.drop(torch.tanh(self.join(torch.cat(parts, 2))))
        return functional.pad(self.fc(joined), (NEVER_SAID, 0), value=HIDDEN_BY_MASK), step

    def _step_by_step(self, read: _Read, vectors: Tensor, state: Tensor) -> _Step:
        """Write token by token: where it looks is decided before each, and what it sees there goes in."""
        steps = []
        for place in range(vectors.shape[1]):
            context, looked = self._look(read, state.transpose(0, 1))
            output, state = self.write(torch.cat([vectors[:, place : place + 1], context], 2), state)
            steps.append((output, context, looked))
        outputs, contexts, looks = (torch.cat(parts, 1) for parts in zip(*steps, strict=True))
        return _Step(outputs, contexts, looks, state)

    def _look(self, read: _Read, states: Tensor) -> tuple[Tensor, Tensor]:
        """Return [N, u, 2H] what is seen from [N, u, H] states, and [N, u, T] weights; zeros without attention."""
        if self.attention == "none":
            return states.new_zeros(*states.shape[:2], 0), states.new_zeros(*states.shape[:2], read.values.shape[1])
        if self.attention == "dot":
            scores = states @ read.keys.transpose(1, 2) / math.sqrt(states.shape[2])
        else:
            scores = self.score(torch.tanh(self.query(states)[:, :, None] + read.keys[:, None]))[..., 0]
        hidden = (1 - read.there).transpose(1, 2) * HIDDEN_BY_MASK
        weights = torch.softmax(scores + hidden, 2)
        return weights @ read.values, weights


class _Read:
    """What was read: [N, T, 2H] states, their [N, T, H] keys, [N, T, 1] where tokens are, and [1, N, H] to begin."""

    def __init__(self, values: Tensor, keys: Tensor, there: Tensor, state: Tensor) -> None:
        self.values, self.keys, self.there, self.state = values, keys, there, state

    @classmethod
    def of(cls, model: Seq2Seq, tokens: Tensor) -> _Read:
        there = present(tokens)
        vectors = model.drop(model.embed(tokens))
        one_way, _ = model.ahead(vectors)
        other_way, _ = model.back(backwards(vectors, there))
        values = torch.cat([one_way, backwards(other_way, there)], 2) * there
        lasts = (there.sum(1, keepdim=True) - 1).clamp(min=0).to(torch.int64).expand(-1, 1, one_way.shape[2])
        both = torch.cat([one_way.gather(1, lasts), other_way.gather(1, lasts)], 2)
        state = torch.tanh(model.begin(both)).transpose(0, 1).contiguous()
        keys = values if model.attention == "none" else model.key(values)
        return cls(values, keys, there, state)


class _Step:
    """Of u places: [N, u, H] outputs, [N, u, 2H] what was seen, [N, u, T] where; and [1, N, H], the last state."""

    def __init__(self, outputs: Tensor, context: Tensor, looked: Tensor, state: Tensor) -> None:
        self.outputs, self.context, self.looked, self.state = outputs, context, looked, state


def build_seq2seq(form: Form, outputs: int, options: ModelOptions) -> Seq2Seq:
    """Return a network that reads and one that writes; `hidden` is one number.

    Raises:
        ModelError: what is learned is no text, or `hidden` is several numbers.
    """
    places = options.answer or 1
    if outputs % places or outputs // places <= NEVER_SAID + 1:
        raise ModelError(
            f"The model 'seq2seq' writes texts, and {outputs} outputs are no text.",
            expected="Pairs of texts, the second of which answers the first.",
        )
    if options.hidden is None or len(options.hidden) != 1:
        raise ModelError(
            "The model 'seq2seq' has one layer that reads and one that writes.",
            fix="Give one number, e.g. --hidden 128.",
        )
    return Seq2Seq(
        vocabulary_of(form, "seq2seq"),
        outputs // places,
        places,
        width=options.embedding or 64,
        hidden=options.hidden[0],
        attention=Seq2SeqOptions.of(options).attention,
        dropout=options.dropout or 0.0,
    )
