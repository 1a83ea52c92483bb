"""What an explanation asks of the kind of input, and of the kind of target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pellucid.attribution.score import Score
from pellucid.data import Dataset
from pellucid.prediction import Asked
from pellucid.preprocessing import Placement
from pellucid.tasks import Task


@dataclass(frozen=True)
class Shown:
    """What of an example is shown beside its maps.

    Attributes:
        picture: uint8 pixels as the user knows them; None where it is no picture.
        placement: of the network's input on it.
        columns: names of the input's numbers; () where they have none.
        series: [C, T] values as they stand in the data; None of what is no series.
        channels: names of a series' channels, as the network is given them; () of what is no series.
        baseline: [1, ...] like the network's input: the example that shows nothing; None for 0 everywhere.
    """

    picture: NDArray[np.uint8] | None = None
    placement: Placement | None = None
    columns: tuple[str, ...] = ()
    series: NDArray[Any] | None = None
    channels: tuple[str, ...] = ()
    baseline: NDArray[np.float32] | None = None


class InputExplained(Protocol):
    """How examples of one kind of input are shown."""

    @property
    def nothing(self) -> str:
        """What takes the place of what is removed, in words: 0 after normalisation."""

    def shown(self, preprocessing: Any, asked: Asked) -> Shown:
        """Return what of an example is shown."""

    def thumbnail(self, dataset: Dataset, index: int) -> NDArray[np.uint8] | None:
        """Return small pixels of an example; None where it is no picture."""


class TargetExplained(Protocol):
    """Which number is explained, for one kind of target."""

    called: str
    """What one of the answers is called, in a message."""

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the number that is explained: a class's or label's logit, or a value.

        Args:
            task: of the run, with the temperature of its answers.
            index: of the class, label or number; of two classes with a single logit 0 or 1.
            name: of the class, label or number.
        """
