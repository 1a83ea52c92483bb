"""A folder of 200 pictures of every nasty kind: it trains, it predicts, and every single file is accounted for."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

import pellucid
from pellucid.cli import main
from pellucid.data import Dataset
from pellucid.errors import DataError

Make = Callable[[np.random.Generator], bytes]
COPIES = 5  # of each kind, in each of two classes


def _noise(generator: np.random.Generator, *shape: int) -> NDArray[np.uint8]:
    return generator.integers(0, 256, shape, dtype=np.uint8)


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _picture(kind: str, mode: str = "RGB", **options: Any) -> Make:
    def make(generator: np.random.Generator) -> bytes:
        colour = Image.fromarray(_noise(generator, 24, 30, 3))
        return _saved(colour.convert(mode), kind, **options)

    return make


def _deep(generator: np.random.Generator) -> bytes:
    return _saved(Image.fromarray(generator.integers(0, 4096, (20, 20), dtype=np.uint16)), "PNG")


def _animated(kind: str) -> Make:
    def make(generator: np.random.Generator) -> bytes:
        frames = [Image.fromarray(_noise(generator, 16, 16, 3)) for _ in range(3)]
        return _saved(frames[0], kind, save_all=True, append_images=frames[1:])

    return make


def _turned(generator: np.random.Generator) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = int(generator.integers(2, 9))
    return _saved(Image.fromarray(_noise(generator, 16, 24, 3)), "JPEG", exif=exif)


def _of_size(height: int, width: int) -> Make:
    return lambda generator: _saved(Image.fromarray(_noise(generator, height, width, 3)), "PNG")


def _cut(make: Make, share: float) -> Make:
    def cut(generator: np.random.Generator) -> bytes:
        data = make(generator)
        return data[: int(len(data) * share)]

    return cut


def _bomb(generator: np.random.Generator) -> bytes:
    """Return a PNG of few bytes that says it is 50,000 pixels wide and high."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000) + generator.bytes(8))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


READABLE: dict[str, Make] = {
    "grey.png": _picture("PNG", "L"),
    "palette.gif": _picture("GIF", "P"),
    "alpha.png": _picture("PNG", "RGBA"),
    "cmyk.jpg": _picture("JPEG", "CMYK"),
    "deep.png": _deep,
    "tiff.tif": _picture("TIFF"),
    "webp.webp": _picture("WEBP"),
    "bmp.bmp": _picture("BMP"),
    "animated.gif": _animated("GIF"),
    "pages.tiff": _animated("TIFF"),
    "turned.jpg": _turned,
    "tiny.png": _of_size(1, 1),
    "strip.png": _of_size(10, 3000),
    "wrong.jpg": _picture("PNG"),
    "ordinary.jpeg": _picture("JPEG"),
}
UNREADABLE: dict[str, Make] = {
    "cut.jpg": _cut(_picture("JPEG"), 0.5),
    "empty.png": lambda generator: b"",
    "page.jpg": lambda generator: b"<!DOCTYPE html><html>404 " + generator.bytes(4).hex().encode(),
    "bomb.png": _bomb,
}
IGNORED = ".hidden.jpg"


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of 200 files, ten of each kind, in two classes."""
    root = tmp_path_factory.mktemp("nasty") / "nasty"
    generator = np.random.default_rng(5)
    for label in ("left", "right"):
        (root / label).mkdir(parents=True)
        for number in range(COPIES):
            for name, make in {**READABLE, **UNREADABLE, IGNORED: _picture("JPEG")}.items():
                place = f".{number}{name}" if name.startswith(".") else f"{number}-{name}"
                (root / label / place).write_bytes(make(generator))
    Image.fromarray(_noise(generator, 10, 30_000, 3)).save(root / "left" / "0-strip.png")
    return root


@pytest.fixture(scope="module")
def dataset(nasty: Path) -> Dataset:
    return pellucid.load_dataset(nasty)


def _count(dataset: Dataset, kind: str) -> int:
    return sum(finding.count for finding in dataset.findings if finding.kind == kind)


def test_every_file_is_an_example_or_listed_with_its_reason(nasty: Path, dataset: Dataset) -> None:
    files = [path for path in nasty.rglob("*") if path.is_file()]
    assert len(files) == 200
    assert len(dataset) == 10 * len(READABLE)
    assert len(dataset.faults) == 10 * len(UNREADABLE) == _count(dataset, "unreadable")
    assert _count(dataset, "ignored-file") == 10
    assert len(dataset) + len(dataset.faults) + 10 == len(files)
    names = {dataset.example_name(index) for index in range(len(dataset))}
    named = names | {fault.split(":", 1)[0] for fault in dataset.faults}
    assert named == {path.relative_to(nasty).as_posix() for path in files if not path.name.startswith(".")}


@pytest.mark.parametrize(
    ("file", "reason"),
    [("cut.jpg", "cut off"), ("empty.png", "empty"), ("page.jpg", "web page"), ("bomb.png", "decompression bomb")],
)
def test_every_reason_is_told(dataset: Dataset, file: str, reason: str) -> None:
    reasons = [fault for fault in dataset.faults if file in fault]
    assert len(reasons) == 10
    assert all(reason in fault for fault in reasons)


def test_what_was_done_to_the_pictures_is_said(dataset: Dataset) -> None:
    said = {decision.name: decision.value for decision in dataset.decisions}
    assert said["orientation"].startswith("10 ")
    assert said["frames"].startswith("20 ")
    assert _count(dataset, "mixed-depth") == 10
    assert _count(dataset, "other-format") == 10


@pytest.mark.slow
def test_the_folder_trains_and_every_file_is_answered(nasty: Path, dataset: Dataset, tmp_path: Path) -> None:
    run = pellucid.train(dataset, model="linear", epochs=1, imgsz=16, runs_dir=tmp_path)
    assert next(decision for decision in run.record.decisions if decision.name == "window").value
    answers = run.predict([nasty])
    assert len(answers) == 190
    broken = {answer.name for answer in answers if answer.decision == "error"}
    assert broken == {str(nasty / fault.split(":", 1)[0]) for fault in dataset.faults}


def test_strict_stops_with_the_whole_list(
    nasty: Path, dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as leaving:
        main(["train", str(nasty), "--strict"])
    assert leaving.value.code == 2
    said = capsys.readouterr().err
    assert all(fault in said for fault in dataset.faults)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(DataError, match="40 picture"):
        pellucid.load_dataset(nasty, strict=True)
