"""Folders of pictures and of what each is to become: which belong together, which is wanted, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pellucid.data import Dataset, load_dataset
from pellucid.data.pair_names import pair_names
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import PairedTarget

SIZE = (6, 8)
COUNT = 5


def picture(number: int, *shape: int) -> NDArray[np.uint8]:
    return np.random.default_rng(number).integers(0, 255, shape or SIZE, np.uint8)


def write(folder: Path, name: str, pixels: NDArray[Any], **more: Any) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path, **more)


def read(folder: Path, **more: Any) -> Dataset:
    return load_dataset(folder, task="image-to-image", **more)


def layout_of(dataset: Dataset) -> tuple[str, str]:
    found = next(one for one in dataset.decisions if one.name == "layout")
    return found.value, found.reason


LAYOUTS = {
    "two folders": ("input/{}.png", "target/{}.png"),
    "noise and none": ("noisy/{}.png", "clean/{}.png"),
    "letters behind splits": ("trainA/{}.png", "trainB/{}.png"),
    "letters below splits": ("train/A/{}.png", "train/B/{}.png"),
    "endings": ("{}_in.png", "{}_out.png"),
    "beginnings": ("low_{}.png", "high_{}.png"),
    "folders and endings": ("blur/{}_blur.png", "sharp/{}_sharp.png"),
    "known words alone are looked past": ("lr/img_{}_lr.png", "hr/img_{}_hr.png"),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_pairs_are_found_by_names(layout: tuple[str, str], tmp_path: Path) -> None:
    for number in range(COUNT):
        for side, pattern in enumerate(layout):
            write(tmp_path, pattern.format(number), picture(2 * number + side))
    dataset = read(tmp_path)
    assert len(dataset) == COUNT
    assert dataset.target == PairedTarget(channels=1, height=6, width=8)
    for index in range(COUNT):
        number = int("".join(letter for letter in dataset.example_name(index) if letter.isdigit()))
        assert np.array_equal(dataset.inputs.pixels(index), picture(2 * number))  # type: ignore[attr-defined]
        assert np.array_equal(dataset.targets[index][0], picture(2 * number + 1))
    assert dataset.targets[np.array([1, 3])].shape == (2, 1, 6, 8)


def test_which_is_wanted_can_be_said(tmp_path: Path) -> None:
    for number in range(COUNT):
        write(tmp_path, f"day/{number}.png", picture(number))
        write(tmp_path, f"night/{number}.png", picture(number + 50))
    assert layout_of(read(tmp_path)) == (
        "5 pairs of pictures, day -> night",
        "in the order of their names; --target day (target=) is the other way round",
    )
    turned = read(tmp_path, target="day")
    assert layout_of(turned)[0] == "5 pairs of pictures, night -> day"
    assert np.array_equal(turned.inputs.pixels(0), picture(50))  # type: ignore[attr-defined]
    with pytest.raises(DataError, match="no pair has such a one"):
        read(tmp_path, target="dawn")


def test_halves_of_files_are_pairs(tmp_path: Path) -> None:
    for number in range(COUNT):
        both = np.concatenate([np.repeat(picture(number, 6, 6)[..., None], 3, 2), picture(number, 6, 6, 3)], axis=1)
        write(tmp_path, f"{number}.png", both)
    dataset = read(tmp_path)
    assert layout_of(dataset) == (
        "5 pairs of pictures side by side, left -> right",
        "each is twice as wide as high; --target left (target=) is the other way round",
    )
    assert dataset.input.channels == 1  # type: ignore[attr-defined]
    assert dataset.target == PairedTarget(channels=3, height=6, width=6)
    assert np.array_equal(dataset.inputs.pixels(2), picture(2, 6, 6))  # type: ignore[attr-defined]
    assert np.array_equal(dataset.targets[2], np.moveaxis(picture(2, 6, 6, 3), 2, 0))
    turned = read(tmp_path, target="left")
    assert turned.target == PairedTarget(channels=1, height=6, width=6)
    assert np.array_equal(turned.targets[2][0], picture(2, 6, 6))
    assert turned.fingerprint != dataset.fingerprint


def test_smaller_pictures_lie_in_the_middle_and_nothing_is_known_around_them(tmp_path: Path) -> None:
    for number in range(COUNT):
        size = (4, 6) if number == 2 else SIZE
        for side in ("in", "out"):
            write(tmp_path, f"{side}/{number}.png", picture(number, *size))
    dataset = read(tmp_path)
    known = np.isfinite(dataset.targets[2][0].astype(np.float64))
    assert known[1:5, 1:7].all()
    assert known.sum() == 24
    assert dataset.target.words(dataset.targets[2]).startswith("a picture of 4 x 6, mean level 0.")


def test_sixteen_bits_and_exif_are_looked_at(tmp_path: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    for number in range(COUNT):
        write(tmp_path, f"in/{number}.png", picture(number, 8, 6))
        deep = np.rot90(picture(number, 8, 6)).astype(np.uint16) * 257
        write(tmp_path, f"out/{number}.png", deep, exif=turned)
    dataset = read(tmp_path)
    assert np.array_equal(dataset.targets[1][0], picture(1, 8, 6))


def test_what_has_no_partner_is_left_out_and_said(tmp_path: Path) -> None:
    for number in range(COUNT):
        for side in ("in", "out"):
            write(tmp_path, f"{side}/{number}.png", picture(number))
    write(tmp_path, "in/more.png", picture(9))
    (tmp_path / "out/4.png").write_bytes(b"no picture")
    dataset = read(tmp_path)
    assert len(dataset) == COUNT - 1
    assert any("1 picture has no partner, and is left out." in finding.message for finding in dataset.findings)
    assert any("out/4.png" in fault for fault in dataset.faults)


def test_what_cannot_be_pairs_is_refused_in_words(tmp_path: Path) -> None:
    for number in range(COUNT):
        write(tmp_path, f"one/{number}.png", picture(number))
    with pytest.raises(DataError, match="holds no pairs of pictures by name"):
        read(tmp_path)
    with pytest.raises(RecipeError, match="--ignore"):
        read(tmp_path, ignore="255")
    for number in range(COUNT):
        write(tmp_path, f"two/{number}.png", picture(number, 6, 9))
    with pytest.raises(DataError, match=r"has 6 x 8 pixels .* which it is to become, 6 x 9"):
        read(tmp_path)
    with pytest.raises(RecipeError, match="odd width"):
        read(tmp_path, target="right")


def test_splits_in_folders_count(tmp_path: Path) -> None:
    for split, numbers in (("train", range(4)), ("val", range(4, 6)), ("test", range(6, 9))):
        for number in numbers:
            for side in ("A", "B"):
                write(tmp_path, f"{split}/{side}/{number}.png", picture(number))
    splits = read(tmp_path).splits
    assert [len(splits[name]) for name in ("train", "val", "test")] == [4, 2, 3]


def test_many_names_are_paired_in_a_moment() -> None:
    names = [f"{side}/scan_{number:04}_{side}.png" for side in ("source", "target") for number in range(1_000)]
    found = pair_names(names, None)
    assert found is not None
    assert (len(found.given), found.sides) == (1_000, ("source", "target"))
    both = zip(found.given, found.wanted, strict=True)
    assert all(names[one].replace("source", "target") == names[other] for one, other in both)
