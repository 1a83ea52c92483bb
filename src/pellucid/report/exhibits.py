"""What was looked at, on a page of its own, in a run's report, or in a notebook.

An exhibit may come out of a stranger's run: its words are escaped, its pictures can do nothing but be seen, and of
its drawings only shapes and words are let through.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup
from numpy.typing import NDArray

from pellucid import __version__
from pellucid.report.embedding import Embedded, embed
from pellucid.report.rendering import render, write_page
from pellucid.report.safe_svg import clean_svg
from pellucid.runs import Exhibit, Figure

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
    row: str = ""
    sign: str = ""


@dataclass(frozen=True)
class ShownExhibit:
    """An exhibit ready for a template."""

    exhibit: Exhibit
    figures: tuple[ShownFigure, ...]

    @property
    def blocks(self) -> list[tuple[str, list[ShownFigure]]]:
        """The figures in their order: (heading of the row, its figures); "" for those that stand for themselves."""
        return [(heading, list(some)) for heading, some in groupby(self.figures, key=lambda figure: figure.row)]

    @property
    def large(self) -> bool:
        """Whether most figures are drawings with words in them, which need room to be read."""
        alone = [figure for figure in self.figures if not figure.row]
        return 2 * sum(figure.drawing is not None for figure in alone) > len(alone)

    @property
    def small(self) -> bool:
        """Whether most figures are tiny pictures, of which more go into a row."""
        return 2 * sum(figure.picture is not None and figure.picture.tiny for figure in self.figures) > len(
            self.figures
        )


def picture_figure(pixels: NDArray[Any], *, alt: str, caption: str = "", longest: int = 640) -> Figure:
    """Return pixels as a figure.

    Args:
        pixels: (H, W) or (H, W, 3), uint8; other types are stretched from their smallest to their largest value.
        alt: what it shows, for who does not see it.
        caption: below it.
        longest: in pixels; larger pictures are shrunk, ones of up to 64 are shown pixel by pixel.
    """
    embedded = embed(pixels, longest=longest)
    kind, data = embedded.uri.removeprefix("data:image/").split(";base64,")
    size = {"width": embedded.width, "height": embedded.height, "tiny": embedded.tiny}
    return Figure.model_validate({"kind": kind, "data": data, "alt": alt, "caption": caption, **size})


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
        return ShownFigure(figure.alt, figure.caption, None, drawing, wide="wide" in drawing[: drawing.find(">")])
    uri = f"data:image/{figure.kind};base64,{figure.data}"
    picture = Embedded(uri, figure.height, figure.width, figure.tiny)
    return ShownFigure(figure.alt, figure.caption, picture, None, wide=figure.width > WIDE, drawn=figure.drawn)


def exhibit_html(exhibit: Exhibit) -> str:
    """Return a static fragment of HTML for a notebook."""
    return render("notebook_exhibit.html.jinja", shown=show_exhibit(exhibit))


def write_exhibits(path: str | Path, title: str, exhibits: Sequence[Exhibit], *, eyebrow: str = "") -> Path:
    """Write exhibits as one self-contained page.

    Args:
        path: of the page; it is replaced at once.
        title: of the page.
        exhibits: a section each.
        eyebrow: a few words above the title: what kind of page it is.

    Returns:
        The path.

    Raises:
        OSError: the page cannot be written.
    """
    return write_page(
        path,
        "exhibits.html.jinja",
        title=title,
        eyebrow=eyebrow,
        version=__version__,
        contents=[(exhibit.name, exhibit.title) for exhibit in exhibits],
        exhibits=[show_exhibit(exhibit) for exhibit in exhibits],
    )
