"""What simple methods are told when they are trained and scored beside a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from pellucid.evaluation.kinds import Truth
from pellucid.kinds import SplitName

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.prediction import Predictor
    from pellucid.preprocessing import Preprocessing


@dataclass(frozen=True)
class Beside:
    """What simple methods are trained and scored on, beside a model.

    Attributes:
        dataset: of the run.
        predictor: likewise.
        split: what is scored.
        truth: of its examples.
        model_answers: [N, ...] what the model answers to them, in the form of targets.
        balanced: whether the methods learn as if each class were equally frequent, as the network did.
    """

    dataset: Dataset
    predictor: Predictor
    split: SplitName
    truth: Truth
    model_answers: NDArray[Any]
    balanced: bool

    @property
    def preprocessing(self) -> Preprocessing:
        """Of the run."""
        return self.predictor.record.preprocessing
