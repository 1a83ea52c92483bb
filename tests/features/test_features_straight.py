"""Straight borders: two classes are told apart exactly where their hulls do not meet, with rows that show why."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.features.course import steps_of
from pellucid.features.ifs import learn_ifs
from pellucid.features.straight import find_crossing, say_crossing

CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float64)


def test_and_and_or_have_a_straight_border() -> None:
    for truth in ([0, 0, 0, 1], [0, 1, 1, 1]):
        assert find_crossing(CORNERS, np.array(truth)) is None


def test_of_xor_both_classes_have_one_middle() -> None:
    crossing = find_crossing(CORNERS, np.array([0, 1, 1, 0]))
    assert crossing is not None
    np.testing.assert_allclose(crossing.point, [0.5, 0.5])
    assert [rows.tolist() for rows in crossing.rows] == [[0, 3], [1, 2]]
    for weights in crossing.weights:
        np.testing.assert_allclose(weights, [0.5, 0.5])
    said = say_crossing(crossing, CORNERS, ("0", "1"), ("a", "b"))
    assert "(0, 0) and (1, 1) are '0', and (0, 1) and (1, 0) are '1'" in said
    assert "same middle, (0.5, 0.5)" in said


@pytest.mark.parametrize("seed", range(5))
def test_a_crossing_is_a_mean_of_rows_of_both_classes(seed: int) -> None:
    chance = np.random.default_rng(seed)
    places, classes = chance.normal(size=(60, 3)), np.arange(60) % 2
    crossing = find_crossing(places, classes)
    assert crossing is not None  # 30 points each way around one middle
    for kind, (rows, weights) in enumerate(zip(crossing.rows, crossing.weights, strict=True)):
        assert (classes[rows] == kind).all()
        assert weights.sum() == pytest.approx(1)
        np.testing.assert_allclose(weights @ places[rows], crossing.point, atol=1e-9)
    assert sum(map(len, crossing.rows)) <= 5


@pytest.mark.parametrize("seed", range(5))
def test_classes_on_two_sides_of_a_plane_do_not_cross(seed: int) -> None:
    chance = np.random.default_rng(seed)
    places, normal = chance.normal(size=(80, 4)) * [1, 1e-3, 1e4, 1], chance.normal(size=4) / [1, 1e-3, 1e4, 1]
    height = places @ normal
    kept = np.abs(height) > 0.2
    assert find_crossing(places[kept], (height[kept] > 0).astype(np.int64)) is None


def test_ifs_find_the_border_between_two_groups() -> None:
    values = np.array([1.0, 2, 3, 10, 11, 12, 30, 31, 32])
    classes = np.array([0, 0, 0, 2, 2, 2, 1, 1, 1])
    assert learn_ifs(values, classes, most=6) == ((6.5, 0), (21.0, 2), (np.inf, 1))


def test_equal_neighbours_are_one_step() -> None:
    steps = steps_of(np.arange(6.0), np.array([0, 0, 2, 2, 0, 0]))
    assert steps == ((1.5, 0), (3.5, 2), (np.inf, 0))
