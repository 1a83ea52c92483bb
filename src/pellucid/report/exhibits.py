"""What was looked at, on a page of its own, in a run's report, or in a notebook.

An exhibit may come out of a stranger's run: its words are escaped, its pictures can do nothing but be seen, and of
its drawings only shapes and words are let through.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report.embedding import Embedded, embed
from pellucid.report.rendering import render
from pellucid.report.safe_svg import clean_svg
from pellucid.runs import Exhibit, ExhibitTable, Figure, FigureRole
from pellucid.words import visible_token

WIDE = 400
"""Pixels from which on a picture gets a whole row."""


@dataclass(frozen=True)
class ShownFigure:
    """A figure ready for a template: either a picture or a drawing."""

    alt: str
    caption: str
    picture: Embedded | None
    drawing: Markup | None
    wide: bool
    drawn: bool = False
    role: FigureRole = ""
    row: str = ""
    sign: str = ""


@dataclass(frozen=True)
class FigureGroup:
    """Figures that follow one another: side by side below one `heading`, or as large as their `look` (a class) says."""

    heading: str
    look: str
    figures: tuple[ShownFigure, ...]

    @property
    def scrolls(self) -> bool:
        """Whether they stand in a box that scrolls, for there may be hundreds."""
        return self.look == "tiles"


@dataclass(frozen=True)
class ShownExhibit:
    """An exhibit ready for a template."""

    exhibit: Exhibit
    figures: tuple[ShownFigure, ...]

    @property
    def tables(self) -> tuple[tuple[ExhibitTable, frozenset[int]], ...]:
        """The tables, each with the columns that hold words: these begin at the left among numbers, too."""
        return tuple((_seen(table), word_columns(table)) for table in self.exhibit.tables)

    @property
    def groups(self) -> tuple[FigureGroup, ...]:
        """The figures, those of one row or one role that follow one another together."""
        runs = ((key, tuple(some)) for key, some in groupby(self.figures, lambda one: (one.row, one.role)))
        return tuple(FigureGroup(row, f"{role}s" if role else _look(figures), figures) for (row, role), figures in runs)


def _seen(table: ExhibitTable) -> ExhibitTable:
    """Return a table in which a cell of nothing but spaces, such as a token, can be seen."""
    rows = tuple(tuple(visible_token(cell) if cell.isspace() else cell for cell in row) for row in table.rows)
    return table.model_copy(update={"rows": rows})


def word_columns(table: ExhibitTable) -> frozenset[int]:
    """Return which columns of a numeric table hold words rather than numbers, counted from 0, the first left out."""
    if not table.numeric:
        return frozenset()
    columns = list(zip(*table.rows, strict=True))[1:]
    said = [[cell.strip() for cell in column if cell.strip()] for column in columns]
    return frozenset(
        place for place, cells in enumerate(said, 1) if 2 * sum(_is_worded(cell) for cell in cells) > len(cells)
    )


def _is_worded(cell: str) -> bool:
    return not (cell[0].isdigit() or cell in ("–", "∞", "−∞", "nan") or (cell[0] in "+-−≈." and cell[1:2].isdigit()))


def _look(figures: Sequence[ShownFigure]) -> str:
    """Return "large" for drawings, whose words need room to be read, "small" for tiny pictures, else ""."""
    if 2 * sum(figure.drawing is not None for figure in figures) > len(figures):
        return "large"
    return "small" if 2 * sum(bool(one.picture and one.picture.tiny) for one in figures) > len(figures) else ""


def picture_figure(
    pixels: NDArray[Any], *, alt: str, caption: str = "", longest: int = 640, role: FigureRole = ""
) -> Figure:
    """Return pixels as a figure.

    Args:
        pixels: (H, W) or (H, W, 3), uint8; other types are stretched from their smallest to their largest value.
        alt: what it shows, for who does not see it.
        caption: below it.
        longest: in pixels; larger pictures are shrunk, ones of up to 64 are shown pixel by pixel.
        role: how much room it gets, see `Figure`.
    """
    embedded = embed(pixels, longest=longest)
    kind, data = embedded.uri.removeprefix("data:image/").split(";base64,")
    size = {"width": embedded.width, "height": embedded.height, "tiny": embedded.tiny}
    return Figure.model_validate({"kind": kind, "data": data, "alt": alt, "caption": caption, "role": role, **size})


def show_exhibit(exhibit: Exhibit) -> ShownExhibit:
    """Return an exhibit ready for a template.

    Raises:
        RunError: a drawing is not SVG, or holds more than shapes and words.
    """
    return ShownExhibit(exhibit, tuple(_show(figure) for figure in exhibit.figures))


def _show(figure: Figure) -> ShownFigure:
    return replace(_alone(figure), row=figure.row, sign=figure.sign)


def _alone(figure: Figure) -> ShownFigure:
    if figure.kind == "svg":
        drawing = clean_svg(base64.b64decode(figure.data).decode("utf-8", "replace"))
        is_wide = not figure.role and "wide" in drawing[: drawing.find(">")]
        return ShownFigure(figure.alt, figure.caption, None, drawing, wide=is_wide, role=figure.role)
    uri = f"data:image/{figure.kind};base64,{figure.data}"
    picture = Embedded(uri, figure.height, figure.width, figure.tiny)
    is_wide = not figure.role and figure.width > WIDE
    return ShownFigure(figure.alt, figure.caption, picture, None, wide=is_wide, drawn=figure.drawn, role=figure.role)


def exhibit_html(exhibit: Exhibit) -> str:
    """Return a static fragment of HTML for a notebook."""
    return render("notebook_exhibit.html.jinja", shown=show_exhibit(exhibit))
