"""Simple methods beside a model: what a method is, and what each kind of target has of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import Target


class Method(NamedTuple):
    """A simple method that has learned nothing yet."""

    name: str
    answer: Callable[[], tuple[NDArray[Any], str]]
    """Learns, and returns what it answers, in the form of targets, with a description of itself."""
    learned_from: Hashable = None
    """What tells apart all that it learns from, answers, and is told; None where nothing does."""


class Constant(NamedTuple):
    """An answer that looks at no input."""

    name: str
    description: str
    answer: Callable[[int], NDArray[Any]]
    """From N to N answers, in the form of targets."""

    def method(self, count: int) -> Method:
        """Return it as a method that answers so many examples."""
        return Method(self.name, lambda: (self.answer(count), self.description))


@dataclass(frozen=True)
class FlatRows:
    """Examples as rows of numbers.

    Attributes:
        train: [M, D] float32.
        targets: [M, ...] of these.
        asked: [N, D] float32, to be answered.
    """

    train: NDArray[np.float32]
    targets: NDArray[Any]
    asked: NDArray[np.float32]

    def digest(self) -> bytes:
        """Return 32 bytes (BLAKE2b) that tell these rows and targets from others."""
        known = hashlib.blake2b(digest_size=32)
        for part in (self.train, self.targets, self.asked):
            known.update(f"{part.dtype.str}{part.shape}".encode())
            known.update(np.ascontiguousarray(part).data)
        return known.digest()


def learning_from(methods: Iterable[Method], *what: Hashable) -> list[Method]:
    """Return methods that know from what they learn; see `Method.learned_from`."""
    return [method._replace(learned_from=what) for method in methods]


@dataclass(frozen=True)
class Choices:
    """How simple methods are to learn.

    Attributes:
        trees: whether random forest and gradient boosting are among them: the inputs are rows of a table.
        balanced: whether they learn as if each class were equally frequent.
        seed: of the draw of training examples.
    """

    trees: bool = False
    balanced: bool = False
    seed: int = 0


class SimpleMethods(Protocol):
    """The simple methods that answer one kind of target."""

    linear_word: ClassVar[str]
    """What the linear method on features of pictures is called, e.g. "logistic"."""

    def constant(self, target: Target, learned: NDArray[Any]) -> Constant:
        """Return the best answer that looks at no input.

        Args:
            target: of the dataset.
            learned: [M, ...] targets to learn it from.
        """

    def on_rows(self, target: Target, rows: FlatRows, choices: Choices) -> list[Method]:
        """Return the methods that learn from rows, the one that looks at no input first."""

    def linear(self, *, balanced: bool) -> Any:
        """Return an unfitted linear method of scikit-learn for features of pictures."""

    def forest(self, *, balanced: bool, trees: int) -> Any:
        """Return an unfitted random forest for features of pictures, seeded."""

    def naive_bayes(self, *, balanced: bool) -> Any | None:
        """Return unfitted multinomial naive Bayes of scikit-learn for counts of words; None where it cannot answer."""

    def fit_and_answer(
        self, estimator: Any, known: NDArray[np.float32], targets: NDArray[Any], asked: NDArray[np.float32]
    ) -> NDArray[Any]:
        """Fit an estimator of `linear` or `forest` on [M, D] and [M, ...] targets, and answer [N, D]."""
