"""A loss landscape as numbers: no torch, no drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.records import brief


@dataclass(frozen=True)
class Landscape:
    """The loss on a grid around trained weights, along two random directions.

    Attributes:
        run: whose.
        model: its name.
        split: whose examples.
        n: how many examples the loss is the mean over.
        seed: of the directions and of the choice of examples.
        loss: what the loss is, in words.
        steps: [S] float64, ascending, 0 in the middle: how far along a direction; 1 is as far as the weights are long.
        losses: [S, S] float64, rows along the second direction, columns along the first; may hold inf or nan.
        seconds: that it took.
    """

    __repr__ = brief

    run: str
    model: str
    split: str
    n: int
    seed: int
    loss: str
    steps: NDArray[np.float64]
    losses: NDArray[np.float64]
    seconds: float

    @property
    def centre(self) -> float:
        """The loss of the trained weights themselves."""
        middle = len(self.steps) // 2
        return float(self.losses[middle, middle])

    @property
    def slices(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The losses along each direction alone, [S] each."""
        middle = len(self.steps) // 2
        return self.losses[middle], self.losses[:, middle]

    def share_below(self, factor: float) -> float:
        """Return the share of the grid whose loss is at most `factor` times the centre's (which is counted)."""
        return float((self.losses <= factor * self.centre).mean())

    def roughness(self) -> float:
        """Return the share of the grid, edges left out, that curves downwards along a direction: 0 in a bowl.

        Second differences of the loss below zero, along rows and columns together; non-finite values are left out.
        """
        found = []
        for axis in (0, 1):
            with np.errstate(invalid="ignore"):
                second = np.diff(self.losses, n=2, axis=axis)
            found.append(second[np.isfinite(second)])
        together = np.concatenate(found)
        # Rounding of a flat stretch is no hill.
        return float((together < -1e-6 * max(abs(self.centre), 1e-12)).mean()) if len(together) else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; losses that are not finite as None."""
        losses = [[value if np.isfinite(value) else None for value in row] for row in self.losses.tolist()]
        return {**vars(self), "steps": self.steps.tolist(), "losses": losses, "centre": self.centre}


@dataclass(frozen=True)
class Landscapes:
    """One landscape, or two that are shown on one scale."""

    __repr__ = brief

    shown: tuple[Landscape, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"landscapes": [one.to_dict() for one in self.shown]}
