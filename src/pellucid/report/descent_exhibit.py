"""A descent, or a plane carried through a network, as an exhibit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.report.descent_drawing import (
    boundary_figures,
    contour_figure,
    losses_figure,
    rates_figures,
    stage_figures,
    surface_figure,
)
from pellucid.report.wording import decimal, percent
from pellucid.runs import Exhibit, ExhibitTable
from pellucid.words import counted

if TYPE_CHECKING:
    from pellucid.descent import Descent, Path, Plane, Problem

FIRST_STEPS = 5


def descent_exhibit(descent: Descent, *, command: str = "") -> Exhibit:
    """Return what is shown of optimizers on a problem of one or two parameters."""
    problem = descent.problem
    steepest = problem.curvatures[-1]
    safe = (
        f"How far plain descent may step: near the minimum it converges for learning rates below "
        f"{decimal(2 / steepest)}, which is 2 / {decimal(steepest)}, two over the largest curvature there."
    )
    if len(problem.curvatures) > 1:
        ratio = steepest / problem.curvatures[0]
        safe += (
            " It curves alike in every direction (condition number 1)."
            if ratio < 1.005
            else f" Across the valley it curves {decimal(ratio)} times as much as along it (the condition number): the "
            "larger that is, the more steps it takes."
        )
    paragraphs = (problem.lesson, descent.outcome, safe)
    surface = surface_figure(descent)
    return Exhibit(
        name=f"descent-{problem.name}",
        title=problem.title,
        paragraphs=paragraphs,
        figures=(
            contour_figure(descent),
            losses_figure(descent),
            *([surface] if surface else []),
            *rates_figures(descent),
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
        title=f"{plane.problem.capitalize()}: a network bends the plane until a straight line is enough",
        paragraphs=(
            f"A network with {counted(len(plane.hidden), 'hidden layer')} ({', '.join(map(str, plane.hidden))} tanh "
            f"units) learns to tell two classes of {len(plane.classes)} points apart. No straight line can do that: "
            f"the best one gets {percent(first.straight)} right. The last hidden layer has moved the points so that a "
            f"straight line gets {percent(last.straight)} right.",
            "First the answers while it learns: the ground is blue where the network says circle, orange where it says "
            "cross, and the line is where it is undecided. Then the plane as each layer has bent it.",
        ),
        figures=(*boundary_figures(plane), *stage_figures(plane)),
        tables=(
            ExhibitTable(
                header=("steps", "right", "loss"),
                rows=tuple((f"{one.step:,}", percent(one.accuracy), f"{one.loss:.4g}") for one in plane.snapshots),
                caption="The training",
            ),
        ),
        notes=("Layers with more than two units are seen along the two directions in which the points vary most.",),
        command=command,
    )


def _ends(descent: Descent) -> ExhibitTable:
    names = descent.problem.parameters
    rows = (
        (path.optimizer, decimal(path.lr), path.fate, f"{path.losses[-1]:.4g}", *(f"{x:.4g}" for x in path.points[-1]))
        for path in (*descent.paths, *descent.rates)
    )
    # Plain descent at its own rate is among the rates, too.
    told = tuple(dict.fromkeys(rows))
    return ExhibitTable(header=("optimizer", "lr", "end", "loss", *names), rows=told, caption="Where each path ends")


def _first_steps(problem: Problem, path: Path) -> ExhibitTable:
    rows = tuple(
        (str(step), *(f"{x:.8g}" for x in path.points[step]), f"{path.losses[step]:.8g}")
        for step in range(min(FIRST_STEPS, len(path.losses)))
    )
    caption = f"The first steps of {path.optimizer}, to be followed by hand"
    return ExhibitTable(header=("step", *problem.parameters, "loss"), rows=rows, caption=caption)
