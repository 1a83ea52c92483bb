"""Pictures that show one photograph as another does: cut, turned, mirrored, saved anew."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pellucid.auditing.kinds.grey_levels import as_grey
from pellucid.auditing.naming import Examined
from pellucid.auditing.near import FINE_AGREEMENT, LARGEST_SIDE, Match, find_matches
from pellucid.auditing.records import AuditFinding
from pellucid.data import ImageInputs
from pellucid.doing import doing
from pellucid.words import counted

SMALLEST_SIDE = 64
"""Pixels of the shorter side below which pictures have no grain to tell one photograph from another like it."""
MOST_PICTURES = 20_000
"""That are compared: each takes 16 KiB, and all of them are multiplied with all."""


def why_not_near(examined: Examined) -> str:
    """Return why near-equal pictures are not looked for, in a sentence; "" where they are."""
    images, count = ImageInputs.of(examined.dataset.inputs), len(examined.dataset)
    if count > MOST_PICTURES:
        return f"Near-equal pictures are looked for among at most {MOST_PICTURES:,}."
    sides = [min(images.pixels(index).shape[:2]) for index in np.linspace(0, count - 1, min(count, 64)).astype(int)]
    if np.median(sides) < SMALLEST_SIDE:
        return (
            f"Near-equal pictures are looked for from {SMALLEST_SIDE} pixels on: smaller ones have no grain to compare."
        )
    return ""


def find_near_pictures(examined: Examined, known: Sequence[Sequence[int]]) -> Iterator[AuditFinding]:
    """Find pairs that show one photograph, though their pixels differ.

    Args:
        examined: a dataset of pictures.
        known: sets of pictures whose pixels are equal, which are told elsewhere: the first stands for all.
    """
    started = time.perf_counter()
    again = {index for members in known for index in members[1:]}
    looked_at = [index for index in range(len(examined.dataset)) if index not in again]
    small = _small(ImageInputs.of(examined.dataset.inputs), looked_at)
    with doing("laying pictures over one another") as moved:
        matches = find_matches(small, moved)
    seconds = time.perf_counter() - started
    pairs = [(looked_at[one.first], looked_at[one.second], one) for one in matches.found]
    pairs = [pair for pair in pairs if not (examined.is_kept(pair[0]) or examined.is_kept(pair[1]))]
    across = [pair for pair in pairs if examined.assignment[pair[0]] != examined.assignment[pair[1]]]
    within = [pair for pair in pairs if examined.assignment[pair[0]] == examined.assignment[pair[1]]]
    limit = f"; {matches.left_out:,} pairs that look alike were not compared" if matches.left_out else ""
    evidence = {"seconds": round(seconds, 2), "least agreement of the finest details": FINE_AGREEMENT}
    for kind, severity, found, where in (
        ("near-across", "medium", across, " in different splits"),
        ("near", "look", within, " in one split"),
    ):
        if found:
            yield AuditFinding(
                kind=kind,
                severity=severity,  # type: ignore[arg-type]  # one of the words above
                message=f"{counted(len(found), 'pair')} of pictures{where} show one photograph{limit}",
                count=len(found),
                share=len({index for pair in found for index in pair[:2]}) / len(examined.dataset),
                of="all pictures",
                sets=tuple(
                    (
                        examined.named(first, fix="group", value=f"same-{number}"),
                        examined.named(second, note=_words(match), fix="group", value=f"same-{number}"),
                    )
                    for number, (first, second, match) in enumerate(found, 1)
                ),
                evidence=evidence,
                method="pictures alike at 16 pixels are laid over one another by an affine map; the finest details of "
                "16 blocks agree",
                mend="look at both; then a group, or exclude one",
            )


def _words(match: Match) -> str:
    return f"{match.words()}; agreement {match.score:.2f}"


def _small(images: ImageInputs, indices: Sequence[int]) -> NDArray[np.uint8]:
    small = np.empty((len(indices), LARGEST_SIDE, LARGEST_SIDE), np.uint8)
    for place, index in enumerate(indices):
        grey = Image.fromarray(as_grey(images.pixels(index)))
        small[place] = np.asarray(grey.resize((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.BILINEAR))
    return small
