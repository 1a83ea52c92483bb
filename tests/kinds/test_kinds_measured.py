"""Targets that are numbers: their strata."""

from __future__ import annotations

import numpy as np

from pellucid.kinds.targets.measured import strata_of_values


def test_strata_are_bins_of_equal_size_in_order_of_the_values() -> None:
    values = np.random.default_rng(0).lognormal(size=500)
    strata = strata_of_values(values)
    np.testing.assert_array_equal(np.bincount(strata), [50] * 10)
    assert all(values[strata == k].max() <= values[strata == k + 1].min() for k in range(9))


def test_few_values_fall_into_one_stratum() -> None:
    assert set(strata_of_values(np.array([3.0, 1.0, 2.0]))) == {0}
