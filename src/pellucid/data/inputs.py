"""What every collection of examples offers, whatever its kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Indices: TypeAlias = Sequence[int] | NDArray[np.int64]


class Inputs:
    """The examples of a dataset, in memory or in files."""

    digests: tuple[bytes, ...] | None = None
    """SHA-256 of each example's file, where known: what is kept of an example elsewhere is kept under it."""

    def __len__(self) -> int:
        raise NotImplementedError

    def name(self, index: int) -> str:
        """Return the name that the user knows example `index` by."""
        raise NotImplementedError

    def words(self, index: int) -> str:
        """Return what can be read of example `index`; "" where it is nothing to be read."""
        return ""

    def former_name(self, index: int) -> str:
        """Return what earlier versions called example `index`: evaluations that are kept call it so."""
        return self.name(index)

    def index_of_file(self, path: str) -> int | None:
        """Return which example a file is; None where it is none of them, or examples are no files."""
        return None

    def subset(self, indices: Indices) -> Self:
        """Return some of the examples, in this order, under the same names."""
        raise NotImplementedError

    def release(self) -> None:
        """Forget what is only kept to be quick, for when whoever reads the examples keeps a smaller copy."""
        return

    @classmethod
    def of(cls, other: Inputs) -> Self:
        """Return examples that are known to be of this class, typed as such: for the files that are about one kind.

        Raises:
            TypeError: they are of another; a row of a table was asked that is not its own.
        """
        if not isinstance(other, cls):
            raise TypeError(f"This is about {cls.__name__}, not about {type(other).__name__}.")
        return other
