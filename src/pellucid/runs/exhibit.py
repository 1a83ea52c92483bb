"""What was looked at, kept with the run: words, figures and tables that the report and a notebook can show."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from pellucid.records import Record


def _is_base64(data: str) -> str:
    try:
        base64.b64decode(data, validate=True)
    except binascii.Error:
        raise ValueError("is not base64") from None
    return data


FigureRole = Literal["", "main", "panel", "tile"]


class Figure(Record):
    """A picture or a drawing."""

    kind: Literal["png", "jpeg", "svg"]
    data: Annotated[str, AfterValidator(_is_base64)]
    """The bytes of the file, as base64."""
    alt: str
    """What it shows, for who does not see it."""
    caption: str = ""
    width: int = 0
    """In pixels, for PNG and JPEG; 0 for SVG, which fills its box."""
    height: int = 0
    tiny: bool = False
    """Whether to show it enlarged, pixel by pixel."""
    drawn: bool = False
    """Whether it is a chart on white rather than a picture: on a dark page it is shown light on dark."""
    role: FigureRole = ""
    """How much room it gets: "main" two in a row, "panel" three, "tile" many in a box that scrolls, "" by its kind."""
    row: str = ""
    """A heading: neighbours with the same one stand side by side below it, where there is room; "" for none."""
    sign: str = ""
    """In a row: what stands between the figure before and this one, e.g. "×" or "= 429"."""

    @classmethod
    def from_svg(
        cls, drawing: str, *, alt: str, caption: str = "", role: FigureRole = "", row: str = "", sign: str = ""
    ) -> Self:
        """Return a figure of an SVG drawing, e.g. of a chart."""
        data = base64.b64encode(drawing.encode()).decode("ascii")
        return cls(kind="svg", data=data, alt=alt, caption=caption, role=role, row=row, sign=sign)


class ExhibitTable(Record):
    """A table of words and numbers; the first cell of a row is its head."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    hints: tuple[tuple[str, ...], ...] = ()
    """What a pointer resting on a cell reads, row by row as in `rows`; empty: nothing."""
    numeric: bool = True
    """Whether the cells after the first are set to the right."""
    fold: str = ""
    """The words behind which it is folded away; "" for a table that is open."""

    @model_validator(mode="after")
    def _is_rectangular(self) -> Self:
        width = len(self.header)
        if any(len(row) != width for row in (*self.rows, *self.hints)):
            raise ValueError(f"every row must have {width} cells, as the header has")
        if self.hints and len(self.hints) != len(self.rows):
            raise ValueError("there must be as many rows of hints as rows")
        return self


class Exhibit(Record):
    """One thing that was looked at."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
    """Its file's name in the run: a second exhibit of the same name replaces the first."""
    title: str
    paragraphs: tuple[str, ...] = ()
    """Before the figures: what it is, how it was made, what to see in it."""
    figures: tuple[Figure, ...] = ()
    tables: tuple[ExhibitTable, ...] = ()
    notes: tuple[str, ...] = ()
    """After the tables, in small print: limits, sources."""
    command: str = ""
    """What to type to see it again."""
