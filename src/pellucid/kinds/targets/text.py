"""A text that is answered with a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from pellucid.errors import DataError, RecipeError
from pellucid.kinds.targets.base import TARGETS, Target
from pellucid.kinds.targets.measured import strata_of_values

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST_PAIRS = 5
_SHOWN = 120


@TARGETS.register
class TextTarget(Target):
    """The text that answers a text: its translation, its reverse, the same date written otherwise.

    Targets are [N, U] int32: the characters of each answer as code points of Unicode, 0 behind its end.
    """

    kind: Literal["text"] = "text"
    name: str = "answer"
    noun: ClassVar[str] = "text"
    dimensions: ClassVar[int] = 2
    is_spelled: ClassVar[bool] = True
    longest: Annotated[int, Field(ge=1)]
    """U, the characters of the longest answer."""

    @property
    def answers(self) -> tuple[str, ...]:
        """None: an answer is written, not chosen."""
        return ()

    @property
    def categories(self) -> tuple[str, ...]:
        """None: texts are not counted."""
        return ()

    @property
    def learned(self) -> str:
        """What is learned."""
        return f"the text '{self.name}'"

    def head(self, shown: int) -> tuple[str, ...]:
        """Return what is learned."""
        return (f"a text of up to {self.longest:,} characters to write",)

    def sentence(self) -> str:
        """Return one sentence on what comes out."""
        return f"Each text is answered with a text of up to {self.longest:,} characters."

    def as_array(self, values: Sequence[Any]) -> NDArray[Any]:
        """Return [N, U] int32 code points of N texts, or of rows that are code points already."""
        import numpy as np

        if isinstance(values, np.ndarray):
            return values.astype(np.int32)
        rows = np.zeros((len(values), self.longest), np.int32)
        for row, value in zip(rows, values, strict=True):
            points = code_points(value) if isinstance(value, str) else np.asarray(value, np.int32)
            row[: len(points)] = points
        return rows

    def check(self, targets: Any, *, dataset: str) -> None:
        """Look whether there is something to learn.

        Raises:
            DataError: there are too few pairs, or all answers are the same.
        """
        if len(targets) < FEWEST_PAIRS:
            raise DataError(f"'{dataset}' has {len(targets)} pairs.", expected=f"At least {FEWEST_PAIRS} are needed.")
        if bool((targets == targets[0]).all()):
            raise DataError(
                f"All texts of '{dataset}' have the same answer: {self.words(targets[0])}.",
                expected="Answers that differ, so that there is something to learn.",
            )

    def counts(self, targets: Any) -> tuple[int, ...]:
        """Return nothing: texts are not counted."""
        return ()

    def parts(self, targets: Any) -> tuple[tuple[str, NDArray[Any]], ...]:
        """Return nothing: an answer is one thing."""
        return ()

    def members(self, targets: NDArray[Any]) -> dict[str, NDArray[np.int64]]:
        """Return all indices, the shortest answer first."""
        return {self.name: (targets != 0).sum(axis=1).argsort(kind="stable")}

    def strata(self, targets: NDArray[Any]) -> NDArray[np.int64]:
        """Return up to ten bins of the answers' lengths."""
        import numpy as np

        return strata_of_values((targets != 0).sum(axis=1).astype(np.float64))

    @property
    def strata_words(self) -> str:
        """By what splits are stratified."""
        return "by the length of the answer"

    def say(self, one: Any) -> str:
        """Return the text."""
        return text_of(one)

    def words(self, one: Any, *, digits: int = 4) -> str:
        """Return the text; of a very long one its beginning."""
        text = text_of(one)
        return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."

    def parse(self, text: str) -> NDArray[np.int32]:
        """Return [U] code points of a text that was typed.

        Raises:
            RecipeError: it is longer than any answer.
        """
        if len(text) > self.longest:
            raise RecipeError(
                f"The text has {len(text):,} characters.", expected=f"Up to {self.longest:,}, as the longest answer."
            )
        row: NDArray[np.int32] = self.as_array([text])[0]
        return row

    def _not_two_classes(self) -> str:
        return "is a text"


def code_points(text: str) -> NDArray[np.int32]:
    """Return [n] int32 code points of a text."""
    import numpy as np

    # Every code point in four bytes, those that are no characters alone (half of a pair, from a foreign file) too.
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<i4").astype(np.int32)


def text_of(points: Any) -> str:
    """Return the text of code points, the zeros behind its end left out."""
    return "".join(chr(point) for point in points.tolist() if point)
