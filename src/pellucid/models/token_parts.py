"""What networks of texts share: which places hold a token, the vectors of tokens, and what is read over a whole text.

Texts of unlike length come in one tensor of numbers of tokens, filled up with 0 behind their ends. Whatever a network
answers must not hang on how far a text was filled up: nothing here lets a place of padding be read.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pellucid.errors import ModelError
from pellucid.kinds import Form

HIDDEN_BY_MASK = -1e9
"""Added to what may not be read before a softmax or a maximum: exp of it is 0."""


def vocabulary_of(form: Form, name: str) -> int:
    """Return how many numbers of tokens there are.

    Args:
        form: of one text.
        name: of the model that is built.

    Raises:
        ModelError: it is no text.
    """
    if form.vocabulary is None or len(form.shape) != 1:
        raise ModelError(
            f"The model '{name}' takes texts, and the input has the shape {form.shape}.",
            expected="(T,) numbers of tokens, of a known vocabulary.",
        )
    return form.vocabulary


def present(tokens: Tensor) -> Tensor:
    """Return [N, T, 1] float32: 1 where a token is, 0 where padding is, of [N, T] numbers of tokens."""
    return tokens.clamp(0, 1).to(torch.float32).unsqueeze(2)


class Vectors(nn.Embedding):
    """A vector for each token, learned; that of padding is 0 and stays it.

    Args:
        vocabulary: numbers of tokens, from 0 on.
        width: numbers in a vector.
        spread: deviation of the first vectors.
    """

    def __init__(self, vocabulary: int, width: int, *, spread: float = 0.1) -> None:
        super().__init__(vocabulary, width, padding_idx=0)
        with torch.no_grad():
            self.weight.normal_(std=spread)
            self.weight[0] = 0


def mean_of(values: Tensor, there: Tensor) -> Tensor:
    """Return [N, D] means of [N, T, D] over the places of tokens, by `present`'s [N, T, 1]; 0 of no tokens at all."""
    return (values * there).sum(1) / there.sum(1).clamp(min=1)


def largest_of(values: Tensor, there: Tensor) -> Tensor:
    """Return [N, D], the largest of [N, T, D] over the places of tokens, by `present`'s [N, T, 1]."""
    return (values + (1 - there) * HIDDEN_BY_MASK).amax(1)


def backwards(values: Tensor, there: Tensor) -> Tensor:
    """Return [N, T, D] with the tokens of each text in reverse, its padding still at its end; doing it twice undoes it.

    Behind the end of a text stand copies of its first token, which nothing may read.
    """
    lengths = there.sum(1, keepdim=True)
    steps = torch.arange(values.shape[1], device=values.device, dtype=lengths.dtype)
    places = (lengths - 1 - steps[None, :, None]).clamp(min=0).to(torch.int64)
    return values.gather(1, places.expand_as(values))


def both_ends(there: Tensor) -> tuple[Tensor, Tensor]:
    """Return the places of tokens, counted from 0: [T] from the beginning, and [N, T] int64 from the end of each text.

    Args:
        there: [N, T, 1] of `present`.
    """
    steps = torch.arange(there.shape[1], device=there.device)
    return steps, (there.sum(1) - 1 - steps).clamp(min=0).to(torch.int64)
