"""Which picture belongs to which: two folders of equal names, or two endings of names; and which of both is wanted."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from pellucid.data.folder_names import split_of, words_of
from pellucid.errors import DataError
from pellucid.kinds import listed


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


GIVEN = _listed(
    "input inputs in source src from a x noisy noise degraded distorted corrupted lq low lr blur blurred blurry rain "
    "rainy haze hazy fog foggy dark gray grey before sketch sketches edge edges"
)
"""What the pictures that are handed over are called, lower case."""
WANTED = _listed(
    "target targets out output outputs to b y clean clear sharp gt groundtruth truth reference ref hq high hr norain "
    "light bright colour color after photo photos real"
)
"""What the pictures are called that these are to become."""
_BETWEEN = re.compile(r"[ _.-]+")


@dataclass(frozen=True)
class NamedPairs:
    """Pairs of pictures, all as indices in the list of names.

    Attributes:
        given: (n) the pictures that are handed over.
        wanted: (n) what each is to become.
        alone: pictures without a partner.
        sides: what the two are called: a folder, or the ending of a name.
        reason: why the second is wanted, in words.
    """

    given: tuple[int, ...]
    wanted: tuple[int, ...]
    alone: tuple[int, ...]
    sides: tuple[str, str]
    reason: str


def pair_names(names: Sequence[str], wanted: str | None) -> NamedPairs | None:
    """Return pairs of pictures that are called alike but for one folder or one ending; None where there are too few.

    Args:
        names: relative, with "/" between their parts.
        wanted: the folder or ending of what is wanted; None for what is called so.

    Raises:
        DataError: nothing is called as `wanted` says.
    """
    asked = None if wanted is None else _without_split(wanted) or wanted.casefold()
    # Words such as "in" and "out" within equal folders' names are looked past only where equal names pair nothing.
    for bare in (False, True):
        sides = _sides_of(names, bare=bare)
        found = _likeliest(sides, asked)
        if found is None:
            continue
        first, second = found
        shared = sorted(sides[first].keys() & sides[second].keys(), key=lambda rest: sides[first][rest])
        (given, other), reason = _ordered((first, second), asked)
        one, two = (tuple(sides[side][rest] for rest in shared) for side in (given, other))
        alone = tuple(sorted(set(range(len(names))) - {*one, *two}))
        return NamedPairs(one, two, alone, (given, other), reason)
    if asked is not None:
        known = sorted(_sides_of(names, bare=False))
        raise DataError(
            f"--target {wanted} (target=) names the pictures that others are to become, and no pair has such a one.",
            expected=f"A folder, or an ending of names: {listed(known, 8)}." if known else "",
        )
    return None


def _sides_of(names: Sequence[str], *, bare: bool) -> dict[str, dict[tuple[str, ...], int]]:
    """Return what may tell pictures from their partners: by side the places of its pictures, by what is left of names.

    Only sides are kept that have a quarter of all pictures: of fewer half of all could not be in pairs.
    """
    found: defaultdict[str, dict[tuple[str, ...], int]] = defaultdict(dict)
    for place, name in enumerate(names):
        for side, rest in _ways(name, bare=bare):
            found[side].setdefault(rest, place)
    return {side: places for side, places in found.items() if 4 * len(places) >= len(names)}


def _likeliest(sides: Mapping[str, Mapping[tuple[str, ...], int]], wanted: str | None) -> tuple[str, str] | None:
    """Return the two sides that share most names; of equally many those whose words are known."""
    ranked = []
    for one, other in combinations(sorted(sides), 2):
        shared = len(sides[one].keys() & sides[other].keys())
        if 4 * shared >= sum(map(len, (sides[one], sides[other]))) and wanted in (None, one, other):
            ranked.append((shared, _is_known(one) + _is_known(other), one, other))
    best = max(ranked, key=lambda row: row[:2], default=None)
    return None if best is None else (best[2], best[3])


def _ordered(sides: tuple[str, str], wanted: str | None) -> tuple[tuple[str, str], str]:
    """Return what is handed over and what is wanted, and why."""
    first, second = sides
    if wanted is not None:
        return ((first, second) if second == wanted else (second, first)), "--target (target=) says so"
    for one, other in ((first, second), (second, first)):
        if _words(other) & WANTED and not _words(other) & GIVEN and not _words(one) & WANTED:
            return (one, other), f"'{other}' names what is wanted; --target {one} (target=) is the other way round"
    for one, other in ((first, second), (second, first)):
        if _words(one) & GIVEN and not _words(other) & GIVEN:
            return (one, other), f"'{one}' names what is handed over; --target {one} (target=) is the other way round"
    return (first, second), f"in the order of their names; --target {first} (target=) is the other way round"


def _ways(name: str, *, bare: bool) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what may tell a picture from its partner, and what both share: a folder, or an end of the stem."""
    *folders, file = name.split("/")
    parts = [part for part in _BETWEEN.split(os.path.splitext(file)[0].casefold()) if part]
    stem = [part for part in parts if not (bare and _is_known(part))] or parts
    for place, folder in enumerate(folders):
        side = _without_split(folder)
        if side:
            yield side, ("folder", *folders[:place], _split_beside(folder), *folders[place + 1 :], *stem)
    if len(parts) > 1 and not bare:
        for place in (0, len(parts) - 1):
            yield parts[place], ("end", *folders, *parts[:place], "", *parts[place + 1 :])


@lru_cache(maxsize=4_096)
def _without_split(folder: str) -> str:
    """Return what a folder is called beside the split that it may name, lower case: "trainA" is "a"."""
    return "_".join(word for word in words_of(folder) if split_of(word) is None)


@lru_cache(maxsize=4_096)
def _split_beside(folder: str) -> str:
    """Return the words of a folder's name that name a split: of "trainA" "train"."""
    return "_".join(word for word in words_of(folder) if split_of(word) is not None)


def _words(side: str) -> set[str]:
    return set(_BETWEEN.split(side))


def _is_known(side: str) -> bool:
    return bool(_words(side) & (GIVEN | WANTED))
