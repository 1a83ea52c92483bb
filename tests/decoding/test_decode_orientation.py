"""All eight EXIF orientations, in every format that carries them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageOps

from pellucid.decoding import decode, decode_picture

_ORIENTATION = 0x0112
UPRIGHT = np.arange(3 * 5 * 3, dtype=np.uint8).reshape(3, 5, 3) * 5

# How the camera stores the upright picture, from the EXIF standard: e.g. 6 has row 0 on the right-hand side.
STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def _stored(orientation: int, kind: str) -> bytes:
    image = Image.fromarray(UPRIGHT)
    how = STORED_AS[orientation]
    if how is not None:
        image = image.transpose(how)
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    buffer = io.BytesIO()
    image.save(buffer, kind, exif=exif, **({"lossless": True} if kind == "WEBP" else {}))
    return buffer.getvalue()


@pytest.mark.parametrize("orientation", STORED_AS)
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_picture_comes_upright(orientation: int, kind: str) -> None:
    np.testing.assert_array_equal(decode(_stored(orientation, kind)), UPRIGHT)


@pytest.mark.parametrize("orientation", STORED_AS)
def test_jpeg_comes_as_pillow_turns_it(orientation: int) -> None:
    data = _stored(orientation, "JPEG")
    with Image.open(io.BytesIO(data)) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))
    picture = decode_picture(data)
    np.testing.assert_array_equal(picture.pixels, expected)
    assert picture.pixels.shape == (3, 5, 3)
    assert picture.orientation == orientation


def test_sixteen_bit_grey_is_turned_too() -> None:
    upright = np.arange(15, dtype=np.uint16).reshape(3, 5) * 4000
    image = Image.fromarray(upright).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    buffer = io.BytesIO()
    image.save(buffer, "PNG", exif=exif)
    np.testing.assert_array_equal(decode(buffer.getvalue()), upright)


def test_broken_exif_leaves_the_picture_as_it_is() -> None:
    buffer = io.BytesIO()
    Image.fromarray(UPRIGHT).save(buffer, "PNG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff broken")
    np.testing.assert_array_equal(decode(buffer.getvalue()), UPRIGHT)


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_orientation_outside_of_the_standard_counts_as_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    buffer = io.BytesIO()
    Image.fromarray(UPRIGHT).save(buffer, "PNG", exif=exif)
    np.testing.assert_array_equal(decode(buffer.getvalue()), UPRIGHT)
