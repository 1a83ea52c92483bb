"""Packs: files of equally large rows of bytes, each row under a key; written once, then memory-mapped.

A pack is a safetensors file with three tensors, "keys" [N, 32] and "rows" [N, ...] of bytes, and "sums" [N]; it can
hold no code. It gets its name only when it is whole and on the disk, so a kill at any instant, or two writers at once,
leave no half pack behind a name. Disks and people damage files all the same: each row has a checksum, and is looked at
before it is first used.
"""

from __future__ import annotations

import json
import os
import re
import uuid
import zlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.files import flush, make_folder, move, open_plain, open_to_write, remove_file

Bytes = NDArray[np.uint8]
KEY_BYTES = 32
SUM_BYTES = 4
SUFFIX = ".pack"
PARTIAL = ".partial"
OUR_NAME = re.compile(r"[0-9a-f]{32}\.pack|\.[0-9a-f]{32}\.pack\.partial")
"""Names of packs and of what becomes one; everything else in the cache's folder is somebody else's."""
_MAX_HEADER = 4096
_THREADS, _WORTH_THREADS = 4, 64 << 20


class DamagedPackError(Exception):
    """A file with a pack's name that is none."""


@dataclass(frozen=True)
class Pack:
    """An open pack.

    Attributes:
        path: of the file.
        keys: one per row, 32 bytes each.
        rows: uint8 [N, ...], mapped from the disk, read-only.
        sums: uint32 [N], checksum of each row with its key.
        known: bool [N], which rows were looked at and are whole.
    """

    path: Path
    keys: tuple[bytes, ...]
    rows: Bytes
    sums: NDArray[np.uint32]
    known: NDArray[np.bool_]

    def are_whole(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which of some rows are as they were written; each is read for it once, and not again."""
        new = np.unique(rows[~self.known[rows]])
        if len(new) * self.rows[:1].nbytes >= _WORTH_THREADS:
            with ThreadPoolExecutor(_THREADS) as pool:
                self.known[new] = list(pool.map(self._is_whole, new.tolist()))
        elif len(new):
            self.known[new] = [self._is_whole(row) for row in new.tolist()]
        return self.known[rows]

    def _is_whole(self, row: int) -> bool:
        return _sum(self.keys[row], self.rows[row]) == int(self.sums[row])


def write_pack(
    folder: Path, keys: Sequence[bytes], rows: Iterable[Bytes], shape: tuple[int, ...], *, within: Path
) -> tuple[Path, Path]:
    """Write a pack beside its place; `seal_pack` then gives it its name.

    Args:
        folder: where it shall lie; made where it is missing.
        keys: N of 32 bytes.
        rows: N of `shape`, uint8.
        shape: of one row.
        within: the folder that was named, from which on no link is gone through.

    Returns:
        The file as it is now, and as it shall be called.

    Raises:
        OSError: the disk is full, or the folder may not be written. Nothing is left behind.
        WritingError: the folder, or one on the way to it, is a link.
    """
    make_folder(folder, within=within)
    name = uuid.uuid4().hex
    beside, final = folder / f".{name}{SUFFIX}{PARTIAL}", folder / f"{name}{SUFFIX}"
    sums = []
    try:
        with open_to_write(beside, "new", within=within) as file:
            _write_header(file, len(keys), shape)
            file.write(b"".join(keys))
            for key, row in zip(keys, rows, strict=False):
                whole = np.ascontiguousarray(row)
                sums.append(_sum(key, whole))
                file.write(whole.data)
            file.write(np.array(sums, "<u4").tobytes())
    except BaseException:
        remove_file(beside, within=within, missing_ok=True)
        raise
    return beside, final


def seal_pack(beside: Path, final: Path, *, within: Path) -> None:
    """Flush a written pack to the disk and give it its name.

    Raises:
        OSError: it cannot be flushed; the file is removed.
        WritingError: as of `write_pack`.
    """
    try:
        flush(beside)
        move(beside, final, within=within)
        if os.name == "posix":  # elsewhere a folder cannot be opened, and the rename is durable by itself
            flush(final.parent)
    finally:
        remove_file(beside, within=within, missing_ok=True)


def open_pack(path: Path, shape: tuple[int, ...]) -> Pack | None:
    """Map a pack whose rows have this shape; None when it is gone, no plain file, of another shape or an older version.

    Raises:
        DamagedPackError: it is no pack at all.
    """
    try:
        if path.is_symlink():
            return None
        file = open_plain(path)
    except OSError:
        return None
    with file:
        try:
            size = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(size)) if size <= _MAX_HEADER else {}
            count, own = header["keys"]["shape"][0], tuple(header["rows"]["shape"][1:])
            is_older = "sums" not in header
            end = header["rows" if is_older else "sums"]["data_offsets"][1]
            if header != _header(count, own, sums=not is_older) or os.fstat(file.fileno()).st_size != 8 + size + end:
                raise DamagedPackError
            if is_older or own != shape:
                return None
            first = 8 + size
            listed = file.read(KEY_BYTES * count)
            keys = tuple(listed[start : start + KEY_BYTES] for start in range(0, len(listed), KEY_BYTES))
            rows = np.memmap(file, np.uint8, mode="r", offset=first + KEY_BYTES * count, shape=(count, *shape))
            file.seek(first + end - SUM_BYTES * count)
            sums = np.frombuffer(file.read(SUM_BYTES * count), "<u4")
        except OSError:
            return None
        except Exception as problem:  # foreign bytes: whatever is wrong with them, they are no pack
            raise DamagedPackError from problem
    return Pack(path, keys, rows.view(np.ndarray), sums, np.zeros(count, np.bool_))


def pack_bytes(count: int, shape: tuple[int, ...]) -> int:
    """Return how large the file of a pack of so many rows is."""
    header = _header(count, shape)
    return 8 + len(_written(header)) + int(header["sums"]["data_offsets"][1])


def _sum(key: bytes, row: Bytes) -> int:
    return zlib.crc32(np.ascontiguousarray(row).data, zlib.crc32(key))


def _header(count: int, shape: tuple[int, ...], *, sums: bool = True) -> dict[str, Any]:
    end = KEY_BYTES * count
    last = end + count * int(np.prod(shape, dtype=np.int64))
    header: dict[str, Any] = {
        "keys": {"dtype": "U8", "shape": [count, KEY_BYTES], "data_offsets": [0, end]},
        "rows": {"dtype": "U8", "shape": [count, *shape], "data_offsets": [end, last]},
    }
    if sums:
        header["sums"] = {"dtype": "U32", "shape": [count], "data_offsets": [last, last + SUM_BYTES * count]}
    return header


def _write_header(file: IO[bytes], count: int, shape: tuple[int, ...]) -> None:
    text = _written(_header(count, shape))
    file.write(len(text).to_bytes(8, "little") + text)


def _written(header: dict[str, Any]) -> bytes:
    text = json.dumps(header).encode()
    return text + b" " * (-len(text) % 8)
