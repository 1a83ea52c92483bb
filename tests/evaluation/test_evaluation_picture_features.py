"""What simple methods look at in pictures: against scikit-image's numbers, and cases made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.evaluation.hog import hog
from pellucid.evaluation.picture_baselines import features_of_canvases
from pellucid.evaluation.picture_features import colour_histogram, has_edges, shrinking_to


def test_oriented_gradients_are_scikit_images() -> None:
    """Of scikit-image 0.26: hog(x, orientations=9, pixels_per_cell=(8, 8), cells_per_block=(2, 2))."""
    picture = np.random.default_rng(0).integers(0, 256, (24, 32)).astype(float)
    (found,) = hog(picture[None])
    assert found.shape == (216,)
    np.testing.assert_allclose(found[:4], [0.14161258, 0.15390812, 0.11470262, 0.17618566], atol=1e-6)
    np.testing.assert_allclose(found[100:104], [0.22656938, 0.18390449, 0.22656938, 0.22656938], atol=1e-6)
    np.testing.assert_allclose(float(found.sum()), 33.751194894174034, rtol=1e-5)
    np.testing.assert_allclose(float(found @ np.arange(216)), 3621.3209747098954, rtol=1e-5)


def test_a_slope_has_its_one_direction_and_its_steepness_does_not_matter() -> None:
    slope = np.tile(np.arange(16.0), (16, 1))
    (found,) = hog(slope[None])
    assert set(np.flatnonzero(found > 1e-3) % 9) == {0}, "brightness grows to the right: the first of nine directions"
    np.testing.assert_allclose(hog(5 * slope[None])[0], found, atol=1e-4)
    assert not hog(np.full((1, 16, 16), 7.0)).any(), "a flat picture has no direction"


def test_a_colour_histogram_holds_the_root_of_each_share() -> None:
    picture = np.zeros((1, 2, 2, 3), np.uint8)
    picture[0, 0, 0] = (255, 0, 0)
    (found,) = colour_histogram(picture)
    assert found[48] == np.float32(0.5)
    assert found[0] == np.float32(np.sqrt(0.75))
    np.testing.assert_allclose((found**2).sum(), 1, rtol=1e-6)


def test_a_histogram_of_grey_levels_has_thirty_two() -> None:
    picture = np.array([[[0, 7], [8, 255]]], np.uint8)[..., None]
    (found,) = colour_histogram(picture)
    assert found.shape == (32,)
    np.testing.assert_allclose(found[[0, 1, 31]] ** 2, [0.5, 0.25, 0.25], rtol=1e-6)


@pytest.mark.parametrize(("side", "factor"), [(16, 1), (64, 1), (95, 1), (97, 2), (224, 4), (512, 8)])
def test_pictures_are_shrunk_to_about_sixty_four_pixels(side: int, factor: int) -> None:
    assert shrinking_to(side) == factor


def test_edges_need_two_cells_each_way() -> None:
    assert has_edges(16, 16)
    assert not has_edges(15, 40)
    assert not has_edges(16, 256)  # 4 pixels high, once shrunk


@pytest.mark.parametrize("channels", [1, 3])
def test_a_large_picture_is_looked_at_as_its_small_copy(channels: int) -> None:
    small = np.random.default_rng(0).integers(0, 256, (2, 56, 56, channels), dtype=np.uint8)
    large = small.repeat(4, axis=1).repeat(4, axis=2)
    found, copied = features_of_canvases(large), features_of_canvases(small)
    np.testing.assert_array_equal(found.both, copied.both)
    np.testing.assert_array_equal(found.colours, colour_histogram(small))
    assert found.both.shape == (2, 6 * 6 * 36 + (32 if channels == 1 else 64))
