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
from pellucid.uncompiled import update, without_compiler

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
    return walk_together(problem, [(optimizer, lr)], steps)[0]


def walk_together(problem: Problem, walkers: Sequence[tuple[str, float]], steps: int) -> tuple[Path, ...]:
    """Return the paths of several optimizers, side by side: their gradients come from one pass backward.

    Args:
        problem: what to descend.
        walkers: names of optimizers, each with its learning rate.
        steps: at most.

    Raises:
        RecipeError: there is no such optimizer, or a number is out of its range.
    """
    for name, lr in walkers:
        _check(name, lr, steps)
    places = [torch.tensor(problem.start, dtype=torch.float64, requires_grad=True) for _ in walkers]
    with without_compiler():
        rules = [OPTIMIZERS[name]([at], lr) for at, (name, lr) in zip(places, walkers, strict=True)]

    def move() -> tuple[Tensor, Tensor]:
        """Take a step; return the points and the losses before it."""
        for at in places:
            at.grad = None
        points = torch.stack(places, dim=1)
        losses = problem.loss(points)
        losses.sum().backward()  # type: ignore[no-untyped-call]
        for rule in rules:
            update(rule)
        return points.detach(), losses.detach()

    return _paths(problem, walkers, *_follow(problem, move, lambda: torch.stack(places, dim=1), steps))


def _check(optimizer: str, lr: float, steps: int) -> None:
    if optimizer not in OPTIMIZERS:
        raise RecipeError(
            f"Unknown optimizer '{optimizer}'.{did_you_mean(optimizer, OPTIMIZERS)}",
            expected=f"One of: {', '.join(OPTIMIZERS)}.",
        )
    if not lr > 0 or steps < 1:
        raise RecipeError(f"Learning rate {lr:g}, {steps} steps.", expected="A rate above 0, and at least one step.")


def _follow(
    problem: Problem, move: Callable[[], tuple[Tensor, Tensor]], last: Callable[[], Tensor], steps: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points [steps + 1, P, W] and losses [steps + 1, W] of W walkers."""
    taken = [move() for _ in range(steps)]
    with torch.no_grad():
        end = last()
        taken.append((end, problem.loss(end)))
    points, losses = (torch.stack(parts).numpy() for parts in zip(*taken, strict=True))
    return points, losses


def _paths(
    problem: Problem,
    walkers: Sequence[tuple[str, float]],
    points: NDArray[np.float64],
    losses: NDArray[np.float64],
) -> tuple[Path, ...]:
    """Return each walker's path, cut where it diverged: what comes after is no number, or soon will be none."""
    low, high = np.array(problem.low), np.array(problem.high)
    limit = FAR * (abs(losses[0]) + 1)
    with np.errstate(invalid="ignore", over="ignore"):
        outside = np.abs(points - ((low + high) / 2)[:, None]).max(axis=1) > FAR * (high - low).max()
        gone = ~np.isfinite(losses) | (losses > limit) | outside
    paths = []
    for place, (name, lr) in enumerate(walkers):
        steps = np.flatnonzero(gone[1:, place])
        diverged = len(steps) > 0
        end = int(steps[0]) + 2 if diverged else len(losses)
        walked = np.ascontiguousarray(points[:end, :, place])
        arrived = _arrival(problem, walked, diverged)
        paths.append(Path(name, lr, walked, losses[:end, place].copy(), diverged, arrived))
    return tuple(paths)


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
    walkers = [(name, default_rate(problem, name) if lr is None else lr) for name in optimizers]
    return Descent(problem, walk_together(problem, walkers, steps), descend_at_rates(problem, steps), before)


def descend_at_rates(problem: Problem, steps: int) -> tuple[Path, ...]:
    """Return plain descent at several rates, in units of 1 / the largest curvature; the last diverges if any does."""
    unit = default_rate(problem, "gd")
    beyond = [BEYOND * 2**doubling for doubling in range(DOUBLINGS)]
    rates = torch.tensor([factor * unit for factor in (*FACTORS, *beyond)], dtype=torch.float64)
    at = torch.tensor(problem.start, dtype=torch.float64)[:, None].repeat(1, len(rates)).requires_grad_()
    # A step of plain descent is as long as the gradient times the rate, so rates that weigh the losses of one descent
    # at rate 1 are as many descents.
    with without_compiler():
        rule = OPTIMIZERS["gd"]([at], 1.0)

    def move() -> tuple[Tensor, Tensor]:
        at.grad = None
        losses = problem.loss(at)
        (losses * rates).sum().backward()  # type: ignore[no-untyped-call]
        before = at.detach().clone()
        update(rule)
        return before, losses.detach()

    walkers = [("gd", rate) for rate in rates.tolist()]
    paths = _paths(problem, walkers, *_follow(problem, move, at.detach, steps))
    within, further = paths[: len(FACTORS)], paths[len(FACTORS) :]
    return (*within, next((path for path in further if path.diverged), further[-1]))
