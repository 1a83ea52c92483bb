"""The series that is to be gone on with, as an exhibit: what training sees of it, and where the splits lie."""

from __future__ import annotations

from collections.abc import Sequence

from pellucid.data import WholeSeries
from pellucid.report.charts import Panel, PanelLine, Zone, series_panels
from pellucid.report.wording import SPLIT_WORDS
from pellucid.runs import Exhibit, Figure

NAME = "whole-series"
MOST_CHANNELS = 6
"""That are drawn: the first."""


def whole_series_exhibit(whole: Sequence[WholeSeries], *, command: str = "") -> Exhibit:
    """Return series as lines, with the steps that validation and test forecast shaded and left empty.

    Args:
        whole: at least one series.
        command: that shows it again.
    """
    figures = []
    for one in whole:
        zones = tuple(
            Zone(SPLIT_WORDS.get(split, split), first, last) for split, first, last in one.spans if split != "train"
        )
        names = one.channels if len(one.channels) > 1 else ("",)
        panels = [
            Panel(name, [PanelLine(one.values[:, place])], zones=zones)
            for place, name in enumerate(names[:MOST_CHANNELS])
        ]
        label = f"{one.name}, {len(one.values):,} steps"
        drawn = series_panels(panels, label=label, tall=len(panels) == 1)
        figures.append(Figure.from_svg(str(drawn), alt=label, caption=label, role="main"))
    held_back = any(split != "train" for one in whole for split, _, _ in one.spans)
    notes = [f"The first {MOST_CHANNELS} channels are drawn."] if len(whole[0].channels) > MOST_CHANNELS else []
    return Exhibit(
        name=NAME,
        title="The series" if len(whole) == 1 else f"The first {len(whole)} series",
        paragraphs=("The line is what training sees." + (_HELD_BACK if held_back else ""),),
        figures=tuple(figures),
        notes=tuple(notes),
        command=command,
    )


_HELD_BACK = " It ends where validation begins; the shaded steps are forecast by validation and test, and stay hidden."
