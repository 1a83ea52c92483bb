"""`transformer-seq2seq`: a transformer that reads a text, and one that writes another, looking at both.

Source: Vaswani et al. 2017, with the normalisation before each part (Xiong et al. 2020). Places are learned, and those
of what is read are counted from its end, too: a text has two ends, and a network should tell either.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models.entry import ModelOptions
from pellucid.models.self_attention import AttentionParts
from pellucid.models.token_parts import HIDDEN_BY_MASK, Vectors, both_ends, present, vocabulary_of
from pellucid.models.writing import Look, State, WritingNetwork, Written, letters_of, never_said

Offered = tuple[Tensor, Tensor]
"""Keys and values of places that can be looked at, [N, heads, T, D / heads] each."""


class HeadedAttention(AttentionParts):
    """Each place of one text takes from the places of another (or the same), by how well question and key meet."""

    def offered(self, values: Tensor) -> Offered:
        """Return keys and values of [N, T, D] places that can be looked at, [N, heads, T, D / heads] each."""
        return self.by_head(self.key(values)), self.by_head(self.value(values))

    def forward(self, asking: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return [N, u, D] what [N, u, D] places take, and [N, heads, u, T] weights.

        Args:
            asking: the places that look.
            keys, values: of `offered`.
            mask: added to the scores: 0, or `HIDDEN_BY_MASK` where nothing may be taken from; [N, 1, 1, T] or [u, T].
        """
        query = self.by_head(self.query(asking))
        scores = query @ keys.transpose(2, 3) / math.sqrt(query.shape[3])
        weights = torch.softmax(scores + mask, 3)
        taken: Tensor = self.out((weights @ values).transpose(1, 2).flatten(2))
        return taken, weights


def _dense(width: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))


class ReadingBlock(nn.Module):
    """Every place looks at every other, then two dense layers; both are added to what came in."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = HeadedAttention(width, heads)
        self.dense = _dense(width)
        self.drop = nn.Dropout(dropout)

    def forward(self, values: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return [N, T, D] of [N, T, D], and [N, heads, T, T] weights; mask: [N, 1, 1, T], added to the scores."""
        normed = self.norm1(values)
        taken, weights = self.attention(normed, *self.attention.offered(normed), mask)
        values = values + self.drop(taken)
        added: Tensor = values + self.drop(self.dense(self.norm2(values)))
        return added, weights


