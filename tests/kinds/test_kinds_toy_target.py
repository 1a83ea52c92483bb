"""A kind of target that nobody thought of, registered here: data split and show it, preprocessing refuses in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.kinds.toy_directions import AngleTarget, with_directions

from pellucid.data import Dataset, inspect_dataset, inspect_example
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import TARGETS
from pellucid.preprocessing import choose_augmentation, fit_target_scaling


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the kind for one test."""
    monkeypatch.setattr(TARGETS, "_classes", dict(TARGETS))
    TARGETS.register(AngleTarget)


def directions(targets: NDArray[Any]) -> Dataset:
    pictures = np.random.default_rng(0).integers(0, 255, (len(targets), 6, 6), dtype=np.uint8)
    return with_directions(pictures, targets)


def test_data_check_split_and_show_it() -> None:
    targets = np.arange(40) * 9.0
    dataset = directions(targets)
    assert "the direction 'wind'" in repr(dataset)
    (splits,) = (one for one in dataset.decisions if one.name == "splits")
    assert "stratified by quarter" in splits.reason
    assert np.bincount((targets[dataset.splits["test"]] // 90).astype(int)).tolist() == [2, 2, 2, 2]
    found = inspect_dataset(dataset)
    assert (found.class_counts, found.target_summary, list(found.sheets)) == (None, None, ["wind"])
    assert TARGETS.read(found.to_dict()["target"]) == dataset.target
    assert inspect_example(dataset, 1).target == "9 degrees"
    with pytest.raises(DataError, match="its target 'wind' is a direction"):
        dataset.class_counts()
    with pytest.raises(DataError, match=r"Directions are 0\.\.360"):
        directions(targets + 1000)


def test_preprocessing_refuses_it_in_words() -> None:
    dataset = directions(np.arange(40) * 9.0)
    with pytest.raises(RecipeError, match="For the kind of target 'angle' there is no augmentation"):
        choose_augmentation(dataset)
    with pytest.raises(RecipeError, match="For the kind of target 'angle' there is no scaling of the target"):
        fit_target_scaling(dataset)
