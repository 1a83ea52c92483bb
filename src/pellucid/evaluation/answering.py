"""How a trained network's outputs become answers, fitted on the validation split: calibrated, "unsure", "unknown"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pellucid.evaluation.abstention import choose_threshold
from pellucid.evaluation.temperature import MIN_EXAMPLES, fit_temperature
from pellucid.evaluation.thresholds import MIN_POSITIVES, fit_thresholds
from pellucid.kinds import ClassTarget, LabelsTarget
from pellucid.runs import Answering

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.prediction import KnownFeatures, Outputs, Predictor

ERROR_RATE = 0.05
"""Largest share of wrong answers among those that are not "unsure", shown on the validation split."""


def fit_answering(predictor: Predictor, dataset: Dataset) -> tuple[Answering, KnownFeatures | None]:
    """Fit temperature, the "unsure" threshold and the "unknown" distance of a run.

    Args:
        predictor: with the run's best weights.
        dataset: what it was trained on; its training and validation splits are answered, test stays sealed.

    Returns:
        what run.json keeps, and the training features that distances are measured to (None where not judged).
    """
    if isinstance(dataset.target, LabelsTarget):
        return _fit_labels(predictor, dataset)
    if not isinstance(dataset.target, ClassTarget):
        return Answering(), None
    indices = dataset.splits["val"]
    outputs, targets = predictor.split_outputs(dataset, indices), dataset.targets[indices]
    temperature = fit_temperature(outputs.raw, targets, offsets=predictor.logit_offsets)
    few = f"too few to fit: {len(targets)} validation examples, {MIN_EXAMPLES} are needed"
    note = few if len(targets) < MIN_EXAMPLES else f"fitted on {len(targets):,} validation examples"
    answer = predictor.with_temperature(temperature).answer(outputs)
    assert answer.probabilities is not None
    abstention = choose_threshold(answer.probabilities, targets, error_rate=ERROR_RATE, predicted=answer.labels)
    known, unknown_above, unknown_note = _fit_unknown(predictor, dataset, outputs)
    answering = Answering(
        temperature=temperature,
        temperature_note=note,
        unsure_below=abstention.threshold or None,  # a threshold of 0 is never undercut
        unsure_note=abstention.reason,
        unknown_above=unknown_above,
        unknown_note=unknown_note,
    )
    return answering, known


def _fit_labels(predictor: Predictor, dataset: Dataset) -> tuple[Answering, KnownFeatures | None]:
    """Fit one temperature for all labels, a threshold for each, and the "unknown" distance."""
    indices = dataset.splits["val"]
    outputs, truth = predictor.split_outputs(dataset, indices), dataset.targets[indices]
    temperature = 1.0
    note = f"too few to fit: {len(truth)} validation examples, {MIN_EXAMPLES} are needed"
    if len(truth) >= MIN_EXAMPLES:
        temperature = fit_temperature(outputs.raw.reshape(-1), truth.reshape(-1))
        note = f"fitted on {len(truth):,} validation examples, one for all labels"
    answer = predictor.with_temperature(temperature).answer(outputs)
    assert answer.label_probabilities is not None
    thresholds = fit_thresholds(answer.label_probabilities.astype(np.float64), truth.astype(np.bool_))
    known, unknown_above, unknown_note = _fit_unknown(predictor, dataset, outputs)
    answering = Answering(
        temperature=temperature,
        temperature_note=note,
        thresholds=thresholds,
        thresholds_note=f"each with the best F1 on {len(truth):,} validation examples; 0.5 where fewer than "
        f"{MIN_POSITIVES} have or lack a label",
        unknown_above=unknown_above,
        unknown_note=unknown_note,
    )
    return answering, known


def _fit_unknown(
    predictor: Predictor, dataset: Dataset, val: Outputs
) -> tuple[KnownFeatures | None, float | None, str]:
    from pellucid.prediction import KnownFeatures, bank_examples, unknown_threshold

    if val.features is None:
        reason = "the model has no last linear layer whose input could be compared (of at most 16,384 numbers)"
        return None, None, f"not judged: {reason}"
    train = dataset.splits["train"]
    chosen = bank_examples(train, seed=predictor.record.recipe.seed)
    features = predictor.split_outputs(dataset, chosen).features
    assert features is not None
    known = KnownFeatures.of(features)
    threshold, note = unknown_threshold(known.distances(val.features))
    return (known, threshold, note) if threshold is not None else (None, None, note)
