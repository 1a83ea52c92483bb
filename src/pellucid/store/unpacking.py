"""Archives are unpacked once, into the cache directory, under a key made of their content.

A stranger's archive must not be able to write elsewhere, to make links, or to fill the disk: what is no plain file, or
names a place outside, is left out and listed; the limits below stop the rest.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Self

from pellucid.errors import DataError
from pellucid.files import (
    flush,
    guarded,
    make_folder,
    move,
    open_plain,
    open_to_write,
    reason_of,
    refuse_linked,
    remove_folder,
    remove_tree,
    write_text,
)
from pellucid.store.damage import note_damage
from pellucid.store.directory import CACHE_VARIABLE, cache_directory
from pellucid.store.unpacked import (
    FILES,
    REFUSED,
    is_whole,
    our_folders,
    ours_in,
    remove_ours,
    seal_folder,
    set_aside,
)

ARCHIVE_SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2")
MAX_BYTES = 64 << 30
"""Most bytes that one archive may unpack to: 64 GiB,"""
MAX_RATIO = 200
"""and, beyond the first GiB, at most so many times its own size."""
MAX_FILES = 2_000_000
KEPT_FREE = 1 << 30
"""Bytes on the disk that unpacking leaves free."""

_FOLDER = "unpacked-1"
_CHUNK = 1 << 20
_LISTED = 1000
_SPOKEN = (
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)


@dataclass(frozen=True)
class Unpacked:
    """An archive's files on the disk.

    Attributes:
        root: the folder of the files; where the archive holds one folder alone, that folder.
        home: of everything that belongs to the archive; more that can be worked out anew may be kept there.
        refused: "name: reason" of up to 1,000 entries that were left out.
    """

    root: Path
    home: Path
    refused: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One thing in an archive.

    Attributes:
        name: as the archive has it.
        file: of its bytes; None when it is left out.
        reason: why it is left out.
    """

    name: str
    file: IO[bytes] | None
    reason: str = ""


def is_archive(path: Path) -> bool:
    """Tell whether a file is an archive by its name."""
    return path.name.lower().endswith(ARCHIVE_SUFFIXES)


def archive_stem(path: Path) -> str:
    """Return the name of an archive without its endings."""
    name = path.name
    ending = max((suffix for suffix in ARCHIVE_SUFFIXES if name.lower().endswith(suffix)), key=len, default="")
    return name[: len(name) - len(ending)]


def unpack_archive(path: Path) -> Unpacked:
    """Unpack a zip or tar archive, or find what an earlier call left.

    Raises:
        DataError: it is damaged, unpacks to more than the limits, or there is no place to write.
        WritingError: what is to be unpacked would lie behind a link in the cache directory.
    """
    entries = _zip_entries(path) if path.suffix.lower() == ".zip" else _tar_entries(path)
    return unpack([path], entries)


def unpack(paths: Sequence[Path], entries: Iterable[Entry]) -> Unpacked:
    """Write what files hold to the cache directory, unless an earlier call did.

    Args:
        paths: of one or more files that belong together; their content is the key.
        entries: what they hold; read only when it was not unpacked before.

    Raises:
        DataError, WritingError: as `unpack_archive`.
    """
    try:
        root = cache_directory()
        home = root / _FOLDER / _digest(paths)
        whole = is_whole(home)
        if not whole:
            if home.is_symlink() or home.exists():
                if whole is False:
                    note_damage("unpacked archive")
                set_aside(home, within=root)
            _unpack_beside(paths, entries, home, within=root)
        refused = tuple(json.loads((home / REFUSED).read_text(encoding="utf-8")))
    except OSError as problem:
        raise DataError(
            f"{paths[0]} cannot be unpacked: {problem.filename or cache_directory()}: {reason_of(problem)}.",
            fix=f"Set {CACHE_VARIABLE} to a folder that can be written and has room, or unpack it yourself.",
        ) from None
    return Unpacked(_inner(home / FILES), home, refused)


def unpacked_bytes() -> int:
    """Return the bytes that unpacked archives take."""
    homes = our_folders(cache_directory() / _FOLDER)
    return sum(path.lstat().st_size for home in homes for path in ours_in(home))


def clear_unpacked() -> int:
    """Remove every unpacked archive, and return how many bytes that freed; the next use unpacks it again.

    What somebody else put there stays.

    Raises:
        OSError: a file may not be removed.
        WritingError: a link lies in the place of the folder that holds them.
    """
    root = cache_directory()
    place = root / _FOLDER
    refuse_linked(place, within=root)
    freed = sum(remove_ours(home, within=root) for home in our_folders(place))
    with suppress(OSError):  # it is not there, or holds what is not ours
        remove_folder(place, within=root)
    return freed


def _unpack_beside(paths: Sequence[Path], entries: Iterable[Entry], home: Path, *, within: Path) -> None:
    make_folder(home.parent, within=within)
    beside = home.with_name(f".{home.name}.{secrets.token_hex(8)}.partial")
    try:
        make_folder(beside / FILES, within=within, new=True)
        refused = _write_all(paths, entries, beside / FILES)
        write_text(beside / REFUSED, json.dumps(refused[:_LISTED]), within=within, durable=False)
        seal_folder(beside, within=within)
        try:
            move(beside, home, within=within)
        except OSError:
            if not is_whole(home):  # else another process was quicker
                raise
        if os.name == "posix":
            flush(home.parent)
    finally:
        remove_tree(beside, within=within)


