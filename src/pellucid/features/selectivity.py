"""Which class a unit serves: chosen on one half of the examples, measured on the other.

A unit is compared with every class, so the best of the comparisons looks better than it is; on a half that did not
choose, it does not.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import shuffle_keys
from pellucid.errors import RecipeError
from pellucid.evaluation import area_interval, roc_auc
from pellucid.features.examples import Examples
from pellucid.features.kinds import TARGETS_SEEN
from pellucid.features.layers import find_layer
from pellucid.features.records import Selectivity, UnitSelectivity
from pellucid.features.responses import Pooling, Responses, respond
from pellucid.models import head

FEWEST = 5
"""Examples of a class, and of the rest, that a half needs before anything is said of the class."""


def measure_selectivity(examples: Examples, layer: str, *, pooling: Pooling = "max") -> Selectivity:
    """Rank a layer's units by what they react to.

    Args:
        examples: of one split.
        layer: its path in the network.
        pooling: how a map becomes one value per example.

    Raises:
        RecipeError: there is no such layer.
    """
    return select(examples, respond(examples, layer, pooling=pooling))


def select(examples: Examples, responses: Responses) -> Selectivity:
    """Rank units by values that are at hand already."""
    dataset, predictor = examples.dataset, examples.predictor
    asked = TARGETS_SEEN[dataset.target.kind].questions(dataset.target, examples.targets)
    names, halves = asked.names, split_in_halves(asked.strata, shuffle_keys(len(dataset), seed=1)[examples.indices])
    is_answers = find_layer(predictor.model, responses.layer) is head(predictor.model)
    if asked.values is not None:
        units, measure = rate_by_rank(responses.values, asked.values, names=names, choosing=halves), "spearman"
    else:
        assert asked.holds is not None, "classes or labels"
        # A class's own output needs no choice: it was trained to serve this class.
        given = np.arange(len(names)) if is_answers and responses.values.shape[1] == len(names) else None
        groups = None if dataset.groups is None else dataset.groups[examples.indices]
        units = rate_units(responses.values, asked.holds, names=names, choosing=halves, groups=groups, given=given)
        measure = "auc"
    return Selectivity(responses.layer, examples.split, len(examples), responses.pooling, measure, units)


def choose_units(selectivity: Selectivity, units: tuple[int, ...], top: int) -> list[UnitSelectivity]:
    """Return the units asked for, or the `top` ones: of each class its most selective before any class has two.

    Raises:
        RecipeError: the layer has no such unit.
    """
    if units:
        known = {one.unit: one for one in selectivity.units}
        for unit in units:
            if unit not in known:
                raise RecipeError(
                    f"The layer '{selectivity.layer}' has no unit {unit}.",
                    expected=f"0 to {len(known) - 1}, counted from 0.",
                )
        return [known[unit] for unit in units]
    turns: dict[str, int] = {}
    keyed = []
    for rank, one in enumerate(one for one in selectivity.units if one.reacts_to):
        turn = turns[one.reacts_to] = turns.get(one.reacts_to, -1) + 1
        keyed.append((turn, rank, one))
    chosen = sorted(keyed, key=lambda each: each[:2])[:top]
    return [one for _, _, one in sorted(chosen, key=lambda each: each[1])] or list(selectivity.units[:top])


def rate_units(
    values: NDArray[np.float32],
    holds: NDArray[np.bool_],
    *,
    names: tuple[str, ...],
    choosing: NDArray[np.bool_],
    groups: NDArray[np.int64] | None = None,
    given: NDArray[np.int64] | None = None,
) -> tuple[UnitSelectivity, ...]:
    """Return what each unit reacts to by the area under its ROC curve, the most selective first.

    Args:
        values: [n, U] the units' values.
        holds: [n, K] which classes or labels each example has.
        names: K names.
        choosing: [n] which examples choose the class; the others measure.
        groups: [n] of examples that belong together, for the intervals.
        given: [U] the class of each unit, where it needs no choice.
    """
    areas = pair_areas(values[choosing], holds[choosing])
    measuring = ~choosing
    rated: list[tuple[float, UnitSelectivity]] = []
    for unit, column in enumerate(values.T):
        fires = float((column > 0).mean())
        candidates = areas[unit]
        is_constant = bool(np.ptp(column) == 0)
        if is_constant or not np.isfinite(candidates).any():
            rated.append((0.0, UnitSelectivity(unit, "", None, None, None, 0.0, None, fires, is_constant)))
            continue
        served = int(np.nanargmax(candidates)) if given is None else int(given[unit])
        own, seen = holds[measuring, served], column[measuring].astype(np.float64)
        value, ends = None, None
        if min(own.sum(), (~own).sum()) >= FEWEST:
            value, influence = roc_auc(own, seen)
            ends = area_interval(value, influence, None if groups is None else groups[measuring])
        one = UnitSelectivity(
            unit=unit,
            reacts_to=names[served],
            value=value,
            low=ends[0] if ends else None,
            high=ends[1] if ends else None,
            chosen_by=float(np.nan_to_num(candidates[served], nan=0.5)),
            difference=standardised_difference(seen, own),
            fires=fires,
        )
        # Several units may sort one half without a mistake: then the wider gap there goes first.
        gap = standardised_difference(column[choosing].astype(np.float64), holds[choosing, served])
        rated.append((gap or 0.0, one))
    ranked = sorted(rated, key=lambda pair: (-pair[1].chosen_by, -pair[0], pair[1].unit))
    return tuple(one for _, one in ranked)


def pair_areas(values: NDArray[np.float32], holds: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return [U, K] areas under the ROC curve of each unit for each class against the rest; NaN where either is rare.

    By ranks, ties at their middle: (sum of the class's ranks - n1 (n1 + 1) / 2) / (n1 n0) (Mann and Whitney 1947).
    """
    n = len(values)
    inside = holds.sum(axis=0).astype(np.float64)
    outside = n - inside
    if not n:
        return np.full((values.shape[1], holds.shape[1]), np.nan)
    ranks = _ranks(values)
    sums = ranks.T @ holds.astype(np.float64)
    enough = np.minimum(inside, outside) >= FEWEST
    with np.errstate(divide="ignore", invalid="ignore"):
        areas = (sums - inside * (inside + 1) / 2) / (inside * outside)
    return np.where(enough, areas, np.nan)


