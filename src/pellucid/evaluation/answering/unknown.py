"""From which distance to what was learned from an example is "unknown", fitted on the validation split."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pellucid.prediction import KnownFeatures, bank_examples, unknown_threshold

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.prediction import KnownFeatures, Outputs, Predictor


class Unknown(NamedTuple):
    """What tells the unknown.

    Attributes:
        features: of training examples; None where it is not judged.
        above: the distance to them; None likewise.
        note: how it was found, or why it was not.
    """

    features: KnownFeatures | None
    above: float | None
    note: str


def fit_unknown(predictor: Predictor, dataset: Dataset, val: Outputs) -> Unknown:
    """Measure how far validation examples lie from training examples.

    Args:
        predictor: with the run's best weights.
        dataset: what it was trained on.
        val: what the network gives for the validation split.
    """
    if val.features is None:
        reason = "the model has no last linear layer whose input could be compared (of at most 16,384 numbers)"
        return Unknown(None, None, f"not judged: {reason}")
    train = dataset.splits["train"]
    chosen = bank_examples(train, seed=predictor.record.recipe.machine.seed)
    features = predictor.split_outputs(dataset, chosen).features
    assert features is not None
    known = KnownFeatures.of(features)
    threshold, note = unknown_threshold(known.distances(val.features))
    return Unknown(known, threshold, note) if threshold is not None else Unknown(None, None, note)
