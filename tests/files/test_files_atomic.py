"""A write that fails leaves the old file, and nothing beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pellucid.files import write_atomically, write_text


def fail_halfway(beside: Path) -> None:
    beside.write_text("half of the ne")
    raise RuntimeError("the power went")


def test_a_failing_write_leaves_the_old_file_and_no_partial_one(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_text(path, "the old text")
    with pytest.raises(RuntimeError, match="the power went"):
        write_atomically(path, fail_halfway)
    assert path.read_text() == "the old text"
    assert [entry.name for entry in tmp_path.iterdir()] == ["run.json"]


def test_a_failing_first_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="the power went"):
        write_atomically(tmp_path / "run.json", fail_halfway)
    assert list(tmp_path.iterdir()) == []


def test_a_write_replaces_the_whole_file_and_keeps_every_letter(tmp_path: Path) -> None:
    path = tmp_path / "text"
    write_text(path, "long " * 100)
    write_text(path, "Größe, 大きさ\n")
    assert path.read_bytes() == "Größe, 大きさ\n".encode()


def test_the_old_file_stands_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    write_text(path, "old")
    seen = []

    def write(beside: Path) -> None:
        beside.write_text("new")
        seen.append(path.read_text())

    write_atomically(path, write)
    assert seen == ["old"]
    assert path.read_text() == "new"


def test_full_disk_that_a_library_tells_in_words_is_the_error_that_it_is(tmp_path: Path) -> None:
    def write(beside: Path) -> None:
        beside.write_bytes(b"half")
        raise RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)")

    with pytest.raises(OSError, match="No space left on device") as caught:
        write_atomically(tmp_path / "weights", write)
    assert (caught.value.errno, caught.value.filename) == (28, str(tmp_path / "weights"))
    assert list(tmp_path.iterdir()) == []


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    def write(beside: Path) -> None:
        raise RuntimeError("something else")

    with pytest.raises(RuntimeError, match="something else"):
        write_atomically(tmp_path / "weights", write)


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")
def test_a_library_that_hides_its_files_does_not_hide_ours(tmp_path: Path) -> None:
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    path = tmp_path / "weights"

    def write(beside: Path) -> None:
        beside.unlink()
        beside.write_bytes(b"1")
        beside.chmod(0o600)

    write_atomically(path, write)
    assert path.stat().st_mode == ordinary.stat().st_mode
