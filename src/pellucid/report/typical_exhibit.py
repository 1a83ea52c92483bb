"""What the series of each class are like, as an exhibit: small drawings side by side, on the same axes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pellucid.data import TypicalSeries
from pellucid.report.charts import Panel, PanelLine, series_panels
from pellucid.runs import Exhibit, Figure
from pellucid.words import counted

NAME = "typical-series"
MOST_CLASSES, MOST_CHANNELS = 24, 6
"""That are drawn: the first."""
_WIDTH = 340.0
_APART = (
    " All drawings have the same axes. Where the bands of two classes lie apart, values at that step tell most of "
    "their series; where they overlap everywhere, only the shape can."
)


def typical_exhibit(typical: Sequence[TypicalSeries], *, command: str = "") -> Exhibit:
    """Return the mean of each class over the steps, and the band in which the middle 80 % of its series lie.

    Classes are told apart by their places and names, the mean from its band by their shapes: nothing needs a colour.

    Args:
        typical: of each class, at least one.
        command: that shows it again.
    """
    shown = typical[:MOST_CLASSES]
    channels = shown[0].channels[:MOST_CHANNELS]
    limits = [_limits(shown, place) for place in range(len(channels))]
    figures = []
    for one in shown:
        several = len(channels) > 1
        panels = [
            Panel(
                name if several else "",
                [PanelLine(one.mean[:, place])],
                band=(one.low[:, place], one.high[:, place]),
                limits=limits[place],
            )
            for place, name in enumerate(channels)
        ]
        caption = f"{one.name}: {counted(one.count, 'training series', 'training series')}"
        label = f"The mean series of {one.name}, and between what 80 % of its series lie, step by step"
        drawn = series_panels(panels, label=label, width=_WIDTH)
        figures.append(Figure.from_svg(str(drawn), alt=label, caption=caption, role="panel"))
    each = "of each class" if len(typical) > 1 else f"of “{typical[0].name}”"
    return Exhibit(
        name=NAME,
        title=f"What the series {each} are like" if len(typical) > 1 else "What the series are like",
        paragraphs=(
            f"The line is the mean {each}, step by step over its training series; in the band around it lie the middle "
            f"80 % of them.{_APART if len(typical) > 1 else ''}",
        ),
        figures=tuple(figures),
        notes=tuple(_notes(typical)),
        command=command,
    )


def _limits(shown: Sequence[TypicalSeries], channel: int) -> tuple[float, float]:
    borders = np.concatenate([curve[:, channel] for one in shown for curve in (one.low, one.high, one.mean)])
    known = borders[np.isfinite(borders)]
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)


def _notes(typical: Sequence[TypicalSeries]) -> list[str]:
    notes = []
    if (left := len(typical) - MOST_CLASSES) > 0:
        notes.append(f"{counted(left, 'more class', 'more classes')} not drawn.")
    if (left := len(typical[0].channels) - MOST_CHANNELS) > 0:
        notes.append(f"The first {MOST_CHANNELS} channels are drawn; there are {left:,} more.")
    if any(np.isnan(one.mean).any() for one in typical):
        notes.append("A line ends, or has a gap, where less than half of the series have a value.")
    return notes
