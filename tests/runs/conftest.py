"""A record as a planned run has it."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.data import dataset_from_arrays
from pellucid.runs import Recipe, RunRecord
from pellucid.training import plan_run


@pytest.fixture(scope="session")
def record() -> RunRecord:
    """Return the record of a run on thirty pictures that has not begun."""
    pictures = np.random.default_rng(0).integers(0, 256, (30, 8, 8), dtype=np.uint8)
    dataset = dataset_from_arrays(pictures, ["cat", "dog", "emu"] * 10, name="animals")
    return plan_run(dataset, Recipe(model="linear", epochs=3), command="pellucid train animals").record
