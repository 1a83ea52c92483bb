"""How one class is answered: the temperature, and the probability below which it is "unsure"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.evaluation.abstention import choose_threshold
from pellucid.evaluation.answering.unknown import fit_unknown
from pellucid.evaluation.temperature import MIN_EXAMPLES, fit_temperature
from pellucid.runs import Answering

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.prediction import KnownFeatures, Predictor

ERROR_RATE = 0.05
"""Largest share of wrong answers among those that are not "unsure", shown on the validation split."""


def fit_class(predictor: Predictor, dataset: Dataset) -> tuple[Answering, KnownFeatures | None]:
    """Fit temperature, the "unsure" threshold and the "unknown" distance."""
    from pellucid.tasks import ClassAnswer

    indices = dataset.splits["val"]
    outputs, targets = predictor.split_outputs(dataset, indices), dataset.targets[indices]
    temperature = fit_temperature(outputs.raw, targets, offsets=predictor.logit_offsets)
    few = f"too few to fit: {len(targets)} validation examples, {MIN_EXAMPLES} are needed"
    note = few if len(targets) < MIN_EXAMPLES else f"fitted on {len(targets):,} validation examples"
    # The threshold is of the probabilities that users will read, so the temperature comes first.
    answer = ClassAnswer.of(predictor.with_temperature(temperature).answer(outputs))
    abstention = choose_threshold(answer.probabilities, targets, error_rate=ERROR_RATE, predicted=answer.labels)
    unknown = fit_unknown(predictor, dataset, outputs)
    answering = Answering(
        temperature=temperature,
        temperature_note=note,
        unsure_below=abstention.threshold or None,  # a threshold of 0 is never undercut
        unsure_note=abstention.reason,
        unknown_above=unknown.above,
        unknown_note=unknown.note,
    )
    return answering, unknown.features
