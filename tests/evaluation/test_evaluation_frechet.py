"""Distances of distributions against known values and an independent computation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import sqrtm

from pellucid.errors import DataError
from pellucid.evaluation import frechet_distance, kernel_distance, nearest_of
from pellucid.evaluation.frechet import Reference


def with_moments(mean: np.ndarray, covariance: np.ndarray, count: int = 400, seed: int = 0) -> np.ndarray:
    """Return [count, D] rows whose mean and covariance are exactly these."""
    rows = np.random.default_rng(seed).normal(size=(count, len(mean)))
    rows -= rows.mean(axis=0)
    rows = rows @ np.linalg.inv(np.linalg.cholesky(np.cov(rows, rowvar=False))).T
    made: np.ndarray = rows @ np.linalg.cholesky(covariance).T + mean
    return made


def test_the_frechet_distance_of_known_normal_distributions() -> None:
    # Diagonal covariances commute: the sum of (m1 - m2)^2 + (s1 - s2)^2.
    one = with_moments(np.array([0.0, 1.0, 2.0]), np.diag([1.0, 4.0, 9.0]))
    other = with_moments(np.array([1.0, 1.0, 0.0]), np.diag([4.0, 4.0, 1.0]), seed=1)
    assert frechet_distance(one, other) == pytest.approx(1 + 0 + 4 + (1 - 2) ** 2 + 0 + (3 - 1) ** 2)
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-9)


def test_the_frechet_distance_is_that_of_a_matrix_square_root() -> None:
    draws = np.random.default_rng(3)
    one, other = draws.normal(size=(60, 7)) @ draws.normal(size=(7, 7)), draws.normal(size=(50, 7)) + 0.3
    first, second = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    apart = np.square(one.mean(axis=0) - other.mean(axis=0)).sum()
    expected = apart + np.trace(first + second - 2 * np.real(sqrtm(first @ second)))
    assert frechet_distance(one, other) == pytest.approx(expected, rel=1e-9)
    assert frechet_distance(other, one) == pytest.approx(expected, rel=1e-9)


def test_features_that_never_vary_make_nothing_imaginary() -> None:
    one = np.random.default_rng(0).normal(size=(30, 5))
    other = one.copy()
    one[:, 3:], other[:, 2:] = 0.0, 1.0
    assert np.isfinite(frechet_distance(one, other))
    with pytest.raises(DataError, match="have no distance"):
        frechet_distance(one, other[:, :4])


def test_the_kernel_distance_is_the_sum_over_pairs() -> None:
    draws = np.random.default_rng(1)
    one, other = draws.normal(size=(9, 4)), draws.normal(size=(7, 4)) + 0.5

    def kernel(x: np.ndarray, y: np.ndarray) -> float:
        return float((x @ y / 4 + 1) ** 3)

    within = [
        np.mean([kernel(x, y) for i, x in enumerate(rows) for j, y in enumerate(rows) if i != j])
        for rows in (one, other)
    ]
    between = np.mean([kernel(x, y) for x in one for y in other])
    assert kernel_distance(one, other) == pytest.approx(within[0] + within[1] - 2 * between, rel=1e-9)


def test_the_kernel_distance_of_one_distribution_lies_around_zero() -> None:
    found = [
        kernel_distance(*(np.random.default_rng([seed, which]).normal(size=(60, 5)) for which in (0, 1)))
        for seed in range(60)
    ]
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(60)


@pytest.mark.parametrize("which", ["frechet", "kernel"])
def test_intervals_cover_the_distance_of_a_large_set(which: str) -> None:
    reference = Reference(np.random.default_rng(0).normal(size=(1000, 3)))
    truth = getattr(reference, which)(np.random.default_rng(1).normal(size=(3000, 3)) + 1.0).value
    found = [
        getattr(reference, which)(np.random.default_rng(2 + seed).normal(size=(200, 3)) + 1.0) for seed in range(20)
    ]
    assert sum(one.low <= truth <= one.high for one in found) >= 17


def test_few_pictures_for_many_features_are_told() -> None:
    rows = np.random.default_rng(0).normal(size=(60, 8))
    assert "few for 8 features" in Reference(rows).frechet(rows).note
    assert Reference(rows[:, :3]).frechet(rows[:, :3]).note == ""
    assert Reference(rows).kernel(rows[:10]).low is None


def test_the_nearest_picture_and_how_far_it_is() -> None:
    known = np.random.default_rng(0).integers(0, 256, (300, 4, 5, 1), np.uint8)
    asked = np.concatenate([known[[7]], known[[250]]])
    asked[1, 0, 0, 0] ^= 255
    for parts in ([known], np.split(known, [100, 260])):
        distances, places = nearest_of(asked, parts)
        assert places.tolist() == [7, 250]
    far = abs(int(asked[1, 0, 0, 0]) - int(known[250, 0, 0, 0])) / 255
    assert distances == pytest.approx([0, far])
