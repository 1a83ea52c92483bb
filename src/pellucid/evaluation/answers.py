"""A classifier's answers on one split, and what each example contributes to each metric."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.checking import BoolArray, FloatArray, IntArray
from pellucid.evaluation.counting import confusion_matrix


@dataclass(frozen=True)
class ClassAnswers:
    """Checked probabilities [N, K] and targets [N]; everything else follows."""

    probabilities: NDArray[np.floating[Any]]
    targets: IntArray
    classes: tuple[str, ...]
    groups: IntArray | None = None
    """0 to G - 1; None when each example stands for itself."""
    seed: int = 0
    chosen: IntArray | None = None
    """int64 [N]: the classes that were answered; None: the most probable ones."""
    positive: int = 1
    """Of two classes: the one whose average precision is told."""

    @property
    def n(self) -> int:
        """Number of examples."""
        return len(self.targets)

    @property
    def num_units(self) -> int:
        """Number of things drawn independently: groups where there are any, else examples."""
        return self.n if self.groups is None else int(self.groups.max()) + 1

    @cached_property
    def predicted(self) -> IntArray:
        """int64 [N]: the class that was answered, else that with the highest probability; the first of equals."""
        if self.chosen is not None:
            return self.chosen
        return np.asarray(self.probabilities.argmax(axis=1), dtype=np.int64)

    @cached_property
    def correct(self) -> BoolArray:
        """Bool [N]."""
        return np.asarray(self.predicted == self.targets)

    @cached_property
    def confidence(self) -> FloatArray:
        """float64 [N]: the predicted class's probability."""
        return np.asarray(self.probabilities[np.arange(self.n), self.predicted], dtype=np.float64)

    @cached_property
    def confusion(self) -> IntArray:
        """int64 [K, K]: rows are targets."""
        return confusion_matrix(self.targets, self.predicted, num_classes=len(self.classes))

    @property
    def support(self) -> IntArray:
        """int64 [K]: examples per class."""
        return np.asarray(self.confusion.sum(axis=1), dtype=np.int64)

    @cached_property
    def log_losses(self) -> FloatArray:
        """float64 [N]: minus the natural logarithm of the target's probability.

        As in scikit-learn, a probability of 0 counts as the smallest step of its type (1.2e-7 for float32: 15.9).
        """
        given = self.probabilities[np.arange(self.n), self.targets]
        step = np.finfo(given.dtype).eps
        losses: FloatArray = -np.log(np.clip(given, step, 1 - step).astype(np.float64))
        return losses

    @cached_property
    def brier_scores(self) -> FloatArray:
        """float64 [N]: squared distance from the target's one-hot row, in [0, 2].

        Halved for two classes, as in scikit-learn.
        """
        squares = (self.probabilities.astype(np.float64) ** 2).sum(axis=1)
        given = self.probabilities[np.arange(self.n), self.targets].astype(np.float64)
        scores: FloatArray = squares - 2 * given + 1
        return scores / 2 if len(self.classes) == 2 else scores

    def in_top(self, k: int) -> BoolArray:
        """Bool [N]: whether the target is among the k classes with the highest probability.

        Of equal probabilities the later class ranks higher, as in scikit-learn.
        """
        best = np.argsort(self.probabilities, axis=1, kind="stable")[:, ::-1][:, :k]
        found: BoolArray = (best == self.targets[:, None]).any(axis=1)
        return found
