"""What was found out about an archive, after damage: worked out anew, with the same result, and said."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data import load_dataset
from pellucid.store import cache_directory, tell_damage


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return an archive of 24 pictures of two classes."""
    random = np.random.default_rng(0)
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as made:
        for number in range(24):
            picture = tmp_path / "one.png"
            Image.fromarray(random.integers(0, 255, (6, 6), dtype=np.uint8)).save(picture)
            made.write(picture, f"{'ab'[number % 2]}/{number}.png")
    return path


def _files() -> tuple[Path, Path]:
    (facts,) = cache_directory().glob("unpacked-1/*/draft-*/facts.json")
    return facts, facts.with_name("pixels.npy")


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


DAMAGE: dict[str, Callable[[Path, Path], object]] = {
    "no pixels": lambda _facts, pixels: pixels.write_bytes(b""),
    "half of the pixels": lambda _facts, pixels: pixels.write_bytes(pixels.read_bytes()[: pixels.stat().st_size // 2]),
    "a pixel": lambda _facts, pixels: _flip(pixels, -1),
    "the head of the pixels": lambda _facts, pixels: _flip(pixels, 3),
    "pixels that are missing": lambda _facts, pixels: pixels.unlink(),
    "a pipe for pixels": lambda _facts, pixels: _pipe(pixels),
    "a folder for pixels": lambda _facts, pixels: _folder(pixels),
    "no facts": lambda facts, _pixels: facts.write_bytes(b""),
    "a letter of the facts": lambda facts, _pixels: _flip(facts, -10),
    "deep facts": lambda facts, _pixels: facts.write_text("0" * 64 + "\n" + "[" * 100_000),
    "a pipe for facts": lambda facts, _pixels: _pipe(facts),
}


@pytest.mark.skipif(os.name != "posix", reason="pipes")
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_raw_dataset_is_found_out_anew(damage: Callable[[Path, Path], object], archive: Path) -> None:
    tell_damage()
    first = load_dataset(archive)
    assert load_dataset(archive).fingerprint == first.fingerprint
    assert tell_damage() == ""
    damage(*_files())
    again = load_dataset(archive)
    assert again.fingerprint == first.fingerprint
    assert again.target == first.target
    for index in range(24):
        np.testing.assert_array_equal(again.inputs.pixels(index), first.inputs.pixels(index))  # type: ignore[attr-defined]
    assert "1 x raw dataset of an unpacked archive" in tell_damage()
