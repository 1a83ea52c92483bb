"""The cache: what was worked out from files once, under keys made of their content, bounded on the disk.

Nothing in it is the only copy of anything. It may be deleted at any time, also while it is in use.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.errors import RecipeError, WritingError
from pellucid.files import (
    leads_elsewhere,
    make_folder,
    note_use,
    parse_json,
    read_plain,
    refuse_linked,
    remove_file,
    remove_folder,
    write_text,
)
from pellucid.records import brief
from pellucid.store.damage import note_damage
from pellucid.store.directory import cache_directory
from pellucid.store.packs import (
    OUR_NAME,
    SUFFIX,
    Bytes,
    DamagedPackError,
    Pack,
    open_pack,
    pack_bytes,
    seal_pack,
    write_pack,
)

LIMIT_VARIABLE = "PELLUCID_CACHE_LIMIT"
DEFAULT_LIMIT = 20 << 30
"""Bytes on the disk unless told otherwise: 20 GiB, and never more than half of what is free."""
PACK_BYTES = 256 << 20
"""Most bytes of one pack: what a kill loses, and what is dropped at once."""
README = "README"
_SIGNED = "Kept by Pellucid. It may be deleted at any time."
_MOST_README = 4096
_ABANDONED_SECONDS = 24 * 3600
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


@dataclass(frozen=True)
class Found:
    """Where the rows of N keys lie.

    Attributes:
        packs: open.
        pack: [N] int64, number of each key's pack; -1 where it is in none.
        row: [N] int64, its row there.
    """

    packs: tuple[Pack, ...]
    pack: NDArray[np.int64]
    row: NDArray[np.int64]


@dataclass(frozen=True)
class CacheStatus:
    """What the cache holds.

    Attributes:
        folder: where it lies.
        limit: bytes it may take.
        bytes_used: bytes it takes.
        shelves: per shelf its name, what it holds, its entries and its bytes.
        problem: why nothing is kept, or "".
        unpacked: bytes that unpacked archives take beside it; they have no limit but what `unpacking` allows each.
    """

    __repr__ = brief

    folder: str
    limit: int
    bytes_used: int
    shelves: tuple[dict[str, Any], ...]
    problem: str = ""
    unpacked: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "folder": self.folder,
            "limit": self.limit,
            "bytes_used": self.bytes_used,
            "shelves": list(self.shelves),
            "problem": self.problem,
            "unpacked": self.unpacked,
        }


class Cache:
    """A folder of shelves; a shelf holds packs of rows that were made alike. Safe for several processes at once.

    Args:
        folder: of the cache; made when something is kept.
        limit: most bytes on the disk; 0 to keep nothing.
        within: the folder that was named, from which on no link is gone through; None: `folder`.
    """

    def __init__(self, folder: Path, limit: int, *, within: Path | None = None) -> None:
        self.folder = folder
        self._home = within or folder
        self.limit = limit
        self.problem = "" if limit else f"{LIMIT_VARIABLE} is 0"
        """Why nothing is kept any more, in words; "" while it works."""
        self._used: set[Path] = set()  # never dropped by this process: it would only make them again
        self._sealing: list[Future[None]] = []
        self._background = ThreadPoolExecutor(1, thread_name_prefix="pellucid-cache")

    def find(self, shelf: str, keys: Sequence[bytes], *, shape: tuple[int, ...], look: bool = True) -> Found:
        """Look rows of `shape` up on a shelf, and note that they are still wanted; a damaged one is not found.

        Args:
            shelf: its name.
            keys: N of 32 bytes.
            shape: of one row.
            look: whether the rows are read to see that they are whole; else the caller asks `Pack.are_whole`.
        """
        self.settle()
        wanted = set(keys)
        packs: list[Pack] = []
        places: dict[bytes, tuple[int, int]] = {}
        for path in self._packs(shelf) if self.limit and wanted else ():
            try:
                pack = open_pack(path, shape)
            except DamagedPackError:
                self.drop_damaged(path, 1)
                continue
            if pack is None or wanted.isdisjoint(pack.keys):
                continue
            rows = np.array([row for row, key in enumerate(pack.keys) if key in wanted], np.int64)
            if look:
                whole = pack.are_whole(rows)
                if not whole.all():
                    self.drop_damaged(path, int((~whole).sum()))
                rows = rows[whole]
            places |= {pack.keys[row]: (len(packs), row) for row in rows.tolist()}
            packs.append(pack)
            self._used.add(path)
            try:
                note_use(path, within=self._home)  # the least recently used are dropped first
            except (OSError, WritingError):
                continue
        where = np.array([places.get(key, (-1, 0)) for key in keys], np.int64).reshape(-1, 2)
        return Found(tuple(packs), where[:, 0], where[:, 1])

    def keep(self, shelf: str, keys: Sequence[bytes], rows: Iterator[Bytes], *, shape: tuple[int, ...]) -> int:
        """Put rows on a shelf, and return how many found room; `rows` is read no further than that.

        Args:
            shelf: its name.
            keys: N different ones, of 32 bytes.
            rows: of `shape`, in the order of the keys.
            shape: of one row.
        """
        size = int(np.prod(shape, dtype=np.int64))
        each = max(1, PACK_BYTES // max(1, size))
        kept = 0
        while kept < len(keys) and not self.problem:
            part = keys[kept : kept + each]
            if not self._make_room(pack_bytes(len(part), shape)):
                break
            try:
                beside, final = write_pack(self.folder / shelf, part, islice(rows, len(part)), shape, within=self._home)
            except (OSError, WritingError) as problem:
                self.problem = self._words_of(problem)
                break
            self._used.add(final)
            # Flushing waits for the disk, and nobody needs to wait with it.
            self._sealing.append(self._background.submit(seal_pack, beside, final, within=self._home))
            kept += len(part)
        return kept

    def drop_damaged(self, path: Path, count: int) -> None:
        """Remove a pack in which something is damaged, so that it is not found again, and note that it was so.

        Args:
            path: of the pack.
            count: entries of it that are lost.
        """
        note_damage(f"entry of '{path.parent.name}'", count)
        with suppress(OSError, WritingError):
            remove_file(path, within=self._home)

    def settle(self) -> None:
        """Wait until what was kept has its names."""
        waiting, self._sealing = self._sealing, []
        for future in waiting:
            problem = future.exception()
            if isinstance(problem, OSError | WritingError):
                self.problem = self._words_of(problem)

    def describe(self, shelf: str, words: str) -> None:
        """Leave a line with a shelf that says what it holds, for `pellucid cache`."""
        if self.problem:
            return
        try:
            make_folder(self.folder / shelf, within=self._home)
            write_text(self.folder / shelf / README, f"{words}\n{_SIGNED}\n", within=self._home)
        except (OSError, WritingError) as problem:
            self.problem = self._words_of(problem)

    def status(self) -> CacheStatus:
        """Return what the cache holds."""
        self.settle()
        shelves: dict[str, dict[str, Any]] = {}
        for path, status in self._files():
            shelf = path.parent.name
            entry = shelves.setdefault(shelf, {"shelf": shelf, "holds": "", "packs": 0, "bytes": 0, "used": 0.0})
            if path.name == README:
                entry["holds"] = _first_line(path)
            elif path.suffix == SUFFIX:
                entry |= {"packs": entry["packs"] + 1, "used": max(entry["used"], status.st_mtime)}
            entry["bytes"] += status.st_size
        listed = tuple(sorted(shelves.values(), key=lambda entry: -entry["used"]))
        if leads_elsewhere(self.folder, within=self._home):
            self.problem = self.problem or f"'{self.folder}' is a link: nothing behind it is read or changed"
        return CacheStatus(str(self.folder), self.limit, sum(entry["bytes"] for entry in listed), listed, self.problem)

    def clear(self) -> int:
        """Remove everything that is ours, and return how many bytes that were; what somebody else put there stays.

        Raises:
            OSError: a file may not be removed.
            WritingError: the cache's folder is a link.
        """
        self.settle()
        refuse_linked(self.folder, within=self._home)
        files = self._files()
        for path, _ in files:
            remove_file(path, within=self._home, missing_ok=True)
        for shelf in {path.parent for path, _ in files}:
            with suppress(OSError):  # it holds what is not ours
                remove_folder(shelf, within=self._home)
        return sum(status.st_size for _, status in files)

    def _make_room(self, wanted: int) -> bool:
        """Drop the least recently used packs until `wanted` bytes fit; say whether they do."""
        packs = sorted(
            ((status.st_mtime, status.st_size, path) for path, status in self._files() if path.name != README),
            key=lambda entry: entry[:2],
        )
        total = sum(size for _, size, _ in packs)
        # Half of what is free, counted as if the cache were empty: the limit must not shrink as the cache grows.
        limit = min(self.limit, (_free_bytes(self.folder) + total) // 2)
        droppable = [entry for entry in packs if entry[2] not in self._used and _is_done_with(entry[2], entry[0])]
        if total - sum(size for _, size, _ in droppable) + wanted > limit:
            return False
        for _, size, path in droppable:
            if total + wanted <= limit:
                break
            remove_file(path, within=self._home, missing_ok=True)
            total -= size
        return True

    def _files(self) -> list[tuple[Path, os.stat_result]]:
        """Return the files that are ours: plain ones with names that only we give, or signed; no link is followed."""
        found = []
        for shelf in self._entries(self.folder):
            listed = self._entries(shelf)
            has_packs = any(OUR_NAME.fullmatch(path.name) for path in listed)
            for path in listed:
                try:
                    status = path.lstat()
                except OSError:  # another process dropped it
                    continue
                ours = OUR_NAME.fullmatch(path.name) or (path.name == README and (has_packs or _is_signed(path)))
                if ours and stat.S_ISREG(status.st_mode):
                    found.append((path, status))
        return found

    def _packs(self, shelf: str) -> list[Path]:
        listed = self._entries(self.folder / shelf)
        return [path for path in listed if path.suffix == SUFFIX and OUR_NAME.fullmatch(path.name)]

    def _entries(self, folder: Path) -> list[Path]:
        """Return what lies in a folder, sorted; nothing of one that is missing, none, closed, or behind a link."""
        try:
            return [] if leads_elsewhere(folder, within=self._home) else sorted(folder.iterdir())
        except OSError:
            return []

    def _words_of(self, problem: OSError | WritingError) -> str:
        """Return why nothing can be kept."""
        if isinstance(problem, WritingError):
            return problem.what.rstrip(".")
        return f"'{self.folder}' cannot be written ({problem.strerror or problem})"


def find_cache() -> Cache:
    """Return the cache of this process: of `PELLUCID_CACHE`, as large as `PELLUCID_CACHE_LIMIT` says.

    Raises:
        RecipeError: the limit is no size.
    """
    return _open_cache(cache_directory(), parse_size(os.environ.get(LIMIT_VARIABLE, "").strip()))


@lru_cache(maxsize=8)
def _open_cache(folder: Path, limit: int) -> Cache:
    return Cache(folder / "pixels-1", limit, within=folder)


def parse_size(text: str) -> int:
    """Read "20G", "500 MB" or "0" as bytes; "" as the default.

    Raises:
        RecipeError: anything else.
    """
    if not text:
        return DEFAULT_LIMIT
    number = text.lower().removesuffix("b").removesuffix("i").strip()
    unit = number[-1:] if number[-1:] in "kmgt" else ""
    try:
        size = float(number.removesuffix(unit) if unit else number)
    except ValueError:
        size = -1
    if not 0 <= size < float("inf"):
        raise RecipeError(
            f"{LIMIT_VARIABLE} is '{text:.60}'.", expected="A size such as 20G or 500M, or 0 for no cache."
        )
    return int(size * _UNITS[unit])


def content_key(*parts: bytes | str) -> bytes:
    """Return 32 bytes that are equal only for equal parts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.digest()


def to_row(value: Any, size: int) -> Bytes | None:
    """Return plain JSON types as a row of `size` bytes, filled up with blanks; None when they need more."""
    text = json.dumps(value, ensure_ascii=True).encode()
    return np.frombuffer(text.ljust(size), np.uint8) if len(text) <= size else None


def from_row(row: Bytes) -> Any:
    """Return what `to_row` was given.

    Raises:
        ValueError: the row holds something else.
    """
    return parse_json(row.tobytes())


def _readme(path: Path) -> list[str]:
    try:
        return read_plain(path, most=_MOST_README).decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def _first_line(path: Path) -> str:
    return next(iter(_readme(path)), "").strip()


def _is_signed(path: Path) -> bool:
    return not path.is_symlink() and _readme(path)[1:2] == [_SIGNED]


def _free_bytes(folder: Path) -> int:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def _is_done_with(path: Path, modified: float) -> bool:
    """Whether a file may be dropped: a pack may; what is being written only when nobody writes it any more."""
    return path.suffix == SUFFIX or time.time() - modified > _ABANDONED_SECONDS
