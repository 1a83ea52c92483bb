"""A picture as its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.decoding import Pixels
from pellucid.kinds import Said, SplitName
from pellucid.records import brief

_COLOURS = ("red", "green", "blue")


@dataclass(frozen=True)
class PictureInspection:
    """A picture as its numbers."""

    __repr__ = brief
    kind: ClassVar[str] = "image"
    """The kind of input it is an example of."""

    name: str
    index: int | None
    """Its index in the dataset; None for a file that is not in it."""
    split: SplitName | None
    target: Said | None
    """Its class, value, labels or values, where known."""
    height: int
    width: int
    channels: int
    dtype: str
    """"uint8" (0..255), "uint16" (0..65535), or "float32": values as they stand in the file, NaN where none is."""
    pixels: Pixels
    """(H, W) or (H, W, 3)."""
    planes: dict[str, Pixels]
    """{"grey": (H, W)}, or {"red": .., "green": .., "blue": ..}."""
    flattened: Pixels
    """[C x H x W]: plane by plane (red, green, blue), each row by row; the order in which a network flattens it."""
    minimum: float
    """A whole number where the pixels are; of floats without those that are NaN, as the next two."""
    maximum: float
    mean: float

    @property
    def length(self) -> int:
        """The length of the flattened vector."""
        return len(self.flattened)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; arrays as nested lists, None where a pixel holds no value."""
        return {
            "name": self.name,
            "index": self.index,
            "split": self.split,
            "target": self.target,
            "height": self.height,
            "width": self.width,
            "channels": self.channels,
            "dtype": self.dtype,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "mean": self.mean,
            "length": self.length,
            "pixels": _listed(self.pixels),
            "planes": {name: _listed(plane) for name, plane in self.planes.items()},
            "flattened": _listed(self.flattened),
        }


def inspect_pixels(
    pixels: Pixels,
    *,
    name: str,
    index: int | None = None,
    split: SplitName | None = None,
    target: Said | None = None,
) -> PictureInspection:
    """Return a decoded picture, (H, W) or (H, W, 3), as its numbers."""
    planes: dict[str, Pixels] = {"grey": pixels}
    if pixels.ndim == 3:
        planes = {colour: np.ascontiguousarray(pixels[..., place]) for place, colour in enumerate(_COLOURS)}
    flattened: NDArray[Any] = np.concatenate([plane.reshape(-1) for plane in planes.values()])
    known = pixels[~np.isnan(pixels)] if pixels.dtype.kind == "f" else pixels
    return PictureInspection(
        name=name,
        index=index,
        split=split,
        target=target,
        height=pixels.shape[0],
        width=pixels.shape[1],
        channels=len(planes),
        dtype=pixels.dtype.name,
        pixels=pixels,
        planes=planes,
        flattened=flattened,
        minimum=known.min().item(),
        maximum=known.max().item(),
        mean=float(known.mean(dtype=np.float64)),
    )


def _listed(values: NDArray[Any]) -> list[Any]:
    """Return an array as nested lists, None for NaN: JSON has no word for it."""
    if values.dtype.kind != "f" or not np.isnan(values).any():
        return list(values.tolist())
    whole = values.astype(object)
    whole[np.isnan(values)] = None
    return list(whole.tolist())
