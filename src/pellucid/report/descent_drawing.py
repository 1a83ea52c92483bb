"""Drawings of descents: contours with paths, surfaces, boundaries and carried planes; matplotlib, without its state."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.runs import Figure

if TYPE_CHECKING:
    from pellucid.descent import Descent, Path, Plane, Problem, Snapshot, Stage

COLOURS = ("#0072b2", "#d55e00", "#008a64", "#b85c8e", "#a87400")
"""After Okabe & Ito, whom the colour-blind can follow, and 3:1 on white; markers and dashes tell them apart, too."""
MARKERS, DASHES = "osD^v", ("-", "--", "-.", ":", (0, (5, 1)))
DOTS_PER_INCH = 110
MARKS = 12
"""Steps that get a marker; further ones are only a line."""


def contour_figure(descent: Descent) -> Figure:
    """Draw the optimizers' paths over the contours, or over the curve of a loss of one parameter."""
    fig, axes = _canvas(7.4, 5.2)
    title = f"Where each optimizer goes: {descent.problem.formula}"
    _draw_field(axes, descent.problem)
    for number, path in enumerate(descent.paths):
        _draw_path(axes, descent.problem, path, number, label=f"{path.optimizer}, lr {path.lr:.3g}: {path.fate}")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2, fontsize=8, frameon=False)
    alt = "Paths over the loss. " + " ".join(f"{path.optimizer}: {path.fate}." for path in descent.paths)
    return _figure(fig, alt, title)


def rates_figure(descent: Descent) -> Figure:
    """Draw plain descent at several learning rates side by side, the diverging one among them."""
    fig, cells = _canvas(9.0, 2.5, columns=len(descent.rates))
    for axes, path in zip(cells, descent.rates, strict=True):
        _draw_field(axes, descent.problem, few=True)
        _draw_path(axes, descent.problem, path, 1 if path.diverged else 0, label="")
        axes.set_title(f"lr {path.lr:.3g}\n{path.fate}", fontsize=9)
    alt = "Plain descent at several learning rates. " + " ".join(f"{p.lr:.3g}: {p.fate}." for p in descent.rates)
    return _figure(fig, alt, "Plain gradient descent, the learning rate growing from left to right")


def losses_figure(descent: Descent) -> Figure:
    """Draw how far the loss is above its minimum, step by step."""
    import torch

    fig, axes = _canvas(7.4, 3.4)
    at = torch.tensor(descent.problem.minimum, dtype=torch.float64)
    lowest = float(descent.problem.loss(at))
    for number, path in enumerate(descent.paths):
        above = np.maximum(path.losses - lowest, 1e-16)
        axes.semilogy(
            above, color=COLOURS[number % 5], linestyle=DASHES[number % 5], label=path.optimizer, linewidth=1.6
        )
    axes.set_xlabel("step")
    axes.set_ylabel("loss above the minimum")
    axes.legend(fontsize=8, frameon=False)
    return _figure(fig, "Loss above its minimum over the steps, logarithmic", "The loss over the steps")


def surface_figure(descent: Descent) -> Figure | None:
    """Draw the surface of a loss of two parameters; None of one."""
    problem = descent.problem
    if len(problem.parameters) != 2:
        return None
    from matplotlib import colormaps
    from matplotlib.figure import Figure as Canvas

    fig = Canvas(figsize=(6.4, 4.8), dpi=DOTS_PER_INCH, layout="constrained")
    axes: Any = fig.add_subplot(projection="3d")
    (first, second), losses = problem.surface(61)
    height = _height(losses, losses)
    axes.plot_surface(*np.meshgrid(first, second), height, cmap=colormaps["viridis"], alpha=0.75, linewidth=0)
    for number, path in enumerate(descent.paths):
        inside = _inside(problem, path.points)
        points = path.points[inside]
        line = {"color": COLOURS[number % 5], "linestyle": DASHES[number % 5], "linewidth": 1.8}
        axes.plot(points[:, 0], points[:, 1], _height(path.losses[inside], losses), zorder=10, **line)
    axes.set_xlabel(problem.parameters[0])
    axes.set_ylabel(problem.parameters[1])
    axes.set_zlabel("log of the loss above its minimum")
    axes.view_init(elev=38, azim=-60)
    return _figure(fig, f"The surface of {problem.formula}, with the paths on it", "The surface (height: logarithm)")


def boundary_figure(plane: Plane) -> Figure:
    """Draw the decision boundary at several moments of the training."""
    fig, cells = _canvas(9.0, 2.2, columns=len(plane.snapshots))
    for axes, snapshot in zip(cells, plane.snapshots, strict=True):
        _draw_boundary(axes, plane, snapshot)
    alt = "The decision boundary: " + ", ".join(f"{one.accuracy:.0%} right after {one.step}" for one in plane.snapshots)
    return _figure(fig, alt, "The decision boundary over time (line: probability one half)")


def stages_figure(plane: Plane) -> Figure:
    """Draw the plane, its grid and its points, as each hidden layer carries them."""
    fig, cells = _canvas(2.4 * len(plane.stages), 2.9, columns=len(plane.stages))
    for axes, stage in zip(cells, plane.stages, strict=True):
        _draw_stage(axes, plane, stage)
    alt = "The plane carried: " + ", ".join(
        f"{one.name}: {one.straight:.0%} by a straight line" for one in plane.stages
    )
    return _figure(fig, alt, "The plane carried layer by layer, until a straight line separates the classes")


