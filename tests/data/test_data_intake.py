"""What the front door says when it cannot open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pellucid.data import DATASET_NAMES, load_dataset
from pellucid.data.scan import safe_name
from pellucid.errors import DataError, PellucidError


def _message(source: str | Path) -> str:
    with pytest.raises(PellucidError) as caught:
        load_dataset(source)
    return str(caught.value)


def test_wrong_name_offers_the_nearest_known_name() -> None:
    message = _message("digts")
    assert "There is no file or folder digts. Did you mean 'digits'?" in message
    assert all(name in message for name in DATASET_NAMES)


def test_wrong_path_offers_the_nearest_sibling(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    assert "Did you mean 'photos'?" in _message(tmp_path / "fotos")


def test_wrong_path_tells_which_part_is_missing(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    message = _message(tmp_path / "photo" / "cats" / "small")
    assert f"'photo' is missing in {tmp_path}" in message
    assert "Did you mean 'photos'?" in message


def test_wrong_name_offers_a_sibling_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flowers").mkdir()
    monkeypatch.chdir(tmp_path)
    assert "Did you mean 'flowers'?" in _message("flower")


def test_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    message = _message(tmp_path)
    assert "is empty" in message
    assert "photos/cat/1.jpg" in message


def test_folder_with_tables_only_points_to_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,target\n1,2\n")
    assert f"Give the file itself, e.g. {tmp_path / 'a.csv'}" in _message(tmp_path)


def test_folder_without_pictures_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.npy").write_bytes(b"x")
    assert "holds no pictures" in _message(tmp_path)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.jpg", "is one picture"),
        ("a.zip", "damaged or cut off"),
        ("a.tar.gz", "damaged or cut off"),
        ("a.7z", "Unpack it"),
        ("a.npz", "damaged or cut off"),
        ("a.npy", "dataset_from_arrays"),
        ("a.parquet", "cannot be read"),
        ("a.xlsx", "not a kind of file that is known"),
    ],
)
def test_other_files_are_errors_with_the_way_out(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert words in _message(tmp_path / name)


def test_nothing_is_written_while_loading(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["a,target", *(f"{n},{'xy'[n % 2]}" for n in range(20))]))
    load_dataset(path)
    assert list(tmp_path.iterdir()) == [path]


def test_home_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "t.csv").write_text("\n".join(["a,target", *(f"{n},{'xy'[n % 2]}" for n in range(20))]))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert len(load_dataset("~/t.csv")) == 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a b", "a-b"), ("Ärger (1)", "Ärger-1"), ("...", "data"), ("x.y", "x.y"), ("a/b\\c", "a-b-c")],
)
def test_names_are_safe_for_folders(text: str, expected: str) -> None:
    assert safe_name(text) == expected


def test_one_class_error_is_a_data_error(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["a,target", *(f"{n},x" for n in range(20))]))
    with pytest.raises(DataError, match="one class only: 'x'"):
        load_dataset(path)


def test_arrays_instead_of_a_path_are_told_how_to_become_a_data_set() -> None:
    with pytest.raises(DataError, match=r"pellucid.dataset_from_arrays\(images, labels"):
        load_dataset((np.zeros((4, 8, 8)), np.zeros(4)))  # type: ignore[arg-type]
