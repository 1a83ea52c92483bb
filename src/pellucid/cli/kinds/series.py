"""What a terminal says of a dataset's series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.kinds import SeriesInput
from pellucid.words import counted

if TYPE_CHECKING:
    from pellucid.data import Inspection

MOST_CHANNELS = 12
"""Names of channels that a terminal is shown."""


def series_lines(inspection: Inspection) -> list[str]:
    """Return their lengths, and the names of the channels."""
    given = SeriesInput.of(inspection.input)
    more = len(given.channels) - MOST_CHANNELS
    names = ", ".join(given.channels[:MOST_CHANNELS]) + (f" and {more} more" if more > 0 else "")
    return [
        given.sentence(counted(inspection.n, given.noun)).rstrip("."),
        *([f"channels: {names}"] if len(given.channels) > 1 else []),
    ]
