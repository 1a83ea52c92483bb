"""What a trace asks of the kind of input, and of the kind of target."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from pellucid.prediction import Asked, Predictor
from pellucid.tasks import Task
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


class Ending(Protocol):
    """How a trace ends, and what its loss is, for one kind of target."""

    def criterion(self, task: Task) -> Criterion:
        """Return the loss that is followed back.

        Raises:
            RunError: the task's is one that is not shown number by number.
        """

    def answered(self, task: Task) -> int | None:
        """Return how many of the network's numbers, those at its end, are the answer's; None for all of them."""

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return the probability from which each label is answered; () where no answer depends on one."""
