"""Equal files and equal pixels stay on one side, and are counted."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data import Dataset, load_dataset
from pellucid.data.duplicates import digest_pixels, digest_rows, equal_sets, join_units
from pellucid.data.fingerprint import fingerprint_data
from pellucid.kinds import SPLITS

MakeFolder = Callable[[Path, Mapping[str, int]], Path]


def _split_of(dataset: Dataset, name: str) -> str:
    for split in SPLITS:
        if name in {dataset.example_name(int(index)) for index in dataset.splits[split]}:
            return split
    raise AssertionError(name)


def _finding_count(dataset: Dataset, kind: str) -> int:
    return sum(finding.count for finding in dataset.findings if finding.kind == kind)


@pytest.mark.parametrize("seed", range(6))
def test_equal_files_stay_on_one_side_and_are_counted(tmp_path: Path, make_folder: MakeFolder, seed: int) -> None:
    make_folder(tmp_path, {"a": 20, "b": 20})
    for number in range(8):
        shutil.copy(tmp_path / "a" / f"{number}.png", tmp_path / "a" / f"copy-of-{number}.png")
    dataset = load_dataset(tmp_path, seed=seed)
    for number in range(8):
        assert _split_of(dataset, f"a/{number}.png") == _split_of(dataset, f"a/copy-of-{number}.png")
    assert _finding_count(dataset, "equal-files") == 8
    decision = next(decision for decision in dataset.decisions if decision.name == "duplicates")
    assert decision.value == "16 pictures in 8 sets of equal ones, each set kept on one side"


def test_equal_pixels_in_other_files_count_as_equal(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 10, "b": 10})
    with Image.open(tmp_path / "a" / "0.png") as image:
        image.save(tmp_path / "a" / "same.bmp")
        image.save(tmp_path / "a" / "same.tiff")
    dataset = load_dataset(tmp_path)
    assert _finding_count(dataset, "equal-pixels") == 2
    assert _finding_count(dataset, "equal-files") == 0
    assert len({_split_of(dataset, f"a/{name}") for name in ("0.png", "same.bmp", "same.tiff")}) == 1


def test_grey_saved_as_grey_or_as_colour_is_equal(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 10, "b": 10})
    grey = Image.fromarray(np.arange(20, dtype=np.uint8).reshape(4, 5))
    grey.save(tmp_path / "a" / "grey.png")
    grey.convert("RGB").save(tmp_path / "a" / "colour.png")
    assert _finding_count(load_dataset(tmp_path), "equal-pixels") == 1


def test_equal_pictures_of_different_classes_are_a_finding(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 10, "b": 10})
    shutil.copy(tmp_path / "a" / "0.png", tmp_path / "b" / "also.png")
    dataset = load_dataset(tmp_path)
    assert _finding_count(dataset, "equal-but-other-class") == 1
    assert _split_of(dataset, "a/0.png") == _split_of(dataset, "b/also.png")


def test_duplicates_across_given_splits_are_a_leak_and_stay_where_they_are(
    tmp_path: Path, make_folder: MakeFolder
) -> None:
    make_folder(tmp_path / "train", {"a": 10, "b": 10})
    for label in "ab":
        (tmp_path / "test" / label).mkdir(parents=True)
        shutil.copy(tmp_path / "train" / label / "0.png", tmp_path / "test" / label / "leak.png")
    dataset = load_dataset(tmp_path, allow_leaks=True)
    assert _split_of(dataset, "test/a/leak.png") == "test"
    leak = next(finding for finding in dataset.findings if finding.kind == "leak")
    assert leak.count == 2
    assert "(test)" in leak.examples[0]


def test_carved_splits_keep_duplicates_together(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path / "train", {"a": 30, "b": 30})
    for number in range(10):
        shutil.copy(tmp_path / "train" / "a" / f"{number}.png", tmp_path / "train" / "a" / f"copy-{number}.png")
    for seed in range(4):
        dataset = load_dataset(tmp_path, seed=seed)
        for number in range(10):
            pair = (f"train/a/{number}.png", f"train/a/copy-{number}.png")
            assert _split_of(dataset, pair[0]) == _split_of(dataset, pair[1])


def test_one_picture_many_times_over_is_in_one_split(tmp_path: Path, make_folder: MakeFolder) -> None:
    make_folder(tmp_path, {"a": 10, "b": 10})
    for number in range(30):
        shutil.copy(tmp_path / "a" / "0.png", tmp_path / "a" / f"again-{number}.png")
    dataset = load_dataset(tmp_path)
    assert len({_split_of(dataset, f"a/again-{number}.png") for number in range(30)}) == 1
    assert all(len(indices) for indices in dataset.splits.values())


def test_row_digests_are_equal_exactly_for_equal_rows() -> None:
    array = np.random.default_rng(0).integers(0, 2, (300, 2, 3), dtype=np.uint8)  # 64 possible rows
    digests = digest_rows(array)
    _, expected = np.unique(array.reshape(300, -1), axis=0, return_inverse=True)
    _, found = np.unique(np.array(digests), return_inverse=True)
    assert len(set(zip(expected.tolist(), found.tolist(), strict=True))) == len(set(expected.tolist()))
    assert len(set(found.tolist())) == len(set(expected.tolist()))


def test_pixel_digests_tell_shapes_and_types_apart() -> None:
    flat = np.zeros(12, dtype=np.uint8)
    digests = {digest_pixels(flat.reshape(shape)) for shape in ((3, 4), (4, 3), (2, 2, 3))}
    digests.add(digest_pixels(np.zeros((3, 2), dtype=np.uint16)))
    assert len(digests) == 4


def test_equal_sets_are_in_order_of_their_first_example() -> None:
    assert equal_sets([b"x", b"y", b"x", b"z", b"y", b"x"]) == [[0, 2, 5], [1, 4]]
    assert equal_sets([b"x", b"y"]) == []


def test_units_join_groups_and_duplicates_into_chains() -> None:
    groups = np.array([0, 0, 1, 1, 2, 3])
    np.testing.assert_array_equal(join_units(6, [[1, 2]], groups), [0, 0, 0, 0, 4, 5])
    np.testing.assert_array_equal(join_units(4, [[1, 3]], None), [0, 1, 2, 1])
    np.testing.assert_array_equal(join_units(3, [], None), [0, 1, 2])


def test_fingerprint_frames_its_parts() -> None:
    targets = np.zeros(2, dtype=np.int64)
    one = fingerprint_data({}, names=["a", "bc"], content=[b"1", b"2"], targets=targets)
    two = fingerprint_data({}, names=["ab", "c"], content=[b"1", b"2"], targets=targets)
    assert one != two
