"""Sharing out examples: near the shares, seeded, never tearing a unit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.data import load_dataset
from pellucid.data.duplicates import join_units
from pellucid.data.ordering import shuffle_keys, shuffled, sort_classes
from pellucid.data.splits import TEST, TRAIN, VAL, Shares, as_splits, quotas, share_out
from pellucid.errors import RecipeError
from pellucid.kinds import ValueTarget

SHARES = Shares(val=0.1, test=0.2)
EXACT = np.array([0.7, 0.1, 0.2])


def _share(
    strata: NDArray[np.int64], *, units: NDArray[np.int64] | None = None, seed: int = 0, shares: Shares = SHARES
) -> NDArray[np.int8]:
    units = np.arange(len(strata)) if units is None else units
    keys = shuffle_keys(len(strata), seed=seed)
    return share_out(strata, units, keys, quotas(np.bincount(strata), shares))


def _table(strata: NDArray[np.int64], split: NDArray[np.int8]) -> NDArray[np.int64]:
    return np.stack([np.bincount(strata[split == place], minlength=strata.max() + 1) for place in (TRAIN, VAL, TEST)])


@pytest.mark.parametrize("sizes", [(10, 10), (7, 100, 33), (12, 345, 5, 999), tuple(range(5, 60))])
@pytest.mark.parametrize("seed", [0, 1, 7])
def test_every_class_is_within_one_example_of_its_share_in_val_and_test(sizes: tuple[int, ...], seed: int) -> None:
    strata = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    table = _table(strata, _share(strata, seed=seed))
    exact = EXACT[:, None] * np.array(sizes)
    assert np.abs(table - exact)[VAL:].max() <= 1
    assert np.abs(table - exact)[TRAIN].max() < 2


def test_totals_are_near_the_shares_even_with_many_small_classes() -> None:
    strata = np.repeat(np.arange(200), 14)  # 1.4 and 2.8 each: rounding class by class would give 200 and 600
    totals = _table(strata, _share(strata)).sum(axis=1)
    np.testing.assert_array_equal(totals, [1960, 280, 560])


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, (1, 0, 0)),
        (2, (1, 0, 1)),
        (3, (1, 1, 1)),
        (4, (2, 1, 1)),
        (5, (3, 1, 1)),
        (10, (7, 1, 2)),
        (100, (70, 10, 20)),
    ],
)
def test_small_classes_get_one_example_in_each_split_as_soon_as_they_can(count: int, expected: tuple[int, ...]) -> None:
    assert tuple(quotas(np.array([count]), SHARES)[:, 0]) == expected


def test_large_shares_leave_one_example_for_train_and_one_for_val() -> None:
    np.testing.assert_array_equal(quotas(np.array([3, 4]), Shares(val=0.05, test=0.9)), [[1, 1], [1, 1], [1, 2]])


def test_share_of_nothing_gives_nothing() -> None:
    np.testing.assert_array_equal(quotas(np.array([10, 2]), Shares(val=0.2, test=0.0)), [[8, 1], [2, 1], [0, 0]])


def test_same_seed_gives_the_same_splits_and_another_seed_others() -> None:
    strata = np.repeat(np.arange(3), 50)
    first, again, other = _share(strata, seed=3), _share(strata, seed=3), _share(strata, seed=4)
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.1


def test_seeds_share_out_independently() -> None:
    strata = np.zeros(1000, dtype=np.int64)
    tests = np.stack([_share(strata, seed=seed) == TEST for seed in range(60)])
    overlap = (tests[:30] & tests[30:]).sum(axis=1)  # 1000 x 0.2 x 0.2 = 40 expected, standard deviation about 5.1
    assert abs(overlap.mean() - 40) < 4
    # Each example is in test in about 12 of 60 seeds.
    assert tests.sum(axis=0).min() >= 1
    assert tests.sum(axis=0).max() <= 27


@pytest.mark.parametrize("case", range(25))
def test_groups_never_straddle_splits_and_shares_stay_near(case: int) -> None:
    random = np.random.default_rng(case)
    count, num_classes = int(random.integers(60, 800)), int(random.integers(2, 6))
    strata = random.integers(0, num_classes, count)
    groups = random.integers(0, count // int(random.integers(2, 6)), count)
    units = join_units(count, [], groups)
    split = _share(strata, units=units, seed=case)
    for unit in np.unique(units):
        assert len(set(split[units == unit])) == 1
    shares = np.bincount(split, minlength=3) / count
    np.testing.assert_allclose(shares, EXACT, atol=0.03)
    table = _table(strata, split)
    assert (table > 0).all()
    np.testing.assert_allclose(table / table.sum(axis=0), np.repeat(EXACT[:, None], num_classes, axis=1), atol=0.12)


def test_groups_of_one_class_each_are_shared_out_within_one_group() -> None:
    strata = np.repeat([0, 1], 100)
    units = np.repeat(np.arange(40), 5)
    table = _table(strata, _share(strata, units=units))
    assert np.abs(table - EXACT[:, None] * 100).max() <= 5


def test_large_and_small_groups_are_spread_over_all_splits() -> None:
    sizes = np.repeat([20, 2], [20, 200])
    units = np.repeat(np.arange(220), sizes)
    split = _share(np.zeros(800, dtype=np.int64), units=units)
    large = np.array([split[units == unit][0] for unit in range(20)])
    np.testing.assert_allclose(np.bincount(large, minlength=3), [14, 2, 4], atol=1)


def test_a_class_within_one_group_goes_to_train() -> None:
    strata = np.array([0] * 30 + [1] * 5)
    units = np.array([*range(30), *[30] * 5])
    for seed in range(10):
        assert set(_share(strata, units=units, seed=seed)[30:]) == {TRAIN}


def test_a_class_in_two_groups_is_in_train_and_test() -> None:
    strata = np.array([0] * 30 + [1] * 6)
    units = np.array([*range(30), *[30] * 3, *[31] * 3])
    for seed in range(10):
        assert set(_share(strata, units=units, seed=seed)[30:]) == {TRAIN, TEST}


def test_one_group_for_everything_leaves_only_train() -> None:
    assert set(_share(np.array([0, 1] * 5), units=np.zeros(10, dtype=np.int64))) == {TRAIN}


def test_splits_are_sorted_disjoint_and_complete() -> None:
    splits = as_splits(_share(np.repeat(np.arange(3), 40)))
    assert sorted(np.concatenate(list(splits.values()))) == list(range(120))
    for indices in splits.values():
        assert (np.diff(indices) > 0).all()


def test_values_are_stratified_by_size() -> None:
    values = np.random.default_rng(0).lognormal(size=500)
    strata = ValueTarget(name="size").strata(values)
    np.testing.assert_array_equal(np.bincount(strata), [50] * 10)
    assert all(values[strata == k].max() <= values[strata == k + 1].min() for k in range(9))
    split = _share(strata)
    np.testing.assert_array_equal(_table(strata, split)[VAL], [5] * 10)


def test_keys_depend_on_the_name_alone_and_not_on_its_neighbours() -> None:
    few, more = shuffle_keys(["a", "b"], seed=5), shuffle_keys(["x", "b", "a"], seed=5)
    assert (few[0], few[1]) == (more[2], more[1])


def test_keys_are_the_same_on_every_machine() -> None:
    # Written down once; a change here would change every split that anyone has.
    np.testing.assert_array_equal(
        shuffle_keys(["cat/1.png", "dog/2.png"], seed=0),
        np.array([5945290474918638332, 1112447169351404046], dtype=np.uint64),
    )
    np.testing.assert_array_equal(
        shuffle_keys(2, seed=1), np.array([2811870155376744465, 14811271364060561411], dtype=np.uint64)
    )


def test_classes_are_sorted_by_name_and_numbers_by_value() -> None:
    assert sort_classes(["b", "a", "C", "a"]) == ("C", "a", "b")
    assert sort_classes(["10", "9", "0"]) == ("0", "9", "10")
    assert sort_classes(["10", "9", "x"]) == ("10", "9", "x")


def test_some_of_a_dataset_keep_their_order_whoever_else_is_among_them() -> None:
    everyone = shuffled(np.arange(50), 50, seed=3)
    assert sorted(everyone.tolist()) == list(range(50))
    some = np.array([40, 2, 17, 9])
    assert shuffled(some, 50, seed=3).tolist() == [index for index in everyone.tolist() if index in some]


def test_no_share_means_no_such_split_and_nothing_is_said_to_be_missing_there() -> None:
    data = load_dataset("iris", val=0, test=0)
    assert [len(data.splits[split]) for split in ("train", "val", "test")] == [150, 0, 0]
    assert [finding.kind for finding in data.findings if finding.kind == "class-missing-in-split"] == []


def test_a_share_of_one_or_more_or_below_none_is_refused() -> None:
    for share in (-0.1, 1.0, float("nan")):
        with pytest.raises(RecipeError, match="0 for no such split"):
            load_dataset("iris", val=share)


def test_of_a_handful_of_examples_it_is_said_how_to_learn_from_all(tmp_path: Path) -> None:
    (tmp_path / "line.csv").write_text("x,y\n" + "".join(f"{x},{3 * x + 1}.5\n" for x in range(6)))
    few = load_dataset(tmp_path / "line.csv", target="y")
    (finding,) = [finding for finding in few.findings if finding.kind == "few-examples"]
    assert finding.message == (
        "only 6 examples: 1 for val and 1 for test measure next to nothing; --val 0 --test 0 learns from all."
    )
    whole = load_dataset(tmp_path / "line.csv", target="y", val=0, test=0)
    assert len(whole.splits["train"]) == 6
    assert [finding.kind for finding in whole.findings] == []
