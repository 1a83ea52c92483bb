"""JSON and YAML that are not ours: plain types of bounded size and depth, or a reason why not.

NaN and Infinity are read as numbers: histories of trainings that diverged hold them. What may not be is the record's to
say.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.errors import PellucidError
from pellucid.files.opening import guarded, read_plain, reason_of

if TYPE_CHECKING:
    from yaml import ScalarEvent

MOST_JSON = 64 << 20
"""Bytes of the largest file of JSON that is read: 64 MiB."""
MOST_LINES = 256 << 20
"""Bytes of the largest file of lines of JSON that is read: 256 MiB."""
MOST_YAML = 256 << 10
"""Bytes of the largest YAML file that is read: 256 KiB, a hundred times what a person writes."""
DEEPEST = 100
"""Lists and mappings in one another."""
LARGEST_WHOLE = 2**63
"""Whole numbers from this size on are no number of ours, and more than torch and numpy can hold."""
MOST_ENTRIES = 100_000
"""Entries of a YAML file, those that a repeated anchor (*name) stands for counted each time."""
_LONGEST_NUMBER = 400
_TOO_LARGE = "it has a whole number of 2^63 or more"

_HALF = re.compile(r"\\u[dD][89a-fA-F]")
"""Half of a letter: only where one is found, or brackets enough, every value needs to be looked at."""


def parse_json(text: str | bytes) -> Any:
    """Return what JSON says.

    Raises:
        ValueError: it is no JSON, nested deeper than `DEEPEST`, or has whole numbers or letters that nothing can hold.
    """
    plain = text.decode("utf-8") if isinstance(text, bytes) else text
    try:
        value = _DECODER.decode(plain)
    except (RecursionError, MemoryError) as problem:
        raise ValueError(reason_of(problem)) from None
    # Nothing can be nested deeper than it has brackets.
    if plain.count("[") + plain.count("{") > DEEPEST or ("\\u" in plain and _HALF.search(plain)):
        _check_values(value)
    return value


def _whole(text: str) -> int:
    """Return a whole number, looked at while it is read: to look for long ones afterwards takes longer than reading."""
    number = int(text)
    if abs(number) >= LARGEST_WHOLE:
        raise ValueError(_TOO_LARGE)
    return number


_DECODER = json.JSONDecoder(parse_int=_whole)


def load_json(path: Path, *, error: type[PellucidError] = PellucidError, most: int = MOST_JSON) -> Any:
    """Read a file of JSON.

    Args:
        path: of the file.
        error: the exception to raise.
        most: bytes of the largest file that is read.

    Raises:
        error: the file is missing, no plain file, too large, or not such JSON as `parse_json` takes.
    """
    with guarded(lambda reason: error(f"Cannot read '{path}': {reason}.")):
        return parse_json(read_plain(path, most=most))


def load_json_lines(path: Path, *, error: type[PellucidError] = PellucidError) -> list[Any]:
    """Read a file with JSON on each line; empty lines are passed over.

    Raises:
        error: as `load_json`, with the number of the line.
    """
    values = []
    with guarded(lambda reason: error(f"Cannot read '{path}': {reason}.")):
        text = read_plain(path, most=MOST_LINES).decode("utf-8")
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            with guarded(partial(_damaged_line, path, number, error)):
                values.append(parse_json(line))
    return values


def _damaged_line(path: Path, number: int, error: type[PellucidError], reason: str) -> PellucidError:
    return error(f"'{path}' is damaged in line {number}: {reason}.", expected="One JSON object per line.")


def load_yaml(path: Path, *, error: type[PellucidError] = PellucidError) -> Any:
    """Read a YAML or JSON file as plain types; every JSON object is YAML, too.

    Raises:
        error: the file is missing, no plain file, larger than `MOST_YAML`, nested deeper than `DEEPEST`, stands for
            more than `MOST_ENTRIES` entries, or is no YAML.
    """
    import yaml

    with guarded(lambda reason: error(f"It cannot be read: {reason}.")):
        try:
            text = read_plain(path, most=MOST_YAML).decode("utf-8-sig")
            _check_events(yaml.parse(text, Loader=yaml.SafeLoader))
            value = yaml.safe_load(text)  # the safe loader makes plain types and nothing else
        except yaml.YAMLError as problem:
            raise ValueError(" ".join(str(problem).split())) from None
        _check_values(value)
        return value


def _check_events(events: Any) -> None:
    """Raise ValueError where a YAML text is nested too deeply, or stands for too much: before anything is made of it.

    The size of what an anchor names is known when it ends; an alias within it would never end.
    """
    import yaml

    entries: dict[str, int] = {}
    inside: list[tuple[str | None, int]] = []  # of each open list or mapping: its anchor, the count before it
    count = 0
    for event in events:
        if isinstance(event, yaml.CollectionStartEvent):
            inside.append((event.anchor, count))
            if len(inside) > DEEPEST:
                raise ValueError("it is nested too deeply")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = inside.pop()
            if anchor is not None:
                entries[anchor] = count - before + 1
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in inside):
                raise ValueError(f"*{event.anchor:.40} stands within what it names, which has no end")
            count += entries.get(str(event.anchor), 1)
        elif isinstance(event, yaml.ScalarEvent):
            _check_number(event)
        count += 1
        if count > MOST_ENTRIES:
            raise ValueError(f"it stands for more than {MOST_ENTRIES:,} entries")


def _check_number(event: ScalarEvent) -> None:
    """Raise ValueError for a number so long that working it out would take minutes (1:59:59:... has the base 60)."""
    if len(event.value) > _LONGEST_NUMBER and re.fullmatch(r"[-+\d_:.xob]+", event.value):
        raise ValueError(f"it has a number of {len(event.value):,} digits")


def _check_values(value: Any) -> None:
    """Raise ValueError for plain types that are nested too deeply, or hold what nothing else could take."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise ValueError("it is nested too deeply")
        below: list[Any] = []
        for one in level:
            if isinstance(one, Mapping):
                below.extend(one.keys())
                below.extend(one.values())
            elif isinstance(one, list | tuple | set):
                below.extend(one)
            elif isinstance(one, int):
                if abs(one) >= LARGEST_WHOLE:
                    raise ValueError(_TOO_LARGE)
            elif isinstance(one, str) and not one.isascii():
                _check_text(one)
        level = below


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("it has half a letter, which no text can hold (a lone surrogate)") from None
