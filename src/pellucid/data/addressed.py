"""Targets that are made when they are asked for: windows of a series or a text, files that are read one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
            indices: [n] int64, or a single one.

        Returns:
            [n, ...]; of a single one that example's alone, [...].
        """
        raise NotImplementedError

    def subset(self, indices: NDArray[np.int64]) -> Self:
        """Return the targets of some examples, in this order, as addresses."""
        raise NotImplementedError

    def about(self, indices: NDArray[np.int64], train: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        """Return further numbers of some examples that scoring their answers needs, [n, ...] by name.

        Args:
            indices: [n] of the examples.
            train: of the training split.
        """
        return {}

    @contextmanager
    def sealed(self, indices: NDArray[np.int64]) -> Iterator[None]:
        """Let nobody read the targets of some examples meanwhile, where a kind can see to that."""
        yield

    def digest(self) -> bytes:
        """Return bytes that change if and only if a target does, for the fingerprint."""
        raise NotImplementedError
