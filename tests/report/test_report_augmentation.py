"""What the report says of augmentation is what the training saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pellucid.preprocessing import Augmentation
from pellucid.report.provenance import build_choices

if TYPE_CHECKING:
    from tests.report.conftest import Maker

WHAT = Augmentation(rotation_degrees=10).describe()
ONCE = "The backbone is frozen, so its features are computed once for each picture"


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({}, f"In training only, drawn anew for each picture in each epoch: {WHAT}."),
        (
            {"freeze": "all", "unfreeze": "at-once", "views": 0, "head_epochs": 0},
            f"{ONCE}, as it is: nothing is augmented.",
        ),
        (
            {"freeze": "all", "views": 4},
            f"{ONCE}: plain and in 4 augmented views, drawn once before the training. "
            f"An epoch shows one of them: {WHAT}.",
        ),
        (
            {"freeze": "all", "mixup": 0.2},
            f"In training only, drawn anew for each picture in each epoch: {WHAT}.",
        ),
        (
            {"freeze": "none", "unfreeze": "head-first", "head_epochs": 10},
            "In the first 10 epochs only the head learns, from features of the pictures as they are. After that, in "
            f"training only, drawn anew for each picture in each epoch: {WHAT}.",
        ),
    ],
)
def test_augmentation_is_said_as_it_was(maker: Maker, choices: dict[str, Any], said: str) -> None:
    record = maker.record()
    changes = {"augmentation": Augmentation(rotation_degrees=10), "recipe": record.recipe.override(**choices)}
    assert build_choices(record.model_copy(update=changes)).augmentation == said


def test_a_frozen_backbone_that_sees_pictures_as_they_are_is_said_to_and_own_code_is_named(maker: Maker) -> None:
    augmentation = Augmentation(rotation_degrees=10)
    record = maker.record().model_copy(update={"augmentation": augmentation, "sees_plain": True})
    said = "The backbone is frozen and sees each picture as it is: nothing is augmented"
    assert build_choices(record).augmentation == f"{said}."
    own = record.model_copy(update={"hooks": ("augmentation",)})
    assert build_choices(own).augmentation == f"{said}, but for what code of your own changes."
    anew = own.model_copy(update={"sees_plain": False, "recipe": own.recipe.override(freeze="all")})
    assert str(build_choices(anew).augmentation).startswith(
        "In training only, drawn anew for each picture in each epoch"
    )


def test_where_nothing_is_augmented_that_is_said(maker: Maker) -> None:
    record = maker.record(augmentation=Augmentation())
    assert build_choices(record).augmentation == "Nothing is augmented."
