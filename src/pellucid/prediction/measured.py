"""What a task measures, example by example."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.models import parts_of
from pellucid.prediction.outputs import BATCH
from pellucid.prediction.predictor import Predictor
from pellucid.tasks import MeasuresEach


@torch.no_grad()
def measured_each(predictor: Predictor, dataset: Dataset, indices: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Return [N] of each measure of a run's task; {} of a task that does not tell examples apart.

    Args:
        predictor: of the run.
        dataset: what was trained on.
        indices: [N] of the examples in it, at least one.
    """
    task = predictor.task
    if not isinstance(task, MeasuresEach):
        return {}
    models = parts_of(predictor.model)
    parts = [indices[start : start + BATCH] for start in range(0, len(indices), BATCH)]
    found = [task.each(models, predictor.batch(dataset, part)) for part in parts]
    return {name: torch.cat([one[name] for one in found]).double().numpy(force=True) for name in found[0]}
