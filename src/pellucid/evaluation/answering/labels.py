"""How several labels are answered: one temperature for all, and a threshold for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pellucid.evaluation.answering.unknown import fit_unknown
from pellucid.evaluation.temperature import MIN_EXAMPLES, fit_temperature
from pellucid.evaluation.thresholds import MIN_POSITIVES, fit_thresholds
from pellucid.runs import Answering

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.prediction import KnownFeatures, Predictor


def fit_labels(predictor: Predictor, dataset: Dataset) -> tuple[Answering, KnownFeatures | None]:
    """Fit one temperature for all labels, a threshold for each, and the "unknown" distance."""
    indices = dataset.splits["val"]
    outputs, truth = predictor.split_outputs(dataset, indices), dataset.targets[indices]
    temperature = 1.0
    note = f"too few to fit: {len(truth)} validation examples, {MIN_EXAMPLES} are needed"
    if len(truth) >= MIN_EXAMPLES:
        # One for all: most labels have too few examples for one of their own.
        temperature = fit_temperature(outputs.raw.reshape(-1), truth.reshape(-1))
        note = f"fitted on {len(truth):,} validation examples, one for all labels"
    shares = predictor.with_temperature(temperature).answer(outputs).numbers
    thresholds = fit_thresholds(shares.astype(np.float64), truth.astype(np.bool_))
    unknown = fit_unknown(predictor, dataset, outputs)
    answering = Answering(
        temperature=temperature,
        temperature_note=note,
        thresholds=thresholds,
        thresholds_note=f"each with the best F1 on {len(truth):,} validation examples; 0.5 where fewer than "
        f"{MIN_POSITIVES} have or lack a label",
        unknown_above=unknown.above,
        unknown_note=unknown.note,
    )
    return answering, unknown.features
