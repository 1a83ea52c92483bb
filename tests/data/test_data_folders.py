"""Folders of class folders, with and without split folders."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data import Dataset, Finding, load_dataset
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import ClassTarget, ImageInput

MakeFolder = Callable[[Path, Mapping[str, int]], Path]
SavePicture = Callable[..., Path]


def _finding(dataset: Dataset, kind: str) -> Finding:
    return next(finding for finding in dataset.findings if finding.kind == kind)


def _kinds(dataset: Dataset) -> set[str]:
    return {finding.kind for finding in dataset.findings}


def _names(dataset: Dataset, split: str) -> set[str]:
    return {dataset.example_name(int(index)) for index in dataset.splits[split]}  # type: ignore[index]


def test_class_folders_become_classes(tmp_path: Path, make_folder: MakeFolder) -> None:
    dataset = load_dataset(make_folder(tmp_path / "my photos", {"dog": 10, "cat": 20}))
    assert dataset.target == ClassTarget(classes=("cat", "dog"))
    assert dataset.class_counts() == {"cat": 20, "dog": 10}
    assert dataset.class_counts("test") == {"cat": 4, "dog": 2}
    assert dataset.class_counts("val") == {"cat": 2, "dog": 1}
    assert dataset.name == "my-photos"
    assert dataset.source == str(tmp_path / "my photos")
    assert len(dataset) == 30
    assert isinstance(dataset.input, ImageInput)
    assert (dataset.input.channels, dataset.input.min_size, dataset.input.max_size) == (3, (6, 8), (6, 8))
    assert dataset.example_name(0) == "cat/0.png"
    assert dataset.targets[0] == 0


def test_a_relative_path_becomes_absolute(
    tmp_path: Path, make_folder: MakeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_folder(tmp_path / "photos", {"a": 5, "b": 5})
    monkeypatch.chdir(tmp_path)
    assert load_dataset("photos").source == str(tmp_path / "photos")


def test_pictures_in_folders_inside_a_class_are_found(tmp_path: Path, save_picture: SavePicture) -> None:
    for number in range(4):
        save_picture(tmp_path / "a" / "deep" / "deeper" / f"{number}.png")
        save_picture(tmp_path / "b" / f"{number}.png")
    assert load_dataset(tmp_path).class_counts() == {"a": 4, "b": 4}


def test_numbered_classes_are_in_order_of_their_numbers(tmp_path: Path, make_folder: MakeFolder) -> None:
    dataset = load_dataset(make_folder(tmp_path, {str(number): 2 for number in range(12)}))
    assert isinstance(dataset.target, ClassTarget)
    assert dataset.target.classes == tuple(str(number) for number in range(12))


@pytest.mark.parametrize("val_name", ["val", "valid", "validation", "Validation"])
def test_given_splits_are_kept_as_they_are(tmp_path: Path, make_folder: MakeFolder, val_name: str) -> None:
    for split, count in (("train", 6), (val_name, 3), ("test", 2)):
        for label in ("a", "b"):
            make_folder(tmp_path / split, {label: 0})
            for number in range(count):
                picture = tmp_path / split / label / f"{number}.png"
                picture.parent.mkdir(exist_ok=True)
                Image.new("L", (4, 4), len(split) * 20 + number * 2 + (label == "b")).save(picture)
    dataset = load_dataset(tmp_path)
    assert {split: len(indices) for split, indices in dataset.splits.items()} == {"train": 12, "val": 6, "test": 4}
    assert all(name.startswith("test/") for name in _names(dataset, "test"))
    assert "as the data brings them" in next(d.reason for d in dataset.decisions if d.name == "splits")


def test_missing_splits_are_carved_from_train_and_it_is_said(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path / "train", {"a": 40, "b": 40})
    for number in range(10):
        for label in "ab":
            picture = tmp_path / "val" / label / f"{number}.png"
            picture.parent.mkdir(parents=True, exist_ok=True)
            Image.new("L", (4, 4), number * 2 + (label == "b")).save(picture)
    dataset = load_dataset(tmp_path)
    assert {split: len(indices) for split, indices in dataset.splits.items()} == {"train": 60, "val": 20, "test": 20}
    assert all(name.startswith("train/") for name in _names(dataset, "test"))
    decision = next(decision for decision in dataset.decisions if decision.name == "splits")
    assert "test drawn at random from train" in decision.reason
    assert "--test" in decision.reason


def test_carving_never_takes_more_than_a_third_of_train(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path / "train", {"a": 30, "b": 30})
    make_folder(tmp_path / "val", {"a": 200, "b": 200})
    dataset = load_dataset(tmp_path)
    assert len(dataset.splits["test"]) == 20


def test_train_folder_alone_is_shared_out(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path / "train", {"a": 10, "b": 10})
    dataset = load_dataset(tmp_path)
    assert dataset.class_counts("test") == {"a": 2, "b": 2}
    assert dataset.class_counts("val") == {"a": 1, "b": 1}


def test_a_folder_called_train_is_a_class_only_where_that_was_said(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"train": 4, "bus": 4})
    with pytest.raises(DataError, match=r"train is called after splits, not classes.*--layout classes"):
        load_dataset(tmp_path)
    assert set(load_dataset(tmp_path, layout="classes").class_counts()) == {"bus", "train"}


def test_folder_beside_split_folders_is_left_out_and_listed(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path / "train", {"a": 5, "b": 5})
    make_folder(tmp_path / "test", {"a": 2, "b": 2})
    make_folder(tmp_path / "unlabelled", {"x": 3})
    dataset = load_dataset(tmp_path)
    assert len(dataset) == 14
    assert _finding(dataset, "outside-splits").examples == ("unlabelled",)


def test_splits_without_train_are_an_error(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path / "val", {"a": 5, "b": 5})
    make_folder(tmp_path / "test", {"a": 5, "b": 5})
    with pytest.raises(DataError, match="nothing to train on"):
        load_dataset(tmp_path)


def test_a_class_that_train_lacks_is_an_error(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path / "train", {"a": 5, "b": 5})
    make_folder(tmp_path / "test", {"a": 5, "c": 5})
    with pytest.raises(DataError, match="No training example shows 'c'"):
        load_dataset(tmp_path)


def test_hidden_and_system_folders_never_become_a_class_and_are_listed(tmp_path: Path, make_folder: MakeFolder) -> None:
    hidden = [".git", "__MACOSX", ".ipynb_checkpoints", "@eaDir", "$RECYCLE.BIN", "System Volume Information"]
    make_folder(tmp_path, {"a": 4, "b": 4, **dict.fromkeys(hidden, 2)})
    make_folder(tmp_path / "a", {"@eaDir": 2})
    (tmp_path / "empty").mkdir()
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "deep").mkdir()
    (tmp_path / "texts" / "notes.txt").write_text("hello")
    (tmp_path / "a" / "Thumbs.db").write_bytes(b"x")
    (tmp_path / "a" / "._0.png").write_bytes(b"x")
    (tmp_path / "b" / "readme.md").write_text("x")
    dataset = load_dataset(tmp_path)
    assert dataset.class_counts() == {"a": 4, "b": 4}
    assert set(_finding(dataset, "ignored-folder").examples) == {*hidden, "a/@eaDir"}
    assert _finding(dataset, "empty-folder").examples == ("empty", "texts")
    assert set(_finding(dataset, "ignored-file").examples) == {"a/Thumbs.db", "a/._0.png"}
    assert set(_finding(dataset, "not-a-picture").examples) == {"b/readme.md", "texts/notes.txt"}


def test_unreadable_pictures_are_listed_with_the_reason_and_left_out(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 6, "b": 6})
    (tmp_path / "a" / "empty.jpg").touch()
    (tmp_path / "b" / "text.png").write_text("this is no picture")
    whole = (tmp_path / "b" / "0.png").read_bytes()
    (tmp_path / "b" / "cut.png").write_bytes(whole[: len(whole) // 2])
    dataset = load_dataset(tmp_path)
    assert dataset.class_counts() == {"a": 6, "b": 6}
    finding = _finding(dataset, "unreadable")
    assert finding.count == 3
    assert finding.examples[0] == "a/empty.jpg: the file is empty (0 bytes)."
    for index in range(len(dataset)):
        assert dataset.inputs.pixels(index).shape == (6, 8, 3)  # type: ignore[attr-defined]


def test_pictures_outside_of_class_folders_are_listed(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 4, "b": 4})
    shutil.copy(tmp_path / "a" / "0.png", tmp_path / "loose.png")
    assert _finding(load_dataset(tmp_path), "outside-classes").examples == ("loose.png",)


def test_classes_that_differ_in_case_only_are_pointed_out(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"hot dog": 4, "hot_dog": 4, "cat": 4})
    assert _finding(load_dataset(tmp_path), "similar-classes").examples == ("hot dog / hot_dog",)


def test_grey_pictures_saved_in_colour_make_one_channel(tmp_path: Path) -> None:
    for label, shade in (("a", 10), ("b", 200)):
        (tmp_path / label).mkdir()
        for number in range(4):
            Image.new("RGB", (5, 4), (shade + number,) * 3).save(tmp_path / label / f"{number}.png")
    dataset = load_dataset(tmp_path)
    assert isinstance(dataset.input, ImageInput)
    assert dataset.input.channels == 1
    assert dataset.inputs.pixels(0).shape == (4, 5)  # type: ignore[attr-defined]
    decision = next(decision for decision in dataset.decisions if decision.name == "colour")
    assert decision.value == "grey"
    assert "8 are saved in colour" in decision.reason


def test_sizes_and_bit_depth_are_measured(tmp_path: Path) -> None:
    shapes = [(10, 20), (10, 10), (30, 10), (20, 20)]
    for label in "ab":
        (tmp_path / label).mkdir()
        for number, (height, width) in enumerate(shapes):
            values = np.full((height, width), 1000 * number + (label == "b"), dtype=np.uint16)
            Image.fromarray(values).save(tmp_path / label / f"{number}.png")
    found = load_dataset(tmp_path).input
    assert isinstance(found, ImageInput)
    assert (found.channels, found.bit_depth) == (1, 16)
    assert (found.min_size, found.median_size, found.max_size) == ((10, 10), (15, 15), (30, 20))
    assert found.aspect_ratios[1] == 1.0


def test_mixed_bit_depths_are_pointed_out(tmp_path: Path, save_picture: SavePicture) -> None:
    for label in "ab":
        save_picture(tmp_path / label / "8.png", grey=True)
        values = np.arange(48, dtype=np.uint16).reshape(6, 8) * 1000 + (label == "b")
        Image.fromarray(values).save(tmp_path / label / "16.png")
    assert _finding(load_dataset(tmp_path), "mixed-depth").count == 2


def test_turned_pictures_are_counted(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 4, "b": 4})
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.arange(12, dtype=np.uint8).reshape(3, 4)).save(tmp_path / "a" / "turned.png", exif=exif)
    dataset = load_dataset(tmp_path)
    assert any(decision.value == "1 picture turned upright" for decision in dataset.decisions)
    place = [dataset.example_name(index) for index in range(len(dataset))].index("a/turned.png")
    assert dataset.inputs.pixels(place).shape == (4, 3)  # type: ignore[attr-defined]


def test_links_in_a_circle_end(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 4, "b": 4})
    os.symlink(tmp_path, tmp_path / "a" / "loop")
    assert load_dataset(tmp_path).class_counts() == {"a": 4, "b": 4}


def test_a_moved_folder_gives_the_same_fingerprint_and_splits(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path / "here", {"b": 20, "a": 30})
    first = load_dataset(tmp_path / "here")
    shutil.move(tmp_path / "here", tmp_path / "there")
    second = load_dataset(tmp_path / "there")
    assert (first.fingerprint, first.split_fingerprint) == (second.fingerprint, second.split_fingerprint)
    assert first.fingerprint.startswith("sha256:")
    assert _names(first, "test") == _names(second, "test")


def test_the_order_of_the_file_system_does_not_matter(
    tmp_path: Path, make_folder: MakeFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_folder(tmp_path, {"a": 10, "b": 10})
    first = load_dataset(tmp_path)
    scandir = os.scandir

    class Backwards:
        def __init__(self, path: Path) -> None:
            with scandir(path) as entries:
                self.entries = sorted(entries, key=lambda entry: entry.name, reverse=True)

        def __enter__(self) -> list[os.DirEntry[str]]:
            return self.entries

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr("pellucid.data.scan.os.scandir", Backwards)
    second = load_dataset(tmp_path)
    assert (first.fingerprint, first.split_fingerprint) == (second.fingerprint, second.split_fingerprint)


def test_fingerprint_changes_with_content_label_and_name(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 5, "b": 5})
    seen = {load_dataset(tmp_path).fingerprint}
    Image.new("L", (4, 4), 7).save(tmp_path / "a" / "0.png")
    seen.add(load_dataset(tmp_path).fingerprint)
    (tmp_path / "a" / "1.png").rename(tmp_path / "b" / "from-a.png")
    seen.add(load_dataset(tmp_path).fingerprint)
    (tmp_path / "b" / "from-a.png").rename(tmp_path / "b" / "renamed.png")
    seen.add(load_dataset(tmp_path).fingerprint)
    (tmp_path / "a").rename(tmp_path / "aa")
    seen.add(load_dataset(tmp_path).fingerprint)
    assert len(seen) == 5


def test_another_seed_changes_the_splits_but_not_the_data(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 20, "b": 20})
    one, two = load_dataset(tmp_path), load_dataset(tmp_path, seed=1)
    assert one.fingerprint == two.fingerprint
    assert one.split_fingerprint != two.split_fingerprint


def test_adding_a_picture_moves_hardly_any_other(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 50, "b": 50})
    before = _names(load_dataset(tmp_path), "test")
    Image.new("L", (4, 4), 7).save(tmp_path / "a" / "new.png")
    after = _names(load_dataset(tmp_path), "test")
    assert len(before - after) <= 1


def test_options_are_kept_to_open_it_again_alike(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 20, "b": 20})
    first = load_dataset(tmp_path, seed=3, val=0.2, test=0.3)
    again = load_dataset(first.source, **first.options)  # type: ignore[arg-type]
    assert again.split_fingerprint == first.split_fingerprint
    assert first.options["seed"] == 3


def test_options_for_tables_are_refused(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 5, "b": 5})
    with pytest.raises(RecipeError, match=r"--target .* cannot be used: .* the folders name the classes"):
        load_dataset(tmp_path, target="label")


def test_one_class_is_an_error_with_the_way_out(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"only": 5})
    with pytest.raises(DataError, match=r"one class only: 'only' .* Add a folder of another class"):
        load_dataset(tmp_path)


def test_folder_that_wraps_the_class_folders_is_passed_through(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path / "PetImages", {"cat": 3, "dog": 3})
    dataset = load_dataset(tmp_path)
    assert dataset.class_counts() == {"cat": 3, "dog": 3}
    assert dataset.example_name(0) == "PetImages/cat/0.png"


def test_class_with_one_picture_is_an_error_that_names_it(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 5, "rare": 1})
    with pytest.raises(DataError, match=r"The class 'rare' has fewer than two examples.*merge it"):
        load_dataset(tmp_path)


def test_pictures_without_class_folders_are_an_error_that_shows_the_layouts(
    tmp_path: Path, save_picture: SavePicture
) -> None:
    save_picture(tmp_path / "1.png")
    save_picture(tmp_path / "2.png")
    with pytest.raises(DataError, match=r"2 pictures but no class folders.*photos/cat/1.jpg.*CSV"):
        load_dataset(tmp_path)


def test_folder_whose_pictures_are_all_broken_is_an_error(tmp_path: Path) -> None:
    for label in "ab":
        (tmp_path / label).mkdir()
        (tmp_path / label / "1.jpg").write_text("nothing")
    with pytest.raises(DataError, match="Not one of 2 pictures can be read"):
        load_dataset(tmp_path)


def test_class_missing_from_val_or_test_is_a_finding(tmp_path: Path, make_folder: MakeFolder) -> None:
    dataset = load_dataset(make_folder(tmp_path, {"a": 20, "b": 2}))
    assert dataset.class_counts("train")["b"] == 1
    assert dataset.class_counts("test")["b"] == 1
    assert _finding(dataset, "class-missing-in-split").examples == ("b",)
    assert "class-missing-in-split" in _kinds(dataset)
