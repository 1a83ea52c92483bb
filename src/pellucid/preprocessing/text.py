"""From texts to numbers of tokens and back: the one fixed way, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pellucid.kinds import Form
from pellucid.preprocessing.base import PREPROCESSINGS, Preprocessing
from pellucid.preprocessing.tokenising import (
    BEGIN,
    PADDING,
    SPACE,
    SPECIAL,
    Merger,
    Unit,
    Vocabulary,
    join_words,
    split_words,
    word_spans,
)

if TYPE_CHECKING:
    import torch

    from pellucid.preprocessing.prepared import Prepared


@PREPROCESSINGS.register
class TextPreprocessing(Preprocessing):
    """The one fixed way from a text to the numbers of its tokens: 0 is padding, 1 unknown, 2 the beginning."""

    kind: Literal["text"] = "text"
    unit: Unit
    vocabulary: Annotated[tuple[str, ...], Field(min_length=1)]
    """The tokens from number 3 on, the most frequent in training first."""
    merges: tuple[tuple[str, str], ...] = ()
    """Of subwords: the pairs of neighbours that become one, in the order they were learned."""
    lower: bool = False
    """Whether capital letters count as small ones."""
    longest: Annotated[int, Field(ge=1)]
    """T: how many tokens a network is given of a text; longer ones are cut, shorter ones padded with 0 at the end."""
    begin: bool = False
    """Whether every text begins with the token 2."""

    @property
    def size(self) -> int:
        """How many numbers of tokens there are, the first three included."""
        return len(self.vocabulary) + len(SPECIAL)

    @property
    def input_shape(self) -> tuple[int]:
        """(T,) of one text."""
        return (self.longest,)

    @property
    def form(self) -> Form:
        """T numbers of tokens."""
        return Form(shape=self.input_shape, dtype="int64", vocabulary=self.size)

    @property
    def prepared_shape(self) -> tuple[int]:
        """(T,): a text is prepared when it is tokens."""
        return self.input_shape

    @property
    def prepared_dtype(self) -> np.dtype[Any]:
        """Of a token's number, as it is kept."""
        return np.dtype(np.uint16 if self.size <= 1 << 16 else np.int32)

    def to_tensor(self, prepared: NDArray[Any], device: torch.device) -> torch.Tensor:
        """Return numbers of tokens, [N, T], as int64."""
        import torch

        return torch.from_numpy(prepared.astype(np.int64)).to(device)

    def lengths(self, prepared: Prepared | NDArray[Any]) -> NDArray[np.int64]:
        """Return [N] tokens of each text: what follows is padding, which changes no answer."""
        counts: NDArray[np.int64] = (prepared[0 : len(prepared)] != PADDING).sum(axis=1)
        return counts

    # --- texts to tokens ---

    def split(self, text: str) -> list[str]:
        """Return all tokens of a text, known or not; in subwords a space shows as "▁"."""
        if self.unit == "word":
            words = split_words(text)
            return [word.lower() for word in words] if self.lower else words
        if self.lower:
            text = _small(text)
        return list(text) if self.unit == "char" else self._merger.split(text)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where each token of `split` begins and ends in a text."""
        if self.unit == "word":
            return word_spans(text)
        stops = list(accumulate(map(len, self.split(text))))
        return list(zip([0, *stops], stops, strict=False))

    def ids(self, text: str) -> NDArray[np.int64]:
        """Return the numbers of all tokens of a text, however many; without the token of the beginning."""
        return self._vocabulary.ids(self.split(text))

    def token(self, number: int) -> str:
        """Return the token of a number; of the first three in angle brackets, e.g. "<unknown>"."""
        return self._vocabulary.token(number)

    def encode(self, texts: Iterable[str]) -> NDArray[Any]:
        """Return texts as a network is given them, [N, T] of `prepared_dtype`: cut, and padded at the end."""
        listed = list(texts)
        encoded = np.zeros((len(listed), self.longest), self.prepared_dtype)
        first = int(self.begin)
        if self.begin:
            encoded[:, 0] = BEGIN
        for row, text in zip(encoded, listed, strict=True):
            ids = self.ids(text)[: self.longest - first]
            row[first : first + len(ids)] = ids
        return encoded

    # --- and back ---

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of numbers of tokens; padding and beginnings are left out, an unknown token is "�"."""
        words = [
            "\ufffd" if number < len(SPECIAL) else self.token(number)
            for number in map(int, ids)
            if number not in (0, BEGIN)
        ]
        if self.unit == "word":
            return join_words(words)
        text = "".join(words)
        return text.replace(SPACE, " ") if self.unit == "subword" else text

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.vocabulary)

    @cached_property
    def _merger(self) -> Merger:
        return Merger(self.merges)


def _small(text: str) -> str:
    """Return a text in small letters, as long as it was: a letter whose small form is two stays."""
    small = text.lower()
    return (
        small
        if len(small) == len(text)
        else "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    )
