"""Targets by which examples are not told apart: no categories to count, nothing to stratify, one thing to learn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from pellucid.kinds.targets.base import Target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Undivided(Target):
    """Of pixels, pictures or tokens, of which each example has many: all examples are looked at together."""

    together: ClassVar[str] = "all"
    """What all examples are called."""

    @property
    def categories(self) -> tuple[str, ...]:
        """None: an example is not of one kind."""
        return ()

    def counts(self, targets: Any) -> tuple[int, ...]:
        """Return nothing: there are no categories."""
        return ()

    def parts(self, targets: Any) -> tuple[tuple[str, NDArray[Any]], ...]:
        """Return nothing: all that an example has is learned together."""
        return ()

    def members(self, targets: Any) -> dict[str, NDArray[np.int64]]:
        """Return all indices, in order."""
        import numpy as np

        return {self.together: np.arange(len(targets))}

    def strata(self, targets: Any) -> NDArray[np.int64]:
        """Return [N] zeros: one stratum."""
        import numpy as np

        return np.zeros(len(targets), np.int64)

    @property
    def strata_words(self) -> str:
        """By what splits are stratified."""
        return "by chance"
