"""What a descent leaves: where each optimizer went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.descent.problems import Problem
from pellucid.records import brief
from pellucid.words import counted


@dataclass(frozen=True)
class Path:
    """Where one optimizer went.

    Attributes:
        optimizer: gd, momentum, nesterov, rmsprop or adam.
        lr: its learning rate.
        points: float64 [steps + 1, P], the start first.
        losses: float64 [steps + 1].
        diverged: whether the loss left all bounds; the path then ends early.
        arrived: after how many steps it came, for good, within 1 % of the start's distance to the minimum; None: not.
    """

    optimizer: str
    lr: float
    points: NDArray[np.float64]
    losses: NDArray[np.float64]
    diverged: bool
    arrived: int | None

    @property
    def fate(self) -> str:
        """How it ended, in words."""
        if self.diverged:
            return f"diverged after {len(self.losses) - 1} steps"
        return (
            f"arrived after {counted(self.arrived, 'step')}"
            if self.arrived is not None
            else f"not there after {len(self.losses) - 1:,} steps"
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "optimizer": self.optimizer,
            "lr": self.lr,
            "points": self.points.tolist(),
            "losses": self.losses.tolist(),
            "diverged": self.diverged,
            "arrived": self.arrived,
        }


@dataclass(frozen=True)
class Descent:
    """Several optimizers, and plain descent at several rates, on one problem.

    Attributes:
        problem: what was descended.
        paths: of the optimizers.
        rates: of plain gradient descent, learning rates ascending; the last is beyond what converges.
        before: the same optimizers on the easier problem that is shown first; None where there is none.
    """

    __repr__ = brief

    problem: Problem
    paths: tuple[Path, ...]
    rates: tuple[Path, ...]
    before: Descent | None = None

    @property
    def outcome(self) -> str:
        """Which optimizers arrived, in a sentence."""
        there = [path for path in self.paths if path.arrived is not None]
        said = ", ".join(f"{path.optimizer} after {counted(path.arrived or 0, 'step')}" for path in there)
        elsewhere = [path for path in self.paths if path.arrived is None]
        if not elsewhere:
            return f"{'All arrive' if len(there) > 1 else 'It arrives'} at the minimum: {said}."
        rest = _not_arrived(elsewhere)
        if there:
            return f"At the minimum: {said}. The others: {rest}."
        return f"{'None arrives' if len(elsewhere) > 1 else 'It does not arrive'} at the minimum: {rest}."

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        problem = self.problem
        return {
            "problem": problem.name,
            "formula": problem.formula,
            "parameters": list(problem.parameters),
            "start": list(problem.start),
            "minimum": list(problem.minimum),
            "curvatures": problem.curvatures.tolist(),
            "paths": [path.to_dict() for path in self.paths],
            "rates": [path.to_dict() for path in self.rates],
            "before": None if self.before is None else self.before.to_dict(),
        }

    def __str__(self) -> str:
        problem = self.problem
        curvatures = ", ".join(f"{value:.4g}" for value in problem.curvatures)
        lines = [] if self.before is None else [str(self.before), ""]
        lines += [f"{problem.title}: {problem.formula}", f"minimum at {_point(problem, problem.minimum)}"]
        lines += [
            f"curvatures there: {curvatures}; plain descent converges below lr = {2 / problem.curvatures[-1]:.4g}"
        ]
        for title, paths in (("optimizers", self.paths), ("plain descent at several rates", self.rates)):
            lines += ["", title]
            for path in paths:
                end = f"loss {path.losses[-1]:.4g} at {_point(problem, tuple(path.points[-1]))}"
                lines.append(f"  {path.optimizer:9} lr {path.lr:<9.4g} {path.fate:28} {end}")
        return "\n".join([*lines, "", problem.lesson])


def _not_arrived(paths: Sequence[Path]) -> str:
    """Return what became of paths that did not come to the minimum, each fate said once."""
    by_fate: dict[str, list[str]] = {}
    for path in paths:
        by_fate.setdefault(path.fate, []).append(path.optimizer)
    return "; ".join(f"{_and(names)} {fate}" for fate, names in by_fate.items())


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _point(problem: Problem, point: tuple[float, ...]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in zip(problem.parameters, point, strict=True))
