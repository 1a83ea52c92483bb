"""Every Pillow mode to the right pixels: values worked out by hand."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pellucid.decoding import Pixels, decode, decode_picture
from pellucid.decoding.modes import to_pixels
from pellucid.decoding.wide import scale_wide
from pellucid.errors import DecodingError


def _through_file(image: Image.Image, kind: str = "PNG", **options: Any) -> Pixels:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return decode(buffer.getvalue())


def _check(pixels: Pixels, expected: Any, dtype: type[np.generic] = np.uint8) -> None:
    assert pixels.dtype == dtype
    np.testing.assert_array_equal(pixels, np.array(expected))


def test_black_and_white_becomes_0_and_255() -> None:
    _check(_through_file(Image.fromarray(np.array([[True, False]]))), [[255, 0]])


def test_grey_stays_grey() -> None:
    _check(_through_file(Image.fromarray(np.array([[0, 7, 255]], dtype=np.uint8))), [[0, 7, 255]])


def test_colour_stays_colour() -> None:
    values = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    _check(_through_file(Image.fromarray(values)), values)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bit_grey_keeps_every_value(kind: str) -> None:
    values = np.array([[0, 255, 256, 40000, 65535]], dtype=np.uint16)
    _check(_through_file(Image.fromarray(values), kind), values, np.uint16)


def test_big_endian_sixteen_bit_grey_keeps_every_value() -> None:
    values = np.array([[0, 255, 256, 40000, 65535]], dtype=np.uint16)
    image = Image.frombytes("I;16B", (5, 1), values.astype(">u2").tobytes())
    _check(to_pixels(image), values, np.uint16)


def test_sixteen_bit_pgm_keeps_every_value() -> None:
    values = np.array([[0, 256, 65535]], dtype=">u2")
    _check(decode(b"P5 3 1 65535\n" + values.tobytes()), [[0, 256, 65535]], np.uint16)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tiff_whose_smallest_value_is_white_is_inverted(dtype: type[np.uint8] | type[np.uint16]) -> None:
    top = int(np.iinfo(dtype).max)
    raw: NDArray[Any] = np.array([[0, 1, top]], dtype=dtype)
    buffer = io.BytesIO()
    Image.fromarray(raw).save(buffer, "TIFF", tiffinfo={262: 0})
    data = bytearray(buffer.getvalue())
    picture = decode(bytes(data))
    with Image.open(io.BytesIO(data)) as image:
        assert image.tag_v2[262] == 0  # type: ignore[attr-defined]
    expected = [[top, top - 1, 0]] if dtype is np.uint16 else [[0, 1, 255]]
    # Pillow inverts 8-bit values when it writes them, so that they come back as they were.
    _check(picture, expected, dtype)


def test_transparent_pixels_lie_over_white() -> None:
    values = np.array([[[10, 20, 30, 255], [10, 20, 30, 0], [0, 0, 0, 51]]], dtype=np.uint8)
    _check(_through_file(Image.fromarray(values)), [[[10, 20, 30], [255, 255, 255], [204, 204, 204]]])


def test_transparent_grey_lies_over_white_and_stays_grey() -> None:
    image = Image.fromarray(np.array([[[10, 255], [10, 0], [0, 51]]], dtype=np.uint8), "LA")
    _check(_through_file(image), [[10, 255, 204]])


def test_palette_becomes_colour() -> None:
    image = Image.new("P", (3, 1))
    image.putpalette([1, 2, 3, 40, 50, 60, 250, 251, 252])
    image.putdata([2, 0, 1])
    _check(_through_file(image), [[[250, 251, 252], [1, 2, 3], [40, 50, 60]]])


@pytest.mark.parametrize("transparency", [1, bytes([255, 0])])
def test_transparent_palette_entry_lies_over_white(transparency: int | bytes) -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([1, 2, 3, 40, 50, 60])
    image.putdata([0, 1])
    _check(_through_file(image, transparency=transparency), [[[1, 2, 3], [255, 255, 255]]])


def test_one_transparent_colour_lies_over_white() -> None:
    image = Image.fromarray(np.array([[[1, 2, 3], [4, 5, 6]]], dtype=np.uint8))
    _check(_through_file(image, transparency=(4, 5, 6)), [[[1, 2, 3], [255, 255, 255]]])


def test_one_transparent_grey_lies_over_white() -> None:
    image = Image.fromarray(np.array([[1, 2]], dtype=np.uint8))
    _check(_through_file(image, transparency=1), [[255, 2]])


def test_cmyk_becomes_colour() -> None:
    image = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    red = _through_file(image, "TIFF")
    _check(red, np.broadcast_to([255, 0, 0], (8, 8, 3)))
    jpeg = _through_file(image, "JPEG", quality=100)
    assert np.abs(jpeg.astype(int) - [255, 0, 0]).max() <= 3


def test_lab_becomes_colour() -> None:
    values = np.zeros((1, 2, 3), dtype=np.uint8)
    values[0, 0] = (255, 128, 128)  # L = 100, a = b = 0: white
    values[0, 1] = (0, 128, 128)  # black
    image = Image.merge("LAB", [Image.fromarray(values[..., place].copy()) for place in range(3)])
    pixels = _through_file(image, "TIFF")
    assert np.abs(pixels.astype(int) - [[[255] * 3, [0] * 3]]).max() <= 3


@pytest.mark.parametrize("mode", ["YCbCr", "HSV", "RGBX", "RGBa", "La", "PA"])
def test_rare_modes_become_grey_or_colour_of_eight_bits(mode: str) -> None:
    through = {"RGBa": "RGBA", "La": "LA", "PA": "P"}.get(mode)
    image = Image.fromarray(np.full((4, 4, 3), 200, dtype=np.uint8))
    image = image.convert(through).convert(mode) if through else image.convert(mode)
    pixels = to_pixels(image)
    assert pixels.shape == ((4, 4) if mode == "La" else (4, 4, 3))
    assert pixels.dtype == np.uint8
    assert np.abs(pixels.astype(int) - 200).max() <= 4  # the palette has 204


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0.0, 0.5, 1.0]], dtype=np.float32), [[0, 32768, 65535]]),
        (np.array([[0.0, 100.0, 255.0]], dtype=np.float32), [[0, 25700, 65535]]),
        (np.array([[0.0, 300.4, 65535.0]], dtype=np.float32), [[0, 300, 65535]]),
        (np.array([[-1000.0, 0.0, 1000.0]], dtype=np.float32), [[0, 32768, 65535]]),
        (np.array([[0.25, np.nan, np.inf]], dtype=np.float32), [[16384, 16384, 16384]]),
        (np.array([[7, 7]], dtype=np.int32), [[7, 7]]),
        (np.array([[0, 1, 65535]], dtype=np.int32), [[0, 1, 65535]]),
        (np.array([[-5, 95]], dtype=np.int32), [[0, 65535]]),
        (np.array([[-5, -5]], dtype=np.int32), [[0, 0]]),
    ],
)
def test_older_runs_get_wide_values_scaled_by_each_pictures_own_range(
    values: NDArray[Any], expected: list[list[int]]
) -> None:
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, "TIFF")
    _check(decode(buffer.getvalue(), own_range=True), expected, np.uint16)


def test_picture_without_a_finite_value_is_refused() -> None:
    with pytest.raises(DecodingError, match="not one finite value"):
        scale_wide(np.full((2, 2), np.nan))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_first_frame_of_an_animation_is_taken(kind: str) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    options = {"lossless": True} if kind == "WEBP" else {}
    pixels = _through_file(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    _check(pixels, np.broadcast_to([255, 0, 0], (4, 4, 3)))


def test_format_and_mode_of_the_file_are_told() -> None:
    buffer = io.BytesIO()
    Image.new("P", (2, 2)).save(buffer, "GIF")
    picture = decode_picture(buffer.getvalue())
    assert (picture.format, picture.mode) == ("GIF", "P")


def test_path_and_bytes_give_the_same_pixels(tmp_path: Any) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(np.arange(12, dtype=np.uint8).reshape(3, 4)).save(path)
    np.testing.assert_array_equal(decode(path), decode(path.read_bytes()))
