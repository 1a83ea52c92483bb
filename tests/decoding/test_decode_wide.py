"""Floats, signed and 32-bit integers: values as they stand in the file, NaN where there is none."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pellucid.decoding import decode
from pellucid.errors import DecodingError


def tiff(values: NDArray[Any], *, no_data: str | None = None) -> bytes:
    """Return an uncompressed TIFF of one plane, written by hand: Pillow writes no signed 16 bits and no GDAL tag."""
    height, width = values.shape
    data = values.astype(values.dtype.newbyteorder("<")).tobytes()
    kind = {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    longs = {256: width, 257: height, 258: 8 * values.dtype.itemsize, 259: 1, 262: 1, 273: 8, 277: 1, 278: height}
    longs |= {279: len(data), 339: kind}
    entries = [struct.pack("<HHII", tag, 4 if tag in (273, 279) else 3, 1, value) for tag, value in longs.items()]
    place, more = 8 + len(data), b""
    if no_data is not None:
        text = no_data.encode() + b"\0"
        more = text.ljust(4, b"\0") if len(text) <= 4 else text
        start = place + 2 + 12 * (len(entries) + 1) + 4
        where = more if len(text) <= 4 else struct.pack("<I", start)
        entries.append(struct.pack("<HHI", 42113, 2, len(text)) + where)
    table = struct.pack("<H", len(entries)) + b"".join(entries) + struct.pack("<I", 0)
    return b"II*\0" + struct.pack("<I", place) + data + table + more


def saved(values: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, "TIFF")
    return buffer.getvalue()


@pytest.mark.parametrize("odd", [0.45, 1.02, -0.01, -9999.0, 70000.0])
def test_one_pixel_far_off_changes_no_other(odd: float) -> None:
    values = np.full((4, 5), 0.45, np.float32)
    values[0, 0] = odd
    pixels = decode(saved(values))
    assert pixels.dtype == np.float32
    np.testing.assert_array_equal(pixels, values)


@pytest.mark.parametrize(
    "values",
    [
        np.array([[-1024, 0, 3071]], np.int16),
        np.array([[-5, 70000, 16777216]], np.int32),
        np.array([[0, 3, 65535]], np.int32),
        np.array([[0, 3_000_000_000, 5]], np.uint32),
        np.array([[-1.0, 0.25, 100.2]], np.float32),
    ],
)
def test_signed_and_wide_numbers_keep_their_values(values: NDArray[Any]) -> None:
    pixels = decode(tiff(values))
    assert pixels.dtype == np.float32
    np.testing.assert_array_equal(pixels, values.astype(np.float32))


@pytest.mark.parametrize("none", [np.nan, np.inf, -np.inf, 3.4028235e38, -3.4028235e38, 9.96921e36])
def test_what_is_no_measurement_becomes_nan(none: float) -> None:
    pixels = decode(saved(np.array([[0.5, none, 2.0]], np.float32)))
    np.testing.assert_array_equal(pixels, np.array([[0.5, np.nan, 2.0]], np.float32))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.array([[1.5, -9999.0, 3.0]], np.float32), "-9999"),
        (np.array([[1.5, 0.0, 3.0]], np.float32), "0"),
        (np.array([[7, 32767, 9]], np.int16), " 32767 "),
        (np.array([[7, -32768, 9]], np.int32), "-32768.0"),
        (np.array([[1.5, -1.7e30, 3.0]], np.float32), "nan"),
        (np.array([[1.5, 0.1, 3.0]], np.float32), "0.1"),
    ],
)
def test_what_gdals_tag_declares_becomes_nan(values: NDArray[Any], said: str) -> None:
    expected = values.astype(np.float32)
    expected[0, 1] = np.nan
    np.testing.assert_array_equal(decode(tiff(values, no_data=said)), expected)


def test_a_tag_that_is_no_number_says_nothing() -> None:
    values = np.array([[1.5, 2.5]], np.float32)
    np.testing.assert_array_equal(decode(tiff(values, no_data="none")), values)


def test_a_picture_without_any_value_is_refused() -> None:
    with pytest.raises(DecodingError, match="not one finite value"):
        decode(tiff(np.full((2, 2), -9999, np.int16), no_data="-9999"))


def test_a_large_picture_is_converted_in_bands_to_the_same_values() -> None:
    values = np.random.default_rng(0).normal(size=(3000, 2000)).astype(np.float32)
    values[2999, 1999] = np.inf
    pixels = decode(saved(values))
    values[2999, 1999] = np.nan
    np.testing.assert_array_equal(pixels, values)
