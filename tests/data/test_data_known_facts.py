"""A survey decodes a file once in its life, as long as its bytes stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data import load_dataset, survey
from pellucid.decoding import decode_picture
from pellucid.store import find_cache

SavePicture = Callable[..., Path]


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    seen: list[bytes] = []

    def counted(source: bytes) -> object:
        seen.append(source)
        return decode_picture(source)

    monkeypatch.setattr(survey, "decode_picture", counted)
    return seen


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    for number in range(12):
        path = tmp_path / "photos" / "ab"[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        shape = (5, 7) if number < 3 else (6 + number, 8, 3)
        Image.fromarray(random.integers(0, 256, shape, dtype=np.uint8)).save(path)
    (tmp_path / "photos" / "a" / "broken.png").write_bytes(b"no picture")
    return tmp_path / "photos"


def test_a_second_survey_finds_the_same_and_decodes_only_what_it_could_not_read(
    folder: Path, decoded: list[bytes]
) -> None:
    first = load_dataset(folder)
    assert len(decoded) == 13
    decoded.clear()
    again = load_dataset(folder)
    assert decoded == [b"no picture"]
    assert again.fingerprint == first.fingerprint
    assert again.split_fingerprint == first.split_fingerprint
    assert (again.input, again.findings, again.decisions) == (first.input, first.findings, first.decisions)


def test_a_changed_file_is_looked_at_again(folder: Path, decoded: list[bytes]) -> None:
    first = load_dataset(folder)
    decoded.clear()
    Image.fromarray(np.zeros((3, 3), np.uint8)).save(folder / "b" / "5.png")
    again = load_dataset(folder)
    assert decoded.count((folder / "b" / "5.png").read_bytes()) == 1
    assert len(decoded) == 2  # and the broken one
    assert again.fingerprint != first.fingerprint
    assert again.input.min_size == (3, 3)  # type: ignore[attr-defined]


def test_damaged_facts_are_found_out_anew(folder: Path, decoded: list[bytes]) -> None:
    first = load_dataset(folder)
    cache = find_cache()
    cache.settle()
    (pack,) = (cache.folder / "facts").glob("*.pack")
    data = pack.read_bytes()
    pack.write_bytes(data[: -12 * 512] + b"{" * (12 * 512))
    decoded.clear()
    assert load_dataset(folder).fingerprint == first.fingerprint
    assert len(decoded) == 13