class WritingBlock(nn.Module):
    """Every place looks at those written before it, then at what was read, then two dense layers; all are added."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.norm1, self.norm2, self.norm3 = (nn.LayerNorm(width) for _ in range(3))
        self.own, self.other = HeadedAttention(width, heads), HeadedAttention(width, heads)
        self.dense = _dense(width)
        self.drop = nn.Dropout(dropout)

    def forward(
        self, values: Tensor, read: Offered, earlier: Offered | None, masks: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Offered, tuple[Tensor, Tensor]]:
        """Return [N, u, D] of [N, u, D], what later places can look at, and the weights of both attentions.

        Args:
            values: the places that are written now.
            read: what can be looked at of what was read.
            earlier: what can be looked at of places written before; None of the first.
            masks: over the places of the answer, [u, u + earlier], and over those of what was read, [N, 1, 1, T].
        """
        normed = self.norm1(values)
        offered = self.own.offered(normed)
        if earlier is not None:
            offered = torch.cat([earlier[0], offered[0]], 2), torch.cat([earlier[1], offered[1]], 2)
        taken, own = self.own(normed, *offered, masks[0])
        values = values + self.drop(taken)
        taken, other = self.other(self.norm2(values), *read, masks[1])
        values = values + self.drop(taken)
        added: Tensor = values + self.drop(self.dense(self.norm3(values)))
        return added, offered, (own, other)


class TransformerSeq2Seq(WritingNetwork):
    """Takes [N, T] tokens and gives [N, U V] logits: V at each of U places of the answer.

    Args:
        vocabulary: numbers of tokens that are read.
        longest: T, at most.
        letters: V, numbers of tokens that are written.
        places: U.
        width: of the vectors of tokens, and of all that follows.
        layers: blocks that read, and as many that write.
        heads: of each block's attention; they divide the width.
        dropout: of the vectors and of what each part adds, in training.
    """

    def __init__(
        self,
        vocabulary: int,
        longest: int,
        letters: int,
        places: int,
        *,
        width: int,
        layers: int,
        heads: int,
        dropout: float,
    ) -> None:
        super().__init__(places, letters)
        self.embed = Vectors(vocabulary, width)
        self.from_start, self.from_end = nn.Embedding(longest, width), nn.Embedding(longest, width)
        self.drop = nn.Dropout(dropout)
        self.reading = nn.ModuleList(ReadingBlock(width, heads, dropout) for _ in range(layers))
        self.norm_read = nn.LayerNorm(width)
        self.embed_answer = Vectors(letters, width)
        self.place = nn.Embedding(places, width)
        self.writing = nn.ModuleList(WritingBlock(width, heads, dropout) for _ in range(layers))
        self.norm_written = nn.LayerNorm(width)
        self.fc = nn.Linear(width, letters - 2)
        for places_of in (self.from_start, self.from_end, self.place):
            nn.init.normal_(places_of.weight, std=0.1)

    def read(self, tokens: Tensor) -> tuple[State, list[Look]]:
        """Return of [N, T] tokens the keys and values that each writing block looks at, and where tokens are."""
        there = present(tokens)
        steps, left = both_ends(there)
        values = self.drop(self.embed(tokens) + self.from_start(steps) + self.from_end(left))
        mask = _padding_mask(there)
        looks = []
        for number, block in enumerate(self.reading, start=1):
            values, weights = block(values, mask)
            looks.append(Look(f"reading, block {number}", "read", "read", weights))
        values = self.norm_read(values)
        state = {"there": there}
        for number, block in enumerate(self.writing):
            assert isinstance(block, WritingBlock)
            state[f"keys{number}"], state[f"values{number}"] = block.other.offered(values)
        return state, looks

    def written(self, state: State, previous: Tensor) -> Written:
        """Return what comes after each of [N, u] tokens; what was written before them stands in the state."""
        done = state["own_keys0"].shape[2] if "own_keys0" in state else 0
        count = previous.shape[1]
        steps = torch.arange(done, done + count, device=previous.device)
        values = self.drop(self.embed_answer(previous) + self.place(steps))
        masks = _causal_mask(steps, done + count), _padding_mask(state["there"])
        state, looks = dict(state), []
        for number, block in enumerate(self.writing):
            read = state[f"keys{number}"], state[f"values{number}"]
            earlier = (state[f"own_keys{number}"], state[f"own_values{number}"]) if done else None
            values, offered, (own, other) = block(values, read, earlier, masks)
            state[f"own_keys{number}"], state[f"own_values{number}"] = offered
            looks.append(Look(f"writing, block {number + 1}, back at the answer", "written", "written", own))
            looks.append(Look(f"writing, block {number + 1}", "written", "read", other))
        return Written(never_said(self.fc(self.norm_written(values))), state, looks)


def _padding_mask(there: Tensor) -> Tensor:
    """Return [N, 1, 1, T]: 0 where a token is, so low where padding is that nothing is taken from there."""
    return ((1 - there) * HIDDEN_BY_MASK).transpose(1, 2).unsqueeze(1)


def _causal_mask(steps: Tensor, count: int) -> Tensor:
    """Return [u, count]: 0 at each of u steps and those before it, so low behind it that nothing is taken."""
    behind = torch.arange(count, device=steps.device)[None] - steps[:, None]
    return behind.clamp(0, 1).to(torch.float32) * HIDDEN_BY_MASK


def build_transformer_seq2seq(form: Form, outputs: int, options: ModelOptions) -> TransformerSeq2Seq:
    """Return a `TransformerSeq2Seq`.

    Raises:
        ModelError: what is learned is no text, or the heads do not divide the width.
    """
    places = options.answer or 1
    letters = letters_of(outputs, places, "transformer-seq2seq")
    width, heads = options.embedding or 128, options.heads or 4
    if width % heads:
        raise ModelError(
            f"{heads} heads do not divide vectors of {width} numbers.",
            fix=f"Choose --embedding {width // heads * heads or heads}.",
        )
    return TransformerSeq2Seq(
        vocabulary_of(form, "transformer-seq2seq"),
        form.shape[0],
        letters,
        places,
        width=width,
        layers=options.layers or 2,
        heads=heads,
        dropout=options.dropout or 0.0,
    )
