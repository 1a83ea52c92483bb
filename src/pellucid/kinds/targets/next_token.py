"""The next token at every place of a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pellucid.errors import DataError, RecipeError
from pellucid.kinds.targets.base import TARGETS, Said
from pellucid.kinds.targets.undivided import Undivided

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST_BLOCKS = 10
"""A text shorter than so many blocks leaves next to nothing to be held back."""


@TARGETS.register
class NextTarget(Undivided):
    """What comes next in a text that is read on and on.

    Targets are [N, 2] int64: where in the text, in characters, what is predicted of each example begins, and where it
    ends (exclusive). What stands there is in the example itself: its window of text ends where its target does.
    """

    kind: Literal["next"] = "next"
    name: str = "next token"
    noun: ClassVar[str] = "token"
    dimensions: ClassVar[int] = 2
    splitting: ClassVar[Literal["strata", "plain", "time", "stretch"]] = "stretch"
    together: ClassVar[str] = "the text"
    block: int
    """Characters of each window; every predicted one has at least half of them before it, but for a text's last few."""

    @property
    def answers(self) -> tuple[str, ...]:
        """None: what may come next are the tokens that preprocessing knows."""
        return ()

    @property
    def learned(self) -> str:
        """What is learned."""
        return "the next token"

    def head(self, shown: int) -> tuple[str, ...]:
        """Return what is learned, and at how many places."""
        return "the next token to predict, place by place", "the next token to predict"

    def sentence(self) -> str:
        """Return one sentence on what comes out."""
        return (
            f"At every place the next token is predicted, from a window of {self.block:,} characters that begins at "
            "least half a window before it."
        )

    def as_array(self, values: Sequence[Any]) -> NDArray[np.int64]:
        """Return [N, 2] int64."""
        import numpy as np

        return np.asarray(values, np.int64).reshape(-1, 2)

    def check(self, targets: Any, *, dataset: str) -> None:
        """Look whether there is enough text.

        Raises:
            DataError: there is not.
        """
        import numpy as np

        length = 0 if not len(targets) else int(np.asarray(targets[len(targets) - 1])[1])
        if length < FEWEST_BLOCKS * self.block:
            raise DataError(
                f"'{dataset}' has {length:,} characters, fewer than {FEWEST_BLOCKS} blocks of {self.block:,}.",
                expected="A text that is long enough to be learned from and to have parts of it held back.",
                fix="Give a longer text, or read it in shorter blocks (--block).",
            )

    @property
    def strata_words(self) -> str:
        """By what splits are stratified."""
        return "by stretches of the text"

    def place_words(self, place: int) -> str:
        """Return a place of the text."""
        return f"character {place + 1:,}"

    def say(self, one: Any) -> Said:
        """Return which characters are predicted."""
        return self.words(one)

    def words(self, one: Any, *, digits: int = 4) -> str:
        """Return which characters are predicted."""
        return f"characters {int(one[0]) + 1:,} to {int(one[1]):,}"

    def parse(self, text: str) -> NDArray[Any]:
        """Refuse: what comes next is not typed.

        Raises:
            RecipeError: always.
        """
        raise RecipeError("What comes next in a text is in the text itself; it is not asked about by name.")

    def _not_two_classes(self) -> str:
        return "is whatever token comes next"
