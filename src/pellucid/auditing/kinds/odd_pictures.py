"""Pictures that hold nothing, and those unlike the rest of their own set.

What is dark, flat or pale is so beside the others: a set of X-rays is grey, a set of digits is mostly black. So a
picture is told by its distance from the set's median, in robust standard deviations of the logarithm (median absolute
deviation), and only where few are so: else it is what the set is like. Only what shows nothing at all is told by
itself.
Sharpness varies too much by nature to be judged so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pellucid.auditing.kinds.grey_levels import as_grey
from pellucid.auditing.naming import Examined
from pellucid.auditing.records import AuditFinding
from pellucid.data import ImageInputs
from pellucid.doing import doing
from pellucid.words import counted

LEVELS = 256
FLAT_RANGE = 8
"""Levels of 256 between the 1st and the 99th percentile below which a picture shows nothing."""
ONE_VALUE = 0.995
"""The share of pixels of one value above which it shows nothing."""
FAR = 6.0
"""Robust standard deviations from the set's median."""
LEAST_SPREAD = 0.05
"""Of the logarithm: sets whose pictures are all alike would call any other one far."""
MOST_ODD = 0.02
"""The share of the set above which what is far is what the set is like."""
MOST_EMPTY = 0.5
_PLACEHOLDER_LEVELS, _USUAL_LEVELS, _PLACEHOLDER_SHARE = 32, 128, 0.3
_BATCH_PIXELS = 1 << 22


@dataclass(frozen=True)
class Numbers:
    """What is measured of each picture, [N] each, on its grey levels from 0 to 255.

    Attributes:
        low, high: the 1st and the 99th percentile.
        std: the standard deviation.
        commonest: the share of the commonest level, 0..1.
        levels: how many levels occur.
        aspect: width divided by height.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    std: NDArray[np.float64]
    commonest: NDArray[np.float64]
    levels: NDArray[np.int64]
    aspect: NDArray[np.float64]


def find_odd_pictures(examined: Examined) -> Iterator[AuditFinding]:
    """Find pictures that show nothing, placeholders, and those darker, paler or longer than the rest."""
    images = ImageInputs.of(examined.dataset.inputs)
    numbers = measure(images)
    empty = (numbers.high - numbers.low < FLAT_RANGE) | (numbers.commonest > ONE_VALUE)
    if empty.mean() <= MOST_EMPTY:
        yield from _told(examined, empty, numbers, "empty", "medium", "without anything to see", "exclude them")
    stands_in = (numbers.levels <= _PLACEHOLDER_LEVELS) & (numbers.commonest > _PLACEHOLDER_SHARE) & ~empty
    if np.median(numbers.levels) > _USUAL_LEVELS and stands_in.mean() <= MOST_ODD:
        words = "of a few flat levels among photos: drawings, or placeholders"
        yield from _told(examined, stands_in, numbers, "placeholder", "medium", words, "look; exclude what is none")
    # Half the light is half the range, and no less contrast: what is pale is so beside its own brightness, too.
    span, light = numbers.high - numbers.low, numbers.high + 1
    pale = unlike(span, sides=(-1,)) | unlike(numbers.std, sides=(-1,))
    pale &= unlike(span / light, sides=(-1,)) | unlike(numbers.std / light, sides=(-1,))
    pale &= ~empty
    dark = unlike(numbers.high, sides=(-1,)) & ~empty & ~pale
    for kind, far, words in (
        ("dark", dark, "much darker than the rest"),
        ("pale", pale, "with much less contrast than the rest"),
        ("odd-aspect", unlike(numbers.aspect, sides=(-1, 1)), "much longer or wider than the rest"),
    ):
        if far.mean() <= MOST_ODD:
            yield from _told(examined, far, numbers, kind, "info", words, "look at them")


def unlike(values: NDArray[np.float64], *, sides: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return which values lie far from the median of all, on the scale of their logarithm.

    Args:
        values: [N], 0 or more.
        sides: -1 for those below, 1 for those above.
    """
    logs = np.log(values + 1e-2 * max(1e-9, float(np.median(values))))
    middle = np.median(logs)
    spread = max(LEAST_SPREAD, 1.4826 * float(np.median(np.abs(logs - middle))))
    distance = (logs - middle) / spread
    found: NDArray[np.bool_] = np.zeros(len(values), bool)
    for side in sides:
        found |= side * distance > FAR
    return found


def measure(images: ImageInputs) -> Numbers:
    """Measure every picture; neighbours of one size are measured at once."""
    rows: list[NDArray[np.float64]] = []
    batch: list[NDArray[np.uint8]] = []
    with doing("measuring the pictures", len(images)) as moved:
        for index in range(len(images)):
            grey = as_grey(images.pixels(index))
            if batch and (batch[0].shape != grey.shape or len(batch) * grey.size > _BATCH_PIXELS):
                rows.append(_measured(np.stack(batch)))
                batch = []
            batch.append(grey)
            moved(index + 1)
    rows.append(_measured(np.stack(batch)))
    low, high, std, commonest, levels, aspect = np.concatenate(rows).T
    return Numbers(low, high, std, commonest, levels.astype(np.int64), aspect)


def _measured(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the numbers of pictures [n, H, W] from their histograms, [n, 6] in the order of `Numbers`."""
    count, height, width = pictures.shape
    places = pictures.reshape(count, -1).astype(np.int32) + LEVELS * np.arange(count, dtype=np.int32)[:, None]
    histogram = np.bincount(places.ravel(), minlength=LEVELS * count).reshape(count, LEVELS) / (height * width)
    below = histogram.cumsum(1)
    levels = np.arange(LEVELS)
    mean = histogram @ levels
    variance = np.maximum(histogram @ (levels * levels) - mean * mean, 0)
    return np.stack(
        [
            (below < 0.01).sum(1),
            (below < 0.99).sum(1),
            np.sqrt(variance),
            histogram.max(1),
            (histogram > 0).sum(1),
            np.full(count, width / height),
        ],
        axis=1,
    ).astype(np.float64)


def _told(
    examined: Examined, found: NDArray[np.bool_], numbers: Numbers, kind: str, severity: str, words: str, mend: str
) -> Iterator[AuditFinding]:
    places = [index for index in np.flatnonzero(found).tolist() if not examined.is_kept(index)]
    if not places:
        return
    noun = examined.dataset.input.example

    def note(index: int) -> str:
        return (
            f"levels {numbers.low[index]:.0f} to {numbers.high[index]:.0f}, deviation {numbers.std[index]:.1f}, "
            f"{numbers.levels[index]} levels, {numbers.aspect[index]:.2f} as wide as high"
        )

    yield AuditFinding(
        kind=kind,
        severity=severity,  # type: ignore[arg-type]  # one of the words above
        message=f"{counted(len(places), noun)} {words}",
        count=len(places),
        share=len(places) / len(examined.dataset),
        of="all pictures",
        sets=tuple((examined.named(index, note=note(index)),) for index in places),
        evidence={
            "median of the 1st percentile": float(np.median(numbers.low)),
            "median of the 99th percentile": float(np.median(numbers.high)),
            "median of the deviation": float(np.median(numbers.std)),
        },
        method=f"grey levels of every picture; far is {FAR:g} robust deviations from the set's median, and at most 2 %",
        mend=mend,
    )
