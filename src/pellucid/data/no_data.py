"""Values of floating-point and signed pictures that stand for "no data": found over all pictures of a dataset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.records import Decision
from pellucid.words import counted

MARKS: tuple[float, ...] = (-999.0, -9999.0, -99999.0, -32768.0, -32767.0, -2147483648.0, 2147483648.0, 1e20)
"""What programs write where nothing was measured, as float32; 2147483648 is the largest 32-bit integer, rounded."""
# A mark counts where nothing else lies near it: this share of the range of all other values away. A mark above them may
# as well be a sensor's upper end, so it must lie farther away.
_GAP_BELOW = 0.1
_GAP_ABOVE = 1.0


@dataclass(frozen=True)
class ValueFacts:
    """What one picture of floats, or an array of them, holds.

    Attributes:
        lowest, highest: of its values, marks left aside; None where there is no other.
        missing: how many pixels are NaN.
        marks: how many pixels hold each mark that occurs.
    """

    lowest: float | None
    highest: float | None
    missing: int
    marks: Mapping[float, int]


def value_facts(pixels: NDArray[Any]) -> ValueFacts:
    """Return what float32 pixels of any shape hold."""
    known = pixels[~np.isnan(pixels)]
    missing = int(pixels.size - known.size)
    if not known.size:
        return ValueFacts(None, None, missing, {})
    lowest, highest = float(known.min()), float(known.max())
    within = [mark for mark in MARKS if lowest <= mark <= highest]
    marks = {mark: number for mark in within if (number := int(np.count_nonzero(known == np.float32(mark))))}
    if marks:
        known = known[~np.isin(known, np.array(list(marks), np.float32))]
        if not known.size:
            return ValueFacts(None, None, missing, marks)
        lowest, highest = float(known.min()), float(known.max())
    return ValueFacts(lowest, highest, missing, marks)


def find_no_data(facts: Iterable[ValueFacts]) -> tuple[float, ...]:
    """Return the marks that stand for no data in a dataset, sorted: those that lie far from every other value."""
    listed = list(facts)
    lows = [one.lowest for one in listed if one.lowest is not None]
    highs = [one.highest for one in listed if one.highest is not None]
    if not lows:
        return ()
    low, high = min(lows), max(highs)
    met = {mark for one in listed for mark in one.marks}
    below = {mark for mark in met if mark < low and low - mark > _GAP_BELOW * (high - low)}
    above = {mark for mark in met if mark > high and mark - high > _GAP_ABOVE * (high - low)}
    return tuple(sorted(below | above))


def no_data_decision(facts: Iterable[ValueFacts], no_data: tuple[float, ...]) -> Decision | None:
    """Say how many pixels hold no value, and why they count as such; None where all hold one."""
    holes = [one.missing + sum(number for mark, number in one.marks.items() if mark in no_data) for one in facts]
    if not any(holes):
        return None
    named = f", or {' and '.join(f'{mark:.10g}' for mark in no_data)}, far from every other value" if no_data else ""
    return Decision(
        name="no data",
        value=f"{counted(sum(holes), 'pixel')} of {counted(sum(map(bool, holes)), 'picture')}",
        reason=f"not finite, beyond 1e30, what the file declares (GDAL's tag){named}: shown as the lowest level",
    )
