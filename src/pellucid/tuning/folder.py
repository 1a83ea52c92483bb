"""The search folder: what is searched, the journal of its trials, and the runs; several processes may share it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pellucid.errors import MissingExtraError, RecipeError, RunError, did_you_mean
from pellucid.files import (
    check_target,
    expand,
    is_folder_name,
    make_folder,
    open_plain,
    refuse_links,
    write_text,
)
from pellucid.runs import read_json
from pellucid.tuning.records import SCHEMA_VERSION, SearchRecord

MOST_FOLDERS = 10_000


class SearchFolder:
    """A search on the disk.

    Attributes:
        path: of the folder: search.json, journal.jsonl, trials/, repeats/, locks/, search.html.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.journal = path / "journal.jsonl"
        self.trials = path / "trials"
        self.repeats = path / "repeats"
        self.locks = path / "locks"
        self.report = path / "search.html"

    @classmethod
    def open(cls, path: str | Path) -> SearchFolder:
        """Open an existing search.

        Raises:
            RunError: there is none at `path`.
        """
        folder = cls(expand(path, what="The search's path", error=RunError))
        if not os.path.exists(folder.path / "search.json"):
            parent = folder.path.parent
            near = [place.parent.name for place in parent.glob("*/search.json")] if os.path.isdir(parent) else []
            raise RunError(
                f"There is no search at '{path}'.{did_you_mean(folder.path.name, near)}",
                expected="A folder that 'pellucid tune' made, with a search.json.",
            )
        return folder

    @classmethod
    def find_or_create(cls, parent: Path, record: SearchRecord) -> SearchFolder:
        """Return the folder of the same search where it has begun already, or else a new one, numbered when need be.

        Two processes that start at once get the same folder.

        Raises:
            RecipeError: the search's name is not that of a folder.
            RunError: `parent` cannot be written.
        """
        if not is_folder_name(record.name):
            raise RecipeError(
                f"'{record.name}' cannot be the name of a search.",
                expected="A folder's name, without slashes.",
                fix="--runs-dir says where search folders are made.",
            )
        try:
            make_folder(parent, within=parent)
            with locked(parent / f".{record.name}.lock", within=parent):
                for number in range(1, MOST_FOLDERS):
                    folder = cls(parent / (record.name if number == 1 else f"{record.name}-{number}"))
                    if os.path.isfile(folder.path / "search.json"):
                        if folder.read_record().same_search(record):
                            return folder
                    elif folder._is_free():
                        folder._begin(record.model_copy(update={"name": folder.path.name}))
                        return folder
        except OSError as problem:
            raise RunError(
                f"Cannot make the search folder in '{parent}': {problem.strerror}.",
                fix="Choose another place with --runs-dir.",
            ) from None
        raise RunError(f"Every name from '{record.name}' on is taken in '{parent}'.", fix="Choose another with --name.")

    def _is_free(self) -> bool:
        """Return whether a search may begin here: nothing is here, or an empty folder that is no link."""
        return not os.path.lexists(self.path) or not (self.path.is_symlink() or any(self.path.iterdir()))

    def _begin(self, record: SearchRecord) -> None:
        for folder in (self.trials, self.repeats, self.locks):
            make_folder(folder, within=self.path)
        self._write(record)

    def _write(self, record: SearchRecord) -> None:
        self.write("search.json", json.dumps(record.to_dict(), indent=2, ensure_ascii=False) + "\n")

    def write(self, name: str, text: str) -> None:
        """Write a file of the search."""
        write_text(self.path / name, text, within=self.path)

    def read_record(self) -> SearchRecord:
        """Read search.json.

        Raises:
            RunError: it is damaged, or of a version that this Pellucid does not know.
        """
        path = self.path / "search.json"
        data = read_json(path)
        if data.get("schema_version") != SCHEMA_VERSION:
            raise RunError(
                f"'{path}' is of schema version {data.get('schema_version')}; this Pellucid reads {SCHEMA_VERSION}.",
                fix="Install the Pellucid that wrote it, or a newer one.",
            )
        record = SearchRecord.from_dict(data, source=str(path), error=RunError)
        choices = record.default.model_dump()
        if unknown := [name for name in record.space.parameters if name not in choices]:
            raise RunError(
                f"'{path}' searches '{unknown[0]:.60}', which is no choice of its recipe.",
                expected="A search's space as `pellucid tune` wrote it.",
                fix="Bring back what was changed, or remove the search's folder and begin anew.",
            )
        return record

    def remember_place(self, place: str) -> None:
        """Write down where the data of the search are now, for the next command.

        Args:
            place: a known name or an absolute path; they were checked to be the same.
        """
        self.refuse_links()
        with self.alone("record"):
            record = self.read_record()
            moved_to = None if place == record.dataset.source else place
            if moved_to != record.dataset.moved_to:
                dataset = record.dataset.model_copy(update={"moved_to": moved_to})
                self._write(record.model_copy(update={"dataset": dataset}))

    def refuse_links(self) -> None:
        """Look whether all that is written into the search lies in it, before anything is.

        Raises:
            WritingError: a folder or a file of the search is a link, as a stranger's may be: what is written there
                would change a place elsewhere.
        """
        folders = (self.trials, self.repeats, self.locks)
        inner = [entry for folder in folders if folder.is_dir() for entry in folder.iterdir()]
        names = ("search.json", "limits.json", "verdict.json")
        refuse_links([self.journal, self.report, *(self.path / name for name in names), *folders, *inner])

    @contextmanager
    def alone(self, name: str = "proposing") -> Iterator[None]:
        """Keep every other process out for a `with` block; when this one is killed, the system lets the next in."""
        with locked(self.locks / f"{name}.lock", within=self.path):
            yield

    def claim(self, name: str, *, wait_seconds: float = 0.0) -> Any | None:
        """Take a piece of work for this process alone, and return what must be released; None when another has it.

        Args:
            name: of the piece, e.g. "trial-0007".
            wait_seconds: how long to wait for the other; -1 for as long as it takes.
        """
        return acquire(self.locks / f"{name}.lock", wait_seconds, within=self.path)


@contextmanager
def locked(path: Path, *, within: Path) -> Iterator[None]:
    """Hold a lock of the operating system for a `with` block: it ends with the process, however that ends."""
    lock = acquire(path, -1, within=within)
    assert lock is not None
    try:
        yield
    finally:
        lock.release()


def acquire(path: Path, wait_seconds: float, *, within: Path) -> Any | None:
    """Take a lock and return it, to be released; None when it could not be had in time (-1: wait for ever).

    Raises:
        WritingError: something that is no plain file lies in its place, or a folder on the way from `within` is a link.
    """
    make_folder(path.parent, within=within)
    check_target(path, within=within)
    filelock = _filelock()
    lock = filelock.FileLock(path)
    try:
        lock.acquire(timeout=wait_seconds, poll_interval=0.05)
    except filelock.Timeout:
        return None
    return lock


def is_locked(path: Path) -> bool:
    """Return whether a process holds a lock, without writing anything, or waiting; False where that cannot be seen."""
    try:
        with open_plain(path) as file:
            try:
                import fcntl
            except ImportError:  # Windows lets nobody read what another process has locked
                file.read(1)
                return False
            # Shared, so that others who look are not in the way, and let go when the file is closed.
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return os.name == "nt" and os.path.isfile(path)
    return False


def _filelock() -> Any:
    try:
        import filelock
    except ImportError:
        raise MissingExtraError("filelock", extra="tune", feature="A search") from None
    return filelock
