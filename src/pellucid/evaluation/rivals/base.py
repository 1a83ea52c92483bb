"""What simple methods are told when they are trained and scored beside a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from pellucid.evaluation.kinds import Truth
from pellucid.kinds import SplitName

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.preprocessing import Preprocessing


@dataclass(frozen=True)
class Beside:
    """What simple methods are trained and scored on, beside a model.

    Attributes:
        dataset: of the run.
        preprocessing: likewise.
        split: what is scored.
        truth: of its examples.
        model_answers: [N, ...] what the model answers to them, in the form of targets.
        balanced: whether the methods learn as if each class were equally frequent, as the network did.
    """

    dataset: Dataset
    preprocessing: Preprocessing
    split: SplitName
    truth: Truth
    model_answers: NDArray[Any]
    balanced: bool
