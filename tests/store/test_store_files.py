"""The data directory and the named files in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pellucid.errors import DataError
from pellucid.store import STORED_DATASETS, data_directory, find_dataset_file, find_dataset_files


def test_data_directory_is_what_the_variable_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))
    assert data_directory() == tmp_path


def test_data_directory_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PELLUCID_DATA", "here")
    assert data_directory() == tmp_path / "here"


def test_data_directory_without_the_variable_is_the_platforms_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PELLUCID_DATA", raising=False)
    assert data_directory().name == "pellucid"
    assert data_directory().is_absolute()


def test_plain_file_is_preferred_to_its_gzipped_twin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))
    folder = tmp_path / "mnist"
    folder.mkdir()
    zipped = folder / "train-images-idx3-ubyte.gz"
    zipped.touch()
    assert find_dataset_file("mnist", "train-images-idx3-ubyte") == zipped
    plain = folder / "train-images-idx3-ubyte"
    plain.touch()
    assert find_dataset_file("mnist", "train-images-idx3-ubyte") == plain


def test_all_files_of_a_set_are_found_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))
    (tmp_path / "fashion-mnist").mkdir()
    for file in STORED_DATASETS["fashion-mnist"]:
        (tmp_path / "fashion-mnist" / f"{file}.gz").touch()
    assert set(find_dataset_files("fashion-mnist")) == set(STORED_DATASETS["fashion-mnist"])


def test_missing_file_error_says_what_where_and_how_to_mend(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))
    with pytest.raises(DataError) as caught:
        find_dataset_files("mnist")
    text = str(caught.value)
    assert str(tmp_path / "mnist" / "train-images-idx3-ubyte") in text
    assert "PELLUCID_DATA" in text


def test_unknown_name_error_offers_the_nearest() -> None:
    with pytest.raises(DataError, match="Did you mean 'fashion-mnist'"):
        find_dataset_files("fashon-mnist")
