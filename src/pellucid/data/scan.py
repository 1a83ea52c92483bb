"""Walking a folder: which files are pictures, and what is passed over."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pellucid.data.dataset import Finding
from pellucid.decoding import IMAGE_SUFFIXES
from pellucid.spec import counted
from pellucid.words import steady_name

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

_SHOWN = 8


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


def scan_folder(root: Path) -> Scan:
    """Walk a folder and everything below it, following links but never in a circle. The result is in sorted order."""
    scan = Scan()
    _walk(root, "", scan, (os.path.realpath(root),))
    scan.pictures.sort()
    for names in (scan.hidden_folders, scan.hidden_files, scan.other_files, scan.empty_folders):
        names.sort()
    return scan


def _walk(folder: Path, prefix: str, scan: Scan, above: tuple[str, ...]) -> bool:
    """Add what lies in `folder` to `scan`; return whether a picture was found."""
    found = False
    with os.scandir(folder) as entries:
        listing = sorted(entries, key=lambda entry: entry.name)
    for entry in listing:
        name = plain_name(prefix + entry.name)
        if entry.is_dir():
            if is_ignored_name(entry.name):
                scan.hidden_folders.append(name)
                continue
            real = os.path.realpath(entry.path)
            if real not in above:
                found |= _walk_inner(Path(entry.path), name, scan, (*above, real))
        elif is_ignored_name(entry.name):
            scan.hidden_files.append(name)
        elif os.path.splitext(entry.name)[1].lower() in IMAGE_SUFFIXES:
            scan.pictures.append((name, Path(entry.path)))
            found = True
        else:
            scan.other_files.append(name)
    return found


def _walk_inner(folder: Path, name: str, scan: Scan, above: tuple[str, ...]) -> bool:
    already_empty = len(scan.empty_folders)
    found = _walk(folder, f"{name}/", scan, above)
    if not found:
        del scan.empty_folders[already_empty:]
        scan.empty_folders.append(name)
    return found


def _finding(kind: str, names: Sequence[str], one: str, many: str) -> list[Finding]:
    if not names:
        return []
    return [
        Finding(
            kind=kind, message=f"{counted(len(names), one, many)}.", examples=tuple(names[:_SHOWN]), count=len(names)
        )
    ]
