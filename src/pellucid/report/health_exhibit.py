"""The health of a training as an exhibit: what is wrong, curves of gradients and updates, the layers at the end."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import median

from pellucid.report.charts import Series, line_chart
from pellucid.report.wording import percent
from pellucid.runs import EpochHealth, Exhibit, ExhibitTable, Figure, Health, LayerHealth

SOUND = "Nothing is wrong: gradients reach the first layers, units are alive, and the weights move at a usual pace."
HINTS = {
    "output": "mean and standard deviation of what the layer gave",
    "gradient": "norm of the loss's gradient at what the layer gave, per example",
    "update / weight": "norm of the last step's update over the norm of the weights; about 0.001 is usual",
    "dead": "share of units that are zero for every example that was looked at",
    "saturated": "share of values where the activation's slope is below 5 % of its steepest",
}


def health_exhibit(health: Health, *, command: str = "") -> Exhibit:
    """Return what is shown of a training's health.

    Args:
        health: with at least one look or finding.
        command: to see it again.
    """
    said = [f"{one.sentence} What usually helps: {one.advice}" for one in health.findings]
    last = health.epochs[-1] if health.epochs else None
    notes = [f"Where the rule “{one.kind}” comes from: {one.source}." for one in health.findings]
    if last is not None:
        notes.append(
            f"Measured on the same {last.examples} training examples each time, in evaluation mode, not augmented."
        )
    return Exhibit(
        name="health",
        title="Health of the training",
        paragraphs=tuple(said) or (SOUND,),
        figures=_figures(health.epochs),
        tables=(_table(last),) if last else (),
        notes=tuple(notes),
        command=command,
    )


def _figures(epochs: tuple[EpochHealth, ...]) -> tuple[Figure, ...]:
    figures = []
    places = [float(epoch.epoch) for epoch in epochs]
    weighted = [[layer for layer in epoch.layers if layer.output_gradient is not None] for epoch in epochs]
    if len(epochs) > 1 and all(len(layers) > 1 for layers in weighted):
        first, last = (f"first: {weighted[0][0].name}", f"last: {weighted[0][-1].name}")
        ends = [
            Series(first, [_finite(layers[0].output_gradient) for layers in weighted], "train"),
            Series(last, [_finite(layers[-1].output_gradient) for layers in weighted], "val"),
        ]
        figures.append(_figure("Gradient at the first and the last layer", ends, places))
    moved = [epoch for epoch in epochs if _of(epoch, lambda layer: layer.update_ratio)]
    if len(moved) > 1:
        ratios = [_of(epoch, lambda layer: layer.update_ratio) for epoch in moved]
        lines = [
            Series("largest layer", [_finite(max(some)) for some in ratios], "train"),
            Series("median", [_finite(median(some)) for some in ratios], "val"),
        ]
        figures.append(_figure("Update over weight, per step", lines, [float(epoch.epoch) for epoch in moved]))
    if any(_of(epoch, lambda layer: layer.dead) for epoch in epochs) and len(epochs) > 1:
        dead = [max(_of(epoch, lambda layer: layer.dead), default=0.0) for epoch in epochs]
        lines = [Series("dead", dead, "val")]
        figures.append(_figure("Dead units, in the layer with most", lines, places, is_share=True))
    return tuple(figures)


def _figure(title: str, lines: list[Series], places: list[float], *, is_share: bool = False) -> Figure:
    label = f"{title} over the epochs"
    chart = line_chart(lines, epochs=places, label=label, may_be_log=not is_share, is_share=is_share)
    return Figure.from_svg(str(chart), alt=label, caption=title)


def _of(epoch: EpochHealth, read: Callable[[LayerHealth], float | None]) -> list[float]:
    return [value for value in map(read, epoch.layers) if value is not None and math.isfinite(value)]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _table(epoch: EpochHealth) -> ExhibitTable:
    header = ("layer", "operator", *HINTS)
    rows = tuple(
        (
            layer.name,
            layer.operator,
            f"{layer.output_mean:.3g} ± {layer.output_std:.3g}",
            _number(layer.output_gradient),
            _number(layer.update_ratio),
            _share(layer.dead),
            _share(layer.saturated),
        )
        for layer in epoch.layers
    )
    hints = (("", "", *HINTS.values()),) * len(rows)
    when = "before the first step" if epoch.epoch == 0 else f"after epoch {epoch.epoch}"
    return ExhibitTable(header=header, rows=rows, caption=f"Layers {when}", hints=hints)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2g}"


def _share(value: float | None) -> str:
    return "" if value is None else percent(value, 0)
