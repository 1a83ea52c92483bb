"""What an explanation asks of the kind of input, and of the kind of target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

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
        tokens: of a text, in their order; () of all else.
        series: [C, T] values as they stand in the data; None of what is no series.
        channels: names of a series' channels, as the network is given them; () of what is no series.
        baseline: [1, ...] like the network's input: the example that shows nothing; None for 0 everywhere.
    """

    picture: NDArray[np.uint8] | None = None
    placement: Placement | None = None
    columns: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
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

    def by_degrees(self, model: nn.Module, inputs: Tensor) -> tuple[nn.Module, Tensor]:
        """Return a network and an example whose numbers can go from nothing to what they are, little by little.

        Args:
            model: of the run.
            inputs: [1, ...], as it takes them.

        Raises:
            RecipeError: there is no way to do that.
        """


class TargetExplained(Protocol):
    """Which number is explained, for one kind of target."""

    called: str
    """What one of the answers is called, in a message."""
    no_neighbours: str
    """Why no training examples stand beside an explanation, a clause; "" where they do."""

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the number that is explained: a class's or label's logit, or a value.

        Args:
            task: of the run, with the temperature of its answers.
            index: of the class, label or number; of two classes with a single logit 0 or 1.
            name: of the class, label or number.
        """
