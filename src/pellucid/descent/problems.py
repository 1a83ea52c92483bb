"""Losses of one or two parameters, known exactly: their formula, their minimum, and where the descent begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.errors import RecipeError, did_you_mean

SPEEDS = (
    "4 4 7 7 8 9 10 10 10 11 11 12 12 12 12 13 13 13 13 14 14 14 14 15 15 15 16 16 17 17 17 18 18 18 18 19 19 19 20 "
    "20 20 20 20 22 23 24 24 24 24 25"
)
DISTANCES = (
    "2 10 4 22 16 10 18 26 34 17 28 14 20 24 28 26 34 34 46 26 36 60 80 20 26 54 32 40 32 40 50 42 56 76 84 36 46 68 "
    "32 48 52 56 64 66 54 70 92 93 120 85"
)
"""Speeds (miles per hour) and stopping distances (feet) of 50 cars of the 1920s: Ezekiel 1930, "Methods of Correlation
Analysis"; `cars` in R. Least squares gives distance = 3.932 x speed - 17.579."""


@dataclass(frozen=True)
class Problem:
    """A loss that can be drawn.

    Attributes:
        name: as typed.
        title: for people.
        formula: of the loss.
        parameters: their names, one or two.
        loss: from the parameters of one place or many, float64 [P, ...], to their losses, [...].
        start: where the descent begins.
        minimum: of the loss, the lowest one.
        low, high: the corners of what is drawn.
        others: further minima, higher than `minimum`.
        lesson: what there is to see.
        steps: after which the lesson is seen.
    """

    name: str
    title: str
    formula: str
    parameters: tuple[str, ...]
    loss: Callable[[Tensor], Tensor]
    start: tuple[float, ...]
    minimum: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    others: tuple[tuple[float, ...], ...] = ()
    lesson: str = ""
    steps: int = 300
    begins_with: str = ""
    """The easier problem that is shown before it; "" for none."""

    @property
    def curvatures(self) -> NDArray[np.float64]:
        """[P] eigenvalues of the second derivative at the minimum, ascending.

        Plain gradient descent near the minimum converges for learning rates below 2 / the largest; how slowly along the
        flattest direction, their ratio says (the condition number).
        """
        return self.curvatures_at(self.minimum)

    def curvatures_at(self, point: tuple[float, ...]) -> NDArray[np.float64]:
        """[P] eigenvalues of the second derivative at a point, ascending."""
        at = torch.tensor(point, dtype=torch.float64)
        hessian = torch.autograd.functional.hessian(self.loss, at)  # type: ignore[no-untyped-call]
        return np.linalg.eigvalsh(np.asarray(hessian))

    def surface(self, resolution: int = 81) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
        """Return the drawn region's axes, [resolution] each, and the loss on its grid, [second, first] or [first]."""
        axes = [np.linspace(low, high, resolution) for low, high in zip(self.low, self.high, strict=True)]
        grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, len(axes))
        with torch.no_grad():
            losses = self.loss(torch.from_numpy(grid).T).numpy()
        return axes, losses.reshape((resolution,) * len(axes))


