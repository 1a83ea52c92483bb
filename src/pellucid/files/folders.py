"""Changing a folder that was named: nothing in it is made, renamed or removed through a link.

Whoever names a folder may reach it through links: that is their choice. What lies in it may be a stranger's, and a link
in the place of a folder of ours leads elsewhere: what is made or removed behind it would be made or removed there. So
every change names the folder that it is to stay in (`within`), goes down from there one folder at a time, each opened
as no link, and is done in the last one of these; a link that is put there meanwhile is not followed either.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pellucid.errors import WritingError

_HAS_HANDLES = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
"""Whether a name can be looked up in a folder that is open; elsewhere (Windows) each is looked at just before."""
_AS_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def refuse_links(places: Iterable[Path]) -> None:
    """Look whether any of these places in a folder of ours is a link, before anything in the folder is changed.

    Raises:
        WritingError: one is; what is written or removed there would lie elsewhere.
    """
    for place in places:
        if place.is_symlink():
            raise WritingError(
                f"'{place}' is a link: what is written or removed there would change a place outside this folder.",
                expected="Folders and files that lie where they seem to lie.",
                fix="Put what it leads to in its place, if you trust it; reading works as it is.",
            )


def refuse_linked(place: Path, *, within: Path) -> None:
    """Look whether a place, or a folder on the way to it, is a link.

    Args:
        place: anything that lies in `within`, or is to.
        within: the folder that was named, which may be reached through links.

    Raises:
        WritingError: one is.
    """
    refuse_links(_on_the_way(place, within))


def leads_elsewhere(place: Path, *, within: Path) -> bool:
    """Return whether a place, or a folder on the way to it, is a link: for those who go on without it."""
    return any(one.is_symlink() for one in _on_the_way(place, within))


def make_folder(folder: Path, *, within: Path, new: bool = False) -> None:
    """Make a folder, and those on the way to it; those that are there stay.

    Args:
        folder: that is made.
        within: the folder that was named, or the same one; made where it is missing.
        new: whether it must not be there yet.

    Raises:
        WritingError: a link lies in the place of one of them.
        FileExistsError: `new`, and something is there already.
        OSError: it cannot be made.
    """
    within.mkdir(parents=True, exist_ok=not new or folder != within)
    with suppress(FileNotFoundError):
        if not new:
            with entered(folder, within=within):
                return
    for place in _on_the_way(folder, within):
        with entered(place.parent, within=within) as handle, named(place):
            try:
                os.mkdir(_name(place, handle), dir_fd=handle)
            except FileExistsError:
                if new and place == folder:
                    raise
    with entered(folder, within=within):  # what was there already is a folder, and no link
        return


def remove_file(path: Path, *, within: Path, missing_ok: bool = False) -> None:
    """Remove a file, or the link in its place itself, out of a folder that is reached through no link.

    Args:
        path: of the file.
        within: the folder that was named.
        missing_ok: whether it may be gone already.

    Raises:
        WritingError: a link lies in the place of a folder on the way.
        OSError: it cannot be removed.
    """
    try:
        with entered(path.parent, within=within) as handle, named(path):
            os.unlink(_name(path, handle), dir_fd=handle)
    except FileNotFoundError:
        if not missing_ok:
            raise


def remove_folder(folder: Path, *, within: Path) -> None:
    """Remove an empty folder.

    Raises:
        WritingError: a link lies in the place of a folder on the way.
        OSError: it is not empty, is no folder, or cannot be removed.
    """
    with entered(folder.parent, within=within) as handle, named(folder):
        os.rmdir(_name(folder, handle), dir_fd=handle)


def remove_tree(folder: Path, *, within: Path) -> None:
    """Remove a folder with all that it holds, as far as that can be done; it may be gone already.

    Raises:
        WritingError: a link lies in its place, or in that of a folder on the way.
    """
    refuse_linked(folder, within=within)
    with suppress(OSError), entered(folder.parent, within=within) as handle:
        shutil.rmtree(_name(folder, handle), ignore_errors=True, dir_fd=handle)  # it follows no link itself


def move(source: Path, target: Path, *, within: Path) -> None:
    """Give a file or a folder another name; a file that has that name already is replaced.

    Raises:
        WritingError: a link lies in the place of a folder on the way to either.
        OSError: it cannot be done.
    """
    with (
        entered(source.parent, within=within) as old,
        entered(target.parent, within=within) as new,
        named(target),
    ):
        os.replace(_name(source, old), _name(target, new), src_dir_fd=old, dst_dir_fd=new)


def name_once(draft: Path, path: Path, *, within: Path) -> bool:
    """Give a whole file a name unless somebody else has it, and return whether that was so; the draft may stay.

    Raises:
        WritingError: a link lies in the place of a folder on the way.
        OSError: it cannot be done.
    """
    with entered(path.parent, within=within):  # both lie in there
        try:
            # A second name fails where the name is taken, and renaming would replace what is there: what somebody made.
            os.link(draft, path, follow_symlinks=False)
        except FileExistsError:
            return False
        except (OSError, NotImplementedError):  # a file system without second names: the name first, then the content
            try:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            except FileExistsError:
                return False
            move(draft, path, within=within)
    return True


def note_use(path: Path, *, within: Path) -> None:
    """Set the date of a file to now.

    Raises:
        WritingError: a link lies in the place of a folder on the way.
        OSError: it cannot be done.
    """
    with entered(path.parent, within=within) as handle, named(path):
        os.utime(_name(path, handle), dir_fd=handle)


@contextmanager
def entered(folder: Path, *, within: Path) -> Iterator[int | None]:
    """Go down to a folder through no link, and give a handle of it for a `with` block; None where there are none.

    Args:
        folder: in `within`, or the same one.
        within: the folder that was named, which may be reached through links.

    Raises:
        WritingError: a link lies in the place of a folder on the way, or of the last one.
        OSError: a folder is missing, or is none.
    """
    if not _HAS_HANDLES:
        refuse_linked(folder, within=within)
        yield None
        return
    handle = os.open(within, _AS_FOLDER)
    try:
        for place in _on_the_way(folder, within):
            inner = _enter(place, handle)
            os.close(handle)
            handle = inner
        yield handle
    finally:
        os.close(handle)


def _enter(place: Path, handle: int) -> int:
    try:
        return os.open(place.name, _AS_FOLDER | _NO_LINK, dir_fd=handle)
    except OSError as problem:
        if problem.errno in (errno.ELOOP, errno.ENOTDIR):
            refuse_links([place])
        raise OSError(problem.errno, problem.strerror, str(place)) from None


def _on_the_way(place: Path, within: Path) -> list[Path]:
    """Return the folders from `within`, which is left out, down to a place, which is not."""
    parts = place.relative_to(within).parts
    if ".." in parts:
        raise ValueError(f"'{place}' leads out of '{within}'")
    return [within.joinpath(*parts[:count]) for count in range(1, len(parts) + 1)]


def _name(path: Path, handle: int | None) -> str:
    """Return how a file is called where it is looked up: in the folder of a handle by its name alone."""
    return str(path) if handle is None else path.name


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Let an OSError name the file as a user knows it, not as it was looked up."""
    try:
        yield
    except OSError as problem:
        raise OSError(problem.errno, problem.strerror, str(path)) from None
