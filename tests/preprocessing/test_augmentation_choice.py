"""Presets, overrides and the choice that respects the label."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.kinds import ValueTarget
from pellucid.preprocessing import Augmentation, choose_augmentation
from pellucid.preprocessing.augmentation import PRESETS, preset_augmentation

Make = Callable[..., Dataset]
GREY, SMALL, PHOTO = (2, 28, 28), (2, 32, 32, 3), (2, 200, 300, 3)


@pytest.mark.parametrize(
    ("shape", "more", "preset"),
    [
        (GREY, {"classes": tuple("0123456789")}, "light"),
        (SMALL, {"classes": tuple("0123456789")}, "light"),
        (SMALL, {"classes": ("digit_1", "digit_2")}, "light"),
        (SMALL, {"classes": ("one", "two", "three")}, "light"),
        (PHOTO, {"classes": ("A", "B", "ß")}, "light"),
        (PHOTO, {"classes": ("left_hand", "right_hand")}, "light"),
        (PHOTO, {"classes": ("TurnLeft", "TurnRight")}, "light"),
        (GREY, {"classes": ("NORMAL", "PNEUMONIA")}, "light"),
        (GREY, {"classes": ("Bag", "Coat"), "name": "fashion-mnist"}, "crop"),
        (SMALL, {"classes": ("airplane", "frog")}, "crop"),
        (PHOTO, {"classes": ("daisy", "roses")}, "photo"),
        (PHOTO, {"classes": ("type 1", "type 2")}, "photo"),
        (PHOTO, {"classes": ("bright", "copyright")}, "photo"),
        (PHOTO, {"target": ValueTarget(name="angle")}, "none"),
    ],
)
def test_the_choice_respects_the_label(
    make_pictures: Make, shape: tuple[int, ...], more: dict[str, Any], preset: str
) -> None:
    spec, decision = choose_augmentation(make_pictures(np.zeros(shape, np.uint8), **more))
    assert decision.value.split(":")[0] == preset
    assert "--augment" in decision.reason
    assert (spec.mirror > 0) == (preset in ("crop", "photo"))


def test_no_mirroring_of_digits_is_said(make_pictures: Make) -> None:
    _, decision = choose_augmentation(make_pictures(np.zeros(GREY, np.uint8), classes=tuple("0123456789")))
    assert "named after digits or letters, which mirroring would change" in decision.reason


def test_flags_win_over_the_choice_and_are_named(make_pictures: Make) -> None:
    data = make_pictures(np.zeros(GREY, np.uint8))
    spec, decision = choose_augmentation(data, "none", {"mirror": 0.5, "rotation": 15, "scaling": 0.25, "crop": None})
    assert spec == Augmentation(mirror=0.5, rotation_degrees=15, scaling=(0.75, 1.25))
    assert decision.value == "none: mirrored 50 %, rotation up to 15 degrees, size x 0.75 to 1.25"
    assert decision.reason == "asked for by --augment none, with --mirror, --rotation, --scaling"


def test_tables_are_not_augmented_and_asking_for_it_is_an_error(make_table: Make) -> None:
    table = make_table({"age": [1, 2]})
    spec, decision = choose_augmentation(table)
    assert spec.is_identity
    assert decision.value == "none"
    assert choose_augmentation(table, "none")[0].is_identity
    with pytest.raises(RecipeError, match=r"--augment light changes pictures\. The dataset is a table"):
        choose_augmentation(table, "light")
    with pytest.raises(RecipeError, match="--mirror changes pictures"):
        choose_augmentation(table, None, {"mirror": 0.5})


def test_the_crop_preset_shifts_by_an_eighth_of_the_side() -> None:
    assert preset_augmentation("crop", size=(32, 32)).crop == 4
    assert preset_augmentation("crop", size=(28, 40)).crop == 4
    assert preset_augmentation("crop", {"crop": 2}, size=(32, 32)).crop == 2


@pytest.mark.parametrize(
    ("preset", "overrides", "message"),
    [
        ("foto", {}, "There is no augmentation preset 'foto'. Did you mean 'photo'?"),
        ("none", {"miror": 1}, "Unknown choice of augmentation: 'miror'. Did you mean 'mirror'?"),
        ("none", {"mirror": 2}, "mirror: Input should be less than or equal to 1 (got 2)."),
        ("none", {"scaling": 1.0}, "scaling.0: Input should be greater than 0"),
        ("none", {"scaling": (1.2, 0.8)}, "scaling needs the smaller magnification first"),
    ],
)
def test_a_wrong_choice_is_refused_with_the_nearest_right_one(
    preset: str, overrides: dict[str, Any], message: str
) -> None:
    with pytest.raises(RecipeError) as caught:
        preset_augmentation(preset, overrides, size=(28, 28))
    assert message in str(caught.value)


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_come_back_from_json_as_they_were(preset: str) -> None:
    spec = PRESETS[preset]
    assert Augmentation.from_dict(spec.to_dict(), source="run.json") == spec


def test_the_margin_covers_crops_wholly_and_the_rest_up_to_an_eighth() -> None:
    assert Augmentation().margin(28, 28) == 0
    assert Augmentation(brightness=0.5, mirror=0.5).margin(28, 28) == 0
    assert Augmentation(crop=9).margin(28, 28) == 9
    assert Augmentation(translation=0.1).margin(30, 30) == 3
    assert Augmentation(scaling=(0.5, 1.0)).margin(32, 64) == 8
    assert Augmentation(rotation_degrees=180).margin(80, 80) <= 10
