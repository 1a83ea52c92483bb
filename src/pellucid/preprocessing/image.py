"""From decoded pixels to a canvas of fixed size, and on to normalised floats: the answering half, without torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from pellucid.preprocessing.base import PREPROCESSINGS, Preprocessing
from pellucid.preprocessing.framing import (
    Interpolation,
    Passes,
    ResizePolicy,
    Surround,
    check_pictures,
    frame,
    passes_of_pillow,
    resize_picture,
    same_depth,
    to_8_bit,
    to_grey,
    unit_to_8_bit,
    values_to_8_bit,
)

if TYPE_CHECKING:
    import torch

# A stranger's file must not be able to ask for terabytes.
Side = Annotated[int, Field(ge=1, le=8192)]
Level = Annotated[int, Field(ge=0, le=255)]


@PREPROCESSINGS.register
class ImagePreprocessing(Preprocessing):
    """The one fixed way from decoded pixels to a tensor: the same in training, evaluation, prediction and serving.

    Window, colour, size and frame give a canvas of uint8; (canvas / 255 - mean) / std in float32 is the model's input.
    """

    kind: Literal["image"] = "image"
    height: Side
    width: Side
    channels: Literal[1, 3]
    resize: ResizePolicy
    """crop: cover the canvas and cut the middle; pad: fit into it, bars around; stretch: squeeze to it; none: its own
    size, in the middle."""
    interpolation: Interpolation = "bicubic"
    """Pillow's filter of this name, antialiased, without a reducing gap."""
    passes: Passes = "as-pillow"
    """Which axis is resized first; a run's record that does not say so means as the Pillow that it names did."""
    bit_depth: Literal[8, 16, 32] = 8
    """32: floats, signed and 32-bit integers, whose values count as they stand in the file. A run of 8 or 16 bits
    brings such a picture to 16 bits by its own range, as all runs did before there was a window for them."""
    low: int | Annotated[float, Field(allow_inf_nan=False)] = 0
    """Pixel value that becomes 0: an integer in 0..65534 for 8 and 16 bits."""
    high: int | Annotated[float, Field(allow_inf_nan=False)] = 255
    """Pixel value that becomes 255: an integer in 1..65535 for 8 and 16 bits."""
    no_data: tuple[float, ...] = ()
    """Of 32 bits: values that stand for no data. They become 0, as NaN does."""
    unit_floats: bool = False
    """Whether the training's pictures were arrays of floats in 0..1: others are then mapped alike, and clipped."""
    extremes: tuple[Level, Level, Level] | None = None
    """Of the training's canvases, before normalisation: the lowest brightest level, the highest darkest one, and the
    smallest difference of both in one picture; None where a record is older than this field."""
    background: Annotated[tuple[Level, ...], Field(min_length=1, max_length=3)] = (0,)
    """Colour of bars and of what lies outside the picture, after the window: one number, or one per channel."""
    surround: Surround = "background"
    """What a canvas' margin shows where the picture ends."""
    mean: tuple[Annotated[float, Field(allow_inf_nan=False)], ...]
    """Per channel, in 0..1."""
    std: tuple[Annotated[float, Field(gt=0, allow_inf_nan=False)], ...]
    """Per channel, in 0..1."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(self.mean) != self.channels or len(self.std) != self.channels:
            raise ValueError(f"mean and std need {self.channels} numbers each, one per channel")
        if len(self.background) not in (1, self.channels):
            raise ValueError(f"background needs 1 or {self.channels} numbers")
        if self.low >= self.high:
            raise ValueError("low must be below high")
        whole = isinstance(self.low, int) and isinstance(self.high, int) and self.low >= 0 and self.high <= 65535
        if self.bit_depth != 32 and not whole:
            raise ValueError("low and high must be integers in 0..65535")
        return self

    @property
    def input_shape(self) -> tuple[int, int, int]:
        """(C, H, W) of one example."""
        return self.channels, self.height, self.width

    @property
    def prepared_shape(self) -> tuple[int, int, int]:
        """(H, W, C) of a canvas."""
        return self.height, self.width, self.channels

    @property
    def prepared_dtype(self) -> np.dtype[Any]:
        """Bytes."""
        return np.dtype(np.uint8)

    @property
    def canvas_size(self) -> tuple[int, int]:
        """(H, W) of the canvas."""
        return self.height, self.width

    def to_tensor(self, prepared: NDArray[Any], device: torch.device) -> torch.Tensor:
        """Return canvases [N, H, W, C] uint8 as normalised planes, [N, C, H, W] float32."""
        import torch

        from pellucid.preprocessing.tensors import normalise_tensor

        # A single picture may be a view of Pillow's own, read-only memory, at which torch warns.
        tensor = torch.from_numpy(np.require(prepared, requirements=["C", "W"])).to(device)
        # Into its final order while a value is still one byte: a quarter of the memory to walk through.
        return normalise_tensor(tensor.permute(0, 3, 1, 2).contiguous(), self)

    def completed(self, versions: Mapping[str, str]) -> Self:
        """Return it with the order of the passes named, where a record leaves it to the Pillow that it names."""
        if self.passes != "as-pillow":
            return self
        return self.model_copy(update={"passes": passes_of_pillow(versions.get("pillow", ""))})

    def canvas(self, pixels: NDArray[Any], *, margin: int = 0) -> NDArray[np.uint8]:
        """Bring one picture to the canvas.

        Args:
            pixels: (h, w) or (h, w, 3), as `pixels.read_picture` gives them: uint8, uint16, or floats where the run
                knows what they mean.
            margin: pixels of surroundings to keep on each side, for augmentation. The central [H, W] part is the canvas
                without a margin, exactly.

        Returns:
            [H + 2 margin, W + 2 margin, C] uint8, contiguous.

        Raises:
            DataError: the pixels have another shape or type.
        """
        canvas: NDArray[np.uint8] = self.canvases(pixels[None], margin=margin)[0]
        return canvas

    def canvases(self, pictures: NDArray[Any], *, margin: int = 0) -> NDArray[np.uint8]:
        """Bring [N, h, w] or [N, h, w, 3] pictures of one size to canvases; quicker than one by one for small ones.

        Returns:
            [N, H + 2 margin, W + 2 margin, C] uint8, contiguous.

        Raises:
            DataError: the pixels have another shape or type.
        """
        self._check_pictures(pictures)
        return self._framed(self._resized(pictures), margin)

    def sized(self, pixels: NDArray[Any]) -> NDArray[np.uint8]:
        """Return [h', w', 1 or 3] uint8: a picture in its window and size, before it is framed; grey as one plane.

        Raises:
            DataError: the pixels have another shape or type.
        """
        self._check_pictures(pixels[None])
        sized: NDArray[np.uint8] = self._resized(pixels[None])[0]
        return sized

    def framed(self, sized: NDArray[np.uint8], *, margin: int = 0) -> NDArray[np.uint8]:
        """Return [H + 2 margin, W + 2 margin, C]: the canvas of what `sized` gave, without resizing once more."""
        canvas: NDArray[np.uint8] = self._framed(sized[None], margin)[0]
        return canvas

    def in_channels(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return [..., C] of [..., 1 or C]: grey as three equal planes, where the model wants three."""
        return pictures if pictures.shape[-1] == self.channels else np.repeat(pictures, self.channels, axis=-1)

    def _framed(self, resized: NDArray[np.uint8], margin: int) -> NDArray[np.uint8]:
        if len(set(self.background)) > 1:
            resized = self.in_channels(resized)  # a grey picture among coloured ones, with a coloured background
        framed = frame(
            resized,
            self.height,
            self.width,
            margin=margin,
            background=np.array(self.background, np.uint8)[: resized.shape[3]],
            surround=self.surround,
            policy=self.resize,
        )
        # Grey becomes RGB only here, where it can: a third of the work above.
        return np.ascontiguousarray(self.in_channels(framed))

    def shown(self, pixels: NDArray[Any]) -> NDArray[np.uint8]:
        """Return one picture as 8 bits, [h, w] or [h, w, 3], through the run's window; its size and colours stay."""
        self._check_pictures(pixels[None])
        return self._levels(pixels)

    def normalise(self, canvases: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return (canvases / 255 - mean) / std: float32 [N, C, H, W] from uint8 [N, H, W, C].

        Every step is one correctly rounded float32 operation, so that torch and ONNX can give the same bits.
        """
        planes = np.ascontiguousarray(np.moveaxis(canvases, 3, 1)).astype(np.float32)
        planes /= np.float32(255)
        planes -= np.array(self.mean, np.float32)[:, None, None]
        planes /= np.array(self.std, np.float32)[:, None, None]
        return planes

    @property
    def integers_are_shares(self) -> bool:
        """Of 32 bits: whether an 8- or 16-bit picture's full range stands for 0..1; else its numbers count as they are.

        So where the window's upper end, nearly the highest value in training, is at most 1.
        """
        return self.bit_depth == 32 and self.high <= 1

    def _check_pictures(self, pictures: NDArray[Any]) -> None:
        check_pictures(pictures, floats=self.bit_depth == 32 or self.unit_floats)

    def _levels(self, pictures: NDArray[Any]) -> NDArray[np.uint8]:
        """[...] of any depth -> uint8 [...]: through the window."""
        if self.bit_depth != 32:
            if pictures.dtype.kind == "f":
                pictures = unit_to_8_bit(pictures)
            return to_8_bit(same_depth(pictures, self.bit_depth), low=self.low, high=self.high)
        if pictures.dtype.kind == "f":
            return values_to_8_bit(pictures, low=self.low, high=self.high, no_data=self.no_data)
        top = float(np.iinfo(pictures.dtype).max) if self.integers_are_shares else 1.0
        return to_8_bit(pictures, low=top * self.low, high=top * self.high)

    def _resized(self, pictures: NDArray[Any]) -> NDArray[np.uint8]:
        """[N, h, w(, 3)] -> uint8 [N, h', w', 1 or 3]: window, then grey where grey is wanted, then size."""
        shown = self._levels(pictures)
        if shown.ndim == 4 and self.channels == 1:
            shown = to_grey(shown)
        if shown.ndim == 3:
            shown = shown[..., None]
        if shown.shape[1:3] == (self.height, self.width):
            return shown
        sized = [
            resize_picture(
                picture,
                self.height,
                self.width,
                policy=self.resize,
                interpolation=self.interpolation,
                passes=self.passes,
            )
            for picture in shown
        ]
        return sized[0][None] if len(sized) == 1 else np.stack(sized)
