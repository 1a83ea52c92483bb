"""Folders of pictures and masks: which belong together, what their values stand for, and what is refused in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pellucid.data import Dataset, load_dataset
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import NOT_LABELLED, MaskTarget

SIZE = (6, 8)


def picture(number: int, size: tuple[int, int] = SIZE) -> NDArray[np.uint8]:
    return np.random.default_rng(number).integers(0, 255, size, np.uint8)


def mask(number: int, values: tuple[int, ...] = (0, 255)) -> NDArray[np.uint8]:
    grid = np.full(SIZE, values[0], np.uint8)
    for place, value in enumerate(values[1:]):
        grid[1 + place, number % 4 :] = value
    return grid


def write(folder: Path, name: str, pixels: NDArray[Any], **more: Any) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **more)


def said(dataset: Dataset, name: str = "mask values") -> str:
    return next(one.value for one in dataset.decisions if one.name == name)


def pairs(folder: Path, pictures: str, masks: str, count: int = 4) -> None:
    for number in range(count):
        write(folder, pictures.format(number), picture(number))
        write(folder, masks.format(number), mask(number))


LAYOUTS = {
    "two folders": ("images/{}.png", "masks/{}.png"),
    "other words": ("imgs/{}.png", "labels/{}.png"),
    "an ending": ("{}.png", "{}_mask.png"),
    "an ending in a folder": ("images/{}.png", "gt/{}_gt.png"),
    "both have one": ("image/im_{}_image.png", "label/im_{}_label.png"),
    "nested": ("train/image/{}.png", "train/label/{}.png"),
    "two letters": ("imagesTr/case_{}_0000.png", "labelsTr/case_{}.png"),
    "an unknown word": ("Data/ISIC_{}.png", "ISIC_Truth/ISIC_{}_segmentation.png"),
    "one folder an example": ("{0}/images/{0}.png", "{0}/masks/{0}.png"),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_pictures_and_masks_are_paired_whatever_the_layout(tmp_path: Path, layout: tuple[str, str]) -> None:
    pairs(tmp_path, *layout)
    dataset = load_dataset(tmp_path, task="segment")
    assert len(dataset) == 4
    assert MaskTarget.of(dataset.target).classes == ("background", "object")
    for index in range(4):
        number = int("".join(filter(str.isdigit, dataset.example_name(index).split("_0000")[0]))[:1])
        assert np.array_equal(dataset.targets[index], mask(number) // 255)


@pytest.mark.parametrize("layout", [LAYOUTS["two folders"], LAYOUTS["one folder an example"]])
def test_without_being_asked_masks_are_learned_where_nothing_else_says_what_pictures_show(
    tmp_path: Path, layout: tuple[str, str]
) -> None:
    pairs(tmp_path, *layout)
    dataset = load_dataset(tmp_path)
    assert said(dataset, "layout") == "4 pictures with masks"
    assert said(dataset).startswith("0 background ")
    assert "255 -> object " in said(dataset)


def test_folders_called_after_splits_are_splits(tmp_path: Path) -> None:
    for split, folder in (("train", "train"), ("val", "val"), ("test", "test")):
        pairs(tmp_path, f"{folder}/{split}_{{}}.png", f"{folder}annot/{split}_{{}}.png", 3)
    dataset = load_dataset(tmp_path, task="segment")
    assert [len(dataset.splits[name]) for name in ("train", "val", "test")] == [3, 3, 3]
    names = [dataset.example_name(int(index)) for index in dataset.splits["val"]]
    assert names == ["val/val_0.png", "val/val_1.png", "val/val_2.png"]


@pytest.mark.parametrize(
    ("pictures", "masks"),
    [
        ("images/{}.png", "masks/{}/{}.png"),
        ("{0}/images/{0}.png", "{0}/masks/part{1}.png"),
        ("{}.png", "{}_mask_{}.png"),
    ],
)
def test_several_masks_of_a_picture_are_objects_whose_union_counts(tmp_path: Path, pictures: str, masks: str) -> None:
    for number in range(3):
        write(tmp_path, pictures.format(number), picture(number))
        for part in (1, 2):
            one = np.zeros(SIZE, np.uint8)
            one[2 * part] = 255
            write(tmp_path, masks.format(number, part), one)
    dataset = load_dataset(tmp_path, task="segment")
    assert len(dataset) == 3
    assert np.array_equal(np.flatnonzero(dataset.targets[0].all(axis=1)), [2, 4])
    assert "others -> object" in said(dataset)


def test_a_palettes_indices_count_and_the_border_of_voc_is_not_labelled(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, f"images/{number}.png", picture(number))
        image = Image.fromarray(mask(number, (0, 7, 255)), "L").convert("P")
        palette = [0] * 768
        palette[21:24], palette[765:768] = [200, 10, 20], [224, 224, 192]
        image.putdata(mask(number, (0, 7, 255)).reshape(-1).tolist())
        image.putpalette(palette)
        (tmp_path / "masks").mkdir(exist_ok=True)
        image.save(tmp_path / "masks" / f"{number}.png")
    target = MaskTarget.of((dataset := load_dataset(tmp_path)).target)
    assert target.values == ("0", "7")
    assert target.colours == ((0, 0, 0), (200, 10, 20))
    assert (dataset.targets[0] == NOT_LABELLED).sum() == 8
    assert "255 not labelled" in said(dataset)


def test_each_colour_is_a_class_and_greys_among_them_are_colours(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, f"images/{number}.png", picture(number))
        coloured = np.zeros((*SIZE, 3), np.uint8)
        if number:
            coloured[1], coloured[2] = (255, 0, 0), (0, 0, 255)
        write(tmp_path, f"masks/{number}.png", coloured)
    target = MaskTarget.of((dataset := load_dataset(tmp_path)).target)
    assert target.classes == ("background", "#0000ff", "#ff0000")
    assert target.colours[2] == (255, 0, 0)
    assert np.array_equal(dataset.targets[1][:3, 0], [0, 2, 1])
    assert not dataset.targets[0].any()


def test_numbers_are_named_by_a_file_beside_them(tmp_path: Path) -> None:
    pairs(tmp_path, "imagesTr/a{}.png", "labelsTr/a{}.png")
    (tmp_path / "dataset.json").write_text('{"labels": {"background": 0, "cell": 255}}', encoding="utf-8")
    assert MaskTarget.of(load_dataset(tmp_path, task="segment").target).classes == ("background", "cell")


def test_values_are_ignored_when_that_is_said(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, f"images/{number}.png", picture(number))
        write(tmp_path, f"masks/{number}.png", mask(number, (0, 1, 255)))
    plain = load_dataset(tmp_path)
    assert MaskTarget.of(plain.target).classes == ("background", "class 1", "class 255")
    dataset = load_dataset(tmp_path, ignore="255")
    assert MaskTarget.of(dataset.target).classes == ("background", "object")
    assert (dataset.targets[0] == NOT_LABELLED).sum() == 8
    with pytest.raises(RecipeError, match="no mask has the value 9"):
        load_dataset(tmp_path, ignore="9")
    with pytest.raises(RecipeError, match="'x', which is no value of a mask"):
        load_dataset(tmp_path, ignore="x")


def test_a_mask_as_jpeg_is_refused_with_the_reason(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, f"images/{number}.png", picture(number))
        write(tmp_path, f"masks/{number}.jpg", mask(number))
    with pytest.raises(DataError, match=r"masks/0\.jpg is no mask any more: it is a JPEG, which changes the values"):
        load_dataset(tmp_path)


def test_what_cannot_be_a_mask_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, f"images/{number}.png", picture(number))
        many = np.arange(np.prod(SIZE) * 2, dtype=np.uint8).reshape(SIZE[0], -1)[:, :8] * 1
        write(tmp_path, f"masks/{number}.png", mask(number) if number < 2 else many)
    assert len(load_dataset(tmp_path)) == 3
    large = np.arange(96, dtype=np.uint8).reshape(8, 12)
    write(tmp_path, "images/2.png", picture(2, (8, 12)))
    write(tmp_path, "masks/2.png", large)
    with pytest.raises(DataError, match=r"masks/2\.png has 96 different values"):
        load_dataset(tmp_path)
    write(tmp_path, "masks/2.png", mask(2))
    with pytest.raises(DataError, match=r"images/2\.png has 8 x 12 pixels .* masks/2\.png 6 x 8"):
        load_dataset(tmp_path)


def test_all_of_one_value_teaches_nothing(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path, f"images/{number}.png", picture(number))
        write(tmp_path, f"masks/{number}.png", np.zeros(SIZE, np.uint8))
    with pytest.raises(DataError, match="All 3 masks hold a single value: 0"):
        load_dataset(tmp_path)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_picture_and_mask_are_turned_by_their_own_exif(tmp_path: Path, orientation: int) -> None:
    turned = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}[orientation]
    stored_by = {
        1: lambda a: a, 2: lambda a: a[:, ::-1], 3: lambda a: a[::-1, ::-1], 4: lambda a: a[::-1],
        5: lambda a: a.T, 6: lambda a: np.rot90(a), 7: lambda a: a[::-1, ::-1].T, 8: lambda a: np.rot90(a, -1),
    }  # fmt: skip
    assert turned in stored_by
    exif = Image.Exif()
    exif[0x0112] = orientation
    for number in range(3):
        write(tmp_path, f"images/{number}.png", picture(number))
        stored = np.ascontiguousarray(stored_by[orientation](mask(number)))
        write(tmp_path, f"masks/{number}.png", stored, exif=exif)
    dataset = load_dataset(tmp_path)
    assert np.array_equal(dataset.targets[1], mask(1) // 255)


def test_pictures_of_unlike_sizes_lie_in_the_middle_of_the_largest(tmp_path: Path) -> None:
    for number, size in enumerate(((6, 8), (5, 9), (7, 4))):
        write(tmp_path, f"images/{number}.png", picture(number, size))
        write(tmp_path, f"masks/{number}.png", np.tile(np.array([0, 1], np.uint8), (size[0], 8))[:, : size[1]])
    dataset = load_dataset(tmp_path)
    assert dataset.target.grid == (7, 9)
    whole = dataset.targets[np.arange(3)]
    assert whole.shape == (3, 7, 9)
    assert (whole[2] == NOT_LABELLED).sum() == 63 - 28
    assert np.array_equal(whole[2][0], [255, 255, 0, 1, 0, 1, 255, 255, 255])


def test_masks_stay_addresses_and_a_changed_file_is_an_error(tmp_path: Path) -> None:
    pairs(tmp_path, "images/{}.png", "masks/{}.png")
    dataset = load_dataset(tmp_path)
    again = load_dataset(tmp_path)
    assert dataset.fingerprint == again.fingerprint
    write(tmp_path, "masks/3.png", mask(2))
    assert load_dataset(tmp_path).fingerprint != dataset.fingerprint
    with pytest.raises(DataError, match="changed while it was in use"):
        dataset.targets[3]


def test_pictures_without_a_mask_are_left_out_and_said(tmp_path: Path) -> None:
    pairs(tmp_path, "images/{}.png", "masks/{}.png")
    write(tmp_path, "images/9.png", picture(9))
    dataset = load_dataset(tmp_path)
    assert len(dataset) == 4
    assert [one.message for one in dataset.findings if one.kind == "unlabelled"] == [
        "1 picture has no mask, and is left out."
    ]
