"""Copies of pictures, cut, turned, saved badly or mirrored, are found; look-alikes are not."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pellucid.auditing.near import Matches, find_matches
from pellucid.auditing.near.agreement import correlation
from pellucid.auditing.near.aligning import align, same_place, warped

SIDE, COUNT = 300, 12


def _field(seed: int, *, slope: float = 1.0) -> NDArray[np.float64]:
    """Return noise whose power falls with frequency as that of photographs does, [300, 300]."""
    generator = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None])
    frequency[0, 0] = 1
    spectrum = np.exp(2j * np.pi * generator.random(frequency.shape)) / frequency**slope
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum, (SIDE, SIDE))
    return np.asarray(field / field.std())


def _photo(field: NDArray[np.float64]) -> Image.Image:
    return Image.fromarray(np.clip(128 + 45 * field, 0, 255).astype(np.uint8))


def _small(picture: Image.Image) -> NDArray[np.uint8]:
    return np.asarray(picture.resize((128, 128), Image.Resampling.BILINEAR))


def _jpeg(picture: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=30)
    return Image.open(buffer).convert("L")


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "a quarter of the size": lambda one: one.resize((SIDE // 4 * 2, SIDE // 4 * 2), Image.Resampling.BILINEAR),
    "JPEG of quality 30": _jpeg,
    "cut by 5 %": lambda one: one.crop((8, 4, SIDE - 7, SIDE - 11)),
    "turned by 5 degrees": lambda one: one.rotate(5, Image.Resampling.BILINEAR),
    "darker": lambda one: one.point(lambda value: int(value * 0.6)),
    "mirrored": lambda one: one.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "mirrored and cut": lambda one: one.transpose(Image.Transpose.FLIP_LEFT_RIGHT).crop((10, 5, SIDE - 5, SIDE - 5)),
}


@pytest.fixture(scope="module")
def found() -> Matches:
    photos = [_photo(_field(seed)) for seed in range(COUNT)]
    copies = [change(photos[number]) for number, change in enumerate(CHANGES.values())]
    # One scene with another grain: alike in shape, never one photograph.
    shape = _field(100, slope=2.2)
    alike = [_photo(0.9 * shape + 0.4 * _field(seed, slope=0.3)) for seed in (101, 102)]
    return find_matches(np.stack([_small(one) for one in (*photos, *copies, *alike)]))


def test_every_planted_copy_is_found_and_nothing_else(found: Matches) -> None:
    pairs = {(match.first, match.second) for match in found.found}
    assert pairs == {(number, COUNT + number) for number in range(len(CHANGES))}


@pytest.mark.parametrize(
    ("change", "words"),
    [("turned by 5 degrees", "turned by 5 degrees"), ("mirrored", "mirrored"), ("darker", "the same cut")],
)
def test_the_alignment_is_told_in_words(found: Matches, change: str, words: str) -> None:
    place = list(CHANGES).index(change)
    match = next(match for match in found.found if match.first == place)
    assert match.words() == words


def test_a_known_map_is_found_again() -> None:
    first = np.stack([np.asarray(_photo(_field(7)).resize((64, 64)), np.float32)])
    known = np.array([[[0.98, 0.03, 0.02], [-0.03, 0.98, -0.04]]])
    second, _ = warped(first, known)
    # The second shows at x what the first has at known(x): the way back is the inverse map.
    back = np.linalg.inv(np.vstack([known[0], [0, 0, 1]]))[None, :2]
    maps = align(first, second, same_place(1), steps=20)
    np.testing.assert_allclose(maps, back, atol=0.01)
    assert correlation(first, second, maps)[0] > 0.95


def test_a_single_picture_has_no_pairs() -> None:
    assert find_matches(np.zeros((1, 128, 128), np.uint8)).found == ()


def test_flat_pictures_are_no_copies_of_one_another() -> None:
    assert find_matches(np.full((6, 128, 128), 90, np.uint8)).found == ()
