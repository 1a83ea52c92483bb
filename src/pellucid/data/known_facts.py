"""What earlier surveys found out about pictures, kept in the cache under the content of their files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pellucid.data.pace import work_on_each
from pellucid.decoding import decoder_version, read_picture_file, source_digest
from pellucid.errors import DecodingError
from pellucid.store import content_key, find_cache, from_row, to_row

SHELF = "facts"
_ROW_BYTES = 512
# Of files that are hashed and found unknown; tens of thousands of tiny ones.
_KEPT_BYTES = 64 << 20
_LIGHT_BYTES = 32 << 10
Facts = TypeVar("Facts")


@dataclass(frozen=True)
class Recalled(Generic[Facts]):
    """What is known of files.

    Attributes:
        known: facts by the file's place.
        data: the bytes of some files of which nothing is known, by their place: they need not be read again.
    """

    known: dict[int, Facts]
    data: dict[int, bytes]


def recall_facts(paths: Sequence[Path], *, kind: type[Facts]) -> Recalled[Facts]:
    """Return what is known of files; each file is read and hashed, none is decoded.

    Args:
        paths: of the files.
        kind: a dataclass of plain types and bytes, with the SHA-256 of the file as `content`.
    """
    cache = find_cache()
    if not (cache.folder / SHELF).is_dir():
        return Recalled({}, {})
    data: dict[int, bytes] = {}
    room = _KEPT_BYTES

    def digest(index: int) -> tuple[bytes, int]:
        nonlocal room
        try:
            read = read_picture_file(paths[index])
        except DecodingError:
            return b"", 0
        if len(read) <= room:  # threads may count past one another: by a few files, which is no matter
            room -= len(read)
            data[index] = read
        return hashlib.sha256(read).digest(), len(read)

    digests = work_on_each(digest, range(len(paths)), is_light=lambda one: one[1] <= _LIGHT_BYTES)
    keys = [_key(content, path) for (content, _), path in zip(digests, paths, strict=True)]
    found = cache.find(SHELF, keys, shape=(_ROW_BYTES,))
    types: dict[str, Any] = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    known: dict[int, Facts] = {}
    for index, (pack, row) in enumerate(zip(found.pack.tolist(), found.row.tolist(), strict=True)):
        facts = _read(found.packs[pack].rows[row], kind, types) if pack >= 0 else None
        if facts is not None:
            known[index] = facts
            data.pop(index, None)
    return Recalled(known, data)


def remember_facts(paths: Sequence[Path], facts: Mapping[int, Any]) -> None:
    """Keep what a survey found out about files that were not known yet; `facts` by their place in `paths`."""
    cache = find_cache()
    rows = {}
    for index, fact in facts.items():
        plain = {name: value.hex() if isinstance(value, bytes) else value for name, value in vars(fact).items()}
        row = to_row(plain, _ROW_BYTES)
        if row is not None:
            rows[_key(fact.content, paths[index])] = row
    if rows:
        cache.keep(SHELF, list(rows), iter(rows.values()), shape=(_ROW_BYTES,))
        cache.describe(SHELF, "size, colour and digests of pictures, found out by decoding them")


def _key(digest: bytes, path: Path) -> bytes:
    # The ending matters: a name may promise another format than the bytes hold.
    return content_key(decoder_version(), _survey_version(), digest, path.suffix.lower())


@lru_cache(maxsize=1)
def _survey_version() -> str:
    here = Path(__file__).parent
    return source_digest(here / "survey.py", here / "duplicates.py", here / "images.py", here / "no_data.py")


def _read(row: Any, kind: type[Facts], types: Mapping[str, Any]) -> Facts | None:
    """Return the facts in a row; None when it is damaged, or of a version with other facts."""
    try:
        plain = from_row(row)
        if plain.keys() != types.keys():
            return None
        return kind(
            **{name: bytes.fromhex(value) if types[name] == "bytes" else value for name, value in plain.items()}
        )
    except (ValueError, AttributeError, TypeError):
        return None
