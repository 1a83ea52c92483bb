"""What the rungs that are no network need to know of a kind of target: the contract of the table's rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

from pellucid.kinds import Target

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Trivial(NamedTuple):
    """The rung that looks at no input.

    Attributes:
        name: of the rung.
        description: what it always answers, as a clause.
        answer: from N to N answers, in the form of targets.
    """

    name: str
    description: str
    answer: Callable[[int], NDArray[Any]]


class Climbing(Protocol):
    """How classical methods learn one kind of target."""

    notes: ClassVar[tuple[str, ...]]
    """What the reader must know about the numbers."""
    weight_grid: ClassVar[dict[str, list[Any]]]
    """Further choices of methods that can weigh classes, and the values to try."""

    def trivial(self, target: Target, learned: NDArray[Any]) -> Trivial:
        """Return the rung that looks at no input, by [M, ...] training targets."""

    def is_balanced(self, target: Target, learned: NDArray[Any]) -> bool:
        """Tell whether methods learn as if each class were equally frequent."""

    def is_stratified(self, targets: NDArray[Any], *, folds: int) -> bool:
        """Tell whether the targets are classes with enough examples each to spread them over so many folds."""

    def neighbours(self) -> Any:
        """Return scikit-learn's nearest neighbours for it."""

    def support_vectors(self, *, balanced: bool) -> Any:
        """Return scikit-learn's support vector machine for it."""

    def scoring(self, *, balanced: bool) -> Any:
        """Return by what cross-validation chooses, as scikit-learn takes it."""
