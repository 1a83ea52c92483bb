"""One number per example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pellucid.kinds.targets.base import TARGETS, Target
from pellucid.kinds.targets.measured import check_numbers, read_finite, strata_of_values

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@TARGETS.register
class ValueTarget(Target):
    """One number per example: [N] float64."""

    kind: Literal["value"] = "value"
    noun: ClassVar[str] = "number"

    @property
    def answers(self) -> tuple[str, ...]:
        """The number's name."""
        return (self.name,)

    @property
    def categories(self) -> tuple[str, ...]:
        """None: numbers are not counted."""
        return ()

    @property
    def learned(self) -> str:
        """The target's name."""
        return f"the target '{self.name}'"

    def head(self, shown: int) -> tuple[str, ...]:
        """Return the number's name."""
        return (f"the number '{self.name:.24}' to predict",)

    def sentence(self) -> str:
        """Return one sentence on what comes out."""
        return f"The target “{self.name}” is a number."

    def as_array(self, values: Sequence[Any]) -> NDArray[np.float64]:
        """Return [N] float64."""
        import numpy as np

        return np.asarray(values, np.float64)

    def check(self, targets: NDArray[Any], *, dataset: str) -> None:
        """Look whether there are enough examples, and the number varies.

        Raises:
            DataError: it does not.
        """
        check_numbers(self.numbers(targets), dataset=dataset)

    def counts(self, targets: NDArray[Any]) -> tuple[int, ...]:
        """Return nothing: numbers are not counted."""
        return ()

    def numbers(self, targets: NDArray[Any]) -> tuple[tuple[str, NDArray[Any]], ...]:
        """Return the one number."""
        return ((self.name, targets),)

    def one_number(self, targets: NDArray[Any]) -> NDArray[Any]:
        """Return the number."""
        return targets

    def parts(self, targets: NDArray[Any]) -> tuple[tuple[str, NDArray[Any]], ...]:
        """Return the one number."""
        return ((self.name, targets),)

    def members(self, targets: NDArray[Any]) -> dict[str, NDArray[np.int64]]:
        """Return all indices, smallest number first."""
        return {self.name: targets.argsort(kind="stable")}

    def strata(self, targets: NDArray[Any]) -> NDArray[np.int64]:
        """Return up to ten bins of equal size."""
        import numpy as np

        values = targets.astype(np.float64)
        spread = values.std()
        return strata_of_values(values / (spread if spread > 0 else 1))

    @property
    def strata_words(self) -> str:
        """By what splits are stratified."""
        return f"by size of '{self.name}'"

    def say(self, one: Any) -> float:
        """Return the number."""
        return float(one)

    def words(self, one: Any, *, digits: int = 4) -> str:
        """Return the number."""
        return f"{float(one):.{digits}g}"

    def parse(self, text: str) -> NDArray[np.float32]:
        """Return a number that was typed, [] float32."""
        return read_finite(text, self.answers).reshape(())

    def _not_two_classes(self) -> str:
        return "is a number"
