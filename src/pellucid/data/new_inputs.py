"""What is to be answered: pictures without labels, and rows without targets, from every kind of file that is read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pellucid.data.delimited import Table, read_table
from pellucid.data.pixel_arrays import PixelKind
from pellucid.data.scan import plain_name, scan_folder, scan_pictures
from pellucid.decoding import Pixels
from pellucid.errors import DataError, PellucidError
from pellucid.files import expand
from pellucid.late import Late
from pellucid.store import Unpacked, is_archive, unpack_archive

_AS_THEY_ARE = PixelKind()
_READ_ARRAYS = Late("pellucid.data.npz", "read_new_arrays")
_READ_ROWS = Late("pellucid.data.parquet", "read_new_rows")
_UNPACK_PICTURES = Late("pellucid.data.parquet", "unpack_new_pictures")
_TABLE_SUFFIXES = (".csv", ".tsv", ".txt")


@dataclass(frozen=True)
class NewPicture:
    """One picture to answer.

    Attributes:
        name: what the user knows it by.
        picture: a file, the bytes of one, or pixels (H, W) or (H, W, 3), as `pixel_arrays.as_answered` gives them; None
            where there is none.
        fault: why there is none.
    """

    name: str
    picture: Path | bytes | Pixels | None
    fault: str = ""


def new_pictures(source: str | Path, *, kind: PixelKind = _AS_THEY_ARE) -> Iterator[NewPicture]:
    """Yield the pictures of a file, a folder, an archive, arrays (.npz, .npy) or a Parquet file with a picture column.

    Args:
        source: a path. Of a folder or an archive: every picture below, sorted; nothing hidden.
        kind: what the run was trained on that answers them: it says how the numbers of arrays are meant.

    Yields:
        each picture; of a file that cannot be read, one with its fault.
    """
    path = Path(source)
    try:
        path = expand(source, what="The path", error=DataError)
        if os.path.isdir(path):
            scan = scan_pictures(path)
            for _, file in scan.pictures:
                yield NewPicture(plain_name(str(file)), file)
            for fault in scan.unreadable:
                inner, _, reason = fault.partition(": ")
                yield NewPicture(f"{plain_name(str(path))}{os.sep}{inner}", None, f"{reason}.")
        elif path.suffix.lower() in (".npz", ".npy"):
            yield from _in_arrays(path, kind)
        elif path.suffix.lower() == ".parquet":
            yield from _in_parquet(path)
        elif is_archive(path):
            yield from _in_archive(path)
        else:
            yield NewPicture(plain_name(str(path)), path)
    except PellucidError as problem:
        yield NewPicture(plain_name(str(path)), None, str(problem).removeprefix(f"{path}: "))


def new_rows(path: Path) -> Table:
    """Read the rows of a CSV or Parquet file, or of the one table in an archive.

    Raises:
        DataError: it is no table, or there are none or several in the archive.
        MissingExtraError: for Parquet, pyarrow is not installed.
    """
    if path.suffix.lower() == ".parquet":
        rows: Table = _READ_ROWS(path)
        return rows
    if not is_archive(path):
        return read_table(path)
    root = unpack_archive(path).root
    found = sorted(file for file in root.rglob("*") if file.suffix.lower() in (*_TABLE_SUFFIXES, ".parquet"))
    if len(found) != 1:
        listed = ", ".join(file.relative_to(root).as_posix() for file in found[:8])
        raise DataError(f"{path} holds {len(found)} tables{': ' if listed else ''}{listed}.", expected="One table.")
    return new_rows(found[0])


def _in_arrays(path: Path, kind: PixelKind) -> Iterator[NewPicture]:
    for word, pixels in _READ_ARRAYS(path, kind).items():
        for place in range(len(pixels)):
            picture: Pixels = np.asarray(pixels[place])
            yield NewPicture(f"{plain_name(str(path))} {word} {place}", picture)


def _in_archive(path: Path) -> Iterator[NewPicture]:
    unpacked = unpack_archive(path)
    yield from _named(path, scan_folder(unpacked.root).pictures, unpacked)


def _in_parquet(path: Path) -> Iterator[NewPicture]:
    unpacked = _UNPACK_PICTURES(path)
    files = [(file.name, file) for file in unpacked.root.iterdir()]  # their names begin with the number of their row
    yield from _named(path, sorted(files, key=lambda file: int(file[0].partition("-")[0])), unpacked)


def _named(path: Path, pictures: Iterable[tuple[str, Path]], unpacked: Unpacked) -> Iterator[NewPicture]:
    name = plain_name(str(path))
    for inner, file in pictures:
        yield NewPicture(f"{name}{os.sep}{inner}", file)
    for refused in unpacked.refused:
        inner, _, reason = refused.partition(": ")
        yield NewPicture(f"{name}{os.sep}{inner}", None, reason)
