"""Every way in which people lay out folders of pictures: read rightly and said, or refused with the way out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data import Dataset, load_dataset
from pellucid.errors import DataError
from pellucid.kinds import ClassTarget

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import layouts

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make pictures: "train/cat/*3" stands for train/cat/0.png to 2.png; a table by its name and its lines."""

    def make(*pictures: str, **tables: str) -> Path:
        root = tmp_path / "mine"
        for number, pattern in enumerate(pictures):
            start, _, count = pattern.partition("*")
            for index in range(int(count)):
                path = root / f"{start}{index}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                dice = np.random.default_rng(1000 * number + index)
                Image.fromarray(dice.integers(0, 256, (6, 6, 3), dtype=np.uint8)).save(path)
        for name, text in tables.items():
            path = root / name.replace("__", "/").replace("_csv", ".csv")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return root

    return make


def _said(dataset: Dataset) -> str:
    return " ".join(
        [
            *(f"{one.name}: {one.value} {one.reason}" for one in dataset.decisions),
            *(one.message for one in dataset.findings),
        ]
    )


def _sizes(dataset: Dataset) -> tuple[int, int, int]:
    return len(dataset.splits["train"]), len(dataset.splits["val"]), len(dataset.splits["test"])


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("train", "test"),
        ("Training", "Testing"),
        ("train_images", "test_images"),
        ("seg_train", "seg_test"),
        ("trainset", "testset"),
        ("TrainingData", "TestData"),
        ("pets-train", "pets-test"),
        ("train2017", "val2017"),
        ("dataset_train", "holdout"),
        ("my train set", "my eval set"),
    ],
)
def test_folders_called_after_splits_in_any_spelling_are_splits(make: Make, train: str, test: str) -> None:
    dataset = load_dataset(make(f"{train}/cat/*8", f"{train}/dog/*8", f"{test}/cat/*3", f"{test}/dog/*3"))
    assert dataset.class_counts() == {"cat": 11, "dog": 11}
    assert max(_sizes(dataset)[1:]) == 6


@pytest.mark.parametrize("flat", ["test/*5", "test/unknown/*5", "test/test/*5", "Test_Images/*5", "test/images/*5"])
def test_a_split_without_class_folders_has_no_labels_and_is_left_out_and_said(make: Make, flat: str) -> None:
    dataset = load_dataset(make("train/ant/*8", "train/bee/*8", "val/ant/*3", "val/bee/*3", flat))
    assert dataset.class_counts() == {"ant": 11, "bee": 11}
    assert "5 pictures in" in _said(dataset)
    assert "no label, left out" in _said(dataset)


@pytest.mark.parametrize("stray", ["train/*1", "*1", "val/*2"])
def test_a_stray_picture_is_listed_and_changes_nothing(make: Make, stray: str) -> None:
    dataset = load_dataset(make("train/ant/*8", "train/bee/*8", "val/ant/*3", "val/bee/*3", stray))
    assert dataset.class_counts() == {"ant": 11, "bee": 11}
    assert "in no class folder" in _said(dataset)


def test_a_cover_inside_each_split_is_passed_through(make: Make) -> None:
    root = make(
        "seg_train/seg_train/a/*5", "seg_train/seg_train/b/*5", "seg_test/seg_test/a/*3", "seg_test/seg_test/b/*3"
    )
    assert load_dataset(root).class_counts() == {"a": 8, "b": 8}


def test_split_folders_inside_class_folders_are_splits(make: Make) -> None:
    dataset = load_dataset(make("cat/train/*8", "cat/test/*3", "dog/train/*8", "dog/test/*3"))
    assert dataset.class_counts("test") == {"cat": 3, "dog": 3}


def test_eval_is_what_the_other_splits_leave_it(make: Make) -> None:
    two = load_dataset(make("train/a/*8", "train/b/*8", "eval/a/*3", "eval/b/*3"))
    assert _sizes(two)[1] == 6
    assert "'eval' is taken for val" in _said(two)
    three = load_dataset(make("val/a/*2", "val/b/*2"))
    assert (_sizes(three)[1], _sizes(three)[2]) == (4, 6)


