"""A window slides over a picture, and its largest value or its mean is kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pellucid.errors import RecipeError
from pellucid.kernels.convolving import Convolved, check_stride
from pellucid.kernels.pictures import Picture, read_picture
from pellucid.printed import Printed
from pellucid.records import brief
from pellucid.trace import Arithmetic, Factor, Floats

Kind = Literal["max", "mean"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Pooled(Printed):
    """A picture after pooling.

    Attributes:
        picture: before.
        size: height and width of the window.
        stride: pixels between neighbouring windows.
        kind: "max" or "mean".
        maps: float64 [C, H', W'], channel by channel.
        padding: rows and columns put around the picture on each side: of max pooling minus infinity, which never wins;
            of mean pooling zeros, which are counted.
    """

    __repr__ = brief

    picture: Picture
    size: int
    stride: int
    kind: Kind
    maps: Floats
    padding: int = 0

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the result."""
        return (int(self.maps.shape[1]), int(self.maps.shape[2]))

    @property
    def formulas(self) -> tuple[str, str]:
        """How height and width of the result follow from those of the picture."""
        height, width = (
            f"floor(({side} - {self.size} + 2*{self.padding})/{self.stride}) + 1 = {result}"
            for side, result in zip(self.picture.values.shape[1:], self.shape, strict=True)
        )
        return height, width

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """Return the (row, column) of the picture where a window begins; below 0 in the padding."""
        return row * self.stride - self.padding, column * self.stride - self.padding

    def steps(self, count: int = 4) -> list[tuple[int, int]]:
        """Return places worth looking at: in each quarter of the result, the window whose numbers differ most.

        Returns:
            (row, column) of up to `count` numbers of the first channel's result, 4 at most.
        """
        padded = _padded(self.picture.values[0], self.padding, self.kind)
        windows = sliding_window_view(padded, (self.size, self.size))[:: self.stride, :: self.stride]
        lowest = windows.min(axis=(2, 3), where=np.isfinite(windows), initial=np.inf)
        spread = windows.max(axis=(2, 3)) - lowest
        found = []
        for top, rows in zip((0, -(-self.shape[0] // 2)), np.array_split(spread, 2, axis=0), strict=True):
            for left, part in zip((0, -(-self.shape[1] // 2)), np.array_split(rows, 2, axis=1), strict=True):
                if part.size:
                    down, right = np.unravel_index(int(part.argmax()), part.shape)
                    found.append((top + int(down), left + int(right)))
        return found[:count]

    def at(self, row: int, column: int, channel: int = 0) -> Arithmetic:
        """Return how one number of the result came about: the window, and its winner or its mean.

        Args:
            row, column: in the result, counted from 0.
            channel: of the picture, counted from 0.

        Raises:
            RecipeError: there is no such place.
        """
        height, width = self.shape
        if not (0 <= row < height and 0 <= column < width and 0 <= channel < len(self.maps)):
            raise RecipeError(
                f"The result has no number at row {row}, column {column} of channel {channel}.",
                expected=f"Rows 0 to {height - 1}, columns 0 to {width - 1}, channels 0 to {len(self.maps) - 1}.",
            )
        top, left = self.corner(row, column)
        from_row, from_column = top + self.padding, left + self.padding
        padded = _padded(self.picture.values[channel], self.padding, self.kind)
        window = padded[from_row : from_row + self.size, from_column : from_column + self.size]
        if self.kind == "max":
            # What was put around is no number; the window is what it covers of the picture.
            window = window[:, np.isfinite(window).any(axis=0)][np.isfinite(window).any(axis=1)]
            top, left = max(top, 0), max(left, 0)
            down, right = np.unravel_index(int(window.argmax()), window.shape)
            terms = np.array([window.max()])
            formula = "largest value of the window"
            note = f"the winner lies at row {top + int(down)}, column {left + int(right)} of the picture"
        else:
            terms = (window / window.size).ravel()
            formula = f"mean of the window: sum / {window.size}"
            note = f"the window begins at row {top}, column {left} of the picture"
        return Arithmetic(
            step=self.picture.name,
            operator=f"{self.kind}_pool",
            at=(channel, row, column),
            value=float(self.maps[channel, row, column]),
            formula=formula,
            terms=terms,
            labels=(),
            factors=(Factor("window", window.copy()),),
            magnitude=float(np.abs(terms).sum()),
            note=note,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, all maps included."""
        return {
            "picture": {"name": self.picture.name, "shape": list(self.picture.values.shape)},
            "operation": f"{self.kind} pooling",
            "size": self.size,
            "stride": self.stride,
            "padding": self.padding,
            "shape": list(self.shape),
            "formulas": list(self.formulas),
            "channels": dict(zip(self.picture.channels, self.maps.tolist(), strict=True)),
        }


def pool(
    image: str | Path | NDArray[Any] | Picture | Convolved | None,
    size: int = 2,
    *,
    kind: Kind = "max",
    stride: int | None = None,
    padding: int = 0,
    grey: bool = False,
) -> Pooled:
    """Pool a picture, or the result of a convolution; a rest that fills no window is left out.

    Args:
        image: as `convolve` takes it, or what `convolve` returned (its channels summed).
        size: side of the square window, at least 1.
        kind: "max" or "mean".
        stride: pixels between windows; None for `size`, so that they do not overlap.
        padding: rows and columns put around the picture on each side, at most half of `size`, as in torch: they never
            win, and count as zeros in a mean.
        grey: whether to put colours together first.

    Raises:
        DataError: the picture cannot be read.
        RecipeError: a choice cannot be used, or the window is larger than the picture.

    Example:
        pellucid.pool(pellucid.convolve("photo.jpg", "edge"), 2).at(3, 4)
    """
    if isinstance(image, Convolved):
        picture = Picture(f"{image.picture.name} after the kernel {image.kernel.name}", image.result[None])
    else:
        picture = read_picture(image, grey=grey)
    step = size if stride is None else stride
    check_stride(step)
    if kind not in KINDS:
        raise RecipeError(f"Unknown pooling '{kind}'.", expected=f"One of: {', '.join(KINDS)}.")
    if size >= 1 and not 0 <= padding <= size // 2:
        raise RecipeError(
            f"The padding is {padding}.", expected=f"0 to {size // 2}: at most half of the window's side."
        )
    height, width = (side + 2 * padding for side in picture.values.shape[1:])
    if not 1 <= size <= min(height, width):
        raise RecipeError(f"A window of {size} x {size} does not fit into {height} x {width} pixels.")
    padded = _padded(picture.values, padding, kind)
    windows = sliding_window_view(padded, (size, size), axis=(1, 2))[:, ::step, ::step]
    maps: Floats = windows.max(axis=(3, 4)) if kind == "max" else windows.mean(axis=(3, 4))
    return Pooled(picture, size, step, kind, maps, padding)


def _padded(values: Floats, padding: int, kind: Kind) -> Floats:
    """Return [..., H, W] with rows and columns around it."""
    around = [(0, 0)] * (values.ndim - 2) + [(padding, padding)] * 2
    padded: Floats = np.pad(values, around, constant_values=-np.inf if kind == "max" else 0.0)
    return padded
