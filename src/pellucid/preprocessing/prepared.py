"""Prepared examples, wherever they lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

IN_MEMORY = "in memory"
Place: TypeAlias = Literal["memory", "disk"]
"""Where prepared examples are to be kept."""


class Prepared(Protocol):
    """N examples in their prepared form: uint8 canvases [N, H, W, C], float32 rows [N, D], or what a kind has."""

    @property
    def where(self) -> str:
        """Where they lie, in words."""
        ...

    @property
    def in_memory(self) -> bool:
        """Whether they all lie in memory: taking some costs no waiting."""
        ...

    def __len__(self) -> int: ...

    def take(self, indices: NDArray[np.int64]) -> NDArray[Any]:
        """Return the examples at these indices ([n] in 0..N-1) as a new array, [n, ...]."""
        ...

    def __getitem__(self, part: slice) -> NDArray[Any]:
        """Return examples that follow one another."""
        ...


@dataclass(frozen=True)
class PreparedInMemory:
    """Prepared examples in memory.

    Attributes:
        array: [N, ...].
        where: in words.
    """

    array: NDArray[Any]
    where: str = IN_MEMORY

    @property
    def in_memory(self) -> bool:
        """Always."""
        return True

    def __len__(self) -> int:
        return len(self.array)

    def take(self, indices: NDArray[np.int64]) -> NDArray[Any]:
        """Gather."""
        return np.take(self.array, indices, axis=0, mode="clip")  # "clip" writes without a buffer in between

    def __getitem__(self, part: slice) -> NDArray[Any]:
        return self.array[part]
