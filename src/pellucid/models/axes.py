"""Where the sides of a picture lie in a tensor, and how much of each its numbers see."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """One side of the input, as a tensor sees it.

    Attributes:
        place: the tensor's dimension along which one moves over this side; None where all numbers see the same.
        count: of positions along this side.
        size, stride, start: of the field, in pixels: the field of position i covers start + i * stride and the
            size - 1 pixels after it; padding has negative places.
    """

    place: int | None
    count: int
    size: int = 1
    stride: int = 1
    start: int = 0

    @property
    def collapsed(self) -> Axis:
        """The field of something that sees all positions."""
        return Axis(None, 1, self.size + (self.count - 1) * self.stride, self.stride, self.start)


Seen = tuple[Axis, ...] | None
"""An axis per side of the input; None: not known, or there is no picture."""
