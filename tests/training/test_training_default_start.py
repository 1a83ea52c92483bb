"""What a training starts from where the user says nothing: photos from borrowed weights at hand, all else anew."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from pellucid.data import Dataset, load_dataset
from pellucid.runs import Recipe
from pellucid.store import StoredWeights
from pellucid.training import Plan, plan_run
from pellucid.training.frozen_first import about

MODEL = "tv:squeezenet1_1"


pytestmark = pytest.mark.usefixtures("no_weights")


@pytest.fixture
def weights(store_weights: Callable[..., StoredWeights]) -> None:
    """Put weights of a backbone that two cores carry into the store."""
    store_weights(MODEL, size=64, input_size=224)


@pytest.fixture(autouse=True)
def cores(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let there be many cores, or as many as a test says; and no GPU."""
    monkeypatch.setattr("pellucid.training.device.available_devices", lambda: ["cpu"])

    def let(count: int) -> None:
        monkeypatch.setattr("pellucid.training.frozen_first.cores", lambda: count)

    let(16)
    return let


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
    assert (plan.record.model.name, plan.record.recipe.architecture.pretrained) == (MODEL, True)
    assert "pretrained weights" in said(plan, "model")
    assert "--no-pretrained" in said(plan, "model")
    assert plan.record.recipe.freezing.unfreeze == "head-first"
    assert "LP-FT" in said(plan, "unfreeze")


@pytest.mark.usefixtures("weights")
def test_epochs_of_the_head_and_of_all_are_added_up(tmp_path: Path) -> None:
    plan = plan_run(pictures(tmp_path / "photos", 120, 100), Recipe(epochs=2))
    assert said(plan, "epochs in all").startswith("12 10 of the head alone, then 2 of everything that learns")
    frozen = plan_run(pictures(tmp_path / "photos", 120, 100), Recipe(epochs=2, freeze="all"))
    assert not said(frozen, "epochs in all")


@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize(
    "choices", [{"pretrained": False}, {"model": "cnn"}, {"imgsz": 64}, {"activation": "elu"}, {"init": "he"}]
)
def test_who_chooses_otherwise_borrows_nothing(choices: dict[str, Any], tmp_path: Path) -> None:
    plan = plan_run(pictures(tmp_path / "photos", 120, 100), Recipe(**choices))
    assert (plan.record.model.name, plan.record.recipe.architecture.pretrained) == ("cnn", False)
    assert plan.record.recipe.freezing.unfreeze == "at-once"


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


@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize(("count", "freeze"), [(1, "all"), (2, "all"), (4, "all"), (5, "none")])
def test_on_a_few_cores_the_backbone_stays_frozen_and_the_cost_of_fine_tuning_is_said(
    count: int, freeze: str, cores: Callable[[int], None], tmp_path: Path
) -> None:
    cores(count)
    plan = plan_run(pictures(tmp_path / "photos", 120, 100), Recipe())
    assert plan.record.recipe.freezing.freeze == freeze
    if freeze == "all":
        where = "1 core" if count == 1 else f"{count} cores"
        assert said(plan, "freeze").startswith(f"all but the head on {where} without a GPU the head learns alone")
        assert re.search(r"would take about \d+ (s|min) per epoch \(--unfreeze head-first\)", said(plan, "freeze"))
        assert [one.name for one in plan.record.decisions].count("freeze") == 1
        assert said(plan, "augment").startswith("none a frozen backbone sees the pictures as they are")


@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize(
    "choices",
    [
        {"freeze": "none"},
        {"unfreeze": "head-first"},
        {"unfreeze": "at-once"},
        {"head_epochs": 3},
        {"layer_decay": 0.9},
        {"augment": "light"},
        {"mirror": 0.5},
        {"mixup": 0.2},
    ],
)
def test_on_a_few_cores_who_says_how_the_backbone_learns_gets_that(
    choices: dict[str, Any], cores: Callable[[int], None], tmp_path: Path
) -> None:
    cores(2)
    plan = plan_run(pictures(tmp_path / "photos", 120, 100), Recipe(**choices))
    assert plan.record.recipe.freezing.freeze == "none"
    costly = bool({"augment", "mirror", "mixup"} & set(choices))
    assert ("--freeze all trains the head alone" in said(plan, "fine-tuning")) is costly


@pytest.mark.usefixtures("weights")
@pytest.mark.parametrize("choices", [{"augment": "none"}, {"views": 2}, {"augment": "light", "views": 2}])
def test_what_a_frozen_backbone_can_do_does_not_keep_it_from_being_frozen(
    choices: dict[str, Any], cores: Callable[[int], None], tmp_path: Path
) -> None:
    cores(2)
    assert plan_run(pictures(tmp_path / "photos", 120, 100), Recipe(**choices)).record.recipe.freezing.freeze == "all"


@pytest.mark.usefixtures("weights")
def test_what_was_chosen_is_a_choice_of_the_recipe_and_is_not_made_again(
    cores: Callable[[int], None], tmp_path: Path
) -> None:
    data = pictures(tmp_path / "photos", 120, 100)
    cores(2)
    chosen = plan_run(data, Recipe()).record.recipe
    cores(16)
    again = plan_run(data, chosen).record.recipe
    assert (again.freezing.freeze, again.duration.epochs, again.learning_rate.lr) == (
        chosen.freezing.freeze,
        chosen.duration.epochs,
        chosen.learning_rate.lr,
    )


@pytest.mark.usefixtures("weights")
def test_timing_a_step_changes_neither_the_weights_nor_the_random_numbers(
    cores: Callable[[int], None], tmp_path: Path
) -> None:
    data = pictures(tmp_path / "photos", 120, 100)
    torch.manual_seed(5)
    expected = torch.rand(3)
    asked = plan_run(data, Recipe(freeze="all"))
    cores(2)
    torch.manual_seed(5)
    chosen = plan_run(data, Recipe())
    assert torch.equal(torch.rand(3), expected)
    for name, value in asked.model.state_dict().items():
        assert torch.equal(value, chosen.model.state_dict()[name]), name
    assert all(parameter.grad is None for parameter in chosen.model.parameters())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "about 1 s"), (42, "about 42 s"), (142, "about 2 min"), (3000, "about 50 min"), (7300, "about 2 h")],
)
def test_an_estimate_is_said_roughly(seconds: float, words: str) -> None:
    assert about(seconds) == words
