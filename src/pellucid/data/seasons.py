"""After how many steps a series resembles itself."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import TimeAxis

CALENDAR: dict[tuple[str, int], tuple[int, ...]] = {
    ("month", 1): (12,),
    ("month", 3): (4,),
    ("day", 1): (7, 365),
    ("day", 7): (52,),
    ("hour", 1): (24, 168),
    ("minute", 1): (60, 1440),
    ("minute", 5): (288,),
    ("minute", 10): (144,),
    ("minute", 15): (96, 672),
    ("minute", 30): (48, 336),
}
"""Steps of the seasons that a calendar has, by unit and length of a step."""
ALIKE, ALIKE_UNASKED = 0.25, 0.35
"""Correlation with itself a season before, from which a season is one: of a calendar's, and of any other length."""
_AS_HIGH = 0.15
_SEASONS_NEEDED = 2.5


def find_season(values: NDArray[np.float64], axis: TimeAxis) -> int:
    """Return the season of a series in steps, 1 where it has none.

    The straight line is taken away; then a season is where the correlation of the series with itself, so many steps
    before, has a peak: of the calendar's lengths where one of them does, else the highest peak of all.

    Args:
        values: [T], of the part that is learned from.
        axis: when they are.
    """
    if len(values) < 8 or np.ptp(values) == 0:
        return 1
    steps = np.arange(len(values))
    left = values - np.polyval(np.polyfit(steps, values, 1), steps)
    alike = _autocorrelation(left, int(len(values) / _SEASONS_NEEDED))
    named = [m for m in CALENDAR.get((axis.unit, axis.every), ()) if m < len(alike)]
    fitting = [m for m in named if alike[m] >= ALIKE and _is_peak(alike, m)]
    if fitting:
        return max(fitting, key=lambda m: float(alike[m]))
    below = np.flatnonzero(alike < 0)
    if not len(below):
        return 1
    beyond = int(below[0])
    # Twice a season is a season, too: the first peak that is about as high as the highest is the one.
    high = max(ALIKE_UNASKED, float(alike[beyond:].max()) - _AS_HIGH)
    peaks = (lag for lag in range(max(2, beyond), len(alike)) if alike[lag] >= high and _is_peak(alike, lag))
    first = next(peaks, 1)
    around = alike[first : first + first // 6 + 1]
    return first + int(around.argmax()) if first > 1 else 1


def _autocorrelation(values: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Return [most + 1] correlations of a series of mean about 0 with itself, by how many steps before."""
    size = 2 ** int(np.ceil(np.log2(2 * len(values))))
    power = np.abs(np.fft.rfft(values - values.mean(), size)) ** 2
    sums = np.fft.irfft(power, size)[: most + 1]
    number = len(values) - np.arange(most + 1)
    together: NDArray[np.float64] = (sums / number) / (sums[0] / len(values))
    return together


def _is_peak(alike: NDArray[np.float64], lag: int) -> bool:
    """Tell whether the correlation around a lag is higher than half a season away, and at its sides no higher."""
    reach = max(1, lag // 6)
    around = alike[max(1, lag - reach) : lag + reach + 1]
    return bool(alike[lag] >= around.max() - 0.05 and alike[lag] > alike[lag // 2] + 0.1) if lag > 1 else False
