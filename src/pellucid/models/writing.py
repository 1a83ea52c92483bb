"""What networks share that read a text and write another: greedy writing, being told what stands before, and looks.

Such a network says in two methods what is its own: `read`, what it makes of a text, and `written`, how it goes on from
there. Whoever searches for the likeliest answer (`predict --beam`) takes these two, and needs to know no network.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.errors import ModelError
from pellucid.models.token_parts import HIDDEN_BY_MASK

END = 2
"""The number that ends an answer, and stands before its first token."""
NEVER_SAID = 2
"""Padding and unknown, numbers 0 and 1, are never written."""

Side = Literal["read", "written"]
State = dict[str, Tensor]
"""All that the next token follows from, by name, [N, ...] each; rows of it may be taken, left out and repeated."""


class Look(NamedTuple):
    """Who looked where, in one layer.

    Attributes:
        name: of the layer, as people say it; "" of the only one.
        rows: whose tokens look.
        columns: at whose tokens.
        weights: [N, heads, rows, columns] in 0..1; each row sums to 1.
    """

    name: str
    rows: Side
    columns: Side
    weights: Tensor


class Written(NamedTuple):
    """What a network writes after u tokens.

    Attributes:
        logits: [N, u, V] of the token after each.
        state: from which it goes on.
        looks: where it looked.
    """

    logits: Tensor
    state: State
    looks: list[Look]


class WritingNetwork(nn.Module):
    """Takes [N, T] tokens and gives [N, U V] logits: V at each of U places of the answer.

    Args:
        places: U.
        letters: V, numbers of tokens that are written.
    """

    def __init__(self, places: int, letters: int) -> None:
        super().__init__()
        self.places, self.letters = places, letters

    def read(self, tokens: Tensor) -> tuple[State, list[Look]]:
        """Return what a network makes of [N, T] tokens, 0 behind each text's end, and where it looked meanwhile."""
        raise NotImplementedError

    def written(self, state: State, previous: Tensor) -> Written:
        """Return what comes after each of [N, u] further tokens of the answer; the first of all is `END`."""
        raise NotImplementedError

    def forward(self, tokens: Tensor, previous: Tensor | None = None) -> Tensor:
        """Return the logits of an answer.

        Args:
            tokens: [N, T] what is read, 0 behind its end.
            previous: [N, u] what stands before each place of the answer; then [N, u V] logits are returned. None: what
                the network itself holds for the likeliest there.
        """
        state, _ = self.read(tokens)
        if previous is not None:
            return self.written(state, previous).logits.flatten(1)
        return self._greedy(state).flatten(1)

    def attend(self, tokens: Tensor) -> tuple[Tensor, list[Look]]:
        """Return [N, U] the tokens of the answers, and where the network looked while it read and wrote them."""
        state, reading = self.read(tokens)
        answer = self._greedy(state).argmax(2)
        return answer, [*reading, *self.written(state, before_each(answer)).looks]

    def _greedy(self, state: State) -> Tensor:
        """Return [N, U, V] logits, each place after the likeliest tokens before it; 0 where all answers have ended."""
        count, device = len(state["there"]), state["there"].device
        logits = torch.zeros(count, self.places, self.letters, device=device)
        token = torch.full((count, 1), END, dtype=torch.int64, device=device)
        ended = torch.zeros(count, dtype=torch.bool, device=device)
        for place in range(self.places):
            step = self.written(state, token)
            state = step.state
            logits[:, place] = step.logits[:, 0]
            token = step.logits.argmax(2)
            # Texts that have ended go on beside the others, and what they write then is not looked at.
            ended = ended | (token[:, 0] == END)
            if bool(ended.all()):
                break
        return logits


def before_each(answer: Tensor) -> Tensor:
    """Return [N, U], what stands before each place of [N, U] tokens of answers."""
    return torch.cat([torch.full_like(answer[:, :1], END), answer[:, :-1]], 1)


def never_said(logits: Tensor) -> Tensor:
    """Return [N, u, V] logits of [N, u, V - 2]: those of padding and unknown are so low that they are never written."""
    # A large number and not infinity: gradients through a softmax of infinities are NaN.
    return functional.pad(logits, (NEVER_SAID, 0), value=HIDDEN_BY_MASK)


def letters_of(outputs: int, places: int, model: str) -> int:
    """Return V, the numbers of tokens that are written.

    Args:
        outputs: of the network.
        places: of an answer.
        model: its name.

    Raises:
        ModelError: what is learned is no text.
    """
    if outputs % places or outputs // places <= NEVER_SAID + 1:
        raise ModelError(
            f"The model '{model}' writes texts, and {outputs} outputs are no text.",
            expected="Pairs of texts, the second of which answers the first.",
        )
    return outputs // places


class NextLetter(nn.Module):
    """A network that writes and what it wrote so far, as a network of the one token that comes next.

    Args:
        network: it is used as it is.
        previous: [1, u], what stands before each place up to that token; the first is `END`.
    """

    previous: Tensor

    def __init__(self, network: nn.Module, previous: Tensor) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("previous", previous)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return [N, V] logits of the token, of [N, T] tokens that are read."""
        logits: Tensor = self.network(tokens, self.previous.expand(len(tokens), -1))
        return logits.view(len(tokens), self.previous.shape[1], -1)[:, -1]
