"""Features of series that need no learning: how often each of 84 fixed kernels, ever wider, answers above a threshold.

Source: A. Dempster, D. F. Schmidt and G. I. Webb (2021), MiniRocket: a very fast (almost) deterministic transform for
time series classification; written from the paper. Kernels of nine weights, three of them 2 and six of them -1; widths
spread over powers of two up to the series' length; thresholds at quantiles of what a kernel answers to a training
series; every other kernel sees zeros beyond the ends. Of several channels a kernel reads the sum of some, drawn once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

NUM_FEATURES = 10_000
"""About: a multiple of 84."""
_TAPS, _HIGH = 9, 3
_KERNELS = tuple(combinations(range(_TAPS), _HIGH))
_MOST_WIDTHS = 32
_MOST_CHANNELS = 9
_GOLDEN = (5**0.5 + 1) / 2
_CHUNK = 2_000_000
"""Numbers of series that are transformed at once."""


@dataclass(frozen=True)
class _Part:
    """What one kernel at one width looks for.

    Attributes:
        high: the three taps that weigh 2.
        width: steps between two taps.
        channels: that are added up.
        padded: whether it sees zeros beyond the ends.
        thresholds: [n] float32.
    """

    high: tuple[int, ...]
    width: int
    channels: NDArray[np.int64]
    padded: bool
    thresholds: NDArray[np.float32]


class MiniRocket:
    """The transform, with thresholds from training series.

    Args:
        series: [M, C, T] float32 of training, 0 behind the ends.
        lengths: [M] steps of each.
        seed: of the draws of training series and channels.
    """

    def __init__(self, series: NDArray[np.float32], lengths: NDArray[np.int64], *, seed: int = 0) -> None:
        draws = np.random.default_rng(seed)
        per_kernel = NUM_FEATURES // len(_KERNELS)
        number = 0
        self._parts: list[_Part] = []
        for place, (width, count) in enumerate(_widths(series.shape[2], per_kernel)):
            for kernel, high in enumerate(_KERNELS):
                channels = _channels(draws, series.shape[1])
                example = int(draws.integers(len(series)))
                padded = (place + kernel) % 2 == 0
                answers = _answers(series[example : example + 1], high, width, channels)[0]
                answers = answers[_seen(lengths[example], series.shape[2], width, padded=padded)]
                shares = (_GOLDEN * np.arange(number + 1, number + count + 1)) % 1
                number += count
                thresholds = np.quantile(answers, shares).astype(np.float32)
                self._parts.append(_Part(high, width, channels, padded, thresholds))

    @property
    def num_features(self) -> int:
        """F."""
        return sum(len(part.thresholds) for part in self._parts)

    def features(self, series: NDArray[np.float32], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return [N, F] float32 shares of steps, 0 to 1, of [N, C, T] series with [N] lengths."""
        chunk = max(1, _CHUNK // max(1, series[0].size if len(series) else 1))
        parts = [
            self._of_chunk(series[start : start + chunk], lengths[start : start + chunk])
            for start in range(0, len(series), chunk)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.num_features), np.float32)

    def _of_chunk(self, series: NDArray[np.float32], lengths: NDArray[np.int64]) -> NDArray[np.float32]:
        steps = series.shape[2]
        columns = []
        for part in self._parts:
            answers = _answers(series, part.high, part.width, part.channels)
            seen = np.stack([_seen(length, steps, part.width, padded=part.padded) for length in np.unique(lengths)])
            weights = seen[np.searchsorted(np.unique(lengths), lengths)]
            above = answers[:, None] > part.thresholds[:, None]
            columns.append((above & weights[:, None]).sum(axis=2) / weights.sum(axis=1)[:, None])
        return np.concatenate(columns, axis=1).astype(np.float32)


def _widths(length: int, per_kernel: int) -> Iterator[tuple[int, int]]:
    """Yield each width with the number of thresholds that a kernel gets there, which fall as widths grow."""
    widest = max(1.0, (length - 1) / (_TAPS - 1))
    spread = np.floor(2 ** np.linspace(0, np.log2(widest), _MOST_WIDTHS)).astype(int)
    widths, times = np.unique(spread, return_counts=True)
    shares = np.floor(np.cumsum(times) * per_kernel / times.sum() + 1e-9).astype(int)
    counts = np.diff(shares, prepend=0)
    yield from ((int(width), int(count)) for width, count in zip(widths, counts, strict=True) if count)


def _channels(draws: np.random.Generator, count: int) -> NDArray[np.int64]:
    """Return the channels that a kernel reads: few more often than many."""
    if count == 1:
        return np.zeros(1, np.int64)
    number = int(2 ** draws.uniform(0, np.log2(min(count, _MOST_CHANNELS) + 1)))
    return np.sort(draws.choice(count, number, replace=False))


def _answers(
    series: NDArray[np.float32], high: tuple[int, ...], width: int, channels: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return [N, T]: what a kernel answers at each step, zeros beyond the ends: three times some taps less all taps."""
    steps, reach = series.shape[2], (_TAPS // 2) * width
    added = series[:, channels].sum(axis=1)
    wide = np.pad(added, ((0, 0), (reach, reach)))
    taps = [wide[:, tap * width : tap * width + steps] for tap in range(_TAPS)]
    total: NDArray[np.float32] = 3 * (taps[high[0]] + taps[high[1]] + taps[high[2]]) - sum(taps)
    return total


def _seen(length: int, steps: int, width: int, *, padded: bool) -> NDArray[np.bool_]:
    """Return [T]: the steps that count: all of the series, or those whose taps all lie within it."""
    places, reach = np.arange(steps), (_TAPS // 2) * width
    whole = places < length
    if padded or length <= 2 * reach:
        return whole
    inner: NDArray[np.bool_] = (places >= reach) & (places < length - reach)
    return inner
