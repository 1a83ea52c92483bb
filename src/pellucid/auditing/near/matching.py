"""From pictures to the pairs that show one photograph, in four steps of which each leaves fewer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pellucid.auditing.near.agreement import correlation, detail_agreement, overlap
from pellucid.auditing.near.aligning import Maps, Pictures, align, same_place
from pellucid.auditing.near.candidates import SIDE, find_candidates

LARGEST_SIDE = 128
COARSE_CORRELATION = 0.8
MEDIUM_AGREEMENT = 0.6
FINE_AGREEMENT = 0.7
LEAST_OVERLAP = 0.7
SCALES = (0.6, 1.7)
"""Of the area, that one picture may have in the other."""
REFINED_PER_PICTURE = 1.5
"""Pairs that are aligned finely, at most, for each picture: the best by their coarse correlation."""
_WORTH_SETTLING = 0.55
_BATCH = 128


@dataclass(frozen=True)
class Match:
    """Two pictures that show one photograph.

    Attributes:
        first, second: their indices, first < second.
        mirrored: whether one is the other's mirror image.
        matrix: [2, 3] where a place of the first, -1 to 1, lies in the second (mirrored first, where it is).
        score: the lower quartile over 16 blocks of how well the finest details agree, 0.7..1.
    """

    first: int
    second: int
    mirrored: bool
    matrix: tuple[tuple[float, ...], ...]
    score: float

    def words(self) -> str:
        """Return how one lies over the other: "mirrored, turned by 5 degrees, cut by 8 %"; or "the same cut"."""
        (a, b, right), (c, d, down) = self.matrix
        told = ["mirrored"] if self.mirrored else []
        turned = math.degrees(math.atan2(c - b, a + d))
        if abs(turned) >= 1:
            told.append(f"turned by {abs(turned):.0f} degrees")
        area = abs(a * d - b * c)
        cut = 1 - min(area, 1 / max(area, 1e-6))
        if cut >= 0.02:
            told.append(f"cut by {100 * cut:.0f} %")
        elif max(abs(right), abs(down)) >= 0.04:
            told.append("shifted")
        return ", ".join(told) or "the same cut"


@dataclass(frozen=True)
class Matches:
    """What was found; `candidates` pairs looked alike, of which `left_out` were not looked at for want of time."""

    found: tuple[Match, ...]
    candidates: int
    left_out: int


def find_matches(pictures: NDArray[np.uint8], moved: Callable[[int], None] | None = None) -> Matches:
    """Find the pairs of pictures that show one photograph.

    Args:
        pictures: [N, 128, 128] grey, stretched to that size.
        moved: is told how many pairs of the finest step are done.
    """
    if len(pictures) < 2:
        return Matches((), 0, 0)
    pairs = find_candidates(shrunk(pictures, SIDE))
    maps = same_place(len(pairs))
    coarse = np.zeros(len(pairs))
    for rows in _batches(len(pairs), 8 * _BATCH):
        one, two = _both(pictures, pairs[rows], SIDE)
        maps[rows] = align(one, two, maps[rows], steps=8)
        one, two = _both(pictures, pairs[rows], 32)
        coarse[rows] = _settled(one, two, maps, rows)
    alike = np.flatnonzero((coarse >= COARSE_CORRELATION) & _is_plausible(maps))
    most = int(REFINED_PER_PICTURE * len(pictures)) + 1
    left = max(0, len(alike) - most)
    best = np.sort(alike[np.argsort(-coarse[alike], kind="stable")][:most])
    found: list[Match] = []
    done = 0
    for rows in _batches(len(best), _BATCH):
        chosen = best[rows]
        found += _refined(pictures, pairs[chosen], maps[chosen])
        done += len(chosen)
        if moved is not None:
            moved(done)
    return Matches(_once(found), len(pairs), left)


def shrunk(pictures: NDArray[np.uint8], side: int) -> Pictures:
    """Return pictures [N, S, S] as [N, side, side], each pixel the mean of those it covers."""
    count, whole = pictures.shape[:2]
    if whole == side:
        return pictures.astype(np.float32)
    step = whole // side
    return np.asarray(pictures.reshape(count, side, step, side, step).mean((2, 4), dtype=np.float32))


def _settled(one: Pictures, two: Pictures, maps: Maps, rows: slice) -> NDArray[np.float64]:
    """Return the correlation at 32 pixels, and align those there that are nearly alike; writes to `maps`."""
    alike = correlation(one, two, maps[rows])
    near = np.flatnonzero((alike >= _WORTH_SETTLING) & _is_plausible(maps[rows]))
    if len(near):
        settled = align(one[near], two[near], maps[rows][near], steps=4)
        better = correlation(one[near], two[near], settled)
        maps[rows.start + near] = settled
        alike[near] = better
    return alike


def _refined(pictures: NDArray[np.uint8], pairs: NDArray[np.int64], maps: Maps) -> list[Match]:
    for side in (SIDE, 32, 64):
        one, two = _both(pictures, pairs, side)
        maps = align(one, two, maps, steps=6)
    agrees = detail_agreement(one, two, maps, fine=0.0, coarse=4.0) >= MEDIUM_AGREEMENT
    stays = np.flatnonzero(agrees & _is_plausible(maps) & (overlap(maps) > LEAST_OVERLAP))
    if not len(stays):
        return []
    pairs, maps = pairs[stays], maps[stays]
    one, two = _both(pictures, pairs, LARGEST_SIDE)
    maps = align(one, two, maps, steps=5)
    score = detail_agreement(one, two, maps, fine=1.0, coarse=3.0)
    return [
        Match(int(first), int(second), bool(flip), tuple(map(tuple, matrix.tolist())), float(value))
        for (first, second, flip), matrix, value in zip(pairs.tolist(), maps, score, strict=True)
        if value >= FINE_AGREEMENT
    ]


def _both(pictures: NDArray[np.uint8], pairs: NDArray[np.int64], side: int) -> tuple[Pictures, Pictures]:
    one, two = shrunk(pictures[pairs[:, 0]], side), shrunk(pictures[pairs[:, 1]], side)
    flip = pairs[:, 2] == 1
    two[flip] = two[flip][:, :, ::-1]
    return one, two


def _is_plausible(maps: Maps) -> NDArray[np.bool_]:
    area = maps[:, 0, 0] * maps[:, 1, 1] - maps[:, 0, 1] * maps[:, 1, 0]
    return np.isfinite(area) & (area > SCALES[0]) & (area < SCALES[1])


def _once(found: list[Match]) -> tuple[Match, ...]:
    """Return each pair once, as it agrees best: plain or mirrored."""
    best: dict[tuple[int, int], Match] = {}
    for match in sorted(found, key=lambda one: one.score):
        best[match.first, match.second] = match
    return tuple(sorted(best.values(), key=lambda one: -one.score))


def _batches(count: int, size: int) -> Iterator[slice]:
    return (slice(start, min(start + size, count)) for start in range(0, count, size))
