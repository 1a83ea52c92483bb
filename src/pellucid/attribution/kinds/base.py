"""What an explanation asks of the kind of input, and of the kind of target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.attribution.score import Score
from pellucid.data import Dataset
from pellucid.errors import RecipeError, did_you_mean
from pellucid.prediction import Asked, Outputs, Predictor, refuse_letter, single_answer
from pellucid.preprocessing import Placement
from pellucid.records import Decision
from pellucid.tasks import Task

_NAMES_SHOWN = 30


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


@dataclass(frozen=True)
class AskedAbout:
    """What is explained of one answer.

    Attributes:
        model: the network whose outputs the score is of; it takes what the run's does.
        score: the number.
        decisions: what was chosen without being asked for.
    """

    model: nn.Module
    score: Score
    decisions: tuple[Decision, ...] = ()


class TargetExplained(Protocol):
    """Which number is explained, for one kind of target."""

    called: str
    """What one of the answers is called, in a message."""
    no_neighbours: str
    """Why no training examples stand beside an explanation, a clause; "" where they do."""

    def about(
        self, predictor: Predictor, inputs: Tensor, outputs: Outputs, *, wanted: str | None, letter: int | None
    ) -> AskedAbout:
        """Return what is explained: the class, label or number that was asked for, or the one that is answered.

        Args:
            predictor: of the run.
            inputs: [1, ...], as the network takes them.
            outputs: of the network for them.
            wanted: the class, label or number; None for the one that is answered.
            letter: of an answer that is a text, counted from 0; None for the first.

        Raises:
            RecipeError: there is none of that name, or no such letter.
        """
        refuse_letter(letter)
        names = single_answer(predictor.record).names(predictor.record)
        if wanted is None:
            index, reason = predictor.answer(outputs).foremost()
            chosen = (Decision(name="explained", value=names[index], reason=reason),) if len(names) > 1 else ()
            return AskedAbout(predictor.model, self.score(predictor.task, index, name=names[index]), chosen)
        index = place_of(wanted, names, called=self.called)
        return AskedAbout(predictor.model, self.score(predictor.task, index, name=wanted))

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the number that is explained: a class's or label's logit, or a value.

        Args:
            task: of the run, with the temperature of its answers.
            index: of the class, label or number; of two classes with a single logit 0 or 1.
            name: of the class, label or number.
        """


def place_of(wanted: str, names: Sequence[str], *, called: str) -> int:
    """Return the place of a name among the answers'.

    Args:
        wanted: the name.
        names: of all answers.
        called: what one of them is called, in a message.

    Raises:
        RecipeError: it is none of them.
    """
    if wanted in names:
        return names.index(wanted)
    more = " ..." if len(names) > _NAMES_SHOWN else ""
    raise RecipeError(
        f"The run has no {called} '{wanted}'.{did_you_mean(wanted, names)}",
        expected=f"One of: {', '.join(names[:_NAMES_SHOWN])}{more}.",
    )
