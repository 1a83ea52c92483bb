"""Texts: items, each with a target of its own, or a stream that is read on and on."""

from __future__ import annotations

from typing import ClassVar, Literal

from pellucid.kinds.inputs.base import INPUTS, Input
from pellucid.words import counted


@INPUTS.register
class TextInput(Input):
    """Texts, as they lie on the disk; all lengths are in characters."""

    kind: Literal["text"] = "text"
    noun: ClassVar[str] = "text"
    many: ClassVar[str] = "texts"
    plural: ClassVar[str] = "texts"
    repeats_by_nature: ClassVar[bool] = True
    is_typed: ClassVar[bool] = True
    form: Literal["items", "stream"] = "items"
    """"items": each text is an example; "stream": examples are windows of text that goes on and on."""
    characters: int
    """Of all texts together."""
    pieces: int
    """How many texts there are: the items, or the files (parts) that a stream is made of."""
    multiline: bool = False
    """Whether a text has several lines: then a file that is handed over is one text, and not one a line."""
    lengths: tuple[int, int, int]
    """Of the shortest text, the median, the longest: of items, or of a stream's pieces."""

    @property
    def example(self) -> str:
        """A window where the text is a stream."""
        return "window" if self.form == "stream" else self.noun

    def size_words(self) -> str:
        """Return the lengths."""
        low, _, high = self.lengths
        if self.form == "stream":
            return f" of one text of {self.characters:,} characters"
        return f" of {high:,} characters" if low == high else f" of {low:,} to {high:,} characters"

    def sentence(self, total: str) -> str:
        """Return lengths, or how long the stream is."""
        low, middle, high = self.lengths
        if self.form == "stream":
            parts = "one text" if self.pieces == 1 else counted(self.pieces, "text")
            return f"{total}, cut from {parts} of {self.characters:,} characters."
        if low == high:
            return f"{total} of {high:,} characters each."
        return f"{total} of {low:,} to {high:,} characters, median {middle:,}."

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return how much text there is."""
        length = "Median length" if self.form == "items" else "Median piece"
        return (("Characters", f"{self.characters:,}"), (length, f"{self.lengths[1]:,} characters"))
