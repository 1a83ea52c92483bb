from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from pellucid.report.embedding import embed, to_bytes


def opened(uri: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(uri.split(",", 1)[1])))


def test_a_small_picture_is_embedded_pixel_for_pixel() -> None:
    pixels = np.arange(48 * 4, dtype=np.uint8).reshape(8, 8, 3)
    embedded = embed(pixels)
    assert embedded.uri.startswith("data:image/png;base64,")
    assert embedded.tiny
    np.testing.assert_array_equal(np.asarray(opened(embedded.uri)), pixels)


def test_a_photograph_becomes_a_small_preview() -> None:
    embedded = embed(np.full((400, 800, 3), 77, dtype=np.uint8), longest=100)
    assert (embedded.height, embedded.width) == (50, 100)
    assert embedded.uri.startswith("data:image/jpeg;base64,")
    assert not embedded.tiny


def test_deep_pixels_are_stretched_over_what_can_be_shown() -> None:
    np.testing.assert_array_equal(
        to_bytes(np.array([[1000, 2000], [3000, 1000]], dtype=np.uint16)), [[0, 128], [255, 0]]
    )
    np.testing.assert_array_equal(to_bytes(np.full((2, 2), 9, dtype=np.uint16)), np.zeros((2, 2)))
