"""Downloading datasets and weights into the data directory: the only code of Pellucid that uses the network."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pellucid.errors import DataError, did_you_mean
from pellucid.files import flush, make_folder, move, open_plain, open_to_write, remove_file
from pellucid.store.directory import DIRECTORY_VARIABLE, data_directory
from pellucid.store.sources import SOURCES, Remote

if TYPE_CHECKING:
    from http.client import HTTPResponse

PARTIAL = ".partial"
TIMEOUT_SECONDS = 30
_CHUNK = 1 << 18

Watch = Callable[[Remote, int, int | None], None]
"""Called with a file, the bytes of it that are there, and its size where that is known."""


@dataclass(frozen=True)
class FetchedFile:
    """One file of a dataset on the disk.

    Attributes:
        path: where it lies.
        url: where it comes from.
        size: in bytes; None where nobody says before the download.
        state: "there" (it was, and is whole), "partial" (a download was interrupted), "absent", or "fetched".
        had: bytes that need not be downloaded again.
    """

    path: Path
    url: str
    size: int | None
    state: str
    had: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {**vars(self), "path": str(self.path)}


def plan_fetch(name: str) -> list[FetchedFile]:
    """Return what fetching a dataset would do, without using the network.

    Raises:
        DataError: the name is unknown, or a file is there that is not the published one.
    """
    if name not in SOURCES:
        raise DataError(
            f"Nothing that can be fetched is called '{name}'.{did_you_mean(name, SOURCES)}",
            expected=f"Known names: {', '.join(SOURCES)}.",
        )
    return plan_files(data_directory() / name, SOURCES[name].files)


def plan_files(folder: Path, remotes: Sequence[Remote]) -> list[FetchedFile]:
    """Return what downloading files into a folder would do, without using the network.

    Raises:
        DataError: a file is there that is not the published one.
    """
    return [_look(folder, remote) for remote in remotes]


def fetch(name: str, *, watch: Watch | None = None) -> list[FetchedFile]:
    """Download a dataset into the data directory; what is there already stays, what was interrupted goes on.

    Each file is written beside its place, checked against its published checksum, and only then given its name.

    Args:
        name: one of `SOURCES`.
        watch: who is told how far it is.

    Raises:
        DataError: the name is unknown, the download fails, a checksum differs, or the place cannot be written.
        WritingError: the place is reached through a link in the data directory.
    """
    plan_fetch(name)  # says what is wrong with the name
    return fetch_files(data_directory() / name, SOURCES[name].files, watch=watch)


def fetch_files(folder: Path, remotes: Sequence[Remote], *, watch: Watch | None = None) -> list[FetchedFile]:
    """Download files into a folder of the data directory, as `fetch` does.

    Raises:
        DataError, WritingError: likewise.
    """
    fetched = []
    for remote, file in zip(remotes, plan_files(folder, remotes), strict=True):
        if file.state == "there":
            fetched.append(file)
            continue
        try:
            make_folder(file.path.parent, within=data_directory())
            _check_room(file)
            _download(remote, file.path, watch)
        except OSError as problem:
            raise _explain(problem, remote, file.path) from None
        fetched.append(FetchedFile(file.path, file.url, file.path.stat().st_size, "fetched", file.had))
    return fetched


def _look(folder: Path, remote: Remote) -> FetchedFile:
    path = folder / remote.file
    if path.exists():
        if not _checksum(path, remote.algorithm).startswith(remote.checksum):
            raise DataError(
                f"{path} is there, but is not the published file: its {remote.algorithm} differs.",
                expected=f"{remote.checksum}.",
                fix="Move it away and fetch again.",
            )
        return FetchedFile(path, remote.url, path.stat().st_size, "there", path.stat().st_size)
    beside = _beside(path)
    had = beside.stat().st_size if beside.exists() else 0
    return FetchedFile(path, remote.url, remote.size, "partial" if had else "absent", had)


def _download(remote: Remote, path: Path, watch: Watch | None) -> None:
    beside = _beside(path)
    had = beside.stat().st_size if beside.exists() else 0
    if had and (remote.size is None or had < remote.size):
        _continue(remote, beside, had, watch)
    elif not had:
        _begin(remote, beside, watch)
    found = _checksum(beside, remote.algorithm)
    if not found.startswith(remote.checksum):
        remove_file(beside, within=data_directory())
        raise DataError(
            f"What {remote.url} gave is not the published file: its {remote.algorithm} is {found}.",
            expected=f"{remote.checksum}.",
            fix="It was thrown away. Try again; if it stays so, the file at this address was changed.",
        )
    flush(beside)
    move(beside, path, within=data_directory())


def _begin(remote: Remote, beside: Path, watch: Watch | None) -> None:
    with _open(remote) as response, open_to_write(beside, "over", within=data_directory()) as output:
        _copy(remote, response, output, 0, watch)


def _continue(remote: Remote, beside: Path, had: int, watch: Watch | None) -> None:
    from urllib.error import HTTPError

    try:
        response = _open(remote, start=had)
    except HTTPError as problem:
        if problem.code != 416:  # "range not satisfiable": the whole file is there, or the remote one is shorter
            raise
        return
    with response:
        continued = response.status == 206 and (response.headers.get("Content-Range") or "").startswith(f"bytes {had}-")
        with open_to_write(beside, "on" if continued else "over", within=data_directory()) as output:
            _copy(remote, response, output, had if continued else 0, watch)


def _open(remote: Remote, *, start: int = 0) -> HTTPResponse:
    from urllib.request import Request, urlopen  # here, so that nothing else can reach for the network by accident

    headers = {"User-Agent": "pellucid", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    response: HTTPResponse = urlopen(Request(remote.url, headers=headers), timeout=TIMEOUT_SECONDS)
    return response


def _copy(remote: Remote, response: HTTPResponse, output: IO[bytes], have: int, watch: Watch | None) -> None:
    announced = response.headers.get("Content-Length")
    total = remote.size or (have + int(announced) if announced and announced.isdecimal() else None)
    while chunk := response.read(_CHUNK):
        output.write(chunk)
        have += len(chunk)
        if watch is not None:
            watch(remote, have, total)
        if remote.size is not None and have > remote.size:
            break  # more than was published: the checksum will tell
    if total is not None and have < total:
        raise ConnectionError(f"the connection ended after {have:,} of {total:,} bytes")


def _check_room(file: FetchedFile) -> None:
    wanted = (file.size or 0) - file.had
    free = shutil.disk_usage(file.path.parent).free
    if wanted > free:
        raise DataError(
            f"{file.path} needs {wanted:,} bytes more, but the disk has {free:,} free.",
            fix=f"Make room, or set {DIRECTORY_VARIABLE} to another place.",
        )


def _explain(problem: OSError, remote: Remote, path: Path) -> DataError:
    from urllib.error import URLError

    if isinstance(problem, URLError | ConnectionError | TimeoutError):
        reason = getattr(problem, "reason", None) or problem
        code = getattr(problem, "code", None)
        return DataError(
            f"{remote.url} cannot be downloaded ({f'{code} ' if code else ''}{reason}).",
            fix="Try again: what has come already is kept, and the download goes on from there.",
        )
    return DataError(
        f"{problem.filename or path}: {problem.strerror or problem}.",
        fix=f"Make room or a place that can be written; {DIRECTORY_VARIABLE} chooses another.",
    )


def _checksum(path: Path, algorithm: str) -> str:
    with open_plain(path) as file:
        # md5 only where its publisher gives nothing better: it finds damage, and what is read is never executed.
        digest = hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False))
    return digest.hexdigest()


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}{PARTIAL}")
