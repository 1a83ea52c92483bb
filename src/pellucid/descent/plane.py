"""The plane carried layer by layer through a small network, until a straight line separates the classes.

The picture is Olah's (2014, "Neural Networks, Manifolds, and Topology"); the numbers beside it say how many points the
best straight line gets right at each stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from pellucid.errors import RecipeError
from pellucid.points import make_points
from pellucid.records import brief
from pellucid.uncompiled import update, without_compiler
from pellucid.words import percent

Floats = NDArray[np.float64]
GRID, LINES, FINE = 61, 15, 61
"""Places along each axis at which answers are asked for; lines each way that are carried, and points on each."""
HIDDEN: dict[str, tuple[int, ...]] = {"xor": (2,), "moons": (8, 2), "circles": (8, 2), "spirals": (24, 24, 2)}
"""Units per hidden layer, by problem. Two cannot open a ring within a ring, however many layers of them."""
PLANES: tuple[str, ...] = tuple(HIDDEN)
"""The problems of two inputs, by name."""
FIGURES = {"xor": "xor-cloud", "moons": "moons", "circles": "circles", "spirals": "spiral"}
"""The figure of points that a problem is."""
NOISE = 0.05
"""Of the points, as a share of their figure's spread."""
REACH = 1.6
"""The plane is drawn from -1.6 to 1.6."""


@dataclass(frozen=True)
class Snapshot:
    """The network's answers over the plane at one moment.

    Attributes:
        step: after how many steps.
        probabilities: [61, 61], of class 1; rows are y, ascending.
        accuracy: on the points, in [0, 1].
        loss: mean cross-entropy on them.
    """

    step: int
    probabilities: Floats
    accuracy: float
    loss: float


@dataclass(frozen=True)
class Stage:
    """Where a layer carries the points, and the lines of a grid over the plane.

    Attributes:
        name: of the layer.
        width: how many units it has.
        points: [N, 2]; of more than two units the two principal components.
        lines: [30, 61, 2], 15 lines across and 15 up.
        straight: share of the points that the best straight cut of the whole layer (all its units) gets right.
        shown: share of the points' variance that the two drawn directions hold, in [0, 1].
    """

    name: str
    width: int
    points: Floats
    lines: Floats
    straight: float
    shown: float


