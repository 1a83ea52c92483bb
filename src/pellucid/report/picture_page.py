"""One picture as its numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid import __version__
from pellucid.data import PictureInspection
from pellucid.report import wording
from pellucid.report.charts import histogram
from pellucid.report.embedding import Embedded, embed, to_bytes
from pellucid.report.rendering import write_page

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
    rows: tuple[tuple[int, tuple[tuple[int, int], ...]], ...]


@dataclass(frozen=True)
class Plane:
    """One plane: its picture in its own colour, its smallest, largest and mean value, and how often which occurs."""

    name: str
    picture: Embedded
    minimum: int
    maximum: int
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
    deepest = int(np.iinfo(picture.pixels.dtype).max)
    return write_page(
        path,
        "picture.html.jinja",
        title=picture.name,
        version=__version__,
        contents=[
            ("summary", "Summary"),
            ("numbers", "Numbers"),
            ("planes", "Planes" if picture.channels > 1 else "Values"),
            ("vector", "Vector"),
        ],
        picture=embed(picture.pixels, longest=LONGEST, lossless=max(picture.height, picture.width) <= LONGEST),
        facts=_facts(picture),
        whole=whole,
        region=(rows.start, rows.stop - 1, columns.start, columns.stop - 1),
        grids=tuple(_grid(name, plane, rows, columns, deepest) for name, plane in picture.planes.items()),
        planes=tuple(_plane(name, plane) for name, plane in picture.planes.items()),
        deepest=deepest,
        first=picture.flattened[:24].tolist(),
        last=picture.flattened[-8:].tolist() if picture.length > 32 else picture.flattened[24:].tolist(),
        barcode=embed(to_bytes(picture.flattened[None]), longest=MAX_BARCODE, lossless=True)
        if picture.length <= MAX_BARCODE
        else None,
        inspection=picture,
    )


def _facts(picture: PictureInspection) -> tuple[tuple[str, str], ...]:
    facts = [
        ("Size", f"{picture.height:,} × {picture.width:,} pixels"),
        ("Planes", ", ".join(picture.planes)),
        ("Numbers", f"{picture.length:,} of {picture.dtype}"),
        ("Range", f"{picture.minimum:,} to {picture.maximum:,}, mean {wording.decimal(picture.mean)}"),
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


def _grid(name: str, plane: NDArray[Any], rows: slice, columns: slice, deepest: int) -> NumberGrid:
    numbers = plane[rows, columns].astype(np.int64)
    levels = numbers * 255 // deepest
    return NumberGrid(
        name=name,
        columns=tuple(range(columns.start, columns.stop)),
        rows=tuple(
            (rows.start + place, tuple(zip(values, greys, strict=True)))
            for place, (values, greys) in enumerate(zip(numbers.tolist(), levels.tolist(), strict=True))
        ),
    )


def _plane(name: str, plane: NDArray[Any]) -> Plane:
    shown = to_bytes(plane)
    colour = {"red": 0, "green": 1, "blue": 2}.get(name)
    if colour is not None:
        tinted = np.zeros((*shown.shape, 3), dtype=np.uint8)
        tinted[..., colour] = shown
        shown = tinted
    label = f"How often which value occurs in the {name} plane"
    return Plane(
        name=name,
        picture=embed(shown, longest=LONGEST, lossless=max(plane.shape) <= LONGEST),
        minimum=int(plane.min()),
        maximum=int(plane.max()),
        mean=wording.decimal(float(plane.mean())),
        histogram=histogram(plane, title=f"value in the {name} plane", label=label, height=170.0),
    )
