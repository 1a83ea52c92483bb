"""Zip and tar archives of every layout, honest ones and others."""

from __future__ import annotations

import io
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data import ArrayImages, Dataset, FileImages, load_dataset
from pellucid.errors import DataError
from pellucid.store import clear_unpacked, unpacked_bytes, unpacking

MakeFolder = Callable[[Path, Mapping[str, int]], Path]
SavePicture = Callable[..., Path]


def _pack(folder: Path, path: Path, *, prefix: str = "") -> Path:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for file in files:
                archive.write(file, prefix + file.relative_to(folder).as_posix())
        return path
    kind = {".gz": "w:gz", ".tgz": "w:gz", ".xz": "w:xz", ".tar": "w", ".bz2": "w:bz2"}[path.suffix]
    with tarfile.open(path, kind) as tar:  # type: ignore[call-overload]
        for file in files:
            tar.add(file, prefix + file.relative_to(folder).as_posix())
    return path


def _pixels(dataset: Dataset) -> list[bytes]:
    assert isinstance(dataset.inputs, ArrayImages | FileImages)
    return [dataset.inputs.pixels(index).tobytes() for index in range(len(dataset))]


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tgz", "a.tar.xz", "a.tar.bz2"])
def test_archive_is_the_same_data_as_its_folder(tmp_path: Path, make_folder: MakeFolder, name: str) -> None:
    folder = make_folder(tmp_path / "a", {"cat": 12, "dog": 9})
    plain = load_dataset(folder)
    path = _pack(folder, tmp_path / name, prefix="photos/")
    for _ in range(2):  # unpacked now, found unpacked then
        packed = load_dataset(path)
        assert packed.fingerprint == plain.fingerprint
        assert packed.split_fingerprint == plain.split_fingerprint
        assert (packed.name, packed.source) == ("a", str(path))
        assert [packed.example_name(index) for index in range(21)] == [plain.example_name(i) for i in range(21)]
        assert _pixels(packed) == _pixels(plain)


