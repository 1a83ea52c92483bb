"""Pictures."""

from __future__ import annotations

from typing import ClassVar, Literal

from pellucid.kinds.inputs.base import INPUTS, Input


@INPUTS.register
class ImageInput(Input):
    """Pictures, as they lie on the disk."""

    kind: Literal["image"] = "image"
    noun: ClassVar[str] = "picture"
    many: ClassVar[str] = "pictures"
    plural: ClassVar[str] = "pictures"
    channels: Literal[1, 3]
    """1 when every picture is grey (also grey ones saved as RGB), else 3."""
    bit_depth: Literal[8, 16, 32] = 8
    """Of the deepest picture; 32: floats, signed or 32-bit integers, whose values count as they stand in the file."""
    min_size: tuple[int, int]
    """(height, width) in pixels: the smallest height and the smallest width found."""
    median_size: tuple[int, int]
    max_size: tuple[int, int]
    aspect_ratios: tuple[float, float, float]
    """5th percentile, median, 95th percentile of width / height."""
    depths: tuple[int, ...] = ()
    """All bit depths that were met, sorted; empty where a record is older than this field."""
    num_grey: int | None = None
    """How many pictures have no colour; None where a record is older than this field."""
    no_data: tuple[float, ...] = ()
    """Values of 32-bit pictures that stand for no data, beside NaN."""
    unit_floats: bool = False
    """Whether the pictures were arrays of floats in 0..1, which are kept as 0..255."""

    def size_words(self) -> str:
        """Return the size that all share, else nothing."""
        height, width = self.median_size
        return f" of {height} x {width}" if self.min_size == self.max_size else ""

    def sentence(self, total: str) -> str:
        """Return colours, depth and sizes."""
        colour = "grey" if self.channels == 1 else "colour"
        sizes = (
            f"all {_size(self.min_size)}"
            if self.min_size == self.max_size
            else f"from {_size(self.min_size)} to {_size(self.max_size)}, median {_size(self.median_size)}"
        )
        depth = {8: "", 16: ", 16 bits deep", 32: ", of floats, signed or 32-bit integers"}[self.bit_depth]
        return f"{total} in {colour}{depth}, {sizes} pixels (height × width)."

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return size, colour and how wide they are."""
        low, middle, high = self.aspect_ratios
        ratio = f"{middle:.2f}" if high - low < _SAME_RATIO else f"{middle:.2f} (90 % from {low:.2f} to {high:.2f})"
        return (
            ("Median size", _size(self.median_size)),
            ("Colour", "grey" if self.channels == 1 else "colour"),
            ("Width / height", ratio),
        )


_SAME_RATIO = 0.005


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]:,} × {size[1]:,}"
