"""A training that starts from borrowed weights: written down, resumed, repeated, and answering without them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

import pellucid
from pellucid import api
from pellucid.errors import ModelError, RecipeError
from pellucid.runs import EpochRow
from pellucid.store import StoredWeights, WeightsCard
from pellucid.training import NullProgress

MODEL = "timm:test_resnet"
QUICK: dict[str, Any] = {"model": MODEL, "pretrained": True, "epochs": 2, "imgsz": 32, "unfreeze": "at-once"}


class StopsBefore(NullProgress):
    """A watcher that interrupts the training when its weights have just been chosen."""

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        raise KeyboardInterrupt


@pytest.fixture
def card(store_weights: Callable[..., StoredWeights]) -> WeightsCard:
    """Put weights of a small model into a store of the test's own."""
    return store_weights(MODEL).card


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Make a folder of grey pictures, dark and bright ones."""
    generator = np.random.default_rng(0)
    for label, level in (("bright", 170), ("dark", 80)):
        (tmp_path / "photos" / label).mkdir(parents=True)
        for number in range(20):
            pixels = (level + generator.integers(-60, 60, (36, 36))).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / label / f"{number}.png")
    return tmp_path / "photos"


def test_a_run_says_which_weights_it_began_from_and_answers_without_them(
    card: WeightsCard, photos: Path, tmp_path: Path
) -> None:
    run = pellucid.train(photos, runs_dir=tmp_path / "runs", **QUICK)
    record = run.record
    assert record.weights == card
    assert record.recipe.architecture.pretrained is True
    (said,) = [decision for decision in record.decisions if decision.name == "weights"]
    assert card.sha256[:12] in said.value
    assert "this test" in said.reason
    assert "MIT" in said.reason
    assert record.model.input_shape == (3, 32, 32), "grey pictures become RGB, as the weights know them"
    assert any(one.name == "colour" and "grey is repeated" in one.reason for one in record.decisions)
    assert record.preprocessing.to_dict()["mean"] == [0.5, 0.4, 0.3]
    before = run.predict(photos / "dark" / "0.png")
    shutil.rmtree(tmp_path / "data")
    assert pellucid.open_run(run.path).predict(photos / "dark" / "0.png") == before


def test_reproducing_needs_the_very_same_weights(card: WeightsCard, photos: Path, tmp_path: Path) -> None:
    run = pellucid.train(photos, runs_dir=tmp_path / "runs", **QUICK)
    assert run.reproduce().equal
    shutil.rmtree(tmp_path / "data")
    with pytest.raises(ModelError, match=f"not on this machine: {MODEL}, sha256 {card.sha256}"):
        run.reproduce()


def test_resuming_needs_the_weights_only_before_the_first_checkpoint(
    card: WeightsCard, photos: Path, tmp_path: Path
) -> None:
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(photos, runs_dir=tmp_path / "runs", progress=StopsBefore(), **QUICK)
    (folder,) = (tmp_path / "runs").iterdir()
    whole = pellucid.train(photos, runs_dir=tmp_path / "whole", **QUICK)
    shutil.move(tmp_path / "data", tmp_path / "elsewhere")
    bare = shutil.copytree(folder, tmp_path / "bare")
    shutil.rmtree(bare / "checkpoints")
    (bare / "checkpoints").mkdir()
    with pytest.raises(ModelError, match="not on this machine"):
        api.resume(bare)
    assert len(api.resume(folder).history) == 2
    shutil.move(tmp_path / "elsewhere", tmp_path / "data")
    resumed = api.resume(bare)
    best = [(each.path / "checkpoints" / "best.safetensors").read_bytes() for each in (whole, resumed)]
    assert best[0] == best[1]


def test_where_no_model_is_named_the_weights_at_hand_choose_it(card: WeightsCard, photos: Path, tmp_path: Path) -> None:
    run = pellucid.train(photos, runs_dir=tmp_path / "runs", **{**QUICK, "model": None})
    assert run.record.model.name == card.name


@pytest.mark.parametrize("data", ["iris"])
def test_weights_are_not_borrowed_for_a_table(data: str, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="about pictures"):
        pellucid.train(data, pretrained=True, runs_dir=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_a_module_of_ones_own_borrows_nothing(photos: Path, tmp_path: Path) -> None:
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(36 * 36, 1))
    with pytest.raises(RecipeError, match="brings its own weights"):
        pellucid.train(photos, model=module, pretrained=True, runs_dir=tmp_path / "runs")
