"""Trainings that freeze and unfreeze: what answers is what was trained, also after an interruption."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import nn

import pellucid
from pellucid import api
from pellucid.data import Dataset, dataset_from_arrays
from pellucid.errors import ModelError, RecipeError
from pellucid.records import Decision
from pellucid.runs import EpochRow, Recipe
from pellucid.training import NullProgress, plan_run

DATA = Path(os.environ.get("PELLUCID_DATA", ""))
needs_data = pytest.mark.skipif(
    not os.environ.get("PELLUCID_DATA") or not (DATA / "pretrained").is_dir() or not (DATA / "hymenoptera").is_dir(),
    reason="PELLUCID_DATA names no folder with pretrained/ and hymenoptera/",
)
SMALL: dict[str, Any] = {"model": "resnet8", "device": "cpu", "augment": "crop", "seed": 3}


class Watcher(NullProgress):
    """Notes what is decided, and interrupts after an epoch where it is told to."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.decisions: dict[str, str] = {}
        self.stop_after = stop_after

    def decided(self, decision: Decision) -> None:
        self.decisions[decision.name] = f"{decision.value}; {decision.reason}"

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        if row["epoch"] == self.stop_after:
            raise KeyboardInterrupt


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Return a folder of two classes of 24 pictures in colour, green above or below."""
    generator = np.random.default_rng(2)
    for number in range(48):
        label = ("above", "below")[number % 2]
        (tmp_path / "photos" / label).mkdir(parents=True, exist_ok=True)
        pixels = generator.integers(0, 160, (16, 16, 3), np.uint8)
        pixels[8 * (number % 2) : 8 * (number % 2) + 8, :, 1] += 90
        Image.fromarray(pixels).save(tmp_path / "photos" / label / f"{number}.png")
    return tmp_path / "photos"


def weights_of(run: pellucid.Run, name: str = "last") -> dict[str, torch.Tensor]:
    return load_file(run.path / "checkpoints" / f"{name}.safetensors")


def test_a_frozen_backbone_sees_pictures_as_they_are_also_where_its_features_find_no_room(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watcher = Watcher()
    once = pellucid.train(photos, runs_dir=tmp_path / "once", freeze="all", epochs=3, **SMALL)
    monkeypatch.setattr("pellucid.training.freezing.MEMORY_SHARE", 0.0)
    anew = pellucid.train(photos, runs_dir=tmp_path / "anew", freeze="all", epochs=3, progress=watcher, **SMALL)
    assert watcher.decisions["features"].startswith("computed anew in each epoch")
    assert "nothing is augmented" in anew.report().read_text(encoding="utf-8")
    mine, other = weights_of(anew), weights_of(once)
    for name in ("model/model/fc.weight", "model/model/fc.bias"):  # sums are taken in another order
        torch.testing.assert_close(mine[name], other[name], rtol=1e-3, atol=1e-4)


def test_a_frozen_backbone_stays_as_it_was_and_the_whole_model_is_saved(photos: Path, tmp_path: Path) -> None:
    run = pellucid.train(photos, runs_dir=tmp_path / "runs", freeze="all", epochs=3, views=2, **SMALL)
    from pellucid.training import rebuild_model

    start, end = rebuild_model(run.record).state_dict(), weights_of(run, "best")
    assert {key.removeprefix("model/model/") for key in end} == set(start)
    changed = {key for key, value in start.items() if not torch.equal(end[f"model/model/{key}"], value)}
    assert changed == {"fc.weight", "fc.bias"}
    assert [key for key in weights_of(run) if key.startswith("optimizer/")]
    assert {int(key.split("/")[2]) for key in weights_of(run) if key.startswith("optimizer/")} == {0, 1}
    assert run.record.recipe.machine.precision == "float32"
    assert len(run.predict(photos / "above")) == 24


def test_the_second_training_computes_no_feature_and_opens_no_picture(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pellucid.train(photos, runs_dir=tmp_path / "runs", freeze="all", epochs=2, views=1, **SMALL)
    monkeypatch.setattr("pellucid.training.building.load_batches", lambda *_, **__: pytest.fail("opened"))
    watcher = Watcher()
    again = pellucid.train(
        photos, runs_dir=tmp_path / "runs", freeze="all", epochs=2, views=1, progress=watcher, **SMALL
    )
    assert watcher.decisions["features"].startswith("all 5 from the cache; 5 val examples")
    for key, value in weights_of(first).items():
        assert torch.equal(value, weights_of(again)[key]), key


def test_a_run_on_cached_features_learns_what_one_on_pictures_learns(photos: Path, tmp_path: Path) -> None:
    choices: dict[str, Any] = SMALL | {"augment": "none", "freeze": "all", "epochs": 3}
    cached = pellucid.train(photos, runs_dir=tmp_path / "runs", **choices)
    uncached = pellucid.train(photos, runs_dir=tmp_path / "runs", augmentation=lambda inputs, _: inputs, **choices)
    for key, value in weights_of(cached, "best").items():
        assert torch.allclose(value, weights_of(uncached, "best")[key], atol=1e-5), key


HEAD_FIRST = {"unfreeze": "head-first", "head_epochs": 2, "epochs": 2, "layer_decay": 0.7, "ema": 0.9, "views": 1}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("choices", "stop_after"),
    [
        (HEAD_FIRST, 1),
        (HEAD_FIRST, 2),
        (HEAD_FIRST, 3),
        ({"unfreeze": "gradual", "head_epochs": 1, "epochs": 3}, 2),
        ({"freeze": "2", "unfreeze": "head-first", "head_epochs": 2, "epochs": 1}, 1),
        ({"freeze": "all", "epochs": 4, "views": 2}, 2),
    ],
)
def test_a_training_in_stages_resumes_bit_for_bit(
    choices: dict[str, Any], stop_after: int, photos: Path, tmp_path: Path
) -> None:
    whole = pellucid.train(photos, runs_dir=tmp_path / "whole", **SMALL, **choices)
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(photos, runs_dir=tmp_path / "cut", progress=Watcher(stop_after), **SMALL, **choices)
    (folder,) = (tmp_path / "cut").iterdir()
    resumed = api.resume(folder)
    expected, found = weights_of(whole), weights_of(resumed)
    assert expected.keys() == found.keys()
    for key, value in expected.items():
        assert torch.equal(value, found[key]), key
    assert [row["val_loss"] for row in whole.history] == [row["val_loss"] for row in resumed.history]


def test_the_parts_that_rest_are_said_and_their_epochs_come_first(photos: Path, tmp_path: Path) -> None:
    watcher = Watcher()
    run = pellucid.train(
        photos,
        runs_dir=tmp_path / "runs",
        progress=watcher,
        freeze="1",
        unfreeze="head-first",
        head_epochs=2,
        epochs=1,
        **SMALL,
    )
    assert len(run.history) == 3
    looked_at = {layer.name.partition("/")[0] for look in run.folder.health() for layer in look.layers}
    assert looked_at <= {name for name, _ in run.model.named_modules()}  # under the network's own names
    assert "'conv1'" in watcher.decisions["freeze"]
    assert "without pretrained weights what is frozen is random" in watcher.decisions["freeze"]
    assert run.record.recipe.freezing.head_lr is not None


@pytest.mark.parametrize(("choices", "said"), [({}, True), ({"views": 2}, False), ({"augment": "none"}, False)])
def test_that_a_frozen_backbone_sees_nothing_augmented_is_said(
    photos: Path, choices: dict[str, Any], said: bool
) -> None:
    planned = plan_run(pellucid.load_dataset(photos), Recipe(**(SMALL | {"freeze": "all"} | choices)))
    (decision,) = (one for one in planned.record.decisions if one.name == "augment")
    assert ("a frozen backbone sees the pictures as they are" in decision.reason) is said
    assert decision.value == "none" or not said
    assert planned.record.sees_plain is said


def test_a_frozen_backbone_sees_what_is_augmented_where_code_of_ones_own_augments_too(photos: Path) -> None:
    planned = plan_run(pellucid.load_dataset(photos), Recipe(**(SMALL | {"freeze": "all"})), own_augmentation=True)
    assert not planned.record.sees_plain
    (decision,) = (one for one in planned.record.decisions if one.name == "augment")
    assert decision.value != "none"


@pytest.mark.parametrize(
    ("choices", "error", "message"),
    [
        ({"freeze": "stage9"}, RecipeError, "no such layer.*conv1, stage1.block1"),
        ({"freeze": "all", "layer_decay": 0.5}, RecipeError, "--layer-decay is about a backbone that learns"),
        ({"freeze": "1", "views": 3}, RecipeError, "--views is about epochs in which the head alone learns"),
        ({"freeze": "all", "augment": "none", "views": 3}, RecipeError, "nothing is augmented here"),
        ({"freeze": "all", "model": "linear"}, ModelError, "no layer before the one that gives the outputs"),
    ],
)
def test_choices_that_cannot_be_leave_nothing_behind(
    choices: dict[str, Any], error: type[Exception], message: str, photos: Path, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message):
        pellucid.train(photos, runs_dir=tmp_path / "runs", **(SMALL | choices))
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("kind", ["labels", "value"])
def test_a_head_fits_whatever_is_learned(kind: str, tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    pictures = generator.integers(0, 255, (40, 16, 16, 3), np.uint8)
    bright = pictures.reshape(40, -1).mean(axis=1)
    targets: Any = (
        bright if kind == "value" else np.stack([bright > 127, pictures[:, 0, 0, 0] > 99], axis=1).astype(int)
    )
    dataset = dataset_from_arrays(pictures, targets, name=kind)
    run = pellucid.train(dataset, runs_dir=tmp_path / "runs", freeze="all", epochs=2, **SMALL)
    assert run.record.task == {"labels": "multi-label", "value": "regression"}[kind]
    assert run.record.status == "finished"


def test_a_module_of_ones_own_is_given_back_as_it_was(make_pictures: Callable[..., Dataset], tmp_path: Path) -> None:
    module = nn.Sequential(nn.Flatten(), nn.Linear(64, 8), nn.ReLU(), nn.Linear(8, 4))
    before = next(module.parameters()).detach().clone()
    pellucid.train(make_pictures(), model=module, runs_dir=tmp_path / "runs", freeze="all", epochs=1, device="cpu")
    assert torch.equal(next(module.parameters()), before)
    assert all(parameter.requires_grad for parameter in module.parameters())


@needs_data
def test_answers_after_training_on_cached_features_are_those_from_the_files(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    for label in ("ants", "bees"):
        (folder / label).mkdir(parents=True)
        for file in sorted((DATA / "hymenoptera" / "val" / label).iterdir())[:24]:
            (folder / label / file.name).symlink_to(file)
    run = pellucid.train(
        folder, model="mobilenetv2_100", pretrained=True, freeze="all", epochs=4, imgsz=96, runs_dir=tmp_path / "runs"
    )
    indices = np.concatenate([run.dataset.splits["train"], run.dataset.splits["val"]])
    from_cache = run.predictor.answer(run.predictor.split_outputs(run.dataset, indices))
    files = [folder / run.dataset.example_name(int(index)) for index in indices]
    from_files = run.predict(files)
    assert from_cache.as_targets is not None
    assert [answer.label for answer in from_files] == [run.predictor.classes[label] for label in from_cache.as_targets]
    for answer, row in zip(from_files, from_cache.numbers, strict=True):
        assert answer.probabilities is not None
        assert list(answer.probabilities.values()) == pytest.approx(row.tolist(), abs=1e-4)
