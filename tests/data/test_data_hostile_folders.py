"""Folders that lead in circles, are closed, endless or deep: one bad entry never ends a walk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from pellucid.data import load_dataset
from pellucid.data.scan import scan_folder
from pellucid.errors import DataError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and modes of POSIX")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Return a folder of two classes of eight pictures."""
    root = tmp_path / "photos"
    for label, blue in (("a", 0), ("b", 99)):
        (root / label).mkdir(parents=True)
        for n in range(8):
            Image.new("RGB", (8, 8), (n * 9, 0, blue)).save(root / label / f"{n}.png")
    return root


def test_a_link_to_itself_is_one_finding_whatever_its_name(photos: Path) -> None:
    for name in ("me.png", "me", "me.txt", "gone"):
        (photos / "a" / name).symlink_to("nowhere" if name == "gone" else name)
    dataset = load_dataset(photos)
    assert len(dataset) == 16
    assert sorted(fault.partition(":")[0] for fault in dataset.faults) == ["a/gone", "a/me", "a/me.png", "a/me.txt"]
    assert any("links could not be looked into" in finding.message for finding in dataset.findings)
    with pytest.raises(DataError, match="a/me: a link, and Too many levels of symbolic links"):
        load_dataset(photos, strict=True)


def test_folders_that_are_closed_or_vanish_are_findings(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("closed", "vanished"):
        (photos / name).mkdir()
        Image.new("RGB", (8, 8)).save(photos / name / "1.png")
    scandir = os.scandir

    def look(path: str | Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        if Path(path).name == "vanished":
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", look)
    scan = scan_folder(photos)
    assert scan.unreadable == ["closed: Permission denied", "vanished: No such file or directory"]
    assert len(scan.pictures) == 16
    assert scan.empty_folders == []


def test_an_entry_that_cannot_be_asked_what_it_is_is_a_picture_that_cannot_be_read_or_left_out(photos: Path) -> None:
    (photos / "a" / ("x" * 251 + ".png")).write_bytes(b"no picture")
    (photos / "a" / "\udcff.png").write_bytes(b"no picture")
    os.mkfifo(photos / "a" / "pipe.png")
    os.mkfifo(photos / "a" / "pipe.txt")
    dataset = load_dataset(photos)
    assert len(dataset) == 16
    assert len(dataset.faults) == 3


@contextmanager
def nested(folder: Path, name: str, depth: int) -> Iterator[None]:
    """Make folders in one another for a `with` block; nothing else could remove them."""
    places = [os.open(folder, os.O_RDONLY)]
    for _ in range(depth):
        os.mkdir(name, dir_fd=places[-1])
        places.append(os.open(name, os.O_RDONLY, dir_fd=places[-1]))
    try:
        yield
    finally:
        os.close(places.pop())
        while places:
            os.rmdir(name, dir_fd=places[-1])
            os.close(places.pop())


def test_folders_in_one_another_without_an_end_are_walked(photos: Path) -> None:
    with nested(photos / "a", "x", 900):
        scan = scan_folder(photos)
        assert len(load_dataset(photos)) == 16
    assert len(scan.pictures) == 16
    assert scan.empty_folders == ["a/x"]
    assert scan.unreadable == []


def test_deeper_than_a_path_can_be_long_is_a_finding(photos: Path) -> None:
    with nested(photos / "a", "x" * 200, 25):
        scan = scan_folder(photos)
    assert len(scan.pictures) == 16
    assert [fault.rpartition(": ")[2] for fault in scan.unreadable] == ["File name too long"]


def test_links_that_lead_to_the_same_folders_in_very_many_ways_are_followed_to_an_end(photos: Path) -> None:
    bomb = photos.parent / "bomb"
    for level in range(12):
        (bomb / str(level)).mkdir(parents=True)
        for way in range(10):
            (bomb / str(level) / f"way{way}").symlink_to(bomb / str(level + 1))
    (photos / "a" / "bomb").symlink_to(bomb / "0")
    scan = scan_folder(photos)
    assert len(scan.pictures) == 16
    assert any("in more than 64 ways" in fault for fault in scan.unreadable)


def test_a_folder_reached_in_two_ways_counts_twice_and_a_circle_is_left_out(photos: Path) -> None:
    (photos / "c").symlink_to("b")
    (photos / "a" / "above").symlink_to(photos)
    assert len(scan_folder(photos).pictures) == 24


@pytest.mark.parametrize("up", ["/", "..", "../..", "../../..", "{parent}"])
def test_a_link_to_what_holds_the_folder_is_not_followed_through_all_there_is(photos: Path, up: str) -> None:
    (photos.parent / "other").mkdir()
    Image.new("RGB", (8, 8)).save(photos.parent / "other" / "x.png")
    (photos / "b" / "all").symlink_to(up.format(parent=photos.parent))
    scan = scan_folder(photos)
    assert len(scan.pictures) == 16
    inside = up == ".."  # from the class it leads to the folder itself: a circle, which is left out
    assert scan.unreadable == ([] if inside else ["b/all: a link to a folder that holds this one"])


def test_a_list_of_pictures_with_impossible_names_reads_the_others(photos: Path) -> None:
    cells = [f"{label}/{n}.png" for label in "ab" for n in range(8)]
    (photos / "a" / "me.png").symlink_to("me.png")
    bad = ["x" * 300 + ".png", "a/" * 3000 + "b.png", "a/me.png", "~nosuchuser/1.png", "a/\x01.png"]
    rows = "".join(f"{cell},{'b' if cell[0] == 'b' else 'a'}\n" for cell in [*cells, *bad])
    (photos / "list.csv").write_text(f"path,label\n{rows}")
    dataset = load_dataset(photos / "list.csv")
    assert len(dataset) == 16
    assert len(dataset.faults) == len(bad)


def test_a_folder_of_more_classes_of_long_names_is_trained_under_a_name_that_fits(tmp_path: Path) -> None:
    from pellucid.runs import Recipe
    from pellucid.training import plan_run

    root = tmp_path / ("d" * 250)
    for label in ("a", "b"):
        (root / label).mkdir(parents=True)
        for n in range(6):
            Image.new("RGB", (8, 8), (n * 9, 0, ord(label))).save(root / label / f"{n}{'p' * 240}.png")
    name = plan_run(load_dataset(root), Recipe(model="linear", epochs=1)).record.name
    assert name == f"{'d' * 100}-linear"
