"""An explanation as lines of text, for a terminal."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from pellucid.attribution.agreement import on_common_grid
from pellucid.attribution.records import Attribution, Explanation
from pellucid.printed import text_of
from pellucid.words import visible

LEVELS = " .:-=+*#%@"
MOST_CELLS = 28
MOST_COLUMNS = 12
MOST_STEPS = 72


@text_of.register(Explanation)
def describe(explanation: Explanation) -> str:
    """Return what an explanation says, the maps in characters."""
    answered = f" ({100 * explanation.answered:.1f} %)" if explanation.unit == "logit" else ""
    head = f"{explanation.name}: " if explanation.name else ""
    lines = [f"{head}what speaks for '{explanation.target}'{answered}, {explanation.unit} {explanation.score:.4g}"]
    if explanation.calibration:
        lines.append(f"This is the network's raw logit; for the probability, logits are {explanation.calibration}.")
    if explanation.answer:
        lines.append(f"answer: {explanation.answer}")
    if explanation.right:
        lines.append(f"right: {explanation.right}")
    lines += [f"{decision.name}: {decision.value} ({decision.reason})" for decision in explanation.decisions]
    for attribution in explanation.attributions:
        lines += ["", attribution.title + (f", layer {attribution.layer}" if attribution.layer else "")]
        if explanation.channels:
            lines += _series(attribution, explanation.channels)
        elif attribution.cells.ndim == 2:
            lines += _picture(attribution)
        else:
            lines += _columns(attribution, explanation.columns)
        if "completeness_gap" in attribution.figures:
            gap, whole = attribution.figures["completeness_gap"], attribution.figures["difference"]
            said = f"In all the inputs add {whole + gap:.4g}; the score is {whole:.4g} above the baseline's"
            lines.append(f"{said} ({gap:.2g} apart).")
        checks = [check for check in (attribution.randomisation, attribution.deletion) if check is not None]
        lines += [str(check) for check in checks] or list(attribution.warnings)
    if explanation.agreement is not None:
        lines += ["", str(explanation.agreement)]
    if explanation.neighbours:
        lines += ["", "Nearest training examples:"]
        lines += [f"  {near.distance:.3f}  {near.target}  {near.name}" for near in explanation.neighbours]
    return "\n".join(map(visible, lines))  # a name that holds a break must not make a line of its own


def _picture(attribution: Attribution) -> list[str]:
    cells = attribution.cells
    if max(cells.shape) > MOST_CELLS:
        cells = on_common_grid(cells, cells.shape).astype(np.float32)
    heat = np.maximum(cells, 0)
    levels = np.rint(heat / max(float(heat.max()), 1e-30) * (len(LEVELS) - 1)).astype(int)
    return ["  " + "".join(2 * LEVELS[level] for level in row) for row in levels.tolist()]


def _series(attribution: Attribution, channels: tuple[str, ...]) -> list[str]:
    """Return a line for each channel that speaks for the answer, its steps from left to right, the strongest first."""
    cells = np.maximum(attribution.cells, 0)
    order = np.argsort(-cells.max(axis=1), kind="stable")[:MOST_COLUMNS]
    bounds = np.unique(np.linspace(0, cells.shape[1], min(cells.shape[1], MOST_STEPS) + 1).round().astype(int))
    heat = np.stack([cells[:, low:high].mean(axis=1) for low, high in pairwise(bounds.tolist())], axis=1)
    levels = np.rint(heat / max(float(heat.max()), 1e-30) * (len(LEVELS) - 1)).astype(int)
    wide = max(len(channels[place]) for place in order.tolist())
    lines = [
        f"  {channels[place]:<{wide}}  {''.join(LEVELS[level] for level in levels[place])}" for place in order.tolist()
    ]
    channel, step = divmod(int(attribution.cells.argmax()), cells.shape[1])
    return [*lines, f"  strongest in step {step + 1} of {cells.shape[1]}, '{channels[channel]}'"]


def _columns(attribution: Attribution, names: tuple[str, ...]) -> list[str]:
    cells = attribution.cells
    order = np.argsort(-np.abs(cells), kind="stable")[:MOST_COLUMNS]
    shown = [names[place] if names else f"input {place}" for place in order.tolist()]
    wide = max((len(name) for name in shown), default=0)
    return [f"  {name:<{wide}}  {float(cells[place]):+.4g}" for name, place in zip(shown, order.tolist(), strict=True)]
