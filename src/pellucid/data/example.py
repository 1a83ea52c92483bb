"""Looking at one example: a picture as its numbers, or a row as its cells."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.images import ArrayImages, FileImages
from pellucid.data.tables import TableInputs
from pellucid.decoding import Pixels, decode
from pellucid.errors import DataError, did_you_mean
from pellucid.kinds import SPLITS, ClassTarget, LabelsTarget, SplitName, ValuesTarget
from pellucid.records import brief

Answered: TypeAlias = str | float | list[str] | dict[str, float]
"""A target as people read it: a class, a number, a list of labels, or named numbers."""
_COLOURS = ("red", "green", "blue")


@dataclass(frozen=True)
class PictureInspection:
    """A picture as its numbers."""

    __repr__ = brief

    name: str
    index: int | None
    """Its place in the dataset; None for a file that is not in it."""
    split: SplitName | None
    target: Answered | None
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


@dataclass(frozen=True)
class RowInspection:
    """A row of a table as its cells."""

    __repr__ = brief

    name: str
    index: int
    split: SplitName
    target: Answered
    cells: dict[str, str | float]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return dict(vars(self))


def inspect_example(dataset: Dataset, which: int | str | Path) -> PictureInspection | RowInspection:
    """Return one example as its numbers.

    Args:
        dataset: which it belongs to.
        which: its index; or its name ("cats/1.jpg", "picture 5", "row 12"); or, for pictures, the path of any file.

    Raises:
        DataError: there is no such example or file.
    """
    index = _find(dataset, which)
    inputs = dataset.inputs
    if isinstance(inputs, TableInputs):
        if index is None:
            raise _unknown(dataset, which)
        cells = {name: column[index] for name, column in inputs.columns.items()}
        known: dict[str, str | float] = {
            name: cell if isinstance(cell, str) else float(cell) for name, cell in cells.items()
        }
        return RowInspection(inputs.name(index), index, _split_of(dataset, index), target_of(dataset, index), known)
    if index is not None:
        return inspect_pixels(
            inputs.pixels(index),
            name=inputs.name(index),
            index=index,
            split=_split_of(dataset, index),
            target=target_of(dataset, index),
        )
    path = Path(os.path.expanduser(str(which)))
    if not os.path.exists(path):
        raise _unknown(dataset, which)
    return inspect_pixels(decode(path), name=str(which))


def inspect_pixels(
    pixels: Pixels,
    *,
    name: str,
    index: int | None = None,
    split: SplitName | None = None,
    target: Answered | None = None,
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


def _find(dataset: Dataset, which: int | str | Path) -> int | None:
    if isinstance(which, int):
        if not 0 <= which < len(dataset):
            raise DataError(f"'{dataset.name}' has no example {which}.", expected=f"They are 0..{len(dataset) - 1}.")
        return which
    text = str(which)
    for index in range(len(dataset)):
        if dataset.example_name(index) == text:
            return index
    if isinstance(dataset.inputs, ArrayImages):
        inputs = dataset.inputs
        former = next((index for index in range(len(inputs)) if inputs.former_name(index) == text), None)
        if former is not None:
            return former
    path = os.path.expanduser(text)
    if isinstance(dataset.inputs, FileImages) and os.path.isfile(path):
        real = os.path.realpath(path)
        return next(
            (index for index, known in enumerate(dataset.inputs.paths) if os.path.realpath(known) == real), None
        )
    return None


def _split_of(dataset: Dataset, index: int) -> SplitName:
    return next(split for split in SPLITS if index in dataset.splits[split])


def target_of(dataset: Dataset, index: int) -> Answered:
    """Return what an example's target says: a class, a number, a list of labels, or named numbers."""
    target, given = dataset.target, dataset.targets[index]
    if isinstance(target, ClassTarget):
        return target.classes[int(given)]
    if isinstance(target, LabelsTarget):
        return [name for name, has in zip(target.classes, given.tolist(), strict=True) if has]
    if isinstance(target, ValuesTarget):
        return {name: float(value) for name, value in zip(target.names, given.tolist(), strict=True)}
    return float(given)


def _unknown(dataset: Dataset, which: int | str | Path) -> DataError:
    names = [dataset.example_name(index) for index in range(min(len(dataset), 2000))]
    return DataError(
        f"'{dataset.name}' has no example '{which}', and there is no such file.{did_you_mean(str(which), names)}",
        expected=f"Examples are called like '{names[0]}'; an index from 0 to {len(dataset) - 1} works too.",
    )
