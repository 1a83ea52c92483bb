"""A folder of the data directory or the cache that is a link: what is behind it is read, and never changed."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.cli.main import main
from pellucid.data import load_dataset
from pellucid.errors import WritingError
from pellucid.store import (
    Remote,
    WeightsCard,
    clear_unpacked,
    content_key,
    fetch_files,
    find_cache,
    keep_weights,
    list_stored,
    remove_weights,
    unpack_archive,
)

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links of POSIX")

CONTENT = b"weights"
CARD = WeightsCard(
    name="timm:resnet18",
    file="chosen-later",
    bytes=len(CONTENT),
    sha256=hashlib.sha256(CONTENT).hexdigest(),
    source="here",
    licence="MIT",
    mean=(0.5, 0.5, 0.5),
    std=(0.5, 0.5, 0.5),
    input_size=32,
    head=False,
)
KEY, SHAPE = content_key("one"), (2, 3)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data directory that is the cache directory, too, with something of ours in every folder."""
    for variable in ("PELLUCID_DATA", "PELLUCID_CACHE"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))
    keep()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("rows.csv", "x,y\n")
    unpack_archive(tmp_path / "a.zip")
    keep_row()
    (tmp_path / "home" / "weights" / "downloads").mkdir()
    (tmp_path / "home" / "mnist").mkdir()
    return tmp_path / "home"


def keep(name: str = CARD.name) -> object:
    return keep_weights(CARD.model_copy(update={"name": name}), lambda path: path.write_bytes(CONTENT))


def keep_row(name: str = "one") -> None:
    cache = find_cache()
    cache.keep("shelf", [content_key(name)], iter([np.zeros(SHAPE, np.uint8)]), shape=SHAPE)
    cache.describe("shelf", "one row")
    cache.settle()


def fetched(home: Path, *folder: str) -> object:
    remote = Remote("http://localhost:9/never-asked", "file", 4, "sha256", "0" * 64)
    return fetch_files(home.joinpath(*folder), [remote])


def linked(home: Path, name: str) -> Path:
    """Move a folder elsewhere, put a link in its place, and return where it is now."""
    elsewhere = home.parent / "elsewhere"
    (home / name).rename(elsewhere)
    (home / name).symlink_to(elsewhere)
    return elsewhere


def stands(folder: Path) -> dict[str, tuple[int, int, int]]:
    about = {path.relative_to(folder).as_posix(): path.lstat() for path in folder.rglob("*")}
    return {name: (one.st_ino, one.st_size, one.st_mtime_ns) for name, one in about.items()}


REFUSED: list[tuple[str, Callable[[Path], object]]] = [
    ("weights", lambda _: remove_weights(CARD.name)),
    ("weights", lambda _: keep("timm:resnet34")),
    ("weights", lambda home: fetched(home, "weights", "downloads")),
    ("weights/downloads", lambda home: fetched(home, "weights", "downloads")),
    ("mnist", lambda home: fetched(home, "mnist")),
    ("pixels-1", lambda _: find_cache().clear()),
    ("unpacked-1", lambda _: clear_unpacked()),
]


@pytest.mark.parametrize(("folder", "change"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_to_change_behind_a_link_is_refused(home: Path, folder: str, change: Callable[[Path], object]) -> None:
    elsewhere = linked(home, folder)
    before = stands(elsewhere)
    with pytest.raises(WritingError, match=f"{folder}' is a link: .* outside this folder.* Put what it leads to"):
        change(home)
    assert stands(elsewhere) == before


def test_an_archive_is_not_unpacked_behind_a_link_but_what_lies_there_is_read(home: Path, tmp_path: Path) -> None:
    elsewhere = linked(home, "unpacked-1")
    before = stands(elsewhere)
    assert (unpack_archive(tmp_path / "a.zip").root / "rows.csv").read_text() == "x,y\n"
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as made:
        made.writestr("other.csv", "x,y\n")
    with pytest.raises(WritingError, match="unpacked-1' is a link"):
        unpack_archive(tmp_path / "b.zip")
    assert stands(elsewhere) == before


def test_a_damaged_archive_behind_a_link_stays_as_it_is(home: Path, tmp_path: Path) -> None:
    elsewhere = linked(home, "unpacked-1")
    next(elsewhere.glob("*/files/rows.csv")).write_text("changed")
    before = stands(elsewhere)
    with pytest.raises(WritingError, match="unpacked-1' is a link"):
        unpack_archive(tmp_path / "a.zip")
    assert stands(elsewhere) == before


@pytest.mark.parametrize("folder", ["pixels-1", "pixels-1/shelf"])
def test_a_cache_behind_a_link_keeps_nothing_and_a_training_goes_on(home: Path, folder: str) -> None:
    elsewhere = linked(home, folder)
    before = stands(elsewhere)
    cache = find_cache()
    assert cache.find("shelf", [KEY], shape=SHAPE).pack.tolist() == [-1]
    keep_row("another")
    assert "is a link" in cache.problem
    assert "is a link" in cache.status().problem
    assert stands(elsewhere) == before
    cache.problem = ""


def test_the_directory_itself_may_be_a_link(home: Path) -> None:
    elsewhere = home.parent / "elsewhere"
    home.rename(elsewhere)
    home.symlink_to(elsewhere)
    keep("timm:resnet34")
    remove_weights(CARD.name)
    assert [stored.card.name for stored in list_stored()] == ["timm:resnet34"]
    assert find_cache().clear() > 0
    assert clear_unpacked() > 0


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("weights", ("weights", "remove", "resnet18")),
        ("pixels-1", ("cache", "--clear")),
        ("unpacked-1", ("cache", "--clear")),
    ],
)
def test_commands_that_remove_say_it_and_leave_with_code_2(
    home: Path, folder: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = linked(home, folder)
    before = stands(elsewhere)
    with pytest.raises(SystemExit) as left:
        main(list(words))
    assert left.value.code == 2
    assert f"{folder}' is a link" in " ".join(capsys.readouterr().err.split())
    assert stands(elsewhere) == before


def test_what_was_found_out_about_an_archive_is_not_kept_behind_a_link(home: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as made:
        for number in range(16):
            picture = io.BytesIO()
            Image.new("L", (8, 8), 9 * number).save(picture, "PNG")
            made.writestr(f"{chr(97 + number % 2)}/{number}.png", picture.getvalue())
    unpack_archive(tmp_path / "c.zip")
    elsewhere = linked(home, "unpacked-1")
    before = stands(elsewhere)
    assert len(load_dataset(tmp_path / "c.zip").targets) == 16
    assert stands(elsewhere) == before
