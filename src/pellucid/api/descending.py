"""Gradient descent that one can see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pellucid.descent import OPTIMIZERS, PLANES, PROBLEMS, carry_plane, problem_of
from pellucid.descent import descend as walk_down
from pellucid.errors import RecipeError, did_you_mean

if TYPE_CHECKING:
    from pellucid.descent import Descent, Plane


def descend(
    problem: str,
    *,
    optimizers: Sequence[str] | None = None,
    lr: float | None = None,
    steps: int | None = None,
    hidden: Sequence[int] | None = None,
    seed: int = 0,
) -> Descent | Plane:
    """Let optimizers walk over a loss that can be drawn, or carry a plane through a small network.

    Args:
        problem: line, line-normalised, bowl, valley, two-minima or curve; or xor, circles, moons or spirals.
        optimizers: gd, momentum, nesterov, rmsprop, adam; None for all (not of the planes, which Adam trains).
        lr: learning rate; None for a sensible one of each.
        steps: None for as many as show what there is to see: 300, in the valley 2,000, of planes 1,500.
        hidden: units per hidden layer of a plane's network; None for what can learn it.
        seed: of a plane's points and weights.

    Raises:
        RecipeError: there is no such problem or optimizer, or a number is out of its range.

    Example:
        pellucid.descend("valley", steps=50)
    """
    if problem in PLANES:
        if optimizers:
            raise RecipeError("The networks of the planes are trained by Adam.", fix="Leave out --optimizer.")
        return carry_plane(problem, hidden=hidden, steps=steps or 1500, lr=0.02 if lr is None else lr, seed=seed)
    if problem not in PROBLEMS:
        known = [*PROBLEMS, *PLANES]
        raise RecipeError(
            f"Unknown problem '{problem}'.{did_you_mean(problem, known)}", expected=f"One of: {', '.join(known)}."
        )
    if hidden:
        raise RecipeError(f"'{problem}' has no network.", fix=f"--hidden is for {', '.join(PLANES)}.")
    return walk_down(problem_of(problem), optimizers=optimizers or tuple(OPTIMIZERS), lr=lr, steps=steps)
