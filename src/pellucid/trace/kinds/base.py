"""What a trace asks of the kind of input, and of the kind of target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from pellucid.prediction import Asked, Predictor, refuse_letter, single_answer
from pellucid.tasks import AnswerStep, Task
from pellucid.trace.loss import Criterion
from pellucid.trace.surroundings import Surrounding


class Beginning(Protocol):
    """How a trace begins, for one kind of input."""

    def begin(self, preprocessing: Any, asked: Asked, inputs: Tensor) -> Surrounding | None:
        """Return the step from what the user sees to the network's input; None where nothing is known of it.

        Args:
            preprocessing: of the run.
            asked: the example.
            inputs: [1, ...] float32, the same as the network takes it.
        """

    def picture(self, asked: Asked) -> NDArray[np.uint8] | None:
        """Return [H, W, C] uint8 on which the network's values lie; None where it is shown no picture."""


@dataclass(frozen=True)
class Followed:
    """What of an answer a trace ends at, and what the network is told besides the input to come to it.

    Attributes:
        more: further named tensors that the network takes, [1, ...] each; {} for none.
        outputs: from what it then gives, [1, K'], to the [1, K] that are answered.
        steps: from these to the answer.
        names: of the K; two for a network with one output for two classes.
        said: which part of the answer it is, in words; "" for the whole.
    """

    more: Mapping[str, Tensor]
    outputs: Callable[[Tensor], Tensor]
    steps: Callable[[Tensor], tuple[AnswerStep, ...]]
    names: tuple[str, ...]
    said: str = ""


class Ending(Protocol):
    """How a trace ends, and what its loss is, for one kind of target."""

    def follow(self, predictor: Predictor, inputs: Tensor, letter: int | None) -> Followed:
        """Return what is followed: all outputs, where an answer is no text.

        Args:
            predictor: of the run.
            inputs: [1, ...], as the network takes them.
            letter: of an answer that is a text, counted from 0; None for the first.

        Raises:
            RecipeError: there is no such letter.
        """
        refuse_letter(letter)
        names = single_answer(predictor.record).names(predictor.record)
        return Followed({}, lambda outputs: outputs, predictor.task.answer_steps, names)

    def criterion(self, task: Task) -> Criterion:
        """Return the loss that is followed back.

        Raises:
            RunError: the task's is one that is not shown number by number.
        """

    def answered(self, task: Task) -> int | None:
        """Return how many of the network's numbers, those at its end, are the answer's; None for all of them."""

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return the probability from which each label is answered; () where no answer depends on one."""
