"""What earlier surveys found out about pictures, kept in the cache under the content of their files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pellucid.decoding import decoder_version, read_picture_file, source_digest
from pellucid.errors import DecodingError
from pellucid.store import content_key, find_cache, from_row, to_row

SHELF = "facts"
_ROW_BYTES = 512
Facts = TypeVar("Facts")


def recall_facts(paths: Sequence[Path], pool: Executor, *, kind: type[Facts]) -> dict[int, Facts]:
    """Return what is known of files by their place; each file is read and hashed, none is decoded.

    Args:
        paths: of the files.
        pool: threads to read them with.
        kind: a dataclass of plain types and bytes, with the SHA-256 of the file as `content`.
    """
    cache = find_cache()
    if not (cache.folder / SHELF).is_dir():
        return {}
    digests = list(pool.map(_digest, paths))
    keys = [_key(digest, path) for digest, path in zip(digests, paths, strict=True)]
    found = cache.find(SHELF, keys, shape=(_ROW_BYTES,))
    known: dict[int, Facts] = {}
    for index, (pack, row) in enumerate(zip(found.pack.tolist(), found.row.tolist(), strict=True)):
        facts = _read(found.packs[pack].rows[row], kind) if pack >= 0 else None
        if facts is not None:
            known[index] = facts
    return known


def remember_facts(paths: Sequence[Path], facts: Mapping[int, Any], known: Mapping[int, Any]) -> None:
    """Keep what a survey found out about files that were not known yet; `facts` by their place in `paths`."""
    cache = find_cache()
    rows = {}
    for index, fact in facts.items():
        if index not in known:
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


def _digest(path: Path) -> bytes:
    try:
        return hashlib.sha256(read_picture_file(path)).digest()
    except DecodingError:
        return b""


def _read(row: Any, kind: type[Facts]) -> Facts | None:
    """Return the facts in a row; None when it is damaged, or of a version with other facts."""
    types = {field.name: field.type for field in fields(kind)}  # type: ignore[arg-type]
    try:
        plain = from_row(row)
        if plain.keys() != types.keys():
            return None
        return kind(
            **{name: bytes.fromhex(value) if types[name] == "bytes" else value for name, value in plain.items()}
        )
    except (ValueError, AttributeError, TypeError):
        return None
