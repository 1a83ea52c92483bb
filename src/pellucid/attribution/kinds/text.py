"""Texts: maps are a number for each token."""

from __future__ import annotations

from torch import Tensor, nn

from pellucid.attribution.kinds.base import Shown
from pellucid.attribution.tokens import gated
from pellucid.data import Dataset
from pellucid.prediction import Asked
from pellucid.preprocessing import PADDING, TextPreprocessing


class TextExplained:
    """A text shows its tokens."""

    nothing = "a vector of zeros, which says nothing"

    def shown(self, preprocessing: TextPreprocessing, asked: Asked) -> Shown:
        """Return the tokens that the network reads, as they are written."""
        ids = [int(number) for number in asked.prepared[0] if number != PADDING]
        written = list(asked.tokens) or preprocessing.split(asked.text or "")
        if preprocessing.begin:
            written = [preprocessing.token(ids[0]), *written] if ids else written
        tokens = tuple(written[: max(1, len(ids))]) or (preprocessing.token(PADDING),)
        return Shown(columns=tokens, tokens=tokens)

    def thumbnail(self, dataset: Dataset, index: int) -> None:
        """Return nothing: a text is no picture."""

    def by_degrees(self, model: nn.Module, inputs: Tensor) -> tuple[nn.Module, Tensor]:
        """Return a network of how much of each token is there, and the text with all of them."""
        return gated(model, inputs, padding=PADDING)