def _write_all(paths: Sequence[Path], entries: Iterable[Entry], root: Path) -> list[str]:
    room = min(
        MAX_BYTES,
        MAX_RATIO * sum(path.stat().st_size for path in paths) + (1 << 30),
        shutil.disk_usage(root).free - KEPT_FREE,
    )
    refused: list[str] = []
    written = files = 0
    for entry in entries:
        try:
            place, reason = _safe_place(entry.name)
        except ValueError:
            place, reason = None, "no file can be called so"
        if entry.file is None or place is None:
            refused.append(f"{entry.name}: {entry.reason or reason}.")
            continue
        files += 1
        if files > MAX_FILES:
            raise DataError(
                f"{paths[0]} holds more than {MAX_FILES:,} files.", expected="It may be made to fill the disk."
            )
        target = root / place
        try:
            make_folder(target.parent, within=root)
            output = open_to_write(target, "new", within=root)
        except (FileExistsError, NotADirectoryError):
            refused.append(f"{entry.name}: the name is taken by another entry.")
            continue
        with output:
            written += _copy(paths[0], entry.file, output, room - written)
    return refused


def _copy(path: Path, source: IO[bytes], output: IO[bytes], room: int) -> int:
    written = 0
    while chunk := _read(path, source):
        written += len(chunk)
        if written > room:
            raise DataError(
                f"{path} unpacks to more than there is room for.",
                expected=f"At most {MAX_BYTES >> 30} GiB, {MAX_RATIO} times its own size above 1 GiB, and "
                f"{KEPT_FREE >> 30} GiB of the disk left free.",
                fix="If it is what it seems to be, unpack it yourself and give the folder.",
            )
        output.write(chunk)
    return written


def _read(path: Path, source: IO[bytes]) -> bytes:
    with guarded(partial(_damaged, path)):
        return source.read(_CHUNK)


def _closed(path: Path, reason: str) -> DataError:
    return DataError(f"{path} cannot be opened ({reason}).")


def _damaged(path: Path, reason: str) -> DataError:
    return DataError(f"{path} is damaged or cut off ({reason}).", fix="Fetch or copy the file again.")


def _safe_place(name: str) -> tuple[str | None, str]:
    """Return where an entry may be written below the root, or None and why it may not be written at all."""
    plain = name.replace("\\", "/")
    parts = [part for part in PurePosixPath(plain).parts if part != "."]
    if not parts or plain.startswith("/") or ":" in parts[0] or ".." in parts or "\0" in plain:
        return None, "its name leads out of the archive"
    if max(len(os.fsencode(part)) for part in parts) > 255 or len(plain) > 1000:
        return None, "its name is too long"
    return "/".join(parts), ""


def _zip_entries(path: Path) -> Iterator[Entry]:
    with guarded(partial(_damaged, path)), open_plain(path) as file, zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if info.is_dir():
                continue
            mode = info.external_attr >> 16
            if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                yield Entry(info.filename, None, "it is a link or a device, not a file")
            elif info.flag_bits & 1:
                yield Entry(info.filename, None, "it is encrypted")
            else:
                with archive.open(info) as inner:
                    yield Entry(info.filename, inner)


class _Member(tarfile.TarInfo):
    """What stands before each file of a tar archive; one that says it has very much to say is refused."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Read it; long names and the like come in blocks of their own, which are read whole into memory."""
        member = super().frombuf(buf, encoding, errors)
        if member.type in _SPOKEN and member.size > _CHUNK:
            raise ValueError(f"a name or a note in it has {member.size:,} bytes")
        return member


def _tar_entries(path: Path) -> Iterator[Entry]:
    with (
        guarded(partial(_damaged, path)),
        open_plain(path) as packed,
        tarfile.open(fileobj=packed, mode="r|*", tarinfo=_Member) as archive,
    ):
        for member in archive:
            if member.isdir():
                continue
            plain = member.isreg() and not member.issparse()
            file = archive.extractfile(member) if plain else None
            yield Entry(member.name, file, "" if plain else "it is a link or a device, not a file")


def _inner(root: Path) -> Path:
    """Go down while a folder holds one folder and nothing else: most archives pack the folder itself."""
    while True:
        entries = [entry for entry in root.iterdir() if not entry.name.startswith((".", "__MACOSX"))]
        if len(entries) != 1 or entries[0].is_symlink() or not entries[0].is_dir():
            return root
        root = entries[0]


def _digest(paths: Sequence[Path]) -> str:
    digests = []
    for path in paths:
        with (
            guarded(partial(_closed, path)),
            open_plain(path) as file,
        ):
            digests.append(hashlib.file_digest(file, "sha256").digest())
    return hashlib.sha256(b"".join(digests)).hexdigest()[:40]