def cars() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return [50] speeds in miles per hour and [50] stopping distances in feet."""
    speeds, distances = (np.array(numbers.split(), np.float64) for numbers in (SPEEDS, DISTANCES))
    return speeds, distances


def _line(*, normalised: bool) -> Problem:
    speeds, distances = cars()
    if normalised:
        speeds = (speeds - speeds.mean()) / speeds.std()
    slope, intercept = (float(value) for value in np.polyfit(speeds, distances, 1))
    x, y = torch.from_numpy(speeds), torch.from_numpy(distances)
    what = "(speed - mean) / deviation" if normalised else "speed"
    room = (25.0, 55.0) if normalised else (6.0, 60.0)
    return Problem(
        name="line-normalised" if normalised else "line",
        title="A line through 50 cars' stopping distances, speeds " + ("normalised" if normalised else "as they are"),
        formula=f"mean of (slope x {what} + intercept - distance)^2",
        parameters=("slope", "intercept"),
        loss=lambda at: ((at[0, ..., None] * x + at[1, ..., None] - y) ** 2).mean(-1),
        start=(0.0, 0.0),
        minimum=(slope, intercept),
        low=(slope - room[0], intercept - room[1]),
        high=(slope + room[0], intercept + room[1]),
        lesson="The speeds are normalised (their mean is 0, their deviation 1). Slope and intercept do not disturb "
        "each other then: the valley is round, the gradient points straight away from the minimum, and one step of "
        "plain descent is enough."
        if normalised
        else "All speeds are above zero, so a steeper line must begin lower: slope and intercept pull at each other. "
        "The valley is long and narrow. A learning rate that is safe across it hardly moves along it. Normalised "
        "speeds (line-normalised) make it round.",
        begins_with="" if normalised else "line-normalised",
    )


def _two_minima() -> Problem:
    # The slope along x is 4 x^3 - 4 x + 0.3: three roots, the outer two are minima.
    roots = sorted(float(root.real) for root in np.roots([4.0, 0.0, -4.0, 0.3]))
    return Problem(
        name="two-minima",
        title="A surface with two minima",
        formula="(x^2 - 1)^2 + 0.3x + y^2",
        parameters=("x", "y"),
        loss=lambda at: (at[0] ** 2 - 1) ** 2 + 0.3 * at[0] + at[1] ** 2,
        start=(1.6, 1.0),
        minimum=(roots[0], 0.0),
        others=((roots[2], 0.0),),
        low=(-1.9, -1.4),
        high=(1.9, 1.4),
        lesson="From a start on the right, plain descent ends in the higher minimum: the slope says which way is down "
        "here, not where it is lowest. Momentum may roll over the ridge.",
    )


def _curve() -> Problem:
    roots = sorted(float(root.real) for root in np.roots([4.0, 0.0, -6.0, 1.0]))
    return Problem(
        name="curve",
        title="One weight, two minima",
        formula="w^4 - 3 w^2 + w",
        parameters=("w",),
        loss=lambda at: at[0] ** 4 - 3 * at[0] ** 2 + at[0],
        start=(1.9,),
        minimum=(roots[0],),
        others=((roots[2],),),
        low=(-2.2,),
        high=(2.2,),
        lesson="One weight. Each step goes downhill by the slope times the learning rate, and ends in the minimum on "
        "its own side, not always the lowest.",
    )


def _bowl() -> Problem:
    return Problem(
        name="bowl",
        title="A bowl ten times steeper one way",
        formula="(x^2 + 10 y^2) / 2",
        parameters=("x", "y"),
        loss=lambda at: (at[0] ** 2 + 10 * at[1] ** 2) / 2,
        start=(4.0, 1.5),
        minimum=(0.0, 0.0),
        low=(-5.0, -2.5),
        high=(5.0, 2.5),
        lesson="Each step of plain descent multiplies x by 1 - lr and y by 1 - 10 lr. Above lr = 0.2 the second factor "
        "is below -1: y changes sign and grows with every step, so the descent diverges.",
    )


def _valley() -> Problem:
    return Problem(
        name="valley",
        title="Rosenbrock's valley",
        formula="(1 - x)^2 + 100 (y - x^2)^2",
        parameters=("x", "y"),
        loss=lambda at: (1 - at[0]) ** 2 + 100 * (at[1] - at[0] ** 2) ** 2,
        start=(-1.2, 1.0),
        minimum=(1.0, 1.0),
        low=(-2.0, -1.0),
        high=(2.0, 3.0),
        lesson="Getting down into the curved valley is easy, getting along it is hard (Rosenbrock 1960, with his "
        "start): on its floor the slope is small. Optimizers that remember earlier steps (momentum, Adam) gather speed "
        "along it. Plain descent creeps. RMSprop, whose steps do not get shorter, keeps jumping from side to side.",
        steps=2000,
    )


PROBLEMS: dict[str, Callable[[], Problem]] = {
    "line": lambda: _line(normalised=False),
    "line-normalised": lambda: _line(normalised=True),
    "bowl": _bowl,
    "valley": _valley,
    "two-minima": _two_minima,
    "curve": _curve,
}


def problem_of(name: str) -> Problem:
    """Return a problem by its name.

    Raises:
        RecipeError: there is none of this name.
    """
    if name not in PROBLEMS:
        raise RecipeError(
            f"Unknown problem '{name}'.{did_you_mean(name, PROBLEMS)}", expected=f"One of: {', '.join(PROBLEMS)}."
        )
    return PROBLEMS[name]()
