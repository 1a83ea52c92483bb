"""A descent, or a plane carried through a network, as an exhibit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.report.descent_drawing import (
    boundary_figure,
    contour_figure,
    losses_figure,
    rates_figure,
    stages_figure,
    surface_figure,
)
from pellucid.runs import Exhibit, ExhibitTable

if TYPE_CHECKING:
    from pellucid.descent import Descent, Path, Plane, Problem

FIRST_STEPS = 5


def descent_exhibit(descent: Descent, *, command: str = "") -> Exhibit:
    """Return what is shown of optimizers on a problem of one or two parameters."""
    problem = descent.problem
    curvatures = problem.curvatures
    paragraphs = [problem.lesson]
    paragraphs.append(
        f"At the minimum the curvature is {' and '.join(f'{value:.4g}' for value in curvatures)}: plain descent near "
        f"it converges for learning rates below 2 / {curvatures[-1]:.4g} = {2 / curvatures[-1]:.4g}"
        + (f", and the condition number is {curvatures[-1] / curvatures[0]:.4g}." if len(curvatures) > 1 else ".")
    )
    surface = surface_figure(descent)
    return Exhibit(
        name=f"descent-{problem.name}",
        title=problem.title,
        paragraphs=tuple(paragraphs),
        figures=(
            contour_figure(descent),
            *([surface] if surface else []),
            rates_figure(descent),
            losses_figure(descent),
        ),
        tables=(_ends(descent), *(_first_steps(problem, path) for path in descent.paths[:1])),
        notes=("Optimizers are torch.optim's, in float64; momentum is 0.9, Adam's betas are 0.9 and 0.999.",),
        command=command,
    )


def plane_exhibit(plane: Plane, *, command: str = "") -> Exhibit:
    """Return what is shown of a network that learns two classes of points."""
    first, last = plane.stages[0], plane.stages[-1]
    return Exhibit(
        name=f"descent-{plane.problem}",
        title=f"{plane.problem.capitalize()}: the plane carried until a line separates it",
        paragraphs=(
            f"A network of 2-{'-'.join(map(str, plane.hidden))}-1 tanh units learns {len(plane.classes)} points of two "
            f"classes. In the plane the best straight line gets {first.straight:.1%} of them right; where the last "
            f"hidden layer has carried them, {last.straight:.1%}.",
        ),
        figures=(boundary_figure(plane), stages_figure(plane)),
        tables=(
            ExhibitTable(
                header=("steps", "right", "loss"),
                rows=tuple((f"{one.step:,}", f"{one.accuracy:.1%}", f"{one.loss:.4g}") for one in plane.snapshots),
                caption="The training",
            ),
        ),
        notes=("Of layers with more than two units the two principal components are drawn.",),
        command=command,
    )


def _ends(descent: Descent) -> ExhibitTable:
    names = descent.problem.parameters
    rows = tuple(
        (path.optimizer, f"{path.lr:.4g}", path.fate, f"{path.losses[-1]:.6g}", *(f"{x:.6g}" for x in path.points[-1]))
        for path in (*descent.paths, *descent.rates)
    )
    return ExhibitTable(header=("optimizer", "lr", "fate", "loss", *names), rows=rows, caption="Where each path ends")


def _first_steps(problem: Problem, path: Path) -> ExhibitTable:
    rows = tuple(
        (str(step), *(f"{x:.8g}" for x in path.points[step]), f"{path.losses[step]:.8g}")
        for step in range(min(FIRST_STEPS, len(path.losses)))
    )
    caption = f"The first steps of {path.optimizer}, to be followed by hand"
    return ExhibitTable(header=("step", *problem.parameters, "loss"), rows=rows, caption=caption)
