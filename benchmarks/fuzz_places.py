"""Links, pipes, devices, folders and odd names in every place of a folder; and what lies outside, which must stay."""

from __future__ import annotations

import os
import random
import shutil
import socket
from collections.abc import Sequence
from pathlib import Path

KINDS = (
    "link to a file",
    "link to a folder",
    "link to nothing",
    "link to itself",
    "link in a circle",
    "link to zero",
    "link to null",
    "pipe",
    "socket",
    "folder",
    "file",
    "gone",
    "empty",
    "endless",
    "moved and linked",
    "many links",
    "beside: odd name",
    "beside: deep",
    "beside: link",
    "beside: pipe",
    "beside: partial",
    "beside: old",
)
FOLDERS = (
    "moved and linked",
    "moved and linked",
    "link to a folder",
    "link to nothing",
    "link in a circle",
    "many links",
)
"""What is put in the place of a folder, so that what is made or removed in it would be so elsewhere."""
_ODD = (
    b"a\nb.json",
    b"\xff\xfe.json",
    b"a\x1b[31m.json",
    b"test-0000000000000000000001.json",
    b"test-\xc2\xb2.json",
    b" ",
    b"x" * 255,
    b".x.partial",
    b".tmpAAAAAA",
)


def change_place(
    folder: Path,
    guard: Path,
    chance: random.Random,
    *,
    only: Path | None = None,
    kinds: Sequence[str] = KINDS,
) -> str:
    """Put something else in the place of a file or folder below `folder`, or beside it, and return what was done.

    Args:
        folder: everything below it may be changed.
        guard: a folder outside, with secret.txt and inner/, that links lead to.
        chance: chooses.
        only: the place; None for any.
        kinds: of what is put there, `KINDS` or some of them.
    """
    places = sorted(folder.rglob("*"))
    place = only or chance.choice([*places, folder] if chance.random() < 0.05 else places)
    kind = chance.choice(kinds)
    said = f"{place.relative_to(folder.parent)}: {kind}"
    if kind.startswith("beside"):
        _put_beside(place if place.is_dir() else place.parent, guard, kind, chance)
        return said
    content = place.read_bytes() if place.is_file() else b""
    kept = guard / "moved"
    if kind == "moved and linked":
        shutil.rmtree(kept, ignore_errors=True)
        kept.unlink(missing_ok=True)
        shutil.move(place, kept)
    elif place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink()
    targets = {
        "link to a file": guard / "secret.txt",
        "link to a folder": guard / "inner",
        "link to nothing": guard / "new.txt",
        "link to itself": place,
        "link to zero": Path("/dev/zero"),
        "link to null": Path("/dev/null"),
        "moved and linked": kept,
        "link in a circle": place.parent,
    }
    if kind in targets:
        place.symlink_to(targets[kind])
    elif kind == "many links":
        place.mkdir()
        for number in range(3):
            (place / f"l{number}").symlink_to(place)
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        _put_socket(place)
    elif kind == "folder":
        place.mkdir()
        (place / place.name).write_bytes(content)
    elif kind == "file":
        place.write_bytes(chance.choice((b"x", b"{}", content[: len(content) // 2])))
    elif kind == "empty":
        place.write_bytes(b"")
    elif kind == "endless":
        place.write_bytes(content)
        with place.open("rb+") as file:
            file.truncate(1 << chance.choice((31, 42)))
    return said


def _put_socket(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        before = os.getcwd()
        os.chdir(place.parent)  # a socket's whole path may have no more than 107 bytes
        try:
            made.bind(place.name[:100])
        finally:
            os.chdir(before)


def _put_beside(folder: Path, guard: Path, kind: str, chance: random.Random) -> None:
    base = os.fsencode(folder)
    if kind == "beside: odd name":
        try:
            with open(os.path.join(base, chance.choice(_ODD)), "wb") as file:
                file.write(b"{}")
        except FileExistsError:
            pass
    elif kind == "beside: deep":
        descriptor = os.open(folder, os.O_RDONLY)
        for _ in range(chance.choice((20, 600))):
            os.mkdir(b"d", dir_fd=descriptor)
            inner = os.open(b"d", os.O_RDONLY, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        os.close(descriptor)
    elif kind == "beside: link":
        name = chance.choice(("x.json", "x.png", "x", "x.partial", "best.safetensors.link", "x.csv", "run.json.bak"))
        (folder / name).symlink_to(
            chance.choice((guard / "secret.txt", guard / "inner", folder, Path("/"), Path("nowhere")))
        )
    elif kind == "beside: pipe":
        os.mkfifo(
            folder / chance.choice(("val-009.json", "x.png", "x.csv", "x.json", ".a.partial", "draft", "x.safetensors"))
        )
    elif kind == "beside: partial":
        (folder / ".run.json.0123456789abcdef.partial").symlink_to(guard / "secret.txt")
    else:
        for path in folder.iterdir():
            if path.is_file():
                os.utime(path, (chance.choice((-1e9, 0, 4e11)),) * 2)


def snapshot(*folders: Path) -> dict[str, tuple[int, ...]]:
    """Return what lies in folders, with what changes when somebody writes: kind, size, number and time of change."""
    found: dict[str, tuple[int, ...]] = {}
    for folder in folders:
        for parent, names, files in os.walk(folder):
            for name in (*names, *files):
                path = os.path.join(parent, name)
                about = os.lstat(path)
                found[path] = (
                    about.st_mode,
                    0 if name in names else about.st_size,
                    about.st_ino,
                    0 if name in names else about.st_mtime_ns,
                )
    return found


def differences(before: dict[str, tuple[int, ...]], after: dict[str, tuple[int, ...]]) -> list[str]:
    """Return the paths that are new, gone, or otherwise now."""
    return sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
