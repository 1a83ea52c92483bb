"""Openings of a split: made once, numbered by the highest there is, and never overwritten."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.apart import Starter

from pellucid.errors import RunError, WritingError
from pellucid.runs import RunFolder
from pellucid.runs.openings import NUMBERS, add_opening, keep_numbers, last_opening, list_openings


def kept(folder: Path) -> dict[str, int]:
    return {path.name: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def test_eight_at_once_get_eight_numbers_and_each_knows_its_own(tmp_path: Path) -> None:
    def make(_: int) -> tuple[str, int]:
        told = 0

        def text_of(number: int) -> str:
            nonlocal told
            told = number
            return str(number)

        return add_opening(tmp_path, "test", text_of).name, told

    with ThreadPoolExecutor(8) as pool:
        made = sorted(pool.map(make, range(8)))
    assert made == [(f"test-{number:03}.json", number) for number in range(1, 9)]
    assert kept(tmp_path) == {name: number for name, number in made}


def test_eight_processes_at_once_do_so_too(tmp_path: Path, start: Starter) -> None:
    code = (
        "import sys; from pathlib import Path; from pellucid.runs.openings import add_opening\n"
        "print('ready', flush=True); sys.stdin.read(); add_opening(Path(sys.argv[1]), 'val', str)"
    )
    with ExitStack() as stack:
        children = [stack.enter_context(start(code, tmp_path)) for _ in range(8)]
        for child in children:
            assert child.stdout.readline() == "ready\n"
        for child in children:
            child.stdin.close()
    assert [child.returncode for child in children] == [0] * 8
    assert kept(tmp_path) == {f"val-{number:03}.json": number for number in range(1, 9)}


@pytest.mark.parametrize("gone", [[1], [2], [1, 2], [1, 3], [4], [1, 2, 3, 4]])
def test_a_number_that_was_deleted_never_leads_to_another_being_overwritten(tmp_path: Path, gone: list[int]) -> None:
    for _ in range(4):
        add_opening(tmp_path, "test", str)
    for number in gone:
        (tmp_path / f"test-{number:03}.json").unlink()
    before = kept(tmp_path)
    assert add_opening(tmp_path, "test", str).name == "test-005.json"
    assert kept(tmp_path) == before | {"test-005.json": 5}
    assert last_opening(tmp_path, "test") == 5


def test_the_number_of_one_that_was_deleted_is_not_given_again_whoever_made_the_last(tmp_path: Path) -> None:
    for name in ("test-001.json", "test-002.json"):  # as older versions left them, or who was killed meanwhile
        (tmp_path / name).write_text("0")
    keep_numbers(tmp_path)
    keep_numbers(tmp_path)
    assert (tmp_path / NUMBERS).read_text() == "test 1\ntest 2\n"
    (tmp_path / "test-002.json").unlink()
    assert last_opening(tmp_path, "test") == 2
    assert last_opening(tmp_path, "val") == 0


@pytest.mark.parametrize("text", [b"", b"test", b"\xff\nval 7", b"test 9999999999\n", b"a" * (2 << 20)])
def test_numbers_that_cannot_be_read_count_as_none(tmp_path: Path, text: bytes) -> None:
    (tmp_path / NUMBERS).write_bytes(text)
    assert last_opening(tmp_path, "test") == 0
    assert add_opening(tmp_path, "test", str).name == "test-001.json"
    if len(text) < 100:
        assert (tmp_path / NUMBERS).read_bytes().splitlines()[-1] == b"test 1"


def test_numbers_end_with_words_and_are_written_into_plain_files_only(tmp_path: Path) -> None:
    (tmp_path / NUMBERS).write_text("test 999999999\n")
    with pytest.raises(RunError, match="No number is free"):
        add_opening(tmp_path, "test", str)
    (tmp_path / NUMBERS).unlink()
    (tmp_path / NUMBERS).mkdir()
    with pytest.raises(WritingError, match="is a folder"):
        add_opening(tmp_path, "test", str)
    assert kept(tmp_path) == {}


def test_other_files_do_not_count_and_a_thousand_are_in_order(tmp_path: Path) -> None:
    for name in ("test-1x.json", "test-01.json.bak", "test--3.json", "test-²1.json", "my-test-7.json", "val-3.json"):
        (tmp_path / name).write_text("0")
    assert last_opening(tmp_path, "test") == 0
    (tmp_path / "test-999.json").write_text("999")
    assert add_opening(tmp_path, "test", str).name == "test-1000.json"
    assert [number for split, number, _ in list_openings(tmp_path) if split == "test"] == [999, 1000]


def test_without_second_names_the_number_is_taken_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    (tmp_path / "test-001.json").write_text("")  # what a process left that was killed between the two
    for number in (2, 3):
        assert add_opening(tmp_path, "test", str).name == f"test-{number:03}.json"
    folder = RunFolder(tmp_path.parent / "run")
    folder.path.mkdir()
    folder.evaluations.symlink_to(tmp_path)
    (tmp_path / "test-002.json").write_text("{}")
    (tmp_path / "test-003.json").write_text("{}")
    assert folder.read_evaluations() == [{}, {}]
    assert folder.num_openings("test") == 3


def test_nothing_half_written_is_left_where_writing_fails(tmp_path: Path) -> None:
    def fails(_: int) -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        add_opening(tmp_path, "test", fails)
    assert list(tmp_path.iterdir()) == []
