"""Several numbers per example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pellucid.kinds.targets.base import TARGETS, Name, Target
from pellucid.kinds.targets.measured import check_numbers, read_finite, strata_of_values

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@TARGETS.register
class ValuesTarget(Target):
    """Several numbers per example: [N, M] float64."""

    kind: Literal["values"] = "values"
    noun: ClassVar[str] = "number"
    dimensions: ClassVar[int] = 2
    name: str
    """All names, for people."""
    names: tuple[Name, ...]

    @property
    def answers(self) -> tuple[str, ...]:
        """The numbers' names."""
        return self.names

    @property
    def categories(self) -> tuple[str, ...]:
        """None: numbers are not counted."""
        return ()

    @property
    def learned(self) -> str:
        """The target's name."""
        return f"the target '{self.name}'"

    def head(self, shown: int) -> tuple[str, ...]:
        """Return how many numbers there are."""
        return (f"{len(self.names)} numbers to predict",)

    def sentence(self) -> str:
        """Return one sentence on what comes out."""
        return f"There are {len(self.names)} numbers to answer: {', '.join(self.names)}."

    def as_array(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Return [N, M] float64."""
        import numpy as np

        return np.asarray(values, np.float64)

    def check(self, targets: NDArray[Any], *, dataset: str) -> None:
        """Look whether there are enough examples, and each number varies.

        Raises:
            DataError: one does not.
        """
        check_numbers(self.numbers(targets), dataset=dataset)

    def counts(self, targets: NDArray[Any]) -> tuple[int, ...]:
        """Return nothing: numbers are not counted."""
        return ()

    def numbers(self, targets: NDArray[Any]) -> tuple[tuple[str, NDArray[Any]], ...]:
        """Return each number."""
        return tuple((name, targets[:, place]) for place, name in enumerate(self.names))

    def parts(self, targets: NDArray[Any]) -> tuple[tuple[str, NDArray[Any]], ...]:
        """Return each number."""
        return self.numbers(targets)

    def members(self, targets: NDArray[Any]) -> dict[str, NDArray[np.int64]]:
        """Return all indices, in the order of the first number."""
        return {self.name: targets[:, 0].argsort(kind="stable")}

    def strata(self, targets: NDArray[Any]) -> NDArray[np.int64]:
        """Return up to ten bins of equal size of the sum, each number in units of its spread."""
        import numpy as np

        values = targets.astype(np.float64)
        spread = values.std(axis=0)
        return strata_of_values((values / np.where(spread > 0, spread, 1)).sum(axis=1))

    @property
    def strata_words(self) -> str:
        """By what splits are stratified."""
        return f"by size of '{self.name}'"

    def say(self, one: Any) -> dict[str, float]:
        """Return the numbers by name."""
        return {name: float(value) for name, value in zip(self.names, one.tolist(), strict=True)}

    def words(self, one: Any, *, digits: int = 4) -> str:
        """Return the numbers with their names."""
        return ", ".join(f"{name} {value:.{digits}g}" for name, value in zip(self.names, one, strict=True))

    def parse(self, text: str) -> NDArray[np.float32]:
        """Return [M] float32 numbers that were typed with commas between them."""
        return read_finite(text, self.answers)

    def _not_two_classes(self) -> str:
        return "are numbers"
