"""What classical methods look at: against scikit-image's numbers, and cases made by hand."""

from __future__ import annotations

import numpy as np

from pellucid.data import load_dataset
from pellucid.ladder.features import colour_histogram, features_of, picture_features
from pellucid.ladder.hog import hog


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


def test_grey_pictures_have_no_colours_to_look_at() -> None:
    canvases = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)
    assert list(picture_features(canvases)) == [
        "pixels",
        "oriented gradients (HOG)",
        "oriented gradients and a colour histogram",
    ]
    grey = picture_features(canvases[..., :1])
    assert {name: rows.shape for name, rows in grey.items()} == {
        "pixels": (3, 1024),
        "oriented gradients (HOG)": (3, 1764),
    }


def test_a_table_is_looked_at_as_a_network_does() -> None:
    data = load_dataset("iris")
    (rows,) = features_of(data, data.splits["train"]).values()
    np.testing.assert_allclose(rows.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(rows.std(axis=0), 1, atol=1e-4)
