"""The one answer of an example that is looked into: by a trace, and by an explanation.

Most kinds of target have a single answer to each example. A language model has one at every place of a text; asked is
what comes after the last one.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pellucid.errors import RecipeError
from pellucid.kinds import TARGETS, KindTable
from pellucid.late import Late
from pellucid.prediction.asked import Asked
from pellucid.prediction.one_token import OneToken
from pellucid.prediction.opened import OpenedRun
from pellucid.prediction.outputs import Outputs
from pellucid.prediction.predictor import Predictor
from pellucid.runs import RunRecord


class OneAnswer(Protocol):
    """What is looked into of an example, for one kind of target."""

    def asked(self, record: RunRecord, whole: Asked) -> Asked:
        """Return what of an example the answer rests on, prepared as the network takes it."""

    def names(self, record: RunRecord) -> tuple[str, ...]:
        """Return the names of what may be answered: of classes, labels, numbers or tokens, one for each number."""

    def words(self, predictor: Predictor, asked: Asked, outputs: Outputs) -> str:
        """Return what is answered.

        Args:
            predictor: of the run.
            asked: the example.
            outputs: of the network for it.
        """

    def right(self, opened: OpenedRun, index: int) -> str:
        """Return the right answer to an example of the run's dataset, in words."""

    def known(self, opened: OpenedRun, index: int) -> NDArray[Any]:
        """Return the right answer to an example of the run's dataset, as a loss is taken against it."""

    def typed(self, record: RunRecord, text: str) -> NDArray[Any]:
        """Return a right answer that was typed, as a loss is taken against it.

        Raises:
            RecipeError: it is none.
        """


class WholeAnswer:
    """The row of kinds that have one answer to each example."""

    def asked(self, record: RunRecord, whole: Asked) -> Asked:
        """Return all of the example."""
        return whole

    def names(self, record: RunRecord) -> tuple[str, ...]:
        """Return the target's answers."""
        return record.dataset.target.answers

    def words(self, predictor: Predictor, asked: Asked, outputs: Outputs) -> str:
        """Return the prediction, marked where the example is unlike the training."""
        return str(asked.mark(predictor.judge(outputs)[0])).removeprefix(": ")

    def right(self, opened: OpenedRun, index: int) -> str:
        """Return its target."""
        return opened.dataset.target.words(opened.dataset.targets[index], digits=5)

    def known(self, opened: OpenedRun, index: int) -> NDArray[Any]:
        """Return its target."""
        return np.asarray(opened.dataset.targets[index])

    def typed(self, record: RunRecord, text: str) -> NDArray[Any]:
        """Return a class, labels or numbers."""
        return record.dataset.target.parse(text)


_WHOLE = WholeAnswer()
ONE_ANSWER: KindTable[OneAnswer] = KindTable(
    "single answer",
    TARGETS,
    {
        "class": _WHOLE,
        "future": _WHOLE,
        "labels": _WHOLE,
        "mask": _WHOLE,
        "next": OneToken(),
        "generated": Late("pellucid.prediction.one_drawing", "OneDrawing", made=True),
        "paired": _WHOLE,
        "picture": Late("pellucid.prediction.one_picture", "OnePicture", made=True),
        "text": _WHOLE,
        "value": _WHOLE,
        "values": _WHOLE,
    },
)
"""Of an example that is looked into, by the kind of target."""


def single_answer(record: RunRecord) -> OneAnswer:
    """Return how one answer of a run is looked into.

    Raises:
        RecipeError: its answers have no single one.
    """
    return ONE_ANSWER[record.dataset.target.kind]


def right_answer(opened: OpenedRun, asked: Asked) -> str:
    """Return the right answer to an example in words; "" of a new input, and of the test split while it is sealed."""
    if asked.index is None:
        return ""
    if asked.index in opened.dataset.splits["test"] and not opened.folder.num_openings("test"):
        return ""
    return single_answer(opened.trained).right(opened, asked.index)


def known_target(opened: OpenedRun, source: Any, text: str | None) -> NDArray[Any]:
    """Return the right answer to an example, as a loss is taken against it.

    Args:
        opened: the run.
        source: an example's index in the dataset, or an input from elsewhere.
        text: the right answer as it was typed; None for what the dataset says.

    Raises:
        RecipeError: there is no such answer, or nothing says what is right.
    """
    looked = single_answer(opened.trained)
    if text is not None:
        return looked.typed(opened.trained, text)
    if isinstance(source, int):
        return looked.known(opened, opened.check_index(source))
    raise RecipeError(f"Nothing says what is right for '{source}'.", fix="Add --target: a class, labels, or a number.")
