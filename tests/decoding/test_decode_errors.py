"""What cannot be decoded says why, in words, and nothing leaks."""

from __future__ import annotations

import importlib.util
import io
import os
import struct
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pellucid.decoding import decode
from pellucid.decoding.formats import FORMATS
from pellucid.errors import DecodingError


def _noise(kind: str, **options: Any) -> bytes:
    values = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "BMP", "TIFF", "WEBP", "GIF", "PPM"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_cut_off_picture_is_an_error_that_says_so(kind: str, share: float) -> None:
    data = _noise(kind)
    with pytest.raises(DecodingError, match=r"cut off|damaged"):
        decode(data[: int(len(data) * share)])


def test_cut_off_jpeg_is_called_cut_off() -> None:
    data = _noise("JPEG")
    with pytest.raises(DecodingError, match="cut off before the picture ends"):
        decode(data[: len(data) // 2])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        (b"hello, this is no picture", "not in a picture format"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1", "git lfs pull"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<?xml version='1.0'?><svg/>", "XML"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\0" * 400, "only zeros"),
    ],
)
def test_foreign_bytes_are_described(data: bytes, reason: str) -> None:
    with pytest.raises(DecodingError, match=reason):
        decode(data)


@pytest.mark.parametrize(
    ("data", "package", "extra"),
    [(b"\0\0\0\x18ftypheic\0\0\0\0", "pi-heif", "heic"), (b"\0" * 128 + b"DICM....", "pydicom", "dicom")],
)
def test_format_of_an_absent_extra_says_how_to_install_it(
    data: bytes, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DecodingError, match=rf'needs {package}, .* pip install "pellucid\[{extra}\]"'):
        decode(data)


def test_postscript_is_never_opened_because_it_would_start_a_program() -> None:
    with pytest.raises(DecodingError, match="not in a picture format"):
        decode(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n")


def test_missing_file_and_folder_are_errors_that_name_the_path(tmp_path: Path) -> None:
    with pytest.raises(DecodingError, match=r"gone\.png: it cannot be opened"):
        decode(tmp_path / "gone.png")
    with pytest.raises(DecodingError, match="cannot be opened"):
        decode(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipe_under_a_pictures_name_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(DecodingError, match=r"pipe\.jpg: it is no file but a pipe"):
        decode(tmp_path / "pipe.jpg")


def test_file_too_large_for_a_picture_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.jpg"
    with path.open("wb") as file:
        file.truncate(3 << 30)  # a hole: it takes no place on the disk
    with pytest.raises(DecodingError, match=r"too large for a picture \(3\.0 GiB; at most 1 GiB"):
        decode(path)


def test_error_of_a_path_begins_with_the_path(tmp_path: Path) -> None:
    path = tmp_path / "empty.jpg"
    path.touch()
    with pytest.raises(DecodingError) as caught:
        decode(path)
    assert str(caught.value) == f"{path}: the file is empty (0 bytes)."


def test_decompression_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(DecodingError, match="decompression bomb"):
        decode(_noise("PNG"))


def test_picture_larger_than_the_limit_is_refused_before_it_is_decoded() -> None:
    header = struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 54, 0, 0, 54, 40, 30_000, 30_000, 1, 24, 0, 0, 0, 0, 0, 0)
    with pytest.raises(DecodingError, match="decompression bomb"):
        decode(header)
    header = struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 54, 0, 0, 54, 40, 12_000, 12_000, 1, 24, 0, 0, 0, 0, 0, 0)
    with pytest.raises(DecodingError, match=r"12,000 x 12,000 pixels; at most 120,000,000"):
        decode(header)


def test_large_picture_below_the_limit_decodes_without_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 3000)  # Pillow warns above this and refuses above twice this
    assert decode(_noise("PNG")).shape == (64, 64, 3)


def test_every_format_that_is_read_is_known_to_pillow() -> None:
    Image.init()
    assert set(FORMATS) <= set(Image.OPEN)


def test_no_warning_leaks_from_any_thread_and_the_filters_stay_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 3000)
    data = _noise("PNG")
    before = list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        shapes = list(pool.map(lambda _: decode(data).shape, range(64)))
    assert shapes == [(64, 64, 3)] * 64
    assert list(warnings.filters) == before


def test_damaged_bytes_anywhere_give_pixels_or_a_decoding_error() -> None:
    random = np.random.default_rng(1)
    for kind in ("JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP", "TGA", "PPM", "ICO", "PCX"):
        data = bytearray(_noise(kind))
        for _ in range(20):
            damaged = bytearray(data)
            for place in random.integers(0, len(data), 30):
                damaged[place] = random.integers(0, 256)
            for place in random.integers(0, 60, 3):
                damaged[place] = random.integers(0, 256)
            try:
                assert decode(bytes(damaged)).ndim in (2, 3)
            except DecodingError:
                continue
