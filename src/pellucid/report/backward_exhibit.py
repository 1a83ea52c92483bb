"""The way back, the update of a weight, and steps in slow motion as exhibits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pellucid.report.arithmetic_exhibit import LISTED, arithmetic_exhibit
from pellucid.report.exhibit_names import distinct_name
from pellucid.report.trace_exhibit import SIDE
from pellucid.runs import Exhibit, ExhibitTable

if TYPE_CHECKING:
    from pellucid.trace import Backward, SlowMotion, WeightUpdate


def backward_exhibit(back: Backward, *, command: str = "") -> Exhibit:
    """Return the loss with its terms, the gradient at the outputs, and the parameters' gradients in a line each."""
    gradient = back.output_gradient.reshape(-1, back.output_gradient.shape[-1])
    rows = tuple((str(n), *(f"{value:+.4g}" for value in row[:SIDE])) for n, row in enumerate(gradient[:LISTED]))
    outputs = ExhibitTable(
        header=("example", *map(str, range(min(SIDE, gradient.shape[1])))),
        rows=rows,
        caption="The loss's gradient at the outputs",
    )
    sizes = {name: np.abs(back.gradient(name)) for name in back.parameters}
    parameters = tuple(
        (name, " × ".join(map(str, some.shape)), f"{some.mean():.3g}", f"{some.max():.3g}")
        for name, some in sizes.items()
        if some.size
    )
    header = ("parameter", "shape", "mean size of the gradient", "largest")
    table = ExhibitTable(header=header, rows=parameters, caption="The parameters")
    loss = arithmetic_exhibit(back.loss_arithmetic)
    return Exhibit(
        name="trace-backward",
        title=f"The way back: loss {back.loss:.6g}",
        paragraphs=(f"{back.criterion}.", *loss.paragraphs[1:]),
        tables=(*loss.tables, outputs, table),
        command=command,
    )


def update_exhibit(update: WeightUpdate, *, command: str = "") -> Exhibit:
    """Return the terms of one weight's gradient and its update, number by number."""
    gradient = arithmetic_exhibit(update.gradient)
    rows = tuple((name, f"{value:.9g}") for name, value in update.numbers.items())
    settings = ", ".join(f"{name} {value}" for name, value in update.rule.to_dict().items() if name != "name")
    table = ExhibitTable(header=("what", "number"), rows=rows, caption=f"The update by {update.rule.name} ({settings})")
    place = ", ".join(map(str, update.at))
    title = f"The gradient and update of {update.name}[{place}]"
    return Exhibit(
        name=distinct_name("update", f"{update.name}-{'-'.join(map(str, update.at))}"),
        title=title,
        paragraphs=gradient.paragraphs,
        tables=(*gradient.tables, table),
        command=command,
    )


def slow_motion_exhibit(motion: SlowMotion, *, command: str = "") -> Exhibit:
    """Return a table per chosen weight: a row per step, a column per number of its update."""
    tables = []
    for place, first in enumerate(motion.steps[0].updates):
        names = list(first.numbers)
        rows = tuple(
            (str(step.number), *(f"{step.updates[place].numbers[name]:.6g}" for name in names)) for step in motion.steps
        )
        caption = f"{first.name}[{', '.join(map(str, first.at))}]"
        tables.append(ExhibitTable(header=("step", *names), rows=rows, caption=caption))
    losses = " → ".join(f"{loss:.6g}" for loss in motion.losses)
    return Exhibit(
        name="slow-motion",
        title=f"{len(motion.steps)} steps by {motion.rule.name} in slow motion",
        paragraphs=(f"Loss: {losses}.", f"{motion.criterion}; learning rate {motion.rule.lr:g}."),
        tables=tuple(tables),
        command=command,
    )
