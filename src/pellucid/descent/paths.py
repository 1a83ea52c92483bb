"""Optimizers walking over a loss that can be drawn; they are `torch.optim`'s own, in float64."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.optim import Optimizer

from pellucid.descent.problems import Problem, problem_of
from pellucid.descent.records import Descent, Path
from pellucid.errors import RecipeError, did_you_mean

OPTIMIZERS: dict[str, Callable[[list[Tensor], float], Optimizer]] = {
    "gd": lambda at, lr: torch.optim.SGD(at, lr=lr),
    "momentum": lambda at, lr: torch.optim.SGD(at, lr=lr, momentum=0.9),
    "nesterov": lambda at, lr: torch.optim.SGD(at, lr=lr, momentum=0.9, nesterov=True),
    "rmsprop": lambda at, lr: torch.optim.RMSprop(at, lr=lr),
    "adam": lambda at, lr: torch.optim.Adam(at, lr=lr),
}
FACTORS = (0.1, 0.5, 1.0, 1.9)
"""Learning rates over 1 / the largest curvature."""
BEYOND, DOUBLINGS = 2.1, 12
"""From 2 on no quadratic bowl holds; where the surface is none, this is doubled until the descent diverges."""
NEAR = 0.01
FAR = 1e6
"""Times the first loss (and the drawn region's size) from which on a descent is called diverged."""


def default_rate(problem: Problem, optimizer: str) -> float:
    """Return a sensible learning rate.

    Of gd, momentum and nesterov: 1 / the largest curvature at the start and at the minimum, which is safe. Of rmsprop
    and adam, whose steps are about as long as the rate itself: a fiftieth of the way to the minimum.
    """
    if optimizer in ("rmsprop", "adam"):
        return float(np.abs(np.subtract(problem.start, problem.minimum)).max()) / 50
    return 1 / max(abs(float(problem.curvatures_at(problem.start)[-1])), float(problem.curvatures[-1]))


def walk(problem: Problem, optimizer: str, lr: float, steps: int) -> Path:
    """Return the path of one optimizer.

    Raises:
        RecipeError: there is no such optimizer, or a number is out of its range.
    """
    if optimizer not in OPTIMIZERS:
        raise RecipeError(
            f"Unknown optimizer '{optimizer}'.{did_you_mean(optimizer, OPTIMIZERS)}",
            expected=f"One of: {', '.join(OPTIMIZERS)}.",
        )
    if not lr > 0 or steps < 1:
        raise RecipeError(f"Learning rate {lr:g}, {steps} steps.", expected="A rate above 0, and at least one step.")
    at = torch.tensor(problem.start, dtype=torch.float64, requires_grad=True)
    rule = OPTIMIZERS[optimizer]([at], lr)
    points, losses = [at.detach().numpy().copy()], [problem.loss(at).item()]
    low, high = np.array(problem.low), np.array(problem.high)
    limit = FAR * (abs(losses[0]) + 1)
    diverged = False
    for _ in range(steps):
        rule.zero_grad()
        problem.loss(at).backward()  # type: ignore[no-untyped-call]
        rule.step()
        points.append(at.detach().numpy().copy())
        losses.append(problem.loss(at).item())
        outside = np.abs(points[-1] - (low + high) / 2).max() > FAR * (high - low).max()
        diverged = not np.isfinite(losses[-1]) or losses[-1] > limit or bool(outside)
        if diverged:
            break
    walked = np.array(points)
    return Path(optimizer, lr, walked, np.array(losses), diverged, _arrival(problem, walked, diverged))


def _arrival(problem: Problem, points: NDArray[np.float64], diverged: bool) -> int | None:
    """Return after how many steps the path stays near the minimum; each parameter in units of what is drawn of it."""
    if diverged:
        return None
    units = np.subtract(problem.high, problem.low)
    distances = np.linalg.norm((points - np.array(problem.minimum)) / units, axis=1)
    far = np.flatnonzero(distances > NEAR * distances[0])
    first = 0 if not len(far) else int(far[-1]) + 1
    return first if first < len(points) else None


def descend(
    problem: Problem,
    *,
    optimizers: Sequence[str] = tuple(OPTIMIZERS),
    lr: float | None = None,
    steps: int | None = None,
) -> Descent:
    """Let optimizers walk, and plain descent at several rates; first on the easier problem, where there is one.

    Args:
        problem: what to descend.
        optimizers: which.
        lr: of all of them, on this problem; None for a sensible one of each, see `default_rate`.
        steps: at most; None for the problem's own number.

    Example:
        descend(problem_of("valley"), steps=50)
    """
    before = (
        descend(problem_of(problem.begins_with), optimizers=optimizers, steps=steps) if problem.begins_with else None
    )
    steps = problem.steps if steps is None else steps
    paths = [walk(problem, name, default_rate(problem, name) if lr is None else lr, steps) for name in optimizers]
    return Descent(problem, tuple(paths), descend_at_rates(problem, steps), before)


def descend_at_rates(problem: Problem, steps: int) -> tuple[Path, ...]:
    """Return plain descent at several rates, in units of 1 / the largest curvature; the last diverges if any does."""
    unit = default_rate(problem, "gd")
    paths = [walk(problem, "gd", factor * unit, steps) for factor in FACTORS]
    for doubling in range(DOUBLINGS):
        beyond = walk(problem, "gd", BEYOND * 2**doubling * unit, steps)
        if beyond.diverged:
            break
    return (*paths, beyond)
