"""CSV files that list pictures."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import Dataset, load_dataset
from pellucid.errors import DataError
from pellucid.kinds import ClassTarget, ValueTarget

SavePicture = Callable[..., Path]


@pytest.fixture
def write_csv(tmp_path: Path, save_picture: SavePicture) -> Callable[..., Path]:
    """Write a CSV with a line per picture, and the pictures; a line is a format string of `number`."""

    def write(header: str, line: str, *, count: int = 20, name: str = "list.csv", pictures: str = "p/{0}.png") -> Path:
        rows = [header]
        for number in range(count):
            save_picture(tmp_path / pictures.format(number))
            rows.append(line.format(number, label="cat" if number % 2 else "dog", patient=number // 4))
        path = tmp_path / name
        path.write_text("\n".join(rows))
        return path

    return write


def _decision(dataset: Dataset, name: str) -> str:
    return next(f"{decision.value} | {decision.reason}" for decision in dataset.decisions if decision.name == name)


@pytest.mark.parametrize("column", ["path", "file_name", "filename", "file", "image", "image_path", "File_Name"])
def test_the_column_of_paths_is_found_by_its_name(write_csv: Callable[..., Path], column: str) -> None:
    dataset = load_dataset(write_csv(f"{column},label", "p/{0}.png,{label}"))
    assert dataset.class_counts() == {"cat": 10, "dog": 10}
    assert dataset.example_name(0) == "p/0.png"
    assert dataset.name == "list"


def test_label_beside_other_columns_is_found_by_its_name(write_csv: Callable[..., Path]) -> None:
    dataset = load_dataset(write_csv("path,colour,label,sex", "p/{0}.png,red,{label},f"))
    assert dataset.target == ClassTarget(name="label", classes=("cat", "dog"))
    assert "guessed from its name; --target" in _decision(dataset, "label column")


def test_first_categorical_column_after_the_path_is_the_label_if_no_name_tells(
    write_csv: Callable[..., Path],
) -> None:
    dataset = load_dataset(write_csv("kind,path,id,weight,animal,sex", "x{0},p/{0}.png,id{0},1.{0},{label},f"))
    assert dataset.target.name == "animal"
    assert "first column after 'path' that holds categories; --target" in _decision(dataset, "label column")


def test_target_chooses_the_label(write_csv: Callable[..., Path]) -> None:
    path = write_csv("path,label,age", "p/{0}.png,{label},{0}.5")
    dataset = load_dataset(path, target="age")
    assert dataset.target == ValueTarget(name="age")
    assert sorted(dataset.targets[:]) == [number + 0.5 for number in range(20)]
    assert dataset.targets[0] == 0.5


def test_unknown_target_offers_the_nearest_column(write_csv: Callable[..., Path]) -> None:
    path = write_csv("path,label", "p/{0}.png,{label}")
    with pytest.raises(DataError, match=r"no column 'lable'. Did you mean 'label'\?.*--target"):
        load_dataset(path, target="lable")


def test_no_column_for_the_label_is_an_error_that_lists_the_columns(write_csv: Callable[..., Path]) -> None:
    path = write_csv("path,weight", "p/{0}.png,1.{0}7")
    with pytest.raises(DataError, match=r"Nothing says which column.*path, weight.*--target"):
        load_dataset(path)


def test_split_column_is_honoured(write_csv: Callable[..., Path], tmp_path: Path) -> None:
    path = write_csv("path,label,split", "p/{0}.png,{label},train")
    lines = path.read_text().splitlines()
    for number, word in ((1, "valid"), (2, "valid"), (3, "Test"), (4, "test")):
        lines[number] = lines[number].replace("train", word)
    path.write_text("\n".join(lines))
    dataset = load_dataset(path)
    assert {split: len(indices) for split, indices in dataset.splits.items()} == {"train": 16, "val": 2, "test": 2}
    assert dataset.class_counts("test") == {"cat": 1, "dog": 1}


def test_unknown_words_in_the_split_column_are_an_error(write_csv: Callable[..., Path]) -> None:
    path = write_csv("path,label,split", "p/{0}.png,{label},train")
    path.write_text(path.read_text().replace("train", "tset", 2))
    with pytest.raises(DataError, match=r"name no split: rows 1, 2.*train, training, val"):
        load_dataset(path)


@pytest.mark.parametrize("column", ["patient", "patient_id", "PatientID", "lesion_id", "subject", "group"])
def test_group_is_guessed_from_its_name_and_never_straddles(write_csv: Callable[..., Path], column: str) -> None:
    dataset = load_dataset(write_csv(f"path,label,{column}", "p/{0}.png,{label},n{patient}", count=60))
    assert dataset.groups is not None
    assert len(set(dataset.groups.tolist())) == 15
    for one, two in (("train", "val"), ("train", "test"), ("val", "test")):
        held = [set(dataset.groups[dataset.splits[split]].tolist()) for split in (one, two)]  # type: ignore[index]
        assert not held[0] & held[1]
    assert "--group NAME" in _decision(dataset, "group")


def test_group_chosen_by_name(write_csv: Callable[..., Path]) -> None:
    dataset = load_dataset(write_csv("path,label,camera", "p/{0}.png,{label},{patient}"), group="camera")
    assert dataset.groups is not None
    assert "as asked for" in _decision(dataset, "group")


def test_groups_across_given_splits_are_a_leak(write_csv: Callable[..., Path]) -> None:
    path = write_csv("path,label,patient,split", "p/{0}.png,{label},{patient},train")
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:17], *(line.replace("train", "test") for line in lines[17:])]))
    assert not [finding for finding in load_dataset(path).findings if finding.kind == "leak"]
    path.write_text("\n".join([*lines[:16], *(line.replace("train", "test") for line in lines[16:])]))
    leak = next(finding for finding in load_dataset(path).findings if finding.kind == "leak")
    assert leak.count == 1


def test_order_of_the_lines_does_not_matter(write_csv: Callable[..., Path]) -> None:
    path = write_csv("path,label", "p/{0}.png,{label}")
    first = load_dataset(path)
    header, *lines = path.read_text().splitlines()
    path.write_text("\n".join([header, *reversed(lines)]))
    second = load_dataset(path)
    assert (first.fingerprint, first.split_fingerprint) == (second.fingerprint, second.split_fingerprint)


def test_folder_that_holds_the_csv_counts_as_the_csv(write_csv: Callable[..., Path], tmp_path: Path) -> None:
    path = write_csv("path,label", "p/{0}.png,{label}", name="metadata.csv")
    folder, file = load_dataset(tmp_path), load_dataset(path)
    assert folder.fingerprint == file.fingerprint
    assert folder.name == file.name == tmp_path.name.replace("[", "-").strip("-")


def test_folder_with_class_folders_and_a_csv_uses_the_folders_and_says_so(
    write_csv: Callable[..., Path], tmp_path: Path
) -> None:
    write_csv("path,label", "p{0}/x.png,{label}", pictures="p{0}/x.png", count=2)
    for folder in ("p0", "p1"):
        (tmp_path / folder / "y.png").write_bytes((tmp_path / folder / "x.png").read_bytes())
    dataset = load_dataset(tmp_path)
    assert set(dataset.class_counts()) == {"p0", "p1"}
    assert any(finding.kind == "unused-table" for finding in dataset.findings)


def test_a_table_too_large_to_be_read_unasked_is_passed_over_and_said(
    write_csv: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv("path,label", "p{0}/x.png,{label}", pictures="p{0}/x.png", count=2)
    for folder in ("p0", "p1"):
        (tmp_path / folder / "y.png").write_bytes((tmp_path / folder / "x.png").read_bytes())
    with path.open("rb+") as file:
        file.truncate(1 << 40)  # a terabyte that takes no room
    monkeypatch.setattr("pellucid.data.listings.read_table", lambda path: pytest.fail(f"{path} was read"))
    dataset = load_dataset(tmp_path)
    assert set(dataset.class_counts()) == {"p0", "p1"}
    assert [finding.message for finding in dataset.findings if finding.kind == "unused-table"] == [
        "list.csv has more than 256 MiB and was not looked at. If it lists the pictures, give that file."
    ]


def test_several_listings_in_one_folder_are_an_error(write_csv: Callable[..., Path], tmp_path: Path) -> None:
    write_csv("path,label", "p/{0}.png,{label}", name="one.csv")
    write_csv("path,label", "p/{0}.png,{label}", name="two.csv")
    with pytest.raises(DataError, match=r"one\.csv, two\.csv.*Give one"):
        load_dataset(tmp_path)


def test_missing_files_are_listed_and_left_out(write_csv: Callable[..., Path], tmp_path: Path) -> None:
    path = write_csv("path,label", "p/{0}.png,{label}")
    (tmp_path / "p" / "3.png").unlink()
    dataset = load_dataset(path)
    assert len(dataset) == 19
    assert next(finding for finding in dataset.findings if finding.kind == "missing-file").examples == ("p/3.png",)
    names = [dataset.example_name(index) for index in range(19)]
    assert [dataset.targets[names.index(name)] for name in ("p/2.png", "p/4.png", "p/5.png")] == [1, 1, 0]


def test_all_files_missing_is_an_error(write_csv: Callable[..., Path], tmp_path: Path) -> None:
    path = write_csv("path,label", "p/{0}.png,{label}")
    shutil.rmtree(tmp_path / "p")
    with pytest.raises(DataError, match=r"Not one of the 20 pictures.*from the folder that holds the CSV"):
        load_dataset(path)


def test_missing_label_is_an_error_with_its_row(write_csv: Callable[..., Path]) -> None:
    path = write_csv("path,label", "p/{0}.png,{label}")
    path.write_text(path.read_text().replace("cat", "", 1))
    with pytest.raises(DataError, match=r"1 empty cell: row 2\."):
        load_dataset(path)


def test_windows_and_absolute_paths_are_found(write_csv: Callable[..., Path], tmp_path: Path) -> None:
    path = write_csv("path,label", "p/{0}.png,{label}")
    first = load_dataset(path)
    path.write_text(path.read_text().replace("p/", "p\\"))
    assert load_dataset(path).fingerprint == first.fingerprint
    path.write_text(path.read_text().replace("p\\", f"{tmp_path}/p/"))
    assert load_dataset(path).fingerprint == first.fingerprint


def test_pixels_belong_to_their_labels(write_csv: Callable[..., Path], tmp_path: Path) -> None:
    dataset = load_dataset(write_csv("path,label", "p/{0}.png,{label}"))
    assert not isinstance(dataset.inputs, type(None))
    for index in range(len(dataset)):
        number = int(Path(dataset.example_name(index)).stem)
        assert dataset.targets[index] == (0 if number % 2 else 1)
        from pellucid.decoding import decode

        np.testing.assert_array_equal(
            dataset.inputs.pixels(index),  # type: ignore[attr-defined]
            decode(tmp_path / "p" / f"{number}.png"),
        )
