"""What a training starts from where the user says nothing: photos from borrowed weights at hand, all else anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pellucid.data import Dataset, load_dataset
from pellucid.runs import Recipe
from pellucid.store import StoredWeights
from pellucid.training import Plan, plan_run

MODEL = "tv:squeezenet1_1"


pytestmark = pytest.mark.usefixtures("no_weights")


@pytest.fixture
def weights(store_weights: Callable[..., StoredWeights]) -> None:
    """Put weights of a backbone that two cores carry into the store."""
    store_weights(MODEL, size=64, input_size=224)


def pictures(folder: Path, height: int, width: int) -> Dataset:
    for number in range(12):
        (folder / "ab"[number % 2]).mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(number).integers(0, 255, (height, width, 3), np.uint8)
        Image.fromarray(pixels).save(folder / "ab"[number % 2] / f"{number}.png")
    return load_dataset(folder)


def said(plan: Plan, name: str) -> str:
    return " ".join(f"{each.value} {each.reason}" for each in plan.record.decisions if each.name == name)


@pytest.mark.usefixtures("weights")
def test_photos_start_from_weights_at_hand_and_the_head_learns_first(tmp_path: Path) -> None:
    plan = plan_run(pictures(tmp_path / "photos", 120, 100), Recipe())
    assert (plan.record.model.name, plan.record.recipe.pretrained) == (MODEL, True)
    assert "transfer" in said(plan, "model")
    assert "--no-pretrained" in said(plan, "model")
    assert plan.record.recipe.unfreeze == "head-first"
    assert "LP-FT" in said(plan, "unfreeze")


@pytest.mark.usefixtures("weights")
def test_epochs_of_the_head_and_of_all_are_added_up(tmp_path: Path) -> None:
    plan = plan_run(pictures(tmp_path / "photos", 120, 100), Recipe(epochs=2))
    assert said(plan, "epochs in all").startswith("12 10 of the head alone, then 2 of all that learns")
    frozen = plan_run(pictures(tmp_path / "photos", 120, 100), Recipe(epochs=2, freeze="all"))
    assert not said(frozen, "epochs in all")


@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize(
    "choices", [{"pretrained": False}, {"model": "cnn"}, {"imgsz": 64}, {"activation": "elu"}, {"init": "he"}]
)
def test_who_chooses_otherwise_borrows_nothing(choices: dict[str, Any], tmp_path: Path) -> None:
    plan = plan_run(pictures(tmp_path / "photos", 120, 100), Recipe(**choices))
    assert (plan.record.model.name, plan.record.recipe.pretrained) == ("cnn", False)
    assert plan.record.recipe.unfreeze == "at-once"


@pytest.mark.usefixtures("weights")
def test_small_pictures_are_learned_from_scratch(tmp_path: Path) -> None:
    plan = plan_run(pictures(tmp_path / "digits", 28, 28), Recipe())
    assert plan.record.model.name == "cnn"
    assert not said(plan, "weights")


def test_without_weights_photos_are_learned_from_scratch_and_a_line_says_how_to_get_some(tmp_path: Path) -> None:
    plan = plan_run(pictures(tmp_path / "photos", 120, 100), Recipe())
    assert plan.record.model.name == "cnn"
    assert "pellucid fetch tv:mobilenet_v2" in said(plan, "weights")
    assert "pellucid weights add FILE" in said(plan, "weights")
