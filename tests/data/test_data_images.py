"""Pictures in files: decoded once, remembered within bounds."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import ArrayImages, FileImages, ImageInputs
from pellucid.data.images import Section, collapse_grey, is_grey

SavePicture = Callable[..., Path]


@pytest.fixture
def images(tmp_path: Path, save_picture: SavePicture) -> FileImages:
    """Ten pictures of 6 x 8 x 3 = 144 bytes; there is room for four."""
    paths = [save_picture(tmp_path / f"{number}.png") for number in range(10)]
    return FileImages(paths, [path.name for path in paths], memo_bytes=4 * 144 + 100)


def test_second_read_needs_no_file_while_there_is_room(images: FileImages) -> None:
    first = [images.pixels(index) for index in range(4)]
    for path in images.paths:
        path.unlink()
    for index in range(4):
        assert images.pixels(index) is first[index]


def test_pictures_beyond_the_room_are_decoded_again(images: FileImages) -> None:
    first = [images.pixels(index) for index in range(10)]
    assert images.pixels(9) is not first[9]
    np.testing.assert_array_equal(images.pixels(9), first[9])


def test_release_makes_room(images: FileImages) -> None:
    first = [images.pixels(index) for index in range(10)]
    images.release()
    nine = images.pixels(9)
    assert images.pixels(9) is nine
    np.testing.assert_array_equal(nine, first[9])


def test_a_smaller_form_takes_the_place_of_the_pixels_and_gives_its_room_back(images: FileImages) -> None:
    pixels = [images.pixels(index) for index in range(4)]
    for index in range(4):
        images.keep_form(index, "half", pixels[index][:3])
    assert images.form(0, "half") is not None
    assert images.form(0, "other") is None
    more = [images.pixels(index) for index in range(4, 6)]  # 4 x 72 + 2 x 144 of 676 bytes
    assert images.pixels(5) is more[1]
    assert images.pixels(0) is not pixels[0]
    images.release()
    assert images.form(0, "half") is None


def test_a_larger_form_is_kept_only_where_there_is_room(images: FileImages) -> None:
    images.keep_form(9, "whole", np.zeros((600,), np.uint8))
    images.keep_form(8, "whole", np.zeros((600,), np.uint8))
    assert images.form(9, "whole") is not None
    assert images.form(8, "whole") is None
    pixels = images.pixels(0)
    images.keep_form(0, "large", np.zeros((145,), np.uint8))
    assert images.form(0, "large") is None
    np.testing.assert_array_equal(images.pixels(0), pixels)


def test_subset_keeps_pixels_names_and_memory(images: FileImages) -> None:
    all_pixels = [images.pixels(index) for index in range(10)]
    some = images.subset([3, 8, 1])
    assert [some.name(index) for index in range(3)] == ["3.png", "8.png", "1.png"]
    assert some.pixels(0) is all_pixels[3]
    np.testing.assert_array_equal(some.pixels(1), all_pixels[8])


def test_remembered_pixels_cannot_be_written_to(images: FileImages) -> None:
    with pytest.raises(ValueError, match="read-only"):
        images.pixels(0)[0, 0] = 1


def test_many_threads_read_the_same_pixels(images: FileImages) -> None:
    expected = [images.pixels(index).copy() for index in range(10)]
    images.release()
    order = np.random.default_rng(0).integers(0, 10, 300).tolist()
    with ThreadPoolExecutor(8) as pool:
        for index, pixels in zip(order, pool.map(images.pixels, order), strict=True):
            np.testing.assert_array_equal(pixels, expected[index])


def test_both_kinds_keep_the_contract(images: FileImages) -> None:
    for inputs in (images, ArrayImages(np.zeros((3, 2, 2), dtype=np.uint8))):
        assert isinstance(inputs, ImageInputs)
        assert isinstance(inputs.name(0), str)
        assert inputs.pixels(0).dtype == np.uint8


def test_one_coloured_pixel_makes_a_colour_picture() -> None:
    pixels = np.full((9, 9, 3), 7, dtype=np.uint8)
    assert is_grey(pixels)
    assert collapse_grey(pixels).shape == (9, 9)
    pixels[0, 0, 2] = 8
    assert not is_grey(pixels)
    assert collapse_grey(pixels) is pixels


def test_names_beyond_the_last_section_are_an_error() -> None:
    sections = (Section("train-images", 2, "train"), Section("t10k-images", 1, "test"))
    images = ArrayImages(np.zeros((3, 2, 2), dtype=np.uint8), sections=sections)
    assert [images.name(index) for index in range(3)] == ["picture 0", "picture 1", "picture 2 (t10k-images 0)"]
    assert [images.former_name(index) for index in range(3)] == ["train 0", "train 1", "test 0"]
    with pytest.raises(IndexError):
        images.name(3)
