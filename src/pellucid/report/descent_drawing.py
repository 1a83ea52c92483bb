"""Drawings of descents: contours with walks over them, surfaces, boundaries and carried planes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pellucid.report.charts import Walk, boundary_map, carried_plane, loss_lines, surface_drawing, walk_curve, walk_map
from pellucid.report.charts.looks import within
from pellucid.report.wording import decimal, formula, percent
from pellucid.runs import Figure

if TYPE_CHECKING:
    from markupsafe import Markup

    from pellucid.descent import Descent, Path, Plane, Problem

GRID, FINE, STEPS = 101, 201, 40
"""Places along a side, or along the line, at which a loss of two or of one parameter is drawn; and steps that are drawn
on a surface, where more would hide it."""


def contour_figure(descent: Descent) -> Figure:
    """Draw the optimizers' walks over the contours, or along the curve of a loss of one parameter."""
    named = [
        _walk(path, look, name=f"{path.optimizer}, lr {decimal(path.lr)}: {path.fate}")
        for look, path in enumerate(descent.paths)
    ]
    alt = "Paths over the loss. " + " ".join(f"{path.optimizer}: {path.fate}." for path in descent.paths)
    caption = f"Where each optimizer goes; the star is the minimum. The loss: {formula(descent.problem.formula)}"
    return Figure.from_svg(_field(descent.problem, named, alt), alt=alt, caption=caption, role="main")


def rates_figures(descent: Descent) -> list[Figure]:
    """Draw plain descent at several learning rates, a panel each, the diverging one the last."""
    return [
        Figure.from_svg(
            _field(descent.problem, [_walk(path, 1 if path.diverged else 0)], alt, is_small=True),
            alt=alt,
            caption=f"lr {decimal(path.lr)}: {path.fate}",
            role="panel",
            row="Plain descent at several learning rates",
        )
        for path in descent.rates
        for alt in (f"Plain gradient descent at learning rate {decimal(path.lr)}: {path.fate}",)
    ]


def losses_figure(descent: Descent) -> Figure:
    """Draw how far the loss is above its minimum, step by step."""
    import torch

    lowest = float(descent.problem.loss(torch.tensor(descent.problem.minimum, dtype=torch.float64)))
    words = "The loss above its minimum, step by step"
    caption = f"{words}; what is nearer than a billionth of the start is drawn at the bottom"
    drawn = loss_lines([(path.optimizer, path.losses - lowest) for path in descent.paths], label=words)
    return Figure.from_svg(drawn, alt=words, caption=caption, role="main")


def surface_figure(descent: Descent) -> Figure | None:
    """Draw the surface of a loss of two parameters; None of one."""
    problem = descent.problem
    if len(problem.parameters) != 2:
        return None
    axes, losses = problem.surface(61)
    paths = []
    for path in descent.paths:
        # Only as far as it stays in what is drawn: a surface has no place for the rest.
        pieces = within(_finer(path.points[:STEPS]), problem.low, problem.high)
        inside = pieces[0] if pieces else path.points[:1]
        paths.append(np.column_stack([inside, _height(_losses(problem, inside), losses)]))
    alt = f"The surface of {problem.formula}, with the paths on it"
    drawn = surface_drawing(
        axes,
        _height(losses, losses),
        names=problem.parameters,
        title="log10 of the loss above its lowest",
        label=alt,
        paths=paths,
        width=420.0,
    )
    last = max(len(path.losses) for path in descent.paths) - 1
    caption = "The same as a surface" + (f", up to step {STEPS - 1}" if last >= STEPS else "")
    return Figure.from_svg(drawn, alt=alt, caption=caption, role="main")


def boundary_figures(plane: Plane) -> list[Figure]:
    """Draw the decision boundary at several moments of the training, a panel each."""
    from pellucid.descent import REACH

    figures = []
    for one in plane.snapshots:
        said = f"After {one.step:,} steps: {percent(one.accuracy, 0)} right"
        drawn = boundary_map(
            one.probabilities, REACH, plane.places, plane.classes, label=f"The decision boundary. {said}"
        )
        figures.append(Figure.from_svg(drawn, alt=said, caption=said, role="panel", row="The answers while it learns"))
    return figures


def stage_figures(plane: Plane) -> list[Figure]:
    """Draw the plane, its grid and its points, as each hidden layer carries them, a panel each."""
    figures = []
    for one in plane.stages:
        is_whole = one.width == 2 or one.shown > 0.999
        what = f"{one.width} units" if is_whole else f"{one.width} units, seen along 2 directions"
        said = f"{one.name.capitalize()} ({what}): a straight line gets {percent(one.straight, 0)} right"
        drawn = carried_plane(one.lines, one.points, plane.classes, label=said)
        figures.append(
            Figure.from_svg(drawn, alt=said, caption=said, role="panel", row="The plane as each layer bends it")
        )
    return figures


def _walk(path: Path, look: int, *, name: str = "") -> Walk:
    points = path.points if path.points.shape[1] == 2 else np.column_stack([path.points[:, 0], path.losses])
    return Walk(name, points, look)


def _field(problem: Problem, walks: list[Walk], label: str, *, is_small: bool = False) -> Markup:
    minima = (problem.minimum, *problem.others)
    axes, losses = problem.surface(GRID if len(problem.parameters) == 2 else FINE)
    if len(problem.parameters) == 2:
        heights = _height(losses, losses)
        return walk_map(axes, heights, walks, names=problem.parameters, minima=minima, label=label, is_small=is_small)
    at = np.array(minima, np.float64)
    starred = np.column_stack([at[:, 0], _losses(problem, at)]).tolist()
    (axis,) = axes
    return walk_curve(axis, losses, walks, name=problem.parameters[0], minima=starred, label=label, is_small=is_small)


def _losses(problem: Problem, points: NDArray[np.float64]) -> NDArray[np.float64]:
    import torch

    with torch.no_grad():
        losses: NDArray[np.float64] = problem.loss(torch.from_numpy(points).T).numpy()
    return losses


def _finer(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points with 15 more on each way from one to the next, so that a long step follows the surface."""
    places = np.linspace(0, len(points) - 1, 16 * (len(points) - 1) + 1)
    return np.column_stack([np.interp(places, np.arange(len(points)), column) for column in points.T])


def _height(losses: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of the loss above the lowest one drawn, so that narrow valleys can be seen."""
    span = float(whole.max() - whole.min())
    height: NDArray[np.float64] = np.log10(np.maximum(losses - whole.min(), 0) + 1e-3 * span)
    return height
