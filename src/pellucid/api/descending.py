"""Gradient descent that one can see."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

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
    from pellucid.descent import OPTIMIZERS, POINTS, PROBLEMS, carry_plane, problem_of
    from pellucid.descent import descend as walk_down

    if problem in POINTS:
        if optimizers:
            raise RecipeError("The networks of the planes are trained by Adam.", fix="Leave out --optimizer.")
        return carry_plane(problem, hidden=hidden, steps=steps or 1500, lr=0.02 if lr is None else lr, seed=seed)
    if problem not in PROBLEMS:
        known = [*PROBLEMS, *POINTS]
        raise RecipeError(
            f"Unknown problem '{problem}'.{did_you_mean(problem, known)}", expected=f"One of: {', '.join(known)}."
        )
    if hidden:
        raise RecipeError(f"'{problem}' has no network.", fix=f"--hidden is for {', '.join(POINTS)}.")
    return walk_down(problem_of(problem), optimizers=optimizers or tuple(OPTIMIZERS), lr=lr, steps=steps)


def write_descent(result: Descent | Plane, out: str | Path | None = None, *, command: str = "") -> Path:
    """Write a page about a descent: figures, tables, what there is to see; return its path.

    Args:
        result: of `descend`.
        out: the page's path; None for "descent-PROBLEM.html" in this folder.
        command: what to type to see it again.
    """
    from pellucid.descent import Descent
    from pellucid.report import write_exhibits
    from pellucid.report.descent_exhibit import descent_exhibit, plane_exhibit

    if isinstance(result, Descent):
        shown = [descent_exhibit(one, command=command) for one in (result.before, result) if one is not None]
    else:
        shown = [plane_exhibit(result, command=command)]
    title = shown[-1].title if len(shown) == 1 else "Gradient descent, first where it is easy"
    return write_exhibits(out or f"{shown[-1].name}.html", title, shown, eyebrow="Gradient descent")
