"""What one example looks like to a network."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pellucid.records import Record


class Form(Record):
    """One example as a network takes it: a tensor, and perhaps further ones with names of their own."""

    shape: tuple[int, ...]
    """Without the batch, e.g. (C, H, W) of a picture or (D,) of an encoded row."""
    dtype: Literal["float32", "int64"] = "float32"
    """Of the tensor's numbers; int64 for numbers of words."""
    vocabulary: int | None = None
    """Of int64: numbers run from 0 to one less; None where they are no numbers of words."""
    masked: bool = False
    """Whether the last channel of a series, (C + 1, T), is 1 where the values are there and 0 where there are none."""
    more: dict[str, Form] = Field(default_factory=dict)
    """Further tensors by their names, e.g. "lengths"."""