def rate_by_rank(
    values: NDArray[np.float32], targets: NDArray[Any], *, names: tuple[str, ...], choosing: NDArray[np.bool_]
) -> tuple[UnitSelectivity, ...]:
    """Return which number each unit follows by Spearman's rank correlation, the closest first.

    Intervals are Fisher's, with the variance of Bonett and Wright (2000), Psychometrika 65.

    Args:
        values: [n, U] the units' values.
        targets: [n, M] numbers.
        names: M names.
        choosing: [n] which examples choose the number; the others measure.
    """
    first = rank_correlations(values[choosing], targets[choosing])
    second = rank_correlations(values[~choosing], targets[~choosing])
    count = int((~choosing).sum())
    rated = []
    for unit, column in enumerate(values.T):
        fires = float((column > 0).mean())
        is_constant = bool(np.ptp(column) == 0)
        if is_constant or not np.isfinite(first[unit]).any():
            rated.append(UnitSelectivity(unit, "", None, None, None, 0.0, None, fires, is_constant))
            continue
        followed = int(np.nanargmax(np.abs(first[unit])))
        value = float(second[unit, followed])
        ends: tuple[float | None, float | None] = (None, None)
        if count > 2 * FEWEST and abs(value) < 1:
            half = 1.96 * math.sqrt((1 + value**2 / 2) / (count - 3))
            ends = (math.tanh(math.atanh(value) - half), math.tanh(math.atanh(value) + half))
        known = value if math.isfinite(value) else None
        rated.append(UnitSelectivity(unit, names[followed], known, *ends, float(first[unit, followed]), None, fires))
    return tuple(sorted(rated, key=lambda one: (-abs(one.chosen_by), one.unit)))


def rank_correlations(values: NDArray[np.float32], targets: NDArray[Any]) -> NDArray[np.float64]:
    """Return [U, M] Spearman correlations; NaN where either side never changes."""
    a, b = (_ranks(each) for each in (values, targets))
    a, b = a - a.mean(axis=0), b - b.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((a.T @ b) / np.sqrt((a**2).sum(axis=0)[:, None] * (b**2).sum(axis=0)[None]))


def _ranks(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return the ranks of each column, ties at their middle."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(values, axis=0), np.float64)


def standardised_difference(values: NDArray[np.float64], inside: NDArray[np.bool_]) -> float | None:
    """Return (mean inside - mean outside) / pooled standard deviation (Cohen's d); None where it is not defined."""
    a, b = values[inside], values[~inside]
    if min(len(a), len(b)) < 2:
        return None
    pooled = ((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / (len(a) + len(b) - 2)
    return float((a.mean() - b.mean()) / math.sqrt(pooled)) if pooled > 0 else None


def split_in_halves(targets: NDArray[Any], keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Return [n] bool, True for every second example of each class in the order of the keys."""
    order = np.lexsort((keys, targets))
    first = np.zeros(len(targets), bool)
    first[order[::2]] = True
    return first
