"""Openings of a split: numbered files that are made once, and never overwritten, whoever else makes one meanwhile."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

from pellucid.errors import RunError
from pellucid.files import (
    PARTIAL,
    append_line,
    check_target,
    make_folder,
    name_once,
    read_plain,
    remove_file,
    write_text,
)

NUMBERS = "numbers.txt"
"""Beside the openings: a line for each that was ever made, such as "test 5", so that the number of one that somebody
deleted is given to no other. Two that are made at once may write a number down twice, which changes nothing."""
_MOST_NUMBERS = 1 << 20
_HIGHEST = 10**9 - 1
# ASCII: `int` reads the digits of every script, and two names would then be one number.
_NAME = re.compile(r"([a-z]+)-([0-9]{1,9})\.json", re.ASCII)
_LINE = re.compile(rb"^([a-z]{1,40}) ([0-9]{1,9})$", re.MULTILINE)
_MOST_TRIES = 10_000


def list_openings(folder: Path) -> list[tuple[str, int, Path]]:
    """Return split, number and file of every opening, by split and number.

    An empty file is a number that was taken by a process that was killed before it wrote anything.
    """
    found = []
    for path in folder.glob("*-[0-9]*.json"):
        name = _NAME.fullmatch(path.name)
        if name is not None:
            found.append((name[1], int(name[2]), path))
    return sorted(found)


def last_opening(folder: Path, split: str) -> int:
    """Return the highest number that an opening of a split ever had; 0 for none."""
    there = (number for name, number, _ in list_openings(folder) if name == split)
    return max((*there, *_numbers(folder).get(split, set())), default=0)


def keep_numbers(folder: Path) -> None:
    """Write down the numbers of openings that are not yet: a process may have been killed before it did.

    Raises:
        OSError: the disk is full, or may not be written.
        WritingError: a link, or a folder, lies where they are written.
    """
    known = _numbers(folder)
    for split, number, _ in list_openings(folder):
        if number not in known.get(split, set()):
            append_line(folder / NUMBERS, f"{split} {number}", within=folder.parent)


def add_opening(folder: Path, split: str, text_of: Callable[[int], str]) -> Path:
    """Write an opening under the next number, which nobody else can get, and return its file.

    Args:
        folder: of the openings, in that of the run.
        split: that was opened.
        text_of: gives the file's text for a number; asked again when another process was quicker.

    Raises:
        OSError: the disk is full, or may not be written.
        WritingError: something that is no plain file lies where the numbers are written down, or the folder is a link.
        RunError: others are always quicker, or the numbers have come to their end.
    """
    run = folder.parent
    make_folder(folder, within=run)
    check_target(folder / NUMBERS, within=run)
    # Written whole before it has a name, so that no number ever belongs to half a file.
    draft = folder / f".{split}-{os.getpid()}-{secrets.token_hex(8)}{PARTIAL}"
    try:
        for _ in range(_MOST_TRIES):
            number = last_opening(folder, split) + 1
            if number > _HIGHEST:
                break
            path = folder / f"{split}-{number:03d}.json"
            write_text(draft, text_of(number), within=run)
            if name_once(draft, path, within=run):
                keep_numbers(folder)
                return path
    finally:
        remove_file(draft, within=run, missing_ok=True)
    raise RunError(f"No number is free for an opening in '{folder}'.")


def _numbers(folder: Path) -> dict[str, set[int]]:
    """Return the numbers that were written down, by split; what cannot be read counts as nothing."""
    try:
        text = read_plain(folder / NUMBERS, most=_MOST_NUMBERS)
    except OSError:
        return {}
    found: dict[str, set[int]] = {}
    for split, number in _LINE.findall(text):
        found.setdefault(split.decode(), set()).add(int(number))
    return found
