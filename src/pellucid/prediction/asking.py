"""Asking about one example of a run: how it is read, by kind of input."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import INPUTS, KindTable
from pellucid.late import Late
from pellucid.prediction.asked import Asked, Asking, AsksItself
from pellucid.prediction.one_answer import single_answer
from pellucid.prediction.opened import OpenedRun
from pellucid.runs import RunRecord
from pellucid.training import scale_targets

Source: TypeAlias = Any
"""An example's index in the run's dataset, or one input in any form that `Predictor.predict` takes."""

ASKING: KindTable[Asking] = KindTable(
    "way to ask about one example",
    INPUTS,
    {
        "image": Late("pellucid.prediction.asked_picture", "AskedPicture", made=True),
        "series": Late("pellucid.prediction.asked_series", "AskedSeries", made=True),
        "table": Late("pellucid.prediction.asked_row", "AskedRow", made=True),
        "text": Late("pellucid.prediction.asked_text", "AskedText", made=True),
    },
)


def ask(opened: OpenedRun, source: Source) -> Asked:
    """Return one input as far as one answer to it rests on it, prepared as the run's network takes it.

    Raises:
        DataError: it cannot be read, or there is no such example.
        RecipeError: the run's answers have no single one to look into, or are asked for otherwise.
    """
    looked = single_answer(opened.trained)
    if isinstance(looked, AsksItself):
        return looked.ask(opened, source)
    preprocessing = opened.trained.preprocessing
    asking = ASKING[preprocessing.kind]
    if isinstance(source, int):
        whole = asking.of_dataset(preprocessing, opened.dataset, opened.check_index(source))
    else:
        whole = asking.of_new(opened.predictor, source)
    return looked.asked(opened.trained, whole)


def targets_for_loss(record: RunRecord, targets: NDArray[Any]) -> NDArray[Any]:
    """Return targets as the run's loss takes them: numbers in units of the training's spread, all others as they are.

    Args:
        record: of the run.
        targets: [N] or [N, M], as the dataset has them.
    """
    scaling = record.target_scaling
    return targets if scaling is None else np.asarray(scale_targets(targets, scaling))
