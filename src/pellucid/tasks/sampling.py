"""From what a network says of the next token to the token that is drawn: pure functions.

The one who draws hands in the numbers by which it is decided (`Draws`, by address), so that the same seed gives the
same tokens, whatever else lies in the batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pellucid.errors import RecipeError

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Sampling:
    """How the next token is chosen.

    Attributes:
        temperature: what the logits are divided by: below 1 the likely tokens become likelier still, above 1 they
            become more alike; 0 always takes the likeliest.
        top_k: only so many of the likeliest tokens are drawn from; None for all. 1 always takes the likeliest.
        top_p: only the likeliest tokens that together have at least this probability are drawn from, in (0, 1]
            (nucleus sampling, Holtzman et al. 2020); None for all.

    Raises:
        RecipeError: a number is out of its range.
    """

    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.temperature < float("inf"):
            raise RecipeError(f"--temperature {self.temperature} is out of range.", expected="0 or more.")
        if self.top_k is not None and self.top_k < 1:
            raise RecipeError(f"--top-k {self.top_k} is out of range.", expected="1 or more.")
        if self.top_p is not None and not 0 < self.top_p <= 1:
            raise RecipeError(f"--top-p {self.top_p} is out of range.", expected="More than 0, at most 1.")


def token_probabilities(logits: Tensor, how: Sampling) -> Tensor:
    """Return [N, V] float64 probabilities with which each token is drawn; rows sum to 1.

    Top-k is taken first, then the temperature, then top-p, as in the Transformers library but for the order of the
    first two, which makes no difference. Of equally likely tokens the one with the smaller number comes first.

    Args:
        logits: [N, V], up to a constant the logarithms of the probabilities.
        how: the next token is chosen.
    """
    import torch

    ordered, tokens = torch.sort(logits.double(), dim=1, descending=True, stable=True)
    if how.top_k is not None:
        ordered[:, how.top_k :] = -torch.inf
    if how.temperature == 0:
        ordered[:, 1:] = -torch.inf
        chances = torch.softmax(ordered, dim=1)
    else:
        # Less the largest first: divided by a small number, it would leave the numbers that there are.
        chances = torch.softmax((ordered - ordered[:, :1]) / how.temperature, dim=1)
    if how.top_p is not None:
        # A token stays as long as those before it have not reached the share.
        before = chances.cumsum(1) - chances
        chances = torch.where(before < how.top_p, chances, torch.zeros_like(chances))
        chances[:, 0] = torch.where(chances[:, 0] > 0, chances[:, 0], torch.ones_like(chances[:, 0]))
        chances = chances / chances.sum(1, keepdim=True)
    return torch.zeros_like(chances).scatter(1, tokens, chances)


def draw_tokens(logits: Tensor, how: Sampling, numbers: Tensor) -> Tensor:
    """Return [N] int64 the tokens that are drawn.

    Args:
        logits: [N, V].
        how: the next token is chosen.
        numbers: [N] in (0, 1): each falls into one token's share of the line from 0 to 1.
    """
    import torch

    ends = token_probabilities(logits, how).cumsum(1)
    # Rounding may leave the last end a little below 1: what lies beyond falls to the last token that has a share.
    places = torch.searchsorted(ends, (numbers.double() * ends[:, -1].clamp(max=1))[:, None], right=True)[:, 0]
    return places.clamp(max=logits.shape[1] - 1)
