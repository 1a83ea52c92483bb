"""Walking a folder: which files are pictures, and what is passed over."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pellucid.data.dataset import Finding
from pellucid.decoding import IMAGE_SUFFIXES
from pellucid.errors import DataError
from pellucid.files import reason_of
from pellucid.late import Late
from pellucid.words import counted, steady_name

_SYSTEM_NAMES = frozenset(
    {
        "__macosx",
        "__pycache__",
        "@eadir",
        "@recycle",
        "@recently-snapshot",
        "#recycle",
        "#snapshot",
        "$recycle.bin",
        "recycler",
        "system volume information",
        "lost+found",
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
    }
)
"""Lower-case names that operating systems, network drives and editors leave behind."""

_IS_MANIFEST = Late("pellucid.data.fixes", "is_manifest")
"""A file of fixes may lie among its data: it is none of them, and is used when it is named."""
_SHOWN = 8
_MOST_WAYS = 64
"""Ways to one folder that are followed: of ten links each to the next of ten folders there are ten thousand million."""


@dataclass
class Scan:
    """What lies in a folder; every name is relative to it, with "/" between its parts, in Unicode form NFC."""

    pictures: list[tuple[str, Path]] = field(default_factory=list)
    """(name, path), sorted by name."""
    hidden_folders: list[str] = field(default_factory=list)
    hidden_files: list[str] = field(default_factory=list)
    other_files: list[str] = field(default_factory=list)
    empty_folders: list[str] = field(default_factory=list)
    """Folders without a picture in them or below; of nested ones only the outermost."""
    most: int | None = None
    """Files after which the walk ends, for folders that may hold anything; None for none."""
    unreadable: list[str] = field(default_factory=list)
    """"name: reason" of folders and links that could not be looked into."""

    def findings(self) -> list[Finding]:
        """Return what was passed over."""
        return [
            finding
            for kind, names, words in (
                (
                    "ignored-folder",
                    self.hidden_folders,
                    ("hidden or system folder ignored", "hidden or system folders ignored"),
                ),
                (
                    "ignored-file",
                    self.hidden_files,
                    ("hidden or system file ignored", "hidden or system files ignored"),
                ),
                (
                    "empty-folder",
                    self.empty_folders,
                    ("folder without a picture ignored", "folders without a picture ignored"),
                ),
                (
                    "unreadable-folder",
                    self.unreadable,
                    (
                        "folder or link could not be looked into, and is left out",
                        "folders or links could not be looked into, and are left out",
                    ),
                ),
                (
                    "not-a-picture",
                    self.other_files,
                    ("file ignored, no picture by its name", "files ignored, no pictures by their names"),
                ),
            )
            for finding in _finding(kind, names, *words)
        ]


def is_ignored_name(name: str) -> bool:
    """Tell whether a file or folder is hidden (a leading dot) or belongs to the system."""
    return name.startswith((".", "~$")) or name.lower() in _SYSTEM_NAMES


def plain_name(text: str) -> str:
    """Return a name in Unicode form NFC: macOS hands out the same name in another form than other systems.

    Bytes of a file name that are no UTF-8 become codes behind a backslash, so that every name can be written down; so
    do line breaks, and characters that would steer a terminal or turn the direction of writing.
    """
    return unicodedata.normalize("NFC", steady_name(text))


def safe_name(text: str) -> str:
    """Return a name that can be part of a folder's name on every system."""
    return re.sub(r"[^\w.-]+", "-", plain_name(text)).strip("-._") or "data"


def scan_pictures(root: Path, *, most: int | None = None) -> Scan:
    """Walk a folder that should hold pictures, as `scan_folder` does.

    Raises:
        DataError: it cannot be read.
    """
    try:
        return scan_folder(root, most=most)
    except OSError as problem:
        raise DataError(f"{problem.filename or root} cannot be read ({reason_of(problem)}).") from None


