"""What a terminal says of a dataset's pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.kinds import ImageInput

if TYPE_CHECKING:
    from pellucid.data import Inspection


def picture_lines(inspection: Inspection) -> list[str]:
    """Return their colours, depth and sizes, and how many there are of each format."""
    given = ImageInput.of(inspection.input)
    low, middle, high = ("x".join(map(str, size)) for size in (given.min_size, given.median_size, given.max_size))
    colour = "grey" if given.channels == 1 else "colour"
    depth = "floats, signed or 32-bit integers" if given.bit_depth == 32 else f"{given.bit_depth} bits"
    return [
        f"pictures in {colour}, {depth}; height x width: smallest {low}, median {middle}, largest {high}",
        ", ".join(f"{count:,} {kind}" for kind, count in inspection.kinds.items()),
    ]
