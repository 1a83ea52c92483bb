"""Gradients and updates in the terminal."""

from __future__ import annotations

import numpy as np

from pellucid.printed import text_of
from pellucid.trace.backward import Backward, WeightUpdate
from pellucid.trace.slowly import SlowMotion
from pellucid.trace.text import describe

OUTPUTS_SHOWN = 20
STEPS_ABREAST = 5


@text_of.register(Backward)
def describe_backward(back: Backward) -> str:
    """Return the loss with its terms, the gradient at the outputs, and every parameter's gradient in a line."""
    lines = [describe(back.loss_arithmetic), "", "gradient of the loss at the outputs:"]
    rows = back.output_gradient.reshape(-1, back.output_gradient.shape[-1])
    for number, row in enumerate(rows[:OUTPUTS_SHOWN]):
        shown = "  ".join(f"{value:+.4g}" for value in row[:OUTPUTS_SHOWN])
        lines.append(
            f"  {f'example {number}: ' if len(rows) > 1 else ''}{shown}{' ...' if len(row) > OUTPUTS_SHOWN else ''}"
        )
    if len(rows) > OUTPUTS_SHOWN:
        lines.append(f"  ... and of {len(rows) - OUTPUTS_SHOWN} further examples")
    table = [("parameter", "shape", "mean |gradient|", "largest at")]
    for name in back.parameters:
        sizes = np.abs(back.gradient(name))
        if sizes.size:
            place = ",".join(str(int(index)) for index in np.unravel_index(int(sizes.argmax()), sizes.shape))
            table.append((name, " x ".join(map(str, sizes.shape)), f"{sizes.mean():.3g}", place))
    widths = [max(len(row[column]) for row in table) for column in range(4)]
    lines += [
        "",
        *("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table),
    ]
    if len(table) > 1:
        lines.append(f"The terms of one of them: --weight {table[1][0]}:{table[1][3]}")
    return "\n".join(lines)


@text_of.register(WeightUpdate)
def describe_update(update: WeightUpdate) -> str:
    """Return the terms of one weight's gradient and its update, number by number."""
    settings = ", ".join(f"{name} {value}" for name, value in update.rule.to_dict().items() if name != "name")
    place = ", ".join(map(str, update.at))
    lines = [describe(update.gradient), f"the update of {update.name}[{place}] by {update.rule.name} ({settings})"]
    width = max(len(name) for name in update.numbers)
    lines += [f"  {name.ljust(width)}  {value:+.9g}" for name, value in update.numbers.items()]
    return "\n".join(lines)


@text_of.register(SlowMotion)
def describe_slow_motion(motion: SlowMotion) -> str:
    """Return how the loss went, and of each chosen weight a table: a row per number, a column per step."""
    losses = " -> ".join(f"{loss:.6g}" for loss in motion.losses)
    lines = [f"{len(motion.steps)} steps by {motion.rule.name}, learning rate {motion.rule.lr:g}", f"loss: {losses}"]
    for place, first in enumerate(motion.steps[0].updates):
        lines += ["", f"{first.name}[{', '.join(map(str, first.at))}]"]
        for start in range(0, len(motion.steps), STEPS_ABREAST):
            some = motion.steps[start : start + STEPS_ABREAST]
            numbers = [step.updates[place].numbers for step in some]
            table = [("step", *(str(step.number) for step in some))]
            table += [(name, *(f"{one[name]:.6g}" for one in numbers)) for name in numbers[0]]
            width = max(len(row[0]) for row in table)
            lines += [row[0].ljust(width) + "".join(f"{cell:>13}" for cell in row[1:]) for row in table]
    return "\n".join(lines)
