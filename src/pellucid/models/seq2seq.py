"""`seq2seq`: one recurrent network reads a text both ways, another writes one, looking back at what was read.

Sources: Sutskever et al. 2014 (no attention); Bahdanau et al. 2015 ("bahdanau"); Luong et al. 2015, with products of
projected states ("dot", there "general"). To the vector of a letter that of its place is added (Gehring et al. 2017):
without it a letter that stands twice side by side is easily taken for one. Places of what is read count from both ends.
A look back sees the vectors of the letters beside the states, as values apart from the keys (Daniluk et al. 2017 take
them apart, too), and these have a straight way to the answer, past all that depends on where it stands: what stood
there can be copied, and so can what training never showed at that place.
Runs of older versions have no places and no such vectors; without places products are divided by the root of H
(Vaswani et al. 2017).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models.entry import ModelOptions
from pellucid.models.recurrent_start import start_recurrent
from pellucid.models.seq2seq_options import Attention, Seq2SeqOptions
from pellucid.models.token_parts import HIDDEN_BY_MASK, Vectors, backwards, both_ends, present, vocabulary_of
from pellucid.models.writing import Look, State, WritingNetwork, Written, letters_of, never_said

SPREAD = 1.0
"""Deviation of the first vectors of tokens: with smaller ones recurrent networks take long to tell tokens apart."""
KEEPS = 1.0
"""Bias of the gates that keep a state: at first it hands on what was read some letters ago."""


class Seq2Seq(WritingNetwork):
    """Takes [N, T] tokens and gives [N, U V] logits: V at each of U places of the answer.

    Args:
        vocabulary: numbers of tokens that are read.
        longest: T, at most.
        letters: V, numbers of tokens that are written.
        places: U.
        width: of the vectors of tokens.
        hidden: units of the network that reads, each way, and of the one that writes.
        attention: how the second looks back at the first.
        dropout: of vectors and of what is written from, in training.
        with_places: whether vectors carry places; without, the network is what older versions built.
        with_letters: whether a look back sees the letters' vectors, too.
    """

    def __init__(
        self,
        vocabulary: int,
        longest: int,
        letters: int,
        places: int,
        *,
        width: int,
        hidden: int,
        attention: Attention,
        dropout: float,
        with_places: bool = True,
        with_letters: bool = True,
    ) -> None:
        super().__init__(places, letters)
        self.attention, self.with_places = attention, with_places
        self.with_letters = with_letters and attention != "none"
        self.embed = Vectors(vocabulary, width, spread=SPREAD)
        if with_places:
            self.from_start, self.from_end = nn.Embedding(longest, width), nn.Embedding(longest, width)
        self.drop = nn.Dropout(dropout)
        self.ahead = nn.GRU(width, hidden, batch_first=True)
        self.back = nn.GRU(width, hidden, batch_first=True)
        self.begin = nn.Linear(2 * hidden, hidden)
        self.embed_answer = Vectors(letters, width, spread=SPREAD)
        if with_places:
            self.place = nn.Embedding(places, width)
        # Bahdanau's writer reads what it sees, Luong's only joins it to what it has written.
        looked = 0 if attention == "none" else 2 * hidden + (width if self.with_letters else 0)
        self.write = nn.GRU(width + (looked if attention == "bahdanau" else 0), hidden, batch_first=True)
        if attention != "none":
            self.key = nn.Linear(2 * hidden, hidden, bias=False)
        if attention == "bahdanau":
            self.query = nn.Linear(hidden, hidden)
            self.score = nn.Linear(hidden, 1, bias=False)
        self.join = nn.Linear(hidden + looked, hidden)
        self.fc = nn.Linear(hidden, letters - 2)
        if self.with_letters:
            self.copy = nn.Linear(width, letters - 2, bias=False)
        if with_places:
            for layer in (self.ahead, self.back, self.write):
                start_recurrent(layer, keeps=KEEPS)

    def read(self, tokens: Tensor) -> tuple[State, list[Look]]:
        """Return of [N, T] tokens values [N, T, 2H + W], keys [N, T, H], and the first state that writes.

        Values are the states of both ways and the letters' vectors, W wide, where it sees them; keys are of the states.

        Without attention the state alone goes on.
        """
        there = present(tokens)
        letters = self.embed(tokens)
        vectors = letters
        if self.with_places:
            steps, left = both_ends(there)
            vectors = letters + self.from_start(steps) + self.from_end(left)
        vectors = self.drop(vectors)
        one_way, _ = self.ahead(vectors)
        other_way, _ = self.back(backwards(vectors, there))
        lasts = (there.sum(1, keepdim=True) - 1).clamp(min=0).to(torch.int64).expand(-1, 1, one_way.shape[2])
        both = torch.cat([one_way.gather(1, lasts), other_way.gather(1, lasts)], 2)
        state = {"there": there, "place": torch.zeros_like(tokens[:, :1]), "hidden": torch.tanh(self.begin(both))[:, 0]}
        if self.attention != "none":
            states = torch.cat([one_way, backwards(other_way, there)], 2) * there
            values = torch.cat([states, letters * there], 2) if self.with_letters else states
            state |= {"values": values, "keys": self.key(states)}
        return state, []

    def written(self, state: State, previous: Tensor) -> Written:
        """Return what comes after each of [N, u] tokens, and where it looked for it."""
        steps = state["place"] + torch.arange(previous.shape[1], device=previous.device)
        vectors = self.embed_answer(previous)
        vectors = self.drop(vectors + self.place(steps) if self.with_places else vectors)
        if self.attention == "bahdanau":
            outputs, context, weights, last = self._step_by_step(state, vectors)
        else:
            outputs, hidden = self.write(vectors, state["hidden"][None])
            last = hidden[0]
        if self.attention == "dot":
            context, weights = self._look(state, outputs)
        seen = outputs if self.attention == "none" else torch.cat([outputs, context], 2)
        logits = self.fc(self.drop(torch.tanh(self.join(seen))))
        if self.with_letters:
            logits = logits + self.copy(context[..., -self.embed.embedding_dim :])
        logits = never_said(logits)
        looks = [] if self.attention == "none" else [Look("", "written", "read", weights[:, None])]
        return Written(logits, {**state, "place": steps[:, -1:] + 1, "hidden": last}, looks)

    def _step_by_step(self, state: State, vectors: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Write token by token: where it looks is decided before each, and what it sees there goes in."""
        hidden, steps = state["hidden"][None], []
        for place in range(vectors.shape[1]):
            context, weights = self._look(state, hidden.transpose(0, 1))
            output, hidden = self.write(torch.cat([vectors[:, place : place + 1], context], 2), hidden)
            steps.append((output, context, weights))
        outputs, contexts, looked = (torch.cat(parts, 1) for parts in zip(*steps, strict=True))
        return outputs, contexts, looked, hidden[0]

    def _look(self, state: State, asking: Tensor) -> tuple[Tensor, Tensor]:
        """Return [N, u, 2H + W] what is seen from [N, u, H] states, and [N, u, T] weights."""
        keys = state["keys"]
        if self.attention == "dot":
            scores = asking @ keys.transpose(1, 2)
            scores = scores if self.with_places else scores / math.sqrt(asking.shape[2])
        else:
            scores = self.score(torch.tanh(self.query(asking)[:, :, None] + keys[:, None]))[..., 0]
        hidden = (1 - state["there"]).transpose(1, 2) * HIDDEN_BY_MASK
        weights = torch.softmax(scores + hidden, 2)
        return weights @ state["values"], weights


def build_seq2seq(form: Form, outputs: int, options: ModelOptions) -> Seq2Seq:
    """Return a network that reads and one that writes; `hidden` is one number.

    Raises:
        ModelError: what is learned is no text, or `hidden` is several numbers.
    """
    places = options.answer or 1
    letters = letters_of(outputs, places, "seq2seq")
    if options.hidden is None or len(options.hidden) != 1:
        raise ModelError(
            "The model 'seq2seq' has one layer that reads and one that writes.",
            fix="Give one number, e.g. --hidden 128.",
        )
    own = Seq2SeqOptions.of(options)
    return Seq2Seq(
        vocabulary_of(form, "seq2seq"),
        form.shape[0],
        letters,
        places,
        width=options.embedding or 64,
        hidden=options.hidden[0],
        attention=own.attention,
        dropout=options.dropout or 0.0,
        with_places=own.places,
        with_letters=own.letter_vectors,
    )