def scan_folder(root: Path, *, most: int | None = None) -> Scan:
    """Walk a folder and everything below it, following links but never in a circle. The result is in sorted order.

    A link to a folder that holds this one, such as the root of the disk, is such a circle, too. It is listed, as is
    what cannot be looked into, and the walk goes on.

    Args:
        root: the folder.
        most: files after which the walk ends; None for all.

    Raises:
        OSError: the folder itself cannot be read.
    """
    scan = Scan(most=most)
    parents: dict[str, str] = {}
    """Each folder below the root by its name -> the one it lies in; "" is the root."""
    times: Counter[str] = Counter()
    with_pictures: set[str] = set()
    real = os.path.realpath(root)
    outside = {str(folder) for folder in Path(real).parents}
    waiting = [("", root, _Chain(real))]
    while waiting:  # no recursion: folders may be nested deeper than functions may call one another
        name, folder, chain = waiting.pop()
        try:
            inner = _look_into(folder, name, scan)
        except OSError as problem:
            if not name:
                raise
            scan.unreadable.append(f"{name}: {reason_of(problem)}")
            continue
        for entry in inner:
            inner_name = plain_name(f"{name}/{entry.name}" if name else entry.name)
            below = chain.below(entry)
            if below.by_link:
                if below.real in outside:  # it would lead through everything there is, and back to here
                    scan.unreadable.append(f"{inner_name}: a link to a folder that holds this one")
                    continue
                times[below.real] += 1
                if times[below.real] > _MOST_WAYS:
                    scan.unreadable.append(
                        f"{inner_name}: links lead to the same folder in more than {_MOST_WAYS} ways"
                    )
                    continue
                if chain.holds(below.real):
                    continue
            parents[inner_name] = name
            waiting.append((inner_name, Path(entry.path), below))
    for name, _ in scan.pictures:
        place = name.rpartition("/")[0]
        while place and place not in with_pictures:
            with_pictures.add(place)
            place = parents.get(place, "")
    unread = {fault.partition(": ")[0] for fault in scan.unreadable}
    scan.empty_folders = [
        name
        for name, parent in parents.items()
        if name not in with_pictures | unread and (not parent or parent in with_pictures)
    ]
    scan.pictures.sort()
    for names in (scan.hidden_folders, scan.hidden_files, scan.other_files, scan.empty_folders, scan.unreadable):
        names.sort()
    return scan


@dataclass(frozen=True)
class _Chain:
    """A folder and those that it was reached through.

    Attributes:
        real: its path without links.
        above: the folder that it was found in; None for the root.
        by_link: whether a link led to it, or to one above it: only then can it be reached in a circle.
    """

    real: str
    above: _Chain | None = None
    by_link: bool = False

    def below(self, entry: os.DirEntry[str]) -> _Chain:
        """Return the chain of a folder in this one."""
        is_link, real = entry.is_symlink(), os.path.join(self.real, entry.name)
        return _Chain(os.path.realpath(real) if is_link else real, self, is_link or self.by_link)

    def holds(self, real: str) -> bool:
        """Return whether a folder is in the chain."""
        chain: _Chain | None = self
        while chain is not None and chain.real != real:
            chain = chain.above
        return chain is not None


def _look_into(folder: Path, prefix: str, scan: Scan) -> list[os.DirEntry[str]]:
    """Add what lies in a folder to `scan`, and return the folders among it.

    Raises:
        OSError: it cannot be looked into.
    """
    with os.scandir(folder) as entries:
        listing = sorted(entries, key=lambda entry: entry.name)
    inner = []
    for entry in listing:
        if scan.most is not None and len(scan.pictures) + len(scan.other_files) >= scan.most:
            break
        name = plain_name(f"{prefix}/{entry.name}" if prefix else entry.name)
        ignored = is_ignored_name(entry.name)
        try:
            is_folder = entry.is_dir()
        except OSError:  # a link that leads in a circle, or into a folder that is closed
            is_folder = False
        if is_folder and ignored:
            scan.hidden_folders.append(name)
        elif is_folder:
            inner.append(entry)
        elif ignored:
            scan.hidden_files.append(name)
        elif os.path.splitext(entry.name)[1].lower() in IMAGE_SUFFIXES:
            scan.pictures.append((name, Path(entry.path)))
        elif entry.is_symlink() and not os.path.exists(entry.path):
            scan.unreadable.append(f"{name}: {_why_no_link(entry.path)}")
        elif not (name.lower().endswith(".csv") and _IS_MANIFEST(entry.path)):
            scan.other_files.append(name)
    return inner


def _why_no_link(path: str) -> str:
    try:
        os.stat(path)
    except OSError as problem:
        return f"a link, and {reason_of(problem)}"
    return "a link that leads nowhere"


def _finding(kind: str, names: Sequence[str], one: str, many: str) -> list[Finding]:
    if not names:
        return []
    return [
        Finding(
            kind=kind, message=f"{counted(len(names), one, many)}.", examples=tuple(names[:_SHOWN]), count=len(names)
        )
    ]
