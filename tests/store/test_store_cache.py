"""The cache: found again by content, bounded, and never half written."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file

from pellucid.errors import RecipeError
from pellucid.store import Cache, content_key, from_row, to_row
from pellucid.store import cache as cache_module
from pellucid.store.cache import parse_size

SHAPE = (4, 6)


def keys(*numbers: int) -> list[bytes]:
    return [content_key(str(number)) for number in numbers]


def rows(*numbers: int) -> Iterator[NDArray[np.uint8]]:
    return (np.full(SHAPE, number, np.uint8) for number in numbers)


def held(cache: Cache, *numbers: int) -> list[int]:
    found = cache.find("shelf", keys(*numbers), shape=SHAPE)
    assert [
        set(found.packs[pack].rows[row].ravel().tolist())
        for pack, row in zip(found.pack, found.row, strict=True)
        if pack >= 0
    ] == [{number} for number, pack in zip(numbers, found.pack, strict=True) if pack >= 0]
    return [number for number, pack in zip(numbers, found.pack, strict=True) if pack >= 0]


def test_rows_are_found_by_their_keys_in_any_order_and_by_another_process(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1 << 30)
    assert cache.keep("shelf", keys(1, 2, 3), rows(1, 2, 3), shape=SHAPE) == 3
    assert cache.keep("shelf", keys(4), rows(4), shape=SHAPE) == 1
    assert held(cache, 4, 2, 9, 1, 2) == [4, 2, 1, 2]
    assert held(Cache(tmp_path, 1 << 30), 3, 4) == [3, 4]
    assert held(Cache(tmp_path / "elsewhere", 1 << 30), 3, 4) == []


def test_a_pack_is_a_safetensors_file(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1 << 30)
    cache.keep("shelf", keys(7, 8), rows(7, 8), shape=SHAPE)
    cache.settle()
    (path,) = (tmp_path / "shelf").glob("*.pack")
    tensors = load_file(path)
    assert tensors["keys"].tobytes() == b"".join(keys(7, 8))
    np.testing.assert_array_equal(tensors["rows"], np.stack(list(rows(7, 8))))


@pytest.mark.parametrize("damage", ["cut off", "longer", "garbage", "empty"])
def test_a_damaged_pack_counts_as_absent(tmp_path: Path, damage: str) -> None:
    cache = Cache(tmp_path, 1 << 30)
    cache.keep("shelf", keys(1, 2), rows(1, 2), shape=SHAPE)
    cache.settle()
    (path,) = (tmp_path / "shelf").glob("*.pack")
    data = path.read_bytes()
    path.write_bytes({"cut off": data[:-1], "longer": data + b"x", "garbage": os.urandom(999), "empty": b""}[damage])
    assert held(cache, 1, 2) == []


def test_rows_of_another_shape_are_not_found(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1 << 30)
    cache.keep("shelf", keys(1), rows(1), shape=SHAPE)
    assert cache.find("shelf", keys(1), shape=(6, 4)).pack.tolist() == [-1]


def test_the_least_recently_used_are_dropped_and_the_limit_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "PACK_BYTES", 2 * 24)
    limit = 1200  # a pack of two rows takes about 350 bytes
    for number in range(0, 12, 2):
        cache = Cache(tmp_path, limit)  # each as in a process of its own
        cache.keep("shelf", keys(number, number + 1), rows(number, number + 1), shape=SHAPE)
        cache.settle()
        for age, path in enumerate(sorted((tmp_path / "shelf").glob("*.pack"), key=lambda path: path.stat().st_mtime)):
            os.utime(path, (1000 + age, 1000 + age))
        assert held(Cache(tmp_path, limit), 0, 1) == [0, 1]  # used again and again: it stays
        assert cache.status().bytes_used <= limit
    assert held(Cache(tmp_path, limit), 10, 11) == [10, 11]
    assert held(Cache(tmp_path, limit), 2, 3, 4, 5) == []


def test_what_this_process_uses_is_not_dropped_for_more_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "PACK_BYTES", 2 * 24)
    cache = Cache(tmp_path, 1200)
    read: list[int] = []

    def made() -> Iterator[NDArray[np.uint8]]:
        for number in range(20):
            read.append(number)
            yield np.full(SHAPE, number, np.uint8)

    kept = cache.keep("shelf", keys(*range(20)), made(), shape=SHAPE)
    assert 2 <= kept < 20
    assert read == list(range(kept))  # nothing is made for which there is no room
    assert held(cache, *range(20)) == list(range(kept))


def test_a_place_that_cannot_be_written_is_a_reason_and_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache", 1 << 30)
    assert cache.keep("shelf", keys(1), rows(1), shape=SHAPE) == 0
    assert "cannot be written" in cache.problem
    assert held(cache, 1) == []


def test_a_limit_of_zero_keeps_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", 0)
    assert cache.keep("shelf", keys(1), rows(1), shape=SHAPE) == 0
    cache.describe("shelf", "nothing")
    assert not (tmp_path / "cache").exists()
    assert cache.problem == "PELLUCID_CACHE_LIMIT is 0"


def test_a_failure_while_rows_are_made_leaves_nothing_behind(tmp_path: Path) -> None:
    def broken() -> Iterator[NDArray[np.uint8]]:
        yield np.zeros(SHAPE, np.uint8)
        raise ValueError("no picture")

    cache = Cache(tmp_path, 1 << 30)
    with pytest.raises(ValueError, match="no picture"):
        cache.keep("shelf", keys(1, 2), broken(), shape=SHAPE)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_clear_frees_what_status_counts(tmp_path: Path) -> None:
    cache = Cache(tmp_path, 1 << 30)
    cache.keep("shelf", keys(1, 2), rows(1, 2), shape=SHAPE)
    cache.describe("shelf", "two rows")
    status = cache.status()
    assert [(shelf["holds"], shelf["packs"]) for shelf in status.shelves] == [("two rows", 1)]
    assert cache.clear() == status.bytes_used > 48
    assert cache.status().bytes_used == 0
    assert held(cache, 1, 2) == []


def _write_many(folder: Path, start: int) -> None:
    cache = Cache(folder, 1 << 30)
    for number in range(start, start + 40):
        cache.keep("shelf", keys(number % 50), rows(number % 50), shape=SHAPE)
    cache.settle()


def test_two_processes_at_once_leave_whole_packs(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(tmp_path, start)) for start in (0, 20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert held(Cache(tmp_path, 1 << 30), *range(50)) == list(range(50))
    assert list(tmp_path.rglob("*.partial")) == []


@pytest.mark.parametrize(
    ("text", "size"),
    [("0", 0), ("20G", 20 << 30), ("1.5 GiB", 3 << 29), ("500MB", 500 << 20), ("123456789012", 123456789012)],
)
def test_sizes_are_read(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["much", "-1", "nan", "1X"])
def test_what_is_no_size_is_an_error(text: str) -> None:
    with pytest.raises(RecipeError, match="PELLUCID_CACHE_LIMIT is"):
        parse_size(text)


def test_plain_values_come_back_from_a_row() -> None:
    value = {"mean": 0.1 + 0.2, "name": "Öl", "none": None}
    row = to_row(value, 100)
    assert row is not None
    assert len(row) == 100
    assert from_row(row) == value
    assert to_row(value, 10) is None
