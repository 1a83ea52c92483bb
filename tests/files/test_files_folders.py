"""Nothing is made, renamed or removed through a link below the folder that was named, at whatever depth it lies."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pellucid.errors import WritingError
from pellucid.files import (
    append_line,
    check_target,
    leads_elsewhere,
    make_folder,
    move,
    name_once,
    note_use,
    open_to_write,
    refuse_linked,
    remove_file,
    remove_folder,
    remove_tree,
    save_tensors,
    write_bytes,
    write_text,
)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links of POSIX")

Change = Callable[[Path, Path], object]
"""Changes what lies in a folder (`there`, `empty/`) and may not go through links from the other one on."""
CHANGES: dict[str, Change] = {
    "append": lambda folder, within: append_line(folder / "there", "x", within=within),
    "bytes": lambda folder, within: write_bytes(folder / "there", b"x", within=within),
    "check": lambda folder, within: check_target(folder / "new", within=within),
    "folder": lambda folder, within: make_folder(folder / "new", within=within),
    "new folder": lambda folder, within: make_folder(folder / "a" / "b", within=within, new=True),
    "move": lambda folder, within: move(folder / "there", folder / "new", within=within),
    "move in": lambda folder, within: move(within / "own", folder / "new", within=within),
    "move out": lambda folder, within: move(folder / "there", within / "new", within=within),
    "name": lambda folder, within: name_once(folder / "there", folder / "new", within=within),
    "use": lambda folder, within: note_use(folder / "there", within=within),
    "over": lambda folder, within: open_to_write(folder / "there", "over", within=within).close(),
    "new": lambda folder, within: open_to_write(folder / "new", "new", within=within).close(),
    "on": lambda folder, within: open_to_write(folder / "there", "on", within=within).close(),
    "mend": lambda folder, within: open_to_write(folder / "there", "mend", within=within).close(),
    "refuse": lambda folder, within: refuse_linked(folder / "there", within=within),
    "file": lambda folder, within: remove_file(folder / "there", within=within),
    "gone file": lambda folder, within: remove_file(folder / "there", within=within, missing_ok=True),
    "empty": lambda folder, within: remove_folder(folder / "empty", within=within),
    "tree": lambda folder, within: remove_tree(folder / "empty", within=within),
    "tensors": lambda folder, within: save_tensors(folder / "new", {"a": np.zeros(1)}, within=within),
    "text": lambda folder, within: write_text(folder / "there", "x", within=within),
}


def stands(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return what lies in a folder, with what any change of it would change."""
    about = {path.relative_to(folder).as_posix(): path.lstat() for path in folder.rglob("*")}
    return {name: (one.st_ino, one.st_size, one.st_mtime_ns) for name, one in about.items()}


def filled(folder: Path) -> Path:
    (folder / "empty").mkdir(parents=True)
    (folder / "there").write_text("precious\n")
    os.utime(folder / "there", (1, 1))
    return folder


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("name", CHANGES)
def test_no_change_goes_through_a_link(tmp_path: Path, name: str, depth: int) -> None:
    """A link at the depth `depth`, below which two more folders of ours seem to lie."""
    elsewhere, home = filled(tmp_path / "elsewhere"), tmp_path / "home"
    filled(elsewhere / "deeper" / "still")
    link = home.joinpath(*"abc"[:depth])
    link.parent.mkdir(parents=True)
    (home / "own").write_text("ours")
    link.symlink_to(elsewhere)
    before = stands(elsewhere), stands(home)
    for folder in (link, link / "deeper" / "still"):
        with pytest.raises(WritingError, match=rf"{link.name}' is a link: .* Put what it leads to"):
            CHANGES[name](folder, home)
        assert leads_elsewhere(folder, within=home)
    assert (stands(elsewhere), stands(home)) == before


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("target", ["nowhere", "a", "..", "/"])
def test_links_that_lead_nowhere_in_a_circle_or_above_are_refused_alike(tmp_path: Path, name: str, target: str) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "own").write_text("ours")
    (tmp_path / "home" / "a").symlink_to(target)
    before = stands(tmp_path)
    with pytest.raises(WritingError, match="a' is a link"):
        CHANGES[name](tmp_path / "home" / "a", tmp_path / "home")
    assert stands(tmp_path) == before


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "refuse"])
def test_the_folder_that_was_named_may_be_a_link(tmp_path: Path, name: str) -> None:
    filled(tmp_path / "real" / "inner")
    (tmp_path / "real" / "own").write_text("ours")
    (tmp_path / "named").symlink_to("real")
    before = stands(tmp_path / "real")
    CHANGES[name](tmp_path / "named" / "inner", tmp_path / "named")
    assert (stands(tmp_path / "real") == before) == (name in ("check", "mend", "on"))


def test_a_file_that_is_a_link_goes_alone_and_a_folder_that_is_one_stays(tmp_path: Path) -> None:
    elsewhere, home = filled(tmp_path / "elsewhere"), tmp_path / "home"
    home.mkdir()
    (home / "file").symlink_to(elsewhere / "there")
    (home / "folder").symlink_to(elsewhere)
    remove_file(home / "file", within=home)
    with pytest.raises(WritingError, match="folder' is a link"):
        remove_tree(home / "folder", within=home)
    with pytest.raises(NotADirectoryError):
        remove_folder(home / "folder", within=home)
    assert sorted(path.name for path in home.iterdir()) == ["folder"]
    assert sorted(path.name for path in elsewhere.iterdir()) == ["empty", "there"]


def test_what_fails_names_the_whole_path(tmp_path: Path) -> None:
    (tmp_path / "full" / "x").mkdir(parents=True)
    for change, name in (
        (lambda: remove_file(tmp_path / "full" / "gone", within=tmp_path), "full/gone"),
        (lambda: remove_folder(tmp_path / "full", within=tmp_path), "full"),
        (lambda: open_to_write(tmp_path / "full" / "x", "new", within=tmp_path), "full/x"),
        (lambda: make_folder(tmp_path / "full" / "x", within=tmp_path, new=True), "full/x"),
        (lambda: remove_file(tmp_path / "no" / "gone", within=tmp_path), "no"),
    ):
        with pytest.raises(OSError, match=r"full|no") as caught:
            change()
        assert caught.value.filename == str(tmp_path / name)


def test_a_place_outside_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    for place in (tmp_path / "other" / "x", tmp_path / "home" / ".." / "other" / "x"):
        with pytest.raises(ValueError, match="other"):
            remove_file(place, within=tmp_path / "home")
