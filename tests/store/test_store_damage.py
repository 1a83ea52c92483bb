"""The cache after damage of every kind: what is not as it was written counts as absent, and what is not ours stays."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.store import (
    Cache,
    cache_directory,
    clear_unpacked,
    content_key,
    tell_damage,
    unpack_archive,
    unpacked_bytes,
)
from pellucid.store.sealed import DamagedError, read_sealed, seal, sum_of

SHAPE = (2, 3)
KEYS = [content_key(str(number)) for number in range(3)]


def rows() -> Iterator[NDArray[np.uint8]]:
    return (np.full(SHAPE, 10 + number, np.uint8) for number in range(3))


def kept(folder: Path) -> Path:
    """Keep three rows, and return their pack."""
    cache = Cache(folder, 1 << 30)
    cache.keep("shelf", KEYS, rows(), shape=SHAPE)
    cache.describe("shelf", "three rows")
    cache.settle()
    (path,) = (folder / "shelf").glob("*.pack")
    return path


def found(folder: Path) -> list[int]:
    """Return which rows are found; each must be as it was."""
    look = Cache(folder, 1 << 30).find("shelf", KEYS, shape=SHAPE)
    for number in np.flatnonzero(look.pack >= 0).tolist():
        assert set(look.packs[look.pack[number]].rows[look.row[number]].ravel()) == {10 + number}
    return np.flatnonzero(look.pack >= 0).tolist()


@pytest.fixture(autouse=True)
def _said_before() -> None:
    tell_damage()


def test_every_flipped_byte_of_a_pack_is_noticed_or_harmless(tmp_path: Path) -> None:
    path = kept(tmp_path)
    data = path.read_bytes()
    for place in range(len(data)):
        for bits in (0x01, 0x80, 0xFF):
            damaged = bytearray(data)
            damaged[place] ^= bits
            path.write_bytes(damaged)
            there = found(tmp_path)  # never a wrong row, never an exception
            assert len(there) < 3 or place < data.index(b"}}") + 16
    assert "damaged" in tell_damage()
    assert tell_damage() == ""


def test_a_pack_of_any_other_length_is_absent(tmp_path: Path) -> None:
    path = kept(tmp_path)
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        assert found(tmp_path) == []
    path.write_bytes(data + b"\0")
    assert found(tmp_path) == []
    path.write_bytes(data)
    assert found(tmp_path) == [0, 1, 2]


HEADS = [
    "",
    "{}",
    "[",
    "[" * 4000,
    '{"keys": Infinity}',
    '{"keys": {"shape": [Infinity, 32]}}',
    "NaN",
    '{"keys": {"shape": [1e999]}}',
]
HEADS += ['{"keys": {"shape": [-1, 32]}, "rows": {"shape": [-1, 2, 3]}}', '{"keys": {"shape": ["x"]}}', "null", "\xff"]


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head[:30])
def test_any_head_of_a_pack_is_read_without_an_exception(head: str, tmp_path: Path) -> None:
    path = kept(tmp_path)
    text = head.encode("latin-1")
    path.write_bytes(len(text).to_bytes(8, "little") + text + bytes(500))
    assert found(tmp_path) == []
    assert not path.exists()
    assert "1 x entry of 'shelf'" in tell_damage()


def test_the_whole_rows_of_a_damaged_pack_are_still_used(tmp_path: Path) -> None:
    path = kept(tmp_path)
    data = bytearray(path.read_bytes())
    data[-3 * 4 - 1] ^= 1  # the last byte of the last row, before three sums of four bytes
    path.write_bytes(data)
    assert found(tmp_path) == [0, 1]
    assert found(tmp_path) == []  # it is gone, and no later call meets it again


@pytest.mark.skipif(os.name != "posix", reason="pipes and links")
@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "link to itself", "dangling link"])
def test_what_is_no_file_of_ours_is_passed_over_and_stays(kind: str, tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "cache", tmp_path / "elsewhere"
    elsewhere.mkdir()
    path = kept(folder)
    path.rename(elsewhere / "theirs")
    if kind == "folder":
        path.mkdir()
        (path / "theirs").write_text("theirs")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to({"link": elsewhere / "theirs", "link to itself": path}.get(kind, elsewhere / "nothing"))
    assert found(folder) == []
    cache = Cache(folder, 1 << 30)
    cache.status()
    cache.clear()
    assert os.path.lexists(path)
    assert (elsewhere / "theirs").is_file()


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_nothing_is_written_through_a_shelf_that_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "shelf").symlink_to(tmp_path / "elsewhere")
    cache = Cache(tmp_path / "cache", 1 << 30)
    assert cache.keep("shelf", KEYS, rows(), shape=SHAPE) == 0
    cache.describe("shelf", "x")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_clearing_and_dropping_leave_what_is_not_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = kept(tmp_path)
    foreign = [
        tmp_path / "X" / "README",
        tmp_path / "X" / "thesis.txt",
        tmp_path / "X" / "climbing.pack",
        tmp_path / "shelf" / "notes.txt",
        tmp_path / "shelf" / ".mine.pack.partial",
        tmp_path / "shelf" / "deeper" / "0123456789abcdef0123456789abcdef.pack",
        tmp_path / "thesis.txt",
    ]
    for one in foreign:
        one.parent.mkdir(exist_ok=True)
        one.write_text("theirs")
        os.utime(one, (1, 1))
    tight = Cache(tmp_path, 400)
    tight.keep("shelf", [content_key("new")], iter([np.zeros(SHAPE, np.uint8)]), shape=SHAPE)
    tight.settle()
    assert not path.exists()  # dropped for the new one, though others' files are older
    assert Cache(tmp_path, 1 << 30).clear() > 0
    assert all(one.read_text() == "theirs" for one in foreign)
    assert sorted(entry for entry in tmp_path.rglob("*") if entry.is_file()) == sorted(foreign)


def test_a_shelf_of_ours_goes_with_its_last_file(tmp_path: Path) -> None:
    kept(tmp_path).unlink()
    assert Cache(tmp_path, 1 << 30).status().shelves[0]["holds"] == "three rows"
    Cache(tmp_path, 1 << 30).clear()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("readme", [b"\xff\xfe", b"", b"x" * 100_000, b"\x1b[31m"])
def test_a_damaged_readme_is_a_matter_of_words_alone(readme: bytes, tmp_path: Path) -> None:
    kept(tmp_path)
    (tmp_path / "shelf" / "README").write_bytes(readme)
    assert Cache(tmp_path, 1 << 30).status().shelves[0]["packs"] == 1
    assert found(tmp_path) == [0, 1, 2]


# --- what was unpacked ---


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Return an archive of two files."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("one.txt", "one")
        made.writestr("deep/two.txt", "two")
        made.writestr("../three.txt", "out")
    return path


def contents(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*") if path.is_file()}


WHOLE = {"one.txt": "one", "deep/two.txt": "two"}


def _empty(home: Path) -> None:
    (home / "files" / "one.txt").write_bytes(b"")


def _change(home: Path) -> None:
    (home / "files" / "deep" / "two.txt").write_bytes(b"owt")


def _lose(home: Path) -> None:
    (home / "files" / "one.txt").unlink()


def _add(home: Path) -> None:
    (home / "files" / "deep" / "more.txt").write_text("theirs")


def _refused(home: Path) -> None:
    (home / "refused.json").write_text("[" * 100_000)


def _unsealed(home: Path) -> None:
    (home / "contents.json").write_bytes(b"\xff" * 100)


def _older(home: Path) -> None:
    (home / "contents.json").unlink()


def _link(home: Path) -> None:
    (home / "files" / "one.txt").unlink()
    (home / "files" / "one.txt").symlink_to("/etc/hostname")


def _pipe(home: Path) -> None:
    (home / "refused.json").unlink()
    os.mkfifo(home / "refused.json")


@pytest.mark.skipif(os.name != "posix", reason="pipes and links")
@pytest.mark.parametrize("damage", [_empty, _change, _lose, _add, _refused, _unsealed, _older, _link, _pipe])
def test_a_damaged_folder_is_unpacked_anew(damage: object, archive: Path) -> None:
    first = unpack_archive(archive)
    assert contents(first.root) == WHOLE
    assert unpack_archive(archive) == first
    assert tell_damage() == ""
    damage(first.home)  # type: ignore[operator]
    again = unpack_archive(archive)
    assert contents(again.root) == WHOLE
    assert again == first
    assert ("damaged" in tell_damage()) == (damage is not _older)
    if damage is _add:
        (left,) = first.home.parent.glob("*.left-*/files/deep/more.txt")
        assert left.read_text() == "theirs"


@pytest.mark.skipif(os.name != "posix", reason="links")
@pytest.mark.parametrize("kind", ["file", "link", "pipe"])
def test_what_lies_in_the_place_of_a_folder_is_moved_and_not_followed(kind: str, archive: Path, tmp_path: Path) -> None:
    home = unpack_archive(archive).home
    clear_unpacked()
    home.parent.mkdir()
    (tmp_path / "elsewhere" / "files").mkdir(parents=True)
    if kind == "file":
        home.write_text("theirs")
    elif kind == "pipe":
        os.mkfifo(home)
    else:
        home.symlink_to(tmp_path / "elsewhere")
    assert contents(unpack_archive(archive).root) == WHOLE
    assert list((tmp_path / "elsewhere" / "files").iterdir()) == []
    assert len(list(home.parent.glob("*.left-*"))) == 1


def test_clearing_frees_what_was_unpacked_and_leaves_the_rest(archive: Path) -> None:
    home = unpack_archive(archive).home
    foreign = [
        home / "files" / "mine.txt",
        home / "notes.txt",
        home.parent / "photos" / "a.jpg",
        home.parent / "README",
    ]
    for one in foreign:
        one.parent.mkdir(exist_ok=True)
        one.write_text("theirs")
    size = unpacked_bytes()
    assert clear_unpacked() == size > 6
    assert sorted(path for path in cache_directory().rglob("*") if path.is_file()) == sorted(foreign)


def test_what_is_sealed_is_read_as_it_was_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    value = {"names": ["\udcff", "日"], "none": None, "number": 0.1 + 0.2}
    assert read_sealed(path) is None
    path.write_text(seal(value))
    data = path.read_bytes()
    assert read_sealed(path) == value
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 0x10
        path.write_bytes(changed)
        with pytest.raises(DamagedError):
            read_sealed(path)
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(DamagedError):
            read_sealed(path)
    path.write_text(json.dumps(value))  # an older Pellucid's
    assert read_sealed(path) is None
    assert sum_of(path)[0] == path.stat().st_size
