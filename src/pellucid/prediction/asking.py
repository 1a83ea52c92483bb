"""Asking about one example of a run: how it is read, by kind of input, and what is right of it."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import INPUTS, KindTable
from pellucid.prediction.asked import Asked, Asking
from pellucid.prediction.asked_picture import AskedPicture
from pellucid.prediction.asked_row import AskedRow
from pellucid.prediction.asked_series import AskedSeries
from pellucid.prediction.opened import OpenedRun
from pellucid.runs import RunRecord
from pellucid.training import scale_targets

Source: TypeAlias = Any
"""An example's place in the run's dataset, or one input in any form that `Predictor.predict` takes."""

ASKING: KindTable[Asking] = KindTable(
    "way to ask about one example",
    INPUTS,
    {"image": AskedPicture(), "series": AskedSeries(), "table": AskedRow()},
)


def ask(opened: OpenedRun, source: Source) -> Asked:
    """Return one input, prepared as the run's network takes it.

    Raises:
        DataError: it cannot be read, or there is no such example.
    """
    preprocessing = opened.trained.preprocessing
    asking = ASKING[preprocessing.kind]
    if isinstance(source, int):
        return asking.of_dataset(preprocessing, opened.dataset, opened.check_index(source))
    return asking.of_new(opened.predictor, source)


def right_answer(opened: OpenedRun, asked: Asked) -> str:
    """Return an example's target in words; "" of a new input, and of the test split while it is sealed."""
    if asked.index is None:
        return ""
    dataset = opened.dataset
    if asked.index in dataset.splits["test"] and not opened.folder.num_openings("test"):
        return ""
    return dataset.target.words(dataset.targets[asked.index], digits=5)


def targets_for_loss(record: RunRecord, targets: NDArray[Any]) -> NDArray[Any]:
    """Return targets as the run's loss takes them: numbers in units of the training's spread, all others as they are.

    Args:
        record: of the run.
        targets: [N] or [N, M], as the dataset has them.
    """
    scaling = record.target_scaling
    return targets if scaling is None else np.asarray(scale_targets(targets, scaling))
