"""HEIC pictures, where the extra is installed."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from pellucid.decoding import decode_picture
from pellucid.errors import DecodingError

pytest.importorskip("pi_heif")

# 24 x 16 pixels: the left half (200, 30, 40), the right half (20, 160, 60) above (30, 60, 220); encoded once by libheif
# with x265 at quality 90.
FLAG = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAAB4QABAAAAAAAAAL4AAgAAAAACnwABAAAAAAAAACQAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "rprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFw"
    "AAAAGAAAAAEAAAAQAAAAAf///9gAAAAC////0AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAA"
    "GmlyZWYAAAAAAAAADmNkc2MAAgABAAEAAADqbWRhdAAAALooAa8GMh9JktBdQ4ib4h///4VHsvaK7qdIgk1F/tszazm4jaL+2v4k"
    "H1QfeZ+DsuPOQuA3u5+keW09idg2zpbFYnfjkVQNbe+93QL7Ng9ZiSXEQvbASRgE8hV75OS84I1/x5CWA+xBGeorOAo/L+SBBMG7"
    "Te9DA7/ExHAxJvkuhiftdewc//0ee1GofB0EJuKlY/pLF32+S6GLkRsBE3HLdobkfQYkbHj/189342AO3N6ac1SZwR5jemAAAAAG"
    "RXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAEAAAAAAAA="
)


def test_heic_picture_has_the_colours_it_was_made_of() -> None:
    picture = decode_picture(FLAG)
    assert (picture.format, picture.mode, picture.pixels.shape) == ("HEIC", "RGB", (16, 24, 3))
    for (row, column), colour in {(8, 4): (200, 30, 40), (3, 20): (20, 160, 60), (13, 20): (30, 60, 220)}.items():
        assert np.abs(picture.pixels[row, column].astype(int) - colour).max() <= 6


@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_cut_off_heic_picture_is_a_decoding_error(share: float) -> None:
    with pytest.raises(DecodingError):
        decode_picture(FLAG[: int(len(FLAG) * share)])


# Crashes libheif 1.23; found by benchmarks/fuzz_decoder.py.
CRASHING = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAH8AAAB//wAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAAB4QABAAAAAAAAAL4AAgAAAAACnwABAAAAAAAAACQAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABF/wBmAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "rprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFw"
    "AAAAGAAAAAEAAAAQAAAAAf///9gAAAAC////0AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAA"
    "GmlyZWYAAAAAAAAADmNkc2MAAgABAAEAAADqbWRhdAAAALooAa8GMh9JktBdQ4ib4h///4VHsvaK7qdIgk1F/tszazm4jaL+2v4k"
    "H1QfeZ+DsuPOQuA3u5+keW09idg2zpbFYnfjkVQNbe+93QL7Ng9ZiSXEQvbASRgE8hV75OS84I1/x5CWA+xBGeorOAo/L+SBBMG7"
    "Te9DA7/ExHAxJvkuhiftdewc//0ee1GofB0EJuKlY/pLF32+S6GLkRsBE3HLdobkfQYkbHj/189342AO3N6ac1SZwR5jemAAAAAG"
    "RXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAEAAAAAAAA="
)


def test_file_that_crashes_the_library_is_one_unreadable_picture_and_the_next_is_read() -> None:
    for _ in range(2):
        with pytest.raises(DecodingError, match="damaged"):
            decode_picture(CRASHING)
        assert decode_picture(FLAG).pixels.shape == (16, 24, 3)


def test_many_threads_get_the_same_pixels() -> None:
    expected = decode_picture(FLAG).pixels
    with ThreadPoolExecutor(8) as pool:
        for picture in pool.map(decode_picture, [FLAG] * 40):
            np.testing.assert_array_equal(picture.pixels, expected)