@dataclass(frozen=True)
class Plane:
    """A network learning two classes of points, and what it makes of the plane.

    Attributes:
        problem: xor, circles, moons or spirals.
        hidden: units per hidden layer.
        places: [N, 2], the points.
        classes: [N], 0 or 1.
        snapshots: over the training, the first before it.
        stages: the plane itself, and behind each hidden layer, at the end.
    """

    __repr__ = brief

    problem: str
    hidden: tuple[int, ...]
    places: Floats
    classes: NDArray[np.int64]
    snapshots: tuple[Snapshot, ...]
    stages: tuple[Stage, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, without the grids."""
        return {
            "problem": self.problem,
            "hidden": list(self.hidden),
            "snapshots": [{"step": one.step, "accuracy": one.accuracy, "loss": one.loss} for one in self.snapshots],
            "stages": [
                {"name": one.name, "width": one.width, "straight": one.straight, "points": one.points.tolist()}
                for one in self.stages
            ],
            "classes": self.classes.tolist(),
        }

    def __str__(self) -> str:
        lines = [
            f"{self.problem}: a network of 2-{'-'.join(map(str, self.hidden))}-1 units on {len(self.classes)} points"
        ]
        lines += [
            f"  after {one.step:>5} steps: {percent(one.accuracy, 1)} right, loss {one.loss:.4g}"
            for one in self.snapshots
        ]
        lines.append("what the best straight line gets right:")
        lines += [f"  {stage.name:10} {percent(stage.straight, 1)}" for stage in self.stages]
        return "\n".join(lines)


def carry_plane(
    problem: str, *, hidden: Sequence[int] | None = None, steps: int = 1500, lr: float = 0.02, seed: int = 0
) -> Plane:
    """Train a small network of tanh units on two classes of points, and follow the plane through it.

    Args:
        problem: xor, circles, moons or spirals.
        hidden: units per hidden layer; None for what can learn it.
        steps: of Adam, on all points at once.
        lr: its learning rate.
        seed: of the points and of the initial weights.

    Raises:
        RecipeError: there is no such problem, or a number is out of its range.
    """
    places, classes = make_points(FIGURES[problem], noise=NOISE, seed=seed)
    widths = tuple(HIDDEN[problem] if hidden is None else hidden)
    if not widths or min(widths) < 1 or steps < 1 or not lr > 0:
        raise RecipeError(f"Hidden units {list(widths)}, {steps} steps, learning rate {lr:g}.", expected="All above 0.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        sizes = (2, *widths)
        layers = [nn.Linear(a, b, dtype=torch.float64) for a, b in zip(sizes, widths, strict=False)]
        model = nn.Sequential(
            *(part for layer in layers for part in (layer, nn.Tanh())), nn.Linear(widths[-1], 1, dtype=torch.float64)
        )
    inputs, targets = torch.from_numpy(places), torch.from_numpy(classes).double()
    with without_compiler():
        optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    # Closer together at the beginning, where the loss falls fastest.
    moments = {0, *(round(steps * share) for share in (0.02, 0.06, 0.15, 0.4, 1.0))}
    snapshots = [_snapshot(model, inputs, targets, 0)]
    for step in range(1, steps + 1):
        model.zero_grad(set_to_none=True)
        functional.binary_cross_entropy_with_logits(model(inputs)[:, 0], targets).backward()  # type: ignore[no-untyped-call]
        update(optimizer)
        if step in moments:
            snapshots.append(_snapshot(model, inputs, targets, step))
    return Plane(problem, widths, places, classes, tuple(snapshots), _stages(model, places, classes))


@torch.no_grad()
def _snapshot(model: nn.Module, inputs: Tensor, targets: Tensor, step: int) -> Snapshot:
    axis = np.linspace(-REACH, REACH, GRID)
    grid = torch.from_numpy(np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2))
    logits = model(inputs)[:, 0]
    return Snapshot(
        step,
        torch.sigmoid(model(grid)[:, 0]).reshape(GRID, GRID).numpy(),
        float(((logits > 0) == (targets > 0.5)).double().mean()),
        functional.binary_cross_entropy_with_logits(logits, targets).item(),
    )


@torch.no_grad()
def _stages(model: nn.Sequential, places: Floats, classes: NDArray[np.int64]) -> tuple[Stage, ...]:
    points, lines = torch.from_numpy(places), torch.from_numpy(grid_lines().reshape(-1, 2))
    stages = [_stage("the plane", points, lines, classes)]
    for number, part in enumerate(model[:-1]):
        points, lines = part(points), part(lines)
        if isinstance(part, nn.Tanh):
            stages.append(_stage(f"layer {number // 2 + 1}", points, lines, classes))
    return tuple(stages)


def grid_lines() -> Floats:
    """Return [30, 61, 2]: 15 lines across and 15 lines up over the plane."""
    ends, fine = np.linspace(-REACH, REACH, LINES), np.linspace(-REACH, REACH, FINE)
    across = np.stack([np.stack([fine, np.full(FINE, end)], axis=1) for end in ends])
    return np.concatenate([across, across[:, :, ::-1]])


def _stage(name: str, points: Tensor, lines: Tensor, classes: NDArray[np.int64]) -> Stage:
    places, drawn, shown = points.numpy(), lines.numpy(), 1.0
    straight = straight_share(places, classes)
    width = places.shape[1]
    if width != 2:
        centre = places.mean(axis=0)
        _, sizes, directions = np.linalg.svd(places - centre, full_matrices=False)
        # A single unit has no second direction: it is drawn along the first axis.
        chosen = directions[:2].T if width > 2 else np.array([[1.0, 0.0]])
        shown = float((sizes[:2] ** 2).sum() / max((sizes**2).sum(), 1e-300))
        places, drawn = (places - centre) @ chosen, (drawn - centre) @ chosen
    return Stage(name, width, places, drawn.reshape(2 * LINES, FINE, 2), straight, shown)


def straight_share(places: Floats, classes: NDArray[np.int64], *, rounds: int = 50) -> float:
    """Return the share of points on the right side of the best straight cut: of logistic regression, slightly ridged.

    Args:
        places: [N, D].
        classes: [N], 0 or 1.
        rounds: of Newton's method (iteratively reweighted least squares).
    """
    spread = places.std(axis=0)
    design = np.column_stack([(places - places.mean(axis=0)) / np.where(spread > 0, spread, 1), np.ones(len(places))])
    weights, ridge = np.zeros(design.shape[1]), 1e-3 * np.eye(design.shape[1])
    for _ in range(rounds):
        p = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (classes - p) - ridge @ weights
        weights = weights + np.linalg.solve((design * (p * (1 - p))[:, None]).T @ design + ridge, slope)
    right = float(((design @ weights > 0) == (classes == 1)).mean())
    return max(right, float(max(classes.mean(), 1 - classes.mean())))
