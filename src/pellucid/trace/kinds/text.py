"""Texts: from the tokens to the network's input."""

from __future__ import annotations

from torch import Tensor

from pellucid.prediction import Asked
from pellucid.preprocessing import PADDING, TextPreprocessing
from pellucid.trace.surroundings import Surrounding, Workings
from pellucid.words import visible_token


class TextBeginning:
    """A trace of a text begins at its tokens, each of which becomes its number."""

    def begin(self, preprocessing: TextPreprocessing, asked: Asked, inputs: Tensor) -> Surrounding:
        """Return the tokens with their numbers."""
        ids = [number for number in inputs[0].tolist() if number != PADDING]
        rows = tuple((str(place), preprocessing.token(number), str(number)) for place, number in enumerate(ids))
        padding = inputs.shape[1] - len(ids)
        notes = (f"{padding:,} more places hold 0: padding, which changes nothing.",) if padding else ()
        table = Workings("From the text to the network's input", ("place", "token", "number"), rows, notes)
        return Surrounding(
            (),
            table,
            places=tuple(f"{place} “{visible_token(token)}”" for place, token, _ in rows),
            tokens=tuple(preprocessing.token(number) for number in ids),
        )

    def picture(self, asked: Asked) -> None:
        """Return nothing: a text is no picture."""
