"""Sharing examples out over train, val and test: stratified, seeded, and never tearing a unit apart.

A unit is a set of examples that must stay on one side: equal pictures, and the members of a declared group.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import SPLITS, SplitName

TRAIN, VAL, TEST = 0, 1, 2
LEFT_OUT = -1
"""In place of a split: of an example that is in none."""
_MAX_REPAIR_CELLS = 5_000_000  # units x classes; with more, shares are near enough without repair, and it would be slow
_MAX_REPAIR_WORK = 500_000_000  # cells x steps: about a second

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Shares:
    """The shares of all examples that val and test are to have, in 0..1; train has the rest."""

    val: float
    test: float


def quotas(available: Counts, shares: Shares) -> Counts:
    """Return how many examples of each stratum every split should get, [3, K].

    Each count is the exact share rounded up or down, so that the totals of val and test are as near as possible
    (largest remainders first). From three examples on, each wanted split gets one at least; of two, train and test get
    one each; one alone is for training.

    Args:
        available: [K] examples of each stratum to share out.
        shares: the shares of val and test; a share of 0 means that the split gets none.
    """
    val, test = _apportion(available, shares.val), _apportion(available, shares.test)
    if shares.test > 0:
        val, test = np.where(available == 2, 0, val), np.where(available == 2, 1, test)
    elif shares.val > 0:
        val = np.where(available == 2, 1, val)
    limit = np.maximum(available - 1, 0)  # train keeps one at least
    reserved = (available >= 3) & (shares.val > 0)
    test = np.minimum(test, limit - reserved)
    val = np.minimum(val, limit - test)
    return np.stack([available - val - test, val, test])


def _apportion(available: Counts, share: float) -> Counts:
    """Return `available` x `share` in whole numbers, [K], whose total is the rounded total."""
    exact = available * share
    part: Counts = np.floor(exact + 1e-9).astype(np.int64)
    rest = int(np.floor(exact.sum() + 0.5)) - int(part.sum())
    # Among equal remainders, steps of the golden ratio spread the extra examples over the strata.
    order = np.lexsort((np.arange(len(exact)) * 0.6180339887 % 1, part - exact))
    part[order[: max(0, rest)]] += 1
    part[(available >= 3) & (part == 0) & (share > 0)] = 1
    return part


def share_out(
    strata: NDArray[np.int64], units: NDArray[np.int64], keys: NDArray[np.uint64], target: Counts
) -> NDArray[np.int8]:
    """Return the split of each example, [N] of TRAIN, VAL, TEST, as near to the quotas as the units allow.

    Units of several examples are placed first, large before small, each into the split that is emptiest in proportion
    (Webster's method), so that large and small units are spread alike; then moves and single examples even it out.

    Args:
        strata: [N] int64 in [0, K).
        units: [N] int64, equal for examples that must stay together.
        keys: [N] uint64, the pseudo-random order.
        target: [3, K], from `quotas`.
    """
    count, num_strata = len(strata), target.shape[1]
    _, unit_of, sizes = np.unique(units, return_inverse=True, return_counts=True)
    split = np.full(count, -1, dtype=np.int8)
    single = sizes[unit_of] == 1
    filled = np.zeros_like(target)
    if not single.all():
        split, filled = _place_units(strata, unit_of, sizes, keys, target)
    _place_singles(strata, np.flatnonzero(single), keys, target, filled, split)
    _keep_all_splits_filled(strata, unit_of, split, target, num_strata)
    return split


def as_splits(assignment: NDArray[np.int8]) -> dict[SplitName, NDArray[np.int64]]:
    """Return the sorted indices of each split from the split of each example, [N] places in `SPLITS`."""
    return {name: np.flatnonzero(assignment == place).astype(np.int64) for place, name in enumerate(SPLITS)}


def _place_units(
    strata: NDArray[np.int64],
    unit_of: NDArray[np.int64],
    sizes: NDArray[np.int64],
    keys: NDArray[np.uint64],
    target: Counts,
) -> tuple[NDArray[np.int8], Counts]:
    """Place the units of several examples; return the split of each example (-1: not placed) and the fill [3, K]."""
    many = np.flatnonzero(sizes > 1)
    unit_keys = np.full(len(sizes), np.iinfo(np.uint64).max, dtype=np.uint64)
    np.minimum.at(unit_keys, unit_of, keys)
    order = many[np.lexsort((unit_keys[many], -sizes[many]))]
    # Examples of the placed units, grouped by unit: their strata and how many of each.
    by_unit = np.argsort(unit_of, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)])
    filled = np.zeros_like(target)
    place_of = np.full(len(sizes), -1, dtype=np.int8)
    for unit in order:
        members = strata[by_unit[starts[unit] : starts[unit + 1]]]
        kinds, counts = np.unique(members, return_counts=True)
        # Fill of the strata concerned, with half of this unit counted, relative to what the split should have.
        relative = ((filled[:, kinds] + counts / 2) / np.maximum(target[:, kinds], 1e-9)) @ counts
        place = int(np.argmin(relative))
        place_of[unit] = place
        filled[place, kinds] += counts
    if len(order) * target.shape[1] <= _MAX_REPAIR_CELLS:
        table = np.zeros((len(order), target.shape[1]), dtype=np.float64)
        row_of = np.full(len(sizes), -1, dtype=np.int64)
        row_of[order] = np.arange(len(order))
        placed = row_of[unit_of] >= 0
        np.add.at(table, (row_of[unit_of[placed]], strata[placed]), 1)
        place_of[order] = _even_out(table, place_of[order], target)
        filled = np.stack([table[place_of[order] == place].sum(axis=0) for place in range(3)]).astype(np.int64)
    return place_of[unit_of], filled


def _even_out(table: NDArray[np.float64], places: NDArray[np.int8], target: Counts) -> NDArray[np.int8]:
    """Move units one by one to where the squared distance to the quotas falls most, until no move helps.

    Args:
        table: [U, K] examples of each stratum in each unit.
        places: [U] split of each unit.
        target: [3, K] quotas of all examples; these units aim at their part of them, single examples fill the rest.
    """
    places = places.copy()
    weight = 1.0 / np.maximum(target.sum(axis=0), 1)
    own = 2 * (table**2 * weight).sum(axis=1)
    rows = np.arange(len(places))
    aim = target * (table.sum(axis=0) / np.maximum(target.sum(axis=0), 1))
    for _ in range(_MAX_REPAIR_WORK // max(1, table.size)):
        filled = np.stack([table[places == place].sum(axis=0) for place in range(3)])
        error = filled - aim
        pull = 2 * table @ (error * weight).T  # [U, 3]
        change = pull - pull[rows, places][:, None] + own[:, None]
        change[rows, places] = 0.0
        best = int(np.argmin(change))
        unit, place = divmod(best, 3)
        if change[unit, place] >= -1e-9:
            break
        places[unit] = place
    return places


def _place_singles(
    strata: NDArray[np.int64],
    singles: NDArray[np.int64],
    keys: NDArray[np.uint64],
    target: Counts,
    filled: Counts,
    split: NDArray[np.int8],
) -> None:
    """Fill what the quotas still lack with the examples that stand alone, in the order of their keys, in `split`."""
    order = singles[np.lexsort((keys[singles], strata[singles]))]
    ends = np.cumsum(np.bincount(strata[singles], minlength=target.shape[1]))
    start = 0
    for stratum, end in enumerate(ends):
        members = order[start:end]
        start = end
        lack = np.maximum(target[:, stratum] - filled[:, stratum], 0)
        test = min(int(lack[TEST]), len(members))
        val = min(int(lack[VAL]), len(members) - test)
        split[members[:test]] = TEST
        split[members[test : test + val]] = VAL
        split[members[test + val :]] = TRAIN


def _keep_all_splits_filled(
    strata: NDArray[np.int64], unit_of: NDArray[np.int64], split: NDArray[np.int8], target: Counts, num_strata: int
) -> None:
    """Give every stratum an example in train, and in test and val where its units suffice; writes to `split`."""
    for place, units_needed in ((TRAIN, 1), (TEST, 2), (VAL, 3)):
        present = np.bincount(strata[split == place], minlength=num_strata)
        for stratum in np.flatnonzero((present == 0) & (target[place] > 0)):
            members = np.flatnonzero(strata == stratum)
            candidates = np.unique(unit_of[members])
            if len(candidates) >= units_needed:
                _move_smallest(candidates, place, strata, unit_of, split)


def _move_smallest(
    candidates: NDArray[np.int64],
    place: int,
    strata: NDArray[np.int64],
    unit_of: NDArray[np.int64],
    split: NDArray[np.int8],
) -> None:
    """Move the smallest unit whose leaving empties no other split of the strata it holds; train may always take one."""
    sizes = np.bincount(unit_of)[candidates]
    for unit in candidates[np.lexsort((candidates, sizes))]:
        members = unit_of == unit
        here = split[members][0]
        rest = (split == here) & ~members
        if place == TRAIN or all((strata[rest] == kind).any() for kind in np.unique(strata[members])):
            split[members] = place
            return
