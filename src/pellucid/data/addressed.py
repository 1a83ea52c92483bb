"""Targets that are made when they are asked for: windows of a series or a text, files that are read one by one."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


class AddressedTargets:
    """What is learned of N examples, where holding all of it would be too much, or mostly copies of the inputs.

    An array of targets is asked for its length and for some of its rows, and so is this.
    """

    def __len__(self) -> int:
        raise NotImplementedError

    def __getitem__(self, indices: Any) -> NDArray[Any]:
        """Return the targets of some examples.

        Args:
            indices: [n] int64 places, or one place.

        Returns:
            [n, ...]; of one place that example's alone, [...].
        """
        raise NotImplementedError

    def subset(self, indices: NDArray[np.int64]) -> Self:
        """Return the targets of some examples, in this order, as addresses."""
        raise NotImplementedError

    def digest(self) -> bytes:
        """Return bytes that change if and only if a target does, for the fingerprint."""
        raise NotImplementedError
