"""Batches of one and batch normalisation: refused before anything is written, or no trouble at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import pellucid
from pellucid.data import Dataset, dataset_from_arrays
from pellucid.errors import RecipeError
from pellucid.runs import Recipe
from pellucid.training import plan_run
from pellucid.training.batch_sizes import check_batches, smallest_batch
from pellucid.training.processes import ALONE, Processes


def pictures(count: int = 30, side: int = 8) -> Dataset:
    made = np.random.default_rng(0).integers(0, 256, (count, side, side), dtype=np.uint8)
    return dataset_from_arrays(made, [["cat", "dog"][place % 2] for place in range(count)], name="animals")


@pytest.mark.parametrize(
    ("choices", "shown"),
    [
        ({"model": "mlp", "batch_norm": True, "batch": 1}, "--batch 1 gives batches of a single example"),
        ({"model": "mlp", "batch_norm": True, "batch": 2}, "--batch 2 cuts 21 examples"),
        ({"model": "mlp", "batch_norm": True, "batch": 1, "lr": "auto"}, "--batch 1"),
        ({"model": "tv:resnet18", "pretrained": False, "batch": 1, "imgsz": 32}, "--batch 1"),
    ],
    ids=["one", "odd number", "before a probe", "maps of one place"],
)
def test_a_single_example_is_refused_where_it_would_be_normalised_alone(
    tmp_path: Path, choices: dict[str, Any], shown: str
) -> None:
    with pytest.raises(RecipeError, match=f"{shown}.*batch normalisation over one place.*Raise --batch"):
        pellucid.train(pictures(), runs_dir=tmp_path / "runs", epochs=1, **choices)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    "choices",
    [
        {"model": "mlp", "batch": 1},
        {"model": "mlp", "batch_norm": True, "batch": 3},
        {"model": "cnn", "batch": 1},
        {"model": "linear", "batch": 1},
    ],
    ids=str,
)
def test_others_learn_from_batches_however_small(choices: dict[str, Any]) -> None:
    plan = plan_run(pictures(), Recipe(epochs=1, **choices))
    before = {name: value.clone() for name, value in plan.model.state_dict().items()}
    torch.manual_seed(1)
    expected = torch.rand(2)
    torch.manual_seed(1)
    check_batches(plan.record, plan.model, ALONE)
    assert torch.equal(torch.rand(2), expected)
    assert all(torch.equal(value, before[name]) for name, value in plan.model.state_dict().items())


def test_a_share_of_one_is_a_single_example_too() -> None:
    plan = plan_run(pictures(), Recipe(model="mlp", batch_norm=True, batch=3, epochs=1))
    assert smallest_batch(plan.record) == 3
    with pytest.raises(RecipeError, match="a single example for each process"):
        check_batches(plan.record, plan.model, Processes(0, 2))


def test_a_module_of_ones_own_is_tried_as_well(tmp_path: Path) -> None:
    module = nn.Sequential(nn.Flatten(), nn.Linear(64, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
    with pytest.raises(RecipeError, match="batch normalisation"):
        pellucid.train(pictures(), model=module, runs_dir=tmp_path / "runs", batch=1, epochs=1)
    assert not (tmp_path / "runs").exists()


def test_what_rests_is_not_normalised_anew() -> None:
    module = nn.Sequential(nn.Flatten(), nn.Linear(64, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1))
    plan = plan_run(pictures(), Recipe(batch=1, epochs=1, freeze="all"), model=module)
    check_batches(plan.record, plan.model, ALONE)
