"""Splits of examples that follow one another, checked on a small axis by hand."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.data import AddressedTargets
from pellucid.data.choose_splits import ChosenSplits, SplitChoice, choose_splits
from pellucid.data.fingerprint import fingerprint_data
from pellucid.data.splits import TEST, TRAIN, VAL, Shares
from pellucid.data.splits_in_order import Borders, find_borders, split_in_order
from pellucid.errors import DataError
from pellucid.kinds import ValueTarget


class _Next(ValueTarget):
    """A number that is split in time."""

    splitting: ClassVar[Literal["strata", "plain", "time", "stretch"]] = "time"

    def place_words(self, place: int) -> str:
        return f"day {place}"


class _Chance(ValueTarget):
    splitting: ClassVar[Literal["strata", "plain", "time", "stretch"]] = "plain"

    def strata(self, targets: Any) -> NDArray[np.int64]:
        raise AssertionError("what is split by chance has no strata")


def _windows(length: int, horizon: int) -> NDArray[np.int64]:
    """Return the spans of targets of `horizon` steps, one from each step on: [length - horizon + 1, 2]."""
    begins = np.arange(length - horizon + 1)
    return np.stack([begins, begins + horizon - 1], axis=1)


def _choose(spans: NDArray[np.int64] | None, target: ValueTarget | None = None, **choice: Any) -> ChosenSplits:
    count = 100 if spans is None else len(spans)
    return choose_splits(
        target=target or _Next(name="y"),
        targets=np.arange(count, dtype=np.float64),
        names=None,
        given=choice.pop("given", None),
        groups=None,
        equal=[],
        label=str,
        noun="window",
        choice=SplitChoice(**choice),
        spans=spans,
        dataset="series",
    )


def test_the_last_parts_of_the_axis_are_held_back() -> None:
    assert find_borders(0, 143, Shares(val=0.25, test=0.25)) == Borders(val=72, test=108)
    assert find_borders(100, 199, Shares(val=0.1, test=0)) == Borders(val=190, test=200)


def test_a_target_across_a_border_is_in_no_split() -> None:
    split = split_in_order(np.array([[0, 3], [4, 5], [5, 6], [6, 7], [7, 8], [8, 9]]), Borders(val=6, test=8))
    assert split.tolist() == [TRAIN, TRAIN, -1, VAL, -1, TEST]


def test_no_example_tells_of_the_time_of_another_split() -> None:
    spans = _windows(144, 12)
    chosen = _choose(spans, val=0.25, test=0.25)
    ends = {name: (spans[places, 0].min(), spans[places, 1].max()) for name, places in chosen.splits.items()}
    assert ends == {"train": (0, 71), "val": (72, 107), "test": (108, 143)}
    assert [len(places) for places in chosen.splits.values()] == [61, 25, 25]
    (decision,) = chosen.decisions
    assert "val begins at day 72, test begins at day 108" in decision.reason
    assert "22 examples across a border left out" in decision.reason


def test_series_share_the_borders() -> None:
    longer, shorter = _windows(100, 1), _windows(100, 1)[60:]
    chosen = _choose(np.concatenate([longer, shorter]), val=0.1, test=0.2)
    assert sorted(np.concatenate([longer, shorter])[chosen.splits["test"], 0]) == sorted([*range(80, 100)] * 2)


def test_without_val_and_test_all_is_learned_from() -> None:
    chosen = _choose(_windows(20, 2), val=0, test=0)
    assert [len(places) for places in chosen.splits.values()] == [19, 0, 0]


def test_a_test_split_that_the_data_bring_stays() -> None:
    spans = _windows(50, 1)
    given = np.where(spans[:, 0] >= 40, TEST, TRAIN).astype(np.int8)
    chosen = _choose(spans, given=given, val=0.1, test=0.2)
    assert spans[chosen.splits["test"], 0].tolist() == [*range(40, 50)]
    assert spans[chosen.splits["val"], 0].tolist() == [*range(35, 40)]


def test_a_series_that_is_too_short_says_so() -> None:
    with pytest.raises(DataError, match="val would hold no example"):
        _choose(_windows(30, 12), val=0.1, test=0.5)


def test_what_is_split_by_chance_has_no_strata() -> None:
    chosen = _choose(None, _Chance(name="y"))
    assert [len(places) for places in chosen.splits.values()] == [70, 10, 20]


class _Shifted(AddressedTargets):
    def __init__(self, values: NDArray[np.float64]) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values) - 1

    def __getitem__(self, indices: Any) -> NDArray[Any]:
        return np.asarray(self.values[np.asarray(indices) + 1])

    def digest(self) -> bytes:
        return self.values.tobytes()


def test_addressed_targets_have_a_fingerprint_of_their_own() -> None:
    first, second = np.arange(10.0), np.arange(10.0)
    second[-1] = 0
    prints = [
        fingerprint_data({}, names=None, content=[b"a"] * 9, targets=_Shifted(values)) for values in (first, second)
    ]
    assert prints[0] != prints[1]
    assert _Shifted(first)[np.array([0, 3])].tolist() == [1.0, 4.0]
