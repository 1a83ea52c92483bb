"""How a trained network's outputs become answers, fitted on the validation split: calibrated, "unsure", "unknown"."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from pellucid.evaluation.answering.one_class import ERROR_RATE
from pellucid.kinds import TARGETS, KindTable
from pellucid.late import Late
from pellucid.runs import Answering

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.prediction import KnownFeatures, Predictor

    Fitted: TypeAlias = tuple[Answering, KnownFeatures | None]

__all__ = ["ERROR_RATE", "FITTING", "fit_answering"]


def fit_answering(predictor: Predictor, dataset: Dataset) -> Fitted:
    """Fit temperature, the "unsure" threshold and the "unknown" distance of a run.

    Args:
        predictor: with the run's best weights.
        dataset: what it was trained on; its training and validation splits are answered, test stays sealed.

    Returns:
        what run.json keeps, and the training features that distances are measured to (None where not judged).
    """
    return FITTING[dataset.target.kind](predictor, dataset)


FITTING: KindTable[Callable[[Predictor, Dataset], Fitted]] = KindTable(
    "way of fitting how it is answered",
    TARGETS,
    {
        "class": Late("pellucid.evaluation.answering.one_class", "fit_class"),
        "future": Late("pellucid.evaluation.answering.future", "fit_future"),
        "labels": Late("pellucid.evaluation.answering.labels", "fit_labels"),
        "mask": Late("pellucid.evaluation.answering.numbers", "fit_nothing"),
        "next": Late("pellucid.evaluation.answering.numbers", "fit_nothing"),
        "generated": Late("pellucid.evaluation.answering.numbers", "fit_nothing"),
        "paired": Late("pellucid.evaluation.answering.numbers", "fit_nothing"),
        "picture": Late("pellucid.evaluation.answering.numbers", "fit_nothing"),
        "text": Late("pellucid.evaluation.answering.numbers", "fit_nothing"),
        "value": Late("pellucid.evaluation.answering.numbers", "fit_nothing"),
        "values": Late("pellucid.evaluation.answering.numbers", "fit_nothing"),
    },
)
