"""A kernel slides over a picture, and every number of the result can tell its terms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pellucid.errors import RecipeError
from pellucid.kernels.named import Kernel, find_kernel
from pellucid.kernels.pictures import Picture, read_picture
from pellucid.printed import Printed
from pellucid.records import brief
from pellucid.trace import Arithmetic, Factor, Floats

Padding = Literal["valid", "same", "full"]
SMALL_RESULT = 100
"""Numbers of a result up to which its steps are shown in their order."""
PADDINGS: tuple[Padding, ...] = get_args(Padding)


@dataclass(frozen=True)
class Convolved(Printed):
    """A picture after a kernel slid over it.

    It is the cross-correlation that networks call convolution: the kernel is laid on the picture as it is. `flipped`
    tells that it was turned by 180 degrees first, which is the convolution of mathematics.

    Attributes:
        picture: before.
        kernel: as it was laid on the picture, i.e. turned where `flipped`.
        stride: pixels between neighbouring places of the kernel.
        padding: "valid": the kernel stays within the picture; "same": zeros around it, so that at stride 1 the size
            stays; "full": zeros wherever kernel and picture overlap in a pixel at least.
        before, after: zeros before the first and behind the last row and column: (rows, columns).
        flipped: whether the kernel was turned.
        maps: float64 [C, H', W']: each channel with the kernel.
    """

    __repr__ = brief

    picture: Picture
    kernel: Kernel
    stride: int
    padding: Padding
    before: tuple[int, int]
    after: tuple[int, int]
    flipped: bool
    maps: Floats

    @property
    def result(self) -> Floats:
        """The channels' maps summed, [H', W']: what a unit of a network with this kernel for every channel gives."""
        summed: Floats = self.maps.sum(axis=0)
        return summed

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the result."""
        return (int(self.maps.shape[1]), int(self.maps.shape[2]))

    @property
    def formulas(self) -> tuple[str, str]:
        """How height and width of the result follow from those of the picture."""
        sides = zip(
            self.picture.values.shape[1:], self.kernel.values.shape, self.before, self.after, self.shape, strict=True
        )
        height, width = (
            f"floor(({size} - {taps} + {_zeros_words(low, high)})/{self.stride}) + 1 = {result}"
            for size, taps, low, high, result in sides
        )
        return height, width

    def at(self, row: int, column: int) -> Arithmetic:
        """Return how one number of the result came about: patch x kernel, channel by channel.

        Args:
            row, column: in the result, counted from 0.

        Raises:
            RecipeError: there is no such place.
        """
        height, width = self.shape
        if not (0 <= row < height and 0 <= column < width):
            raise RecipeError(
                f"The result has no number at row {row}, column {column}.",
                expected=f"Rows 0 to {height - 1}, columns 0 to {width - 1}.",
            )
        patch = self.patch(row, column)
        weights = np.broadcast_to(self.kernel.values, patch.shape)
        terms = (patch * weights).ravel()
        return Arithmetic(
            step=self.picture.name,
            operator="convolution" if self.flipped else "cross-correlation",
            at=(row, column),
            value=float(self.result[row, column]),
            formula="sum of patch x kernel" + (", over all channels" if len(patch) > 1 else ""),
            terms=terms,
            labels=(),
            factors=(Factor("input", patch), Factor("weight", weights)),
            magnitude=float(np.abs(terms).sum()),
            note=f"the patch begins at {self._corner(row, column)} of the picture",
        )

    def _corner(self, row: int, column: int) -> str:
        top, left = self.corner(row, column)
        return f"row {top}, column {left}"

    def corner(self, row: int, column: int) -> tuple[int, int]:
        """Return where in the picture the kernel's first number lies; below 0 in the padding."""
        return row * self.stride - self.before[0], column * self.stride - self.before[1]

    def patch(self, row: int, column: int) -> Floats:
        """Return the numbers under the kernel, float64 [C, kh, kw], zeros for padding."""
        top, left = row * self.stride, column * self.stride
        rows, columns = self.kernel.values.shape
        found: Floats = _padded(self.picture.values, self.before, self.after)[
            :, top : top + rows, left : left + columns
        ]
        return found

    def steps(self, count: int = 4) -> list[tuple[int, int]]:
        """Return places worth looking at.

        Of a small result the first ones and the last, as the kernel moves; of a large one where it is largest and
        smallest, and the first.
        """
        height, width = self.shape
        if height * width <= SMALL_RESULT:
            places = [divmod(number, width) for number in range(height * width)]
            return places if len(places) <= count else [*places[: count - 1], places[-1]]
        extremes = [divmod(int(one), width) for one in (self.result.argmax(), self.result.argmin())]
        return list(dict.fromkeys([*extremes, (0, 0)]))[:count]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, all maps included."""
        return {
            "picture": {"name": self.picture.name, "shape": list(self.picture.values.shape)},
            "kernel": {"name": self.kernel.name, "values": self.kernel.values.tolist()},
            "operation": "convolution" if self.flipped else "cross-correlation",
            "stride": self.stride,
            "padding": self.padding,
            "zeros_before": list(self.before),
            "zeros_after": list(self.after),
            "shape": list(self.shape),
            "formulas": list(self.formulas),
            "channels": dict(zip(self.picture.channels, self.maps.tolist(), strict=True)),
            "result": self.result.tolist(),
        }


def convolve(
    image: str | Path | NDArray[Any] | Picture | None,
    kernel: str | Kernel | NDArray[Any] | list[list[float]],
    *,
    stride: int = 1,
    padding: Padding = "valid",
    flip: bool = False,
    theta: float = 0.0,
    frequency: float = 0.15,
    grey: bool = False,
) -> Convolved:
    """Slide a kernel over a picture.

    This is cross-correlation, which networks call convolution; `flip` turns the kernel first, for the convolution of
    mathematics.

    Args:
        image: a file, an array [H, W] or [H, W, 3], numbers as text, or None for the built-in sample.
        kernel: a name (`KERNELS`, "gabor"), numbers ("1 0 -1; 2 0 -2; 1 0 -1"), or an array.
        stride: at least 1.
        padding: "valid", "same" or "full"; of an even kernel "same" puts the odd zero behind, as torch does.
        flip: whether to turn the kernel by 180 degrees.
        theta, frequency: of "gabor": degrees, and waves per pixel.
        grey: whether to put colours together first.

    Raises:
        DataError: the picture cannot be read.
        RecipeError: kernel, stride or padding cannot be used, or the kernel is larger than the padded picture.

    Example:
        pellucid.convolve("photo.jpg", "sobel-x").at(10, 12)
    """
    picture = read_picture(image, grey=grey)
    found = kernel if isinstance(kernel, Kernel) else find_kernel(kernel, theta=theta, frequency=frequency)
    if flip:
        found = Kernel(found.name, found.values[::-1, ::-1].copy(), found.about)
    check_stride(stride)
    if padding not in PADDINGS:
        raise RecipeError(f"Unknown padding '{padding}'.", expected=f"One of: {', '.join(PADDINGS)}.")
    taps = found.values.shape
    before, after = (_zeros(padding, taps, is_before=first) for first in (True, False))
    padded = _padded(picture.values, before, after)
    if any(size < side for size, side in zip(padded.shape[1:], taps, strict=True)):
        raise RecipeError(
            f"A kernel of {taps[0]} x {taps[1]} does not fit into {padded.shape[1]} x {padded.shape[2]} pixels.",
            fix="Choose a smaller kernel, or --padding same.",
        )
    windows = sliding_window_view(padded, taps, axis=(1, 2))[:, ::stride, ::stride]
    maps: Floats = np.einsum("crkij,ij->crk", windows, found.values)
    return Convolved(picture, found, stride, padding, before, after, flip, maps)


def check_stride(stride: int) -> None:
    """Raise a RecipeError unless a stride is 1 or more."""
    if stride < 1:
        raise RecipeError(f"The stride is {stride}.", expected="1 or more.")


def _zeros(padding: Padding, taps: tuple[int, ...], *, is_before: bool) -> tuple[int, int]:
    def zeros(side: int) -> int:
        reach = side - 1
        if padding == "same":
            return reach // 2 if is_before else reach - reach // 2
        return reach if padding == "full" else 0

    return zeros(taps[0]), zeros(taps[1])


def _zeros_words(before: int, after: int) -> str:
    return f"2*{before}" if before == after else f"{before} + {after}"


def _padded(values: Floats, before: tuple[int, int], after: tuple[int, int]) -> Floats:
    padded: Floats = np.pad(values, ((0, 0), *zip(before, after, strict=True)))
    return padded