def test_second_time_no_picture_is_decoded(
    tmp_path: Path, make_folder: MakeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _pack(make_folder(tmp_path / "a", {"cat": 5, "dog": 5}), tmp_path / "a.zip")
    first = load_dataset(path)
    monkeypatch.setattr("pellucid.data.survey.decode_picture", lambda data: pytest.fail("decoded again"))
    again = load_dataset(path)
    assert again.fingerprint == first.fingerprint
    assert again.decisions == first.decisions
    assert again.findings == first.findings
    path.rename(tmp_path / "b.zip")
    assert load_dataset(tmp_path / "b.zip").fingerprint == first.fingerprint


def test_pictures_of_several_sizes_and_broken_ones_come_back_the_same(
    tmp_path: Path, save_picture: SavePicture
) -> None:
    for number in range(6):
        save_picture(tmp_path / "a" / "cat" / f"{number}.png", size=(5 + number, 7))
        save_picture(tmp_path / "a" / "dog" / f"{number}.png", grey=True)
    (tmp_path / "a" / "dog" / "broken.png").write_bytes(b"no")
    path = _pack(tmp_path / "a", tmp_path / "a.zip")
    first, again = load_dataset(path), load_dataset(path)
    assert first.faults == again.faults
    assert "broken.png" in first.faults[0]
    assert _pixels(first) == _pixels(again)
    assert isinstance(again.inputs, FileImages)


def test_grey_among_colour_means_the_same_in_one_array(tmp_path: Path, save_picture: SavePicture) -> None:
    for number in range(4):
        save_picture(tmp_path / "a" / "cat" / f"{number}.png")
        save_picture(tmp_path / "a" / "dog" / f"{number}.png", grey=True)
    plain, packed = load_dataset(tmp_path / "a"), load_dataset(_pack(tmp_path / "a", tmp_path / "a.zip"))
    assert packed.fingerprint == plain.fingerprint
    assert isinstance(packed.inputs, ArrayImages)
    assert isinstance(plain.inputs, FileImages)
    grey, colour = plain.inputs.pixels(5), packed.inputs.pixels(5)
    np.testing.assert_array_equal(colour, np.repeat(grey[..., None], 3, axis=2))


def test_splits_and_lists_inside_an_archive_are_understood(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path / "a" / "train", {"x": 6, "y": 6})
    make_folder(tmp_path / "a" / "test", {"x": 3, "y": 3})
    assert len(load_dataset(_pack(tmp_path / "a", tmp_path / "a.zip")).splits["test"]) == 6
    flat = make_folder(tmp_path / "b" / "pictures", {"all": 10})
    lines = [f"pictures/all/{number}.png,{'ab'[number % 2]}" for number in range(10)]
    (tmp_path / "b" / "labels.csv").write_text("\n".join(["path,label", *lines]))
    dataset = load_dataset(_pack(flat.parent, tmp_path / "b.tar.gz"))
    assert dataset.class_counts() == {"a": 5, "b": 5}
    assert dataset.example_name(0) == "pictures/all/0.png"


def _png(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (4, 4), shade).save(buffer, "PNG")
    return buffer.getvalue()


def _honest(add: Callable[[str, bytes], None]) -> None:
    for number in range(8):
        add(f"{'ab'[number % 2]}/{number}.png", _png(number))


OUTSIDE = ("../escape.png", "/tmp/escape-absolute.png", "a/../../escape.png", "C:\\escape.png", "..\\escape.png")


def test_zip_entries_that_lead_outside_are_left_out_and_listed(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        _honest(archive.writestr)
        for name in OUTSIDE:
            archive.writestr(name, _png(99))
        link = zipfile.ZipInfo("a/link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    dataset = load_dataset(path)
    assert len(dataset) == 8
    refused = next(finding for finding in dataset.findings if finding.kind == "refused-entry")
    assert refused.count == len(OUTSIDE) + 1
    assert any("link" in fault for fault in dataset.faults)
    assert not [file for file in tmp_path.rglob("*escape*")]
    assert not Path("/tmp/escape-absolute.png").exists()


def test_tar_links_and_devices_are_left_out_and_listed(tmp_path: Path, own_cache: Path) -> None:
    path = tmp_path / "a.tar"
    with tarfile.open(path, "w") as archive:

        def add(name: str, data: bytes) -> None:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))

        _honest(add)
        add("../escape.png", _png(1))
        for kind, name in ((tarfile.SYMTYPE, "a/s.png"), (tarfile.LNKTYPE, "a/h.png"), (tarfile.CHRTYPE, "a/c.png")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "../../../etc/passwd"
            archive.addfile(info)
        add("a/s.png/inner.png", _png(3))
    dataset = load_dataset(path)
    assert len(dataset.faults) == 4
    assert not any(os.path.islink(file) for file in own_cache.rglob("*"))


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_bomb_is_stopped_and_nothing_is_left(
    tmp_path: Path, own_cache: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a"
    (folder / "cat").mkdir(parents=True)
    (folder / "cat" / "1.png").write_bytes(bytes(3 << 20))
    path = _pack(folder, tmp_path / name)
    monkeypatch.setattr(unpacking, "MAX_BYTES", 2 << 20)
    with pytest.raises(DataError, match="unpacks to more than there is room for"):
        load_dataset(path)
    assert not [file for file in own_cache.rglob("*") if file.is_file()]


def test_too_many_files_are_refused(tmp_path: Path, make_folder: MakeFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _pack(make_folder(tmp_path / "a", {"cat": 3, "dog": 3}), tmp_path / "a.zip")
    monkeypatch.setattr(unpacking, "MAX_FILES", 5)
    with pytest.raises(DataError, match="holds more than 5 files"):
        load_dataset(path)


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tar.xz"])
def test_cut_off_archive_is_an_error_and_nothing_is_left(
    tmp_path: Path, make_folder: MakeFolder, own_cache: Path, name: str
) -> None:
    path = _pack(make_folder(tmp_path / "a", {"cat": 5, "dog": 5}), tmp_path / name)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(DataError, match="damaged or cut off"):
        load_dataset(path)
    assert not [file for file in own_cache.rglob("*") if file.is_file()]


def test_encrypted_entries_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        _honest(archive.writestr)
        archive.writestr("a/secret.png", _png(5))
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02")
    data[place + 8] |= 1  # the flag in the directory of the archive
    path.write_bytes(data)
    assert "encrypted" in load_dataset(path).faults[0]


def test_place_that_cannot_be_written_is_said(
    tmp_path: Path, make_folder: MakeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _pack(make_folder(tmp_path / "a", {"cat": 3, "dog": 3}), tmp_path / "a.zip")
    (tmp_path / "file").touch()
    monkeypatch.setenv("PELLUCID_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(DataError, match=r"cannot be unpacked.*Set PELLUCID_CACHE"):
        load_dataset(path)


def test_unpacked_archives_are_counted_and_can_be_cleared(tmp_path: Path, make_folder: MakeFolder) -> None:
    path = _pack(make_folder(tmp_path / "a", {"cat": 3, "dog": 3}), tmp_path / "a.zip")
    first = load_dataset(path)
    assert unpacked_bytes() > sum(file.stat().st_size for file in (tmp_path / "a").rglob("*.png"))
    assert clear_unpacked() > 0
    assert unpacked_bytes() == 0
    assert load_dataset(path).fingerprint == first.fingerprint


def test_errors_inside_an_archive_name_the_archive(tmp_path: Path, make_folder: MakeFolder, own_cache: Path) -> None:
    path = _pack(make_folder(tmp_path / "a", {"cat": 3}), tmp_path / "a.zip", prefix="")
    with pytest.raises(DataError) as caught:
        load_dataset(path)
    assert str(own_cache) not in str(caught.value)
