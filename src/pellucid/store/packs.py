"""Packs: files of equally large rows of bytes, each row under a key; written once, then memory-mapped.

A pack is a safetensors file with two tensors of bytes, "keys" [N, 32] and "rows" [N, ...]; it can hold no code. It gets
its name only when it is whole, so a kill at any instant, or two writers at once, leave no half pack behind a name.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
KEY_BYTES = 32
SUFFIX = ".pack"
PARTIAL = ".partial"
_MAX_HEADER = 4096


@dataclass(frozen=True)
class Pack:
    """An open pack.

    Attributes:
        path: of the file.
        keys: one per row, 32 bytes each.
        rows: uint8 [N, ...], mapped from the disk, read-only.
    """

    path: Path
    keys: tuple[bytes, ...]
    rows: Bytes


def write_pack(folder: Path, keys: Sequence[bytes], rows: Iterable[Bytes], shape: tuple[int, ...]) -> tuple[Path, Path]:
    """Write a pack beside its place; `seal_pack` then gives it its name.

    Args:
        folder: where it shall lie; made where it is missing.
        keys: N of 32 bytes.
        rows: N of `shape`, uint8.
        shape: of one row.

    Returns:
        The file as it is now, and as it shall be called.

    Raises:
        OSError: the disk is full, or the folder may not be written. Nothing is left behind.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = uuid.uuid4().hex
    beside, final = folder / f".{name}{SUFFIX}{PARTIAL}", folder / f"{name}{SUFFIX}"
    try:
        with open(beside, "wb") as file:
            _write_header(file, len(keys), shape)
            file.write(b"".join(keys))
            for row in rows:
                file.write(np.ascontiguousarray(row).data)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside, final


def seal_pack(beside: Path, final: Path) -> None:
    """Flush a written pack to the disk and give it its name.

    Raises:
        OSError: it cannot be flushed; the file is removed.
    """
    try:
        descriptor = os.open(beside, os.O_RDWR)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        os.replace(beside, final)
    finally:
        beside.unlink(missing_ok=True)


def open_pack(path: Path, shape: tuple[int, ...]) -> Pack | None:
    """Map a pack whose rows have this shape; None when it is gone, damaged or of another shape."""
    try:
        with open(path, "rb") as file:
            size = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(size)) if size <= _MAX_HEADER else {}
            count = int(header["keys"]["shape"][0])
            first = 8 + size
            if (
                header != _header(count, shape)
                or os.fstat(file.fileno()).st_size != first + header["rows"]["data_offsets"][1]
            ):
                return None
            listed = file.read(KEY_BYTES * count)
        keys = tuple(listed[start : start + KEY_BYTES] for start in range(0, len(listed), KEY_BYTES))
        rows = np.memmap(path, np.uint8, mode="r", offset=first + KEY_BYTES * count, shape=(count, *shape))
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return None
    return Pack(path, keys, rows.view(np.ndarray))


def _header(count: int, shape: tuple[int, ...]) -> dict[str, dict[str, object]]:
    end = KEY_BYTES * count
    size = count * int(np.prod(shape, dtype=np.int64))
    return {
        "keys": {"dtype": "U8", "shape": [count, KEY_BYTES], "data_offsets": [0, end]},
        "rows": {"dtype": "U8", "shape": [count, *shape], "data_offsets": [end, end + size]},
    }


def _write_header(file: BinaryIO, count: int, shape: tuple[int, ...]) -> None:
    text = json.dumps(_header(count, shape)).encode()
    text += b" " * (-len(text) % 8)
    file.write(len(text).to_bytes(8, "little") + text)
