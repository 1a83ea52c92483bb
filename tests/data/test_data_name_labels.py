"""Labels in the names of files: read when asked for, proposed where names look so."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.data.conftest import SavePicture

from pellucid.data import load_dataset
from pellucid.data.name_labels import label_in_name
from pellucid.errors import DataError, RecipeError


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("crazing_1.jpg", "crazing"),
        ("rolled-in_scale_112.bmp", "rolled-in_scale"),
        ("Abyssinian_12.jpg", "Abyssinian"),
        ("american_pit_bull_terrier_100.jpg", "american_pit_bull_terrier"),
        ("cat.0.jpg", "cat"),
        ("003_dog.png", "dog"),
        ("train/dog (12).png", "dog"),
        ("dog12.png", "dog"),
        ("type2_001.jpg", "type2"),
        ("12_cat_left.jpg", "cat_left"),
        ("0001.png", ""),
        ("katze_ü_7.png", "katze_ü"),
    ],
)
def test_the_label_is_the_text_without_numbers(name: str, label: str) -> None:
    assert label_in_name(name) == label


@pytest.fixture
def steel(tmp_path: Path, save_picture: SavePicture) -> Path:
    for label in ("crazing", "inclusion", "rolled-in_scale"):
        for number in range(8):
            save_picture(tmp_path / "steel" / f"{label}_{number}.png")
    return tmp_path / "steel"


def test_a_flat_folder_is_refused_with_the_flag_and_its_classes(steel: Path) -> None:
    with pytest.raises(DataError) as problem:
        load_dataset(steel)
    assert (
        "--label-from name (label_from=) takes the text in their names: 3 classes, crazing (8), inclusion (8), "
        "rolled-in_scale (8)." in str(problem.value)
    )


def test_labels_from_names_are_said_with_counts_and_an_example(steel: Path, save_picture: SavePicture) -> None:
    save_picture(steel / "77.png")
    dataset = load_dataset(steel, label_from="name")
    assert dataset.class_counts() == {"crazing": 8, "inclusion": 8, "rolled-in_scale": 8}
    (layout,) = (one for one in dataset.decisions if one.name == "layout")
    assert layout.value.endswith("3 classes, crazing (8), inclusion (8), rolled-in_scale (8)")
    assert "'crazing_0.png' is 'crazing'" in layout.reason
    assert "1 picture has no text in the name, e.g. '77.png': no label, left out." in [
        one.message for one in dataset.findings
    ]
    assert dataset.options["label_from"] == "name"


def test_split_folders_above_the_names_are_kept(tmp_path: Path, save_picture: SavePicture) -> None:
    for split, count in (("train", 10), ("test", 4)):
        for label in ("cat", "dog"):
            for number in range(count):
                save_picture(tmp_path / "pets" / split / f"{label}.{number}.png", content=f"{split}{label}{number}")
    with pytest.raises(DataError, match="--label-from name"):
        load_dataset(tmp_path / "pets")
    dataset = load_dataset(tmp_path / "pets", label_from="name")
    assert dataset.class_counts("test") == {"cat": 4, "dog": 4}


@pytest.mark.parametrize("names", [("IMG", "DSC"), ("a", "b"), ("cat", "cat")])
def test_names_that_cameras_write_and_single_classes_are_not_proposed(
    tmp_path: Path, save_picture: SavePicture, names: tuple[str, str]
) -> None:
    for place, word in enumerate(names):
        for number in range(10):
            save_picture(tmp_path / "photos" / f"{word}_{100 * place + number}.png")
    with pytest.raises(DataError) as problem:
        load_dataset(tmp_path / "photos")
    assert "--label-from" not in str(problem.value)


def test_a_number_that_may_tell_classes_apart_is_said_to_be_no_part_of_a_label(
    tmp_path: Path, save_picture: SavePicture
) -> None:
    for number in range(12):
        save_picture(tmp_path / "leaves" / f"stage {1 + number % 2} ({number}).png", content=f"s{number}")
        save_picture(tmp_path / "leaves" / f"sound ({number}).png", content=f"h{number}")
    (finding,) = load_dataset(tmp_path / "leaves", label_from="name").findings
    assert finding.message == (
        "1 label has several numbers in the names, e.g. 'stage': 1, 2 before the last one. No number is part of a "
        "label; where one should be, sort the pictures into class folders."
    )
    for number in range(12):  # a running number of two parts tells nothing
        save_picture(tmp_path / "days" / f"rain_{number}_{30 + number}.png", content=f"r{number}")
        save_picture(tmp_path / "days" / f"sun_{number}_{60 + number}.png", content=f"u{number}")
    assert not load_dataset(tmp_path / "days", label_from="name").findings


def test_it_is_refused_where_it_cannot_be(steel: Path, tmp_path: Path, save_picture: SavePicture) -> None:
    table = tmp_path / "table.csv"
    table.write_text("a,target\n" + "\n".join(f"{number},{'xy'[number % 2]}" for number in range(30)))
    with pytest.raises(RecipeError, match=r"--label-from name \(label_from=\) cannot be used"):
        load_dataset(table, label_from="name")
    with pytest.raises(RecipeError, match="both say where the labels stand"):
        load_dataset(steel, label_from="name", layout="classes")
    with pytest.raises(RecipeError, match="It can only be 'name'"):
        load_dataset(steel, label_from="folder")  # type: ignore[arg-type]
    for number in range(6):
        save_picture(tmp_path / "numbers" / f"{number}.png")
        save_picture(tmp_path / "words" / f"{'abcdef'[number] * 3}_{number}.png")
    with pytest.raises(DataError, match="hold no text beside numbers"):
        load_dataset(tmp_path / "numbers", label_from="name")
    with pytest.raises(DataError, match="6 different texts"):
        load_dataset(tmp_path / "words", label_from="name")