@pytest.mark.parametrize(
    ("folders", "words"),
    [
        (("train/*5", "test/*5"), "called after splits"),
        (("batch_1/*5", "batch_2/*5"), "called like parts"),
        (("IMAGES_part_1/*5", "IMAGES_part_2/*5"), "called like parts"),
        (("2019-05-01/*5", "2019-05-02/*5"), "called like dates"),
        (
            ("train/cat.*5", "train/dog.*5", "test/*3"),
            r"--label-from name \(label_from=\) takes .*2 classes, cat \(5\), dog \(5\)",
        ),
    ],
)
def test_folders_that_are_no_classes_are_refused_with_the_way_out(
    make: Make, folders: tuple[str, ...], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        load_dataset(make(*folders))


@pytest.mark.parametrize("folders", [("images/*5", "masks/*5"), ("train/images/*5", "train/masks/*5")])
def test_masks_are_no_classes_where_classes_were_asked_for(make: Make, folders: tuple[str, ...]) -> None:
    with pytest.raises(DataError, match="masks of them"):
        load_dataset(make(*folders), task="single-label")


def test_layout_takes_them_for_classes_all_the_same(make: Make) -> None:
    root = make("batch_1/*5", "batch_2/*5")
    assert load_dataset(root, layout="classes").class_counts() == {"batch_1": 5, "batch_2": 5}


@pytest.mark.parametrize(
    "names", [("left", "right"), ("left_eye", "right_eye"), ("cam1", "cam2"), ("patient 1", "patient 2")]
)
def test_sides_and_places_are_classes_and_that_is_said(make: Make, names: tuple[str, str]) -> None:
    dataset = load_dataset(make(*(f"{name}/*5" for name in names)))
    assert set(dataset.class_counts()) == set(names)
    assert "which are called like" in _said(dataset)


@pytest.mark.parametrize("parts", [("part_1", "part_2"), ("2019", "2020"), ("hospital-a", "hospital-b"), ("x", "y")])
def test_folders_that_hold_the_same_class_folders_are_parts(make: Make, parts: tuple[str, str]) -> None:
    dataset = load_dataset(make(*(f"{part}/{label}/*4" for part in parts for label in ("ill", "well"))))
    assert dataset.class_counts() == {"ill": 8, "well": 8}
    other = load_dataset(dataset.source, layout="classes")
    assert set(other.class_counts()) == set(parts)


def test_sides_inside_class_folders_are_no_classes(make: Make) -> None:
    root = make("ill/left/*3", "ill/right/*3", "well/left/*3", "well/right/*3")
    assert load_dataset(root).class_counts() == {"ill": 6, "well": 6}


@pytest.mark.parametrize(
    "masks",
    [("masks/a/*4", "masks/b/*4"), ("a/masks/*4",), ("masks/x*4", "masks/y*4"), ("a/x0_mask*1", "b/y1_mask*1")],
)
def test_masks_beside_pictures_are_left_out(make: Make, masks: tuple[str, ...]) -> None:
    covers = "images/" if masks[0] == "masks/a/*4" else ""
    names = ("", "") if masks[0] in ("masks/a/*4", "a/masks/*4") else ("x", "y")
    dataset = load_dataset(make(f"{covers}a/{names[0]}*4", f"{covers}b/{names[1]}*4", *masks))
    assert dataset.class_counts() == {"a": 4, "b": 4}
    assert "of others by name and folder" in _said(dataset)


@pytest.mark.parametrize("names", [("mask", "no_mask"), ("with_mask", "without_mask", "mask_worn_wrongly")])
def test_classes_that_speak_of_masks_are_classes(make: Make, names: tuple[str, ...]) -> None:
    assert set(load_dataset(make(*(f"{name}/*4" for name in names))).class_counts()) == set(names)


def test_small_folders_beside_the_dataset_are_left_out(make: Make) -> None:
    dataset = load_dataset(make("dataset/a/*8", "dataset/b/*8", "docs/*2"))
    assert dataset.class_counts() == {"a": 8, "b": 8}
    assert "docs/" in _said(dataset)


def _table(cells: list[str], column: str = "image_id", label: str = "dx") -> str:
    rows = [f"{40 + place},{cell},{'xy'[place % 2]}" for place, cell in enumerate(cells)]
    return "\n".join([f"age,{column},{label}", *rows])


@pytest.mark.parametrize("column", ["id", "image_id", "Image Index", "ID_code", "uid", "file_name", "what"])
@pytest.mark.parametrize("ending", ["", ".png", ".jpg"])
def test_a_column_that_names_pictures_is_found_whatever_it_is_called(make: Make, column: str, ending: str) -> None:
    root = make(
        "part_1/a*6", "part_2/b*6", list_csv=_table([f"{part}{i}{ending}" for part in "ab" for i in range(6)], column)
    )
    for source in (root, root / "list.csv"):
        dataset = load_dataset(source)
        assert dataset.class_counts() == {"x": 6, "y": 6}
        assert f"'{column}' holds names" in _said(dataset)


def test_a_table_in_a_sister_folder_is_found_and_finds_its_pictures(make: Make) -> None:
    root = make("images/*8", labels__list_csv=_table([str(i) for i in range(8)]))
    by_folder, by_file = load_dataset(root), load_dataset(root / "labels" / "list.csv")
    assert by_folder.class_counts() == by_file.class_counts() == {"x": 4, "y": 4}
    assert by_folder.fingerprint == by_file.fingerprint


def test_paths_of_another_machine_are_found_by_their_ends(make: Make) -> None:
    root = make(
        "images/a/*4", "images/b/*4", list_csv=_table([f"/home/kim/images/{c}/{i}.png" for c in "ab" for i in range(4)])
    )
    dataset = load_dataset(root)
    assert len(dataset) == 8
    assert {dataset.example_name(index) for index in range(8)} == {
        f"images/{c}/{i}.png" for c in "ab" for i in range(4)
    }


def test_two_cells_never_mean_one_picture(make: Make) -> None:
    lines = _table([f"x/{i}.png" for i in range(8)] + [f"y/{i}.png" for i in range(8)], "path")
    with pytest.raises(DataError, match="Not one of the 16 pictures"):
        load_dataset(make("images/*8", list_csv=lines) / "list.csv")


def test_ages_are_no_names_of_pictures(make: Make) -> None:
    rows = "\n".join(["age,label", *(f"{i},{'xy'[i % 2]}" for i in range(30))])
    dataset = load_dataset(make("*40", table_csv=rows) / "table.csv")
    assert not hasattr(dataset.inputs, "pixels")


def test_tables_called_after_splits_belong_together(make: Make) -> None:
    tables = {
        f"{split}_csv": "\n".join(["file,label", *(f"img/{i}.png,{'xy'[i % 2]}" for i in some)])
        for split, some in (("train", range(8)), ("val", range(8, 12)), ("test", range(12, 16)))
    }
    dataset = load_dataset(make("img/*16", **tables))
    assert _sizes(dataset) == (8, 4, 4)


def test_folders_of_splits_count_for_a_table_that_names_none(make: Make) -> None:
    cells = [f"train/{i}" for i in range(8)] + [f"test/{i}" for i in range(4)]
    dataset = load_dataset(make("train/*8", "test/*4", list_csv=_table([f"{cell}.png" for cell in cells], "path")))
    assert _sizes(dataset)[2] == 4
    assert "lie in folders called so" in _said(dataset)


def test_a_sample_of_answers_is_no_list_of_labels(make: Make) -> None:
    root = make(
        "train/*8",
        "test/t*4",
        labels_csv=_table([str(i) for i in range(8)], "id", "breed"),
        sample_submission_csv=_table([f"t{i}" for i in range(4)], "id", "breed"),
    )
    dataset = load_dataset(root)
    assert len(dataset) == 8
    assert "sample_submission.csv names pictures, too" in _said(dataset)
    assert "does not name 4 pictures" in _said(dataset)


def test_a_table_and_folders_that_differ_are_both_named(make: Make) -> None:
    cells = [f"{c}/{i}.png" for c in ("anna", "bert") for i in range(6)]
    root = make("anna/*6", "bert/*6", list_csv=_table(cells, "path", "label"))
    dataset = load_dataset(root)
    assert dataset.class_counts() == {"x": 6, "y": 6}
    assert "--layout classes" in _said(dataset)
    assert set(load_dataset(root, layout="classes").class_counts()) == {"anna", "bert"}


def test_the_table_of_unlabelled_pictures_is_named(make: Make) -> None:
    rows = "\n".join(["Path,Width", *(f"test/{i}.png,{i}" for i in range(5))])
    dataset = load_dataset(make("train/a/*8", "train/b/*8", "test/*5", answers_csv=rows))
    assert "answers.csv names them" in _said(dataset)


def test_images_dir_and_picture_column_say_where_and_which(make: Make, tmp_path: Path) -> None:
    rows = "\n".join(["left,right,label", *(f"l{i}.png,r{i}.png,{'xy'[i % 2]}" for i in range(8))])
    root = make("eyes/l*8", "eyes/r*8", list_csv=rows)
    left = load_dataset(root)
    assert "right name other pictures: --picture-column" in _said(left)
    right = load_dataset(root, picture_column="right")
    assert right.example_name(0) == "eyes/r0.png"
    (root / "list.csv").rename(tmp_path / "list.csv")
    moved = load_dataset(tmp_path / "list.csv", images_dir="mine/eyes")
    assert len(moved) == 8
    with pytest.raises(DataError, match="there is no folder"):
        load_dataset(tmp_path / "list.csv", images_dir="mine/ears")
    with pytest.raises(DataError, match="names a picture"):
        load_dataset(tmp_path / "list.csv", picture_column="label", images_dir="mine/eyes")


def test_pictures_that_are_nowhere_never_leave_a_table_of_the_rest(make: Make) -> None:
    rows = "\n".join(["Image Index,age,sex,label", *(f"n{i}.png,{i},f,{'xy'[i % 2]}" for i in range(20))])
    root = make("other/*1", list_csv=rows)
    with pytest.raises(DataError, match=r"Not one of the 20 pictures.*--images-dir.*--layout table"):
        load_dataset(root / "list.csv")
    assert set(load_dataset(root / "list.csv", layout="table", target="label").class_counts()) == {"x", "y"}


def test_layouts_drawn_at_random_are_read_rightly() -> None:
    verdicts, lines = layouts.run(range(60))
    assert not verdicts["wrong, silent"], "\n".join(lines)
    assert verdicts["right"] >= 57, "\n".join(lines)


def test_the_judge_of_layouts_sees_what_is_wrong(make: Make) -> None:
    dataset = load_dataset(make("a/*4", "b/*4"))
    assert isinstance(dataset.target, ClassTarget)
    right = {f"{label}/{i}.png": label for label in "ab" for i in range(4)}
    assert layouts.judge(layouts.Layout(labels=right), dataset) == ""
    assert layouts.judge(layouts.Layout(labels=right | {"a/0.png": "b"}), dataset)
    assert layouts.judge(layouts.Layout(labels=right, splits={"a/0.png": "test"}), dataset)
