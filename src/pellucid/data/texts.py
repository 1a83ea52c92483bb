"""Texts: all of them as one array of characters, and where in it each example stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.data.inputs import Indices, Inputs
from pellucid.kinds import TextInput

Characters: TypeAlias = NDArray[Any]
"""Code points of Unicode, one a character: uint8 where all are below 256, else uint16 or uint32."""


def as_characters(text: str) -> Characters:
    """Return the code points of a text, in the smallest type that holds them all."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    highest = int(points.max(initial=0))
    return points.astype(np.uint8 if highest < 1 << 8 else np.uint16 if highest < 1 << 16 else np.uint32)


def as_text(characters: Characters) -> str:
    """Return the text of code points."""
    return characters.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


def digest_text(text: str) -> bytes:
    """Return 16 bytes that are equal only for equal texts."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class TextInputs(Inputs):
    """Examples as addresses in one array of characters, so that windows of a stream cost a few bytes.

    Args:
        characters: of all texts, one behind the other.
        starts: [N] int64, where each example begins in it.
        lengths: [N] int64, how many characters each example has.
        names: one each; None for `word` and a number.
        numbers: [N] what each is counted as, from 0 on; None where they are all, in order.
        word: what an example is called where it has no name.
    """

    def __init__(
        self,
        characters: Characters,
        starts: NDArray[np.int64],
        lengths: NDArray[np.int64],
        *,
        names: Sequence[str] | None = None,
        numbers: NDArray[np.int64] | None = None,
        word: str = "text",
    ) -> None:
        self.characters = characters
        self.starts = starts
        self.lengths = lengths
        self._names = names
        self._numbers = numbers
        self._word = word

    @classmethod
    def of_texts(cls, texts: Iterable[str], *, names: Sequence[str] | None = None, word: str = "text") -> Self:
        """Return texts as examples: the items, or the pieces of a stream, of which windows are made."""
        listed = list(texts)
        lengths = np.fromiter(map(len, listed), np.int64, len(listed))
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])[:-1]
        return cls(as_characters("".join(listed)), starts, lengths, names=names, word=word)

    def __len__(self) -> int:
        return len(self.starts)

    def name(self, index: int) -> str:
        """Return the name of a text, e.g. "spam/12.txt" or "text 12"."""
        if self._names is not None:
            return self._names[index]
        return f"{self._word} {(int(self._numbers[index]) if self._numbers is not None else index) + 1}"

    def text(self, index: int) -> str:
        """Return an example's text."""
        start = int(self.starts[index])
        return as_text(self.characters[start : start + int(self.lengths[index])])

    def words(self, index: int) -> str:
        """Return an example's text."""
        return self.text(index)

    def texts(self, indices: Indices) -> list[str]:
        """Return the texts of some examples."""
        return [self.text(int(index)) for index in indices]

    def stretches(self, indices: Indices) -> list[str]:
        """Return the text that some examples cover, in the order it stands; what several share comes once.

        What is measured on windows of a stream (a vocabulary, merges) so counts every character once.
        """
        return [as_text(self.characters[start:stop]) for start, stop in self.covered(indices)]

    def covered(self, indices: Indices) -> list[tuple[int, int]]:
        """Return where the stretches of characters that some examples cover begin and end (exclusive), in order.

        Examples that overlap are one stretch; those that only touch, such as pieces of a stream, are two.
        """
        chosen = np.asarray(indices, np.int64)
        starts, stops = self.starts[chosen], self.starts[chosen] + self.lengths[chosen]
        order = np.argsort(starts, kind="stable")
        joined: list[tuple[int, int]] = []
        for start, stop in zip(starts[order].tolist(), stops[order].tolist(), strict=True):
            if joined and start < joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], stop))
            else:
                joined.append((start, stop))
        return joined

    def windows(self, starts: NDArray[np.int64], lengths: NDArray[np.int64], *, word: str = "window") -> TextInputs:
        """Return other examples out of the same characters.

        Args:
            starts, lengths: [N] int64 each, in characters of `characters`.
            word: what one is called.
        """
        return TextInputs(self.characters, starts, lengths, word=word)

    def subset(self, indices: Indices) -> TextInputs:
        """Return some of the texts, under the same names."""
        chosen = np.asarray(indices, np.int64)
        names = None if self._names is None else [self._names[index] for index in chosen.tolist()]
        numbers = chosen if self._numbers is None else self._numbers[chosen]
        return TextInputs(
            self.characters, self.starts[chosen], self.lengths[chosen], names=names, numbers=numbers, word=self._word
        )


def measure_texts(inputs: TextInputs, *, form: str = "items") -> TextInput:
    """Return what is said of texts: items, or pieces of a stream."""
    lengths = inputs.lengths
    low, middle, high = (int(of(lengths)) for of in (np.min, np.median, np.max))
    multiline = form == "items" and bool((inputs.characters == ord("\n")).any())
    return TextInput.model_validate(
        {
            "form": form,
            "characters": int(lengths.sum()),
            "pieces": len(inputs),
            "multiline": multiline,
            "lengths": (low, middle, high),
        }
    )
