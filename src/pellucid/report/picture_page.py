"""One picture as its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.data import PictureInspection, to_eight_bits
from pellucid.report import wording
from pellucid.report.charts import histogram
from pellucid.report.embedding import Embedded, embed, to_bytes
from pellucid.report.rendering import write_template
from pellucid.version import VERSION

GRID = 28
"""Rows and columns of numbers that are shown of a larger picture."""
WHOLE = 32
"""A picture up to this side is shown whole."""
LONGEST = 320
MAX_BARCODE = 4096


@dataclass(frozen=True)
class NumberGrid:
    """Numbers in rows: (row number, ((value, grey level 0 to 255), ...)), the columns' numbers, and whose they are."""

    name: str
    columns: tuple[int, ...]
    rows: tuple[tuple[int, tuple[tuple[int | str, int], ...]], ...]


@dataclass(frozen=True)
class Plane:
    """One plane: its picture in its own colour, its smallest, largest and mean value, and how often which occurs."""

    name: str
    picture: Embedded
    minimum: str
    maximum: str
    mean: str
    histogram: Markup


def write_picture_inspection(path: str | Path, picture: PictureInspection) -> Path:
    """Write the page of one picture: its numbers, its planes, the flattened vector.

    Args:
        path: of the page; it is replaced at once.
        picture: as its numbers.

    Returns:
        The path.

    Raises:
        OSError: the page cannot be written.
    """
    rows, columns = _region(picture.height, picture.width)
    whole = (rows, columns) == (slice(0, picture.height), slice(0, picture.width))
    kind: np.dtype[Any] = picture.pixels.dtype
    floats = kind.kind == "f"
    ends = (picture.minimum, picture.maximum) if floats else (0, int(np.iinfo(kind).max))
    return write_template(
        path,
        "picture.html.jinja",
        title=picture.name,
        version=VERSION,
        contents=[
            ("summary", "Summary"),
            ("numbers", "Numbers"),
            ("planes", "Planes" if picture.channels > 1 else "Values"),
            ("vector", "Vector"),
        ],
        picture=embed(_shown(picture.pixels), longest=LONGEST, lossless=max(picture.height, picture.width) <= LONGEST),
        facts=_facts(picture),
        whole=whole,
        region=(rows.start, rows.stop - 1, columns.start, columns.stop - 1),
        grids=tuple(_grid(name, plane[rows, columns], rows, columns, ends) for name, plane in picture.planes.items()),
        planes=tuple(_plane(name, plane) for name, plane in picture.planes.items()),
        ends=tuple(map(_number, ends)),
        deep=floats or ends[1] > 255,
        first=_numbers(picture.flattened[:24]),
        last=_numbers(picture.flattened[-8:] if picture.length > 32 else picture.flattened[24:]),
        barcode=embed(_shown(picture.flattened[None]), longest=MAX_BARCODE, lossless=True)
        if picture.length <= MAX_BARCODE
        else None,
        inspection=picture,
    )


def _facts(picture: PictureInspection) -> tuple[tuple[str, str], ...]:
    facts = [
        ("Size", f"{picture.height:,} × {picture.width:,} pixels"),
        ("Planes", ", ".join(picture.planes)),
        ("Numbers", f"{picture.length:,} of {picture.dtype}"),
        ("Range", f"{_number(picture.minimum)} to {_number(picture.maximum)}, mean {wording.decimal(picture.mean)}"),
    ]
    if picture.target is not None:
        facts.append(("Target", wording.target(picture.target)))
    if picture.split is not None:
        facts.append(("Split", picture.split))
    return tuple(facts)


def _region(height: int, width: int) -> tuple[slice, slice]:
    """Return the rows and columns whose numbers are shown: all, or 28 in the middle."""

    def middle(length: int) -> slice:
        if length <= WHOLE:
            return slice(0, length)
        start = (length - GRID) // 2
        return slice(start, start + GRID)

    return middle(height), middle(width)


def _grid(name: str, part: NDArray[Any], rows: slice, columns: slice, ends: tuple[float, float]) -> NumberGrid:
    """Return the numbers of a part of a plane, shaded from black at the first end to white at the second."""
    low, high = ends
    if part.dtype.kind == "f":
        levels = np.nan_to_num((part.astype(np.float64) - low) * (255.0 / max(high - low, 1e-30))).astype(np.int64)
    else:
        levels = part.astype(np.int64) * 255 // int(high)
    return NumberGrid(
        name=name,
        columns=tuple(range(columns.start, columns.stop)),
        rows=tuple(
            (rows.start + place, tuple(zip(_numbers(values), greys, strict=True)))
            for place, (values, greys) in enumerate(zip(part, levels.tolist(), strict=True))
        ),
    )


def _numbers(values: NDArray[Any]) -> list[int | str]:
    """Return numbers as they are shown: whole ones as they are, floats with four digits, nothing where none is."""
    if values.dtype.kind != "f":
        return list(values.tolist())
    return ["" if np.isnan(value) else f"{value:.4g}" for value in values.tolist()]


def _number(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.6g}"


def _shown(pixels: NDArray[Any]) -> NDArray[Any]:
    return to_eight_bits(pixels) if pixels.dtype.kind == "f" else to_bytes(pixels)


def _plane(name: str, plane: NDArray[Any]) -> Plane:
    shown = _shown(plane)
    known = plane[~np.isnan(plane)] if plane.dtype.kind == "f" else plane
    colour = {"red": 0, "green": 1, "blue": 2}.get(name)
    if colour is not None:
        tinted = np.zeros((*shown.shape, 3), dtype=np.uint8)
        tinted[..., colour] = shown
        shown = tinted
    label = f"How often which value occurs in the {name} plane"
    return Plane(
        name=name,
        picture=embed(shown, longest=LONGEST, lossless=max(plane.shape) <= LONGEST),
        minimum=_number(known.min().item()),
        maximum=_number(known.max().item()),
        mean=wording.decimal(float(known.mean())),
        histogram=histogram(known, title=f"value in the {name} plane", label=label, width=280.0, height=170.0),
    )