def _canvas(width: float, height: float, *, columns: int = 1) -> tuple[Any, Any]:
    from matplotlib.figure import Figure as Canvas

    fig = Canvas(figsize=(width, height), dpi=DOTS_PER_INCH, layout="constrained")
    cells = fig.subplots(1, columns, squeeze=False)[0]
    return fig, cells[0] if columns == 1 else cells


def _figure(fig: Any, alt: str, caption: str) -> Figure:
    import base64

    written = io.BytesIO()
    fig.savefig(written, format="png", metadata={"Software": None})
    width, height = (round(size * DOTS_PER_INCH) for size in fig.get_size_inches())
    data = base64.b64encode(written.getvalue()).decode("ascii")
    return Figure(kind="png", data=data, alt=alt, caption=caption, width=width, height=height, drawn=True)


def _height(losses: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the logarithm of the loss above the lowest one drawn, so that narrow valleys can be seen."""
    span = float(whole.max() - whole.min())
    height: NDArray[np.float64] = np.log10(np.maximum(losses - whole.min(), 0) + 1e-3 * span)
    return height


def _inside(problem: Problem, points: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray(((points >= problem.low) & (points <= problem.high)).all(axis=1))


def _draw_field(axes: Any, problem: Problem, *, few: bool = False) -> None:
    names, (first, *rest) = problem.parameters, zip(problem.low, problem.high, strict=True)
    minima: Sequence[tuple[float, ...]] = (problem.minimum, *problem.others)
    if not rest:
        import torch

        (axis,), losses = problem.surface(201)
        axes.plot(axis, losses, color="0.5", linewidth=1)
        marks = torch.tensor([minimum[0] for minimum in minima], dtype=torch.float64)
        heights = [float(problem.loss(mark[None])) for mark in marks]
        axes.plot(marks.tolist(), heights, "k*", markersize=10)
        axes.set_ylim(losses.min() - 0.5, losses.max())
    else:
        (horizontal, vertical), losses = problem.surface(101)
        axes.contourf(horizontal, vertical, _height(losses, losses), levels=24, cmap="Greys", alpha=0.5)
        axes.contour(horizontal, vertical, _height(losses, losses), levels=12, colors="0.6", linewidths=0.5)
        for minimum in minima:
            axes.plot(*minimum, "k*", markersize=10)
        axes.set_ylim(*rest[0])
        axes.set_ylabel("" if few else names[1])
    axes.set_xlim(*first)
    axes.set_xlabel(names[0], fontsize=8 if few else 10)
    axes.tick_params(labelsize=8 if few else 9)
    if few:
        axes.locator_params(nbins=4)


def _draw_path(axes: Any, problem: Problem, path: Path, number: int, *, label: str) -> None:
    from matplotlib.patheffects import withStroke

    # Beyond the field a little, so that one sees it leave; not to the numbers of a divergence.
    room = np.subtract(problem.high, problem.low)
    points = np.clip(path.points, np.array(problem.low) - room, np.array(problem.high) + room)
    vertical = points[:, 1] if points.shape[1] == 2 else path.losses
    colour = COLOURS[number % 5]
    style = {"color": colour, "linestyle": DASHES[number % 5], "linewidth": 1.4, "label": label}
    # A light edge lifts the line off the dark ground of the contours.
    axes.plot(points[:, 0], vertical, path_effects=[withStroke(linewidth=3.2, foreground="white")], **style)
    axes.plot(points[:MARKS, 0], vertical[:MARKS], MARKERS[number % 5], color=colour, markersize=3.5)


def _draw_points(axes: Any, plane: Plane, places: NDArray[np.float64]) -> None:
    for kind, (colour, marker) in enumerate(zip(COLOURS, "ox", strict=False)):
        chosen = places[plane.classes == kind]
        axes.plot(chosen[:, 0], chosen[:, 1], marker, color=colour, markersize=3, markeredgewidth=1)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_aspect("equal", "datalim")


def _draw_boundary(axes: Any, plane: Plane, snapshot: Snapshot) -> None:
    from pellucid.descent.plane import REACH

    axis = np.linspace(-REACH, REACH, len(snapshot.probabilities))
    axes.contourf(axis, axis, snapshot.probabilities, levels=np.linspace(0, 1, 11), cmap="RdBu_r", alpha=0.35)
    if snapshot.probabilities.min() < 0.5 < snapshot.probabilities.max():
        axes.contour(axis, axis, snapshot.probabilities, levels=[0.5], colors="k", linewidths=1.2)
    _draw_points(axes, plane, plane.places)
    axes.set_title(f"{snapshot.step} steps:\n{snapshot.accuracy:.0%} right", fontsize=9)


def _draw_stage(axes: Any, plane: Plane, stage: Stage) -> None:
    for line in stage.lines:
        axes.plot(line[:, 0], line[:, 1], color="0.75", linewidth=0.5, zorder=0)
    _draw_points(axes, plane, stage.points)
    what = f"{stage.width} units" if stage.width == 2 or stage.shown > 0.999 else f"{stage.width} units, 2 directions"
    axes.set_title(f"{stage.name}\n{what}\na straight line: {stage.straight:.0%} right", fontsize=9)
