"""Loss landscapes as an exhibit: contours, surfaces and slices, of two runs on one scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.landscape import Landscape, Landscapes
from pellucid.report.charts import Series, contour_map, line_chart, surface_drawing
from pellucid.report.wording import decimal, percent, split_examples
from pellucid.runs import Exhibit, ExhibitTable, Figure

LEVELS = 12
STEEP = 30.0
"""Largest over smallest loss beyond which heights are drawn by their logarithm."""


def landscapes_exhibit(result: Landscapes, *, command: str = "") -> Exhibit:
    """Return one landscape, or two side by side on the same scale."""
    shown = result.shown
    first = shown[0]
    low, high = _range(shown)
    log = low > 0 and high / low > STEEP
    levels = (np.geomspace if log else np.linspace)(max(low, 1e-12) if log else low, high, LEVELS)
    scale = "on a logarithmic scale" if log else "on a straight scale"
    figures: list[Figure] = []
    for one in shown:
        alt = f"Contours of the loss around {one.run}: {decimal(one.centre)} in the middle"
        drawn = contour_map(one.steps, np.clip(one.losses, low, high), levels=levels, label=alt, log=log)
        figures.append(
            Figure.from_svg(
                drawn, alt=alt, caption=f"{one.run}: lines of equal loss; the cross is the network", role="main"
            )
        )
    for one in shown:
        figures.append(_surface(one, low, high, log))
    figures += _slices(shown)
    names = " and ".join(one.run for one in shown)
    return Exhibit(
        name="landscape",
        title=f"The loss around {names}",
        paragraphs=(
            "What happens to the loss when the weights of the trained network change? In the middle is the network as "
            f"it was trained. From there its weights move along two random directions, {_reach(first)}. At each of "
            f"{len(first.steps)} x {len(first.steps)} places the loss ({first.loss}) is measured on "
            f"{split_examples(first.n, first.split)}. It is drawn {scale}"
            + (", the same for both runs." if len(shown) > 1 else "."),
            "A wide, flat middle means that small changes of the weights hardly matter; a narrow one, that they do.",
            *(_compared(shown) if len(shown) > 1 else ()),
        ),
        figures=tuple(figures),
        tables=(_table(shown),),
        notes=(
            "Within twice: the share of places whose loss is at most twice that in the middle; the more, the flatter "
            "the middle.",
            "Curved downwards: the share of places where the loss bends down along one of the two directions, as on a "
            "ridge or a bump; a smooth bowl has 0 %.",
            "After Li, Xu, Taylor, Studer and Goldstein, Visualizing the Loss Landscape of Neural Nets, NeurIPS 2018: "
            "every filter of a direction is as long as the network's own, biases and normalisation stay, the network "
            f"answers in evaluation mode, with the statistics of its training. Seed {first.seed}.",
            "These are two directions of as many as there are weights. Another seed shows two others, and may look "
            "different.",
        ),
        command=command,
    )


def _reach(one: Landscape) -> str:
    """Return how far the drawing goes, measured on the network's own filters."""
    reach = float(one.steps[-1])
    if reach == 1:
        return "each filter by up to its own length"
    return f"each filter by up to {reach:g} times its own length"


def _range(shown: tuple[Landscape, ...]) -> tuple[float, float]:
    """Return the losses between which is drawn: of all together; the highest fortieth is cut off."""
    every = np.concatenate([one.losses[np.isfinite(one.losses)] for one in shown])
    low, high = float(every.min()), float(np.quantile(every, 0.975))
    return low, high if high > low else low + 1.0


def _compared(shown: tuple[Landscape, ...]) -> tuple[str, ...]:
    a, b = shown[:2]
    return (
        f"The flatter the middle, the more places have a low loss: at most twice that in the middle at "
        f"{percent(a.share_below(2))} of the places of {a.run}, and at {percent(b.share_below(2))} of those of "
        f"{b.run}. Bumps and ridges, where the loss curves downwards, are {percent(a.roughness())} of the places of "
        f"{a.run}, and {percent(b.roughness())} of those of {b.run}.",
    )


def _table(shown: tuple[Landscape, ...]) -> ExhibitTable:
    rows = []
    for one in shown:
        finite = one.losses[np.isfinite(one.losses)]
        rows.append(
            (
                one.run,
                one.model,
                decimal(one.centre),
                decimal(float(finite.min())),
                decimal(float(finite.max())),
                percent(one.share_below(2)),
                percent(one.roughness()),
                f"{one.seconds:.0f} s",
            )
        )
    header = ("Run", "Model", "Loss in the middle", "Lowest", "Highest", "Within twice", "Curved downwards", "Took")
    return ExhibitTable(header=header, rows=tuple(rows))


def _slices(shown: tuple[Landscape, ...]) -> list[Figure]:
    """Return the losses along each direction alone, all runs in one drawing."""
    figures = []
    looks = ("val", "train")
    for number, words in enumerate(("first", "second")):
        series = [
            Series(one.run, [_or_none(value) for value in one.slices[number].tolist()], look)
            for one, look in zip(shown, looks, strict=False)
        ]
        label = f"Loss along the {words} direction"
        drawn = line_chart(
            series,
            epochs=shown[0].steps.tolist(),
            label=label,
            may_be_log=True,
            across_title=f"{words} direction",
        )
        figures.append(Figure.from_svg(drawn, alt=label, caption=label, role="main"))
    return figures


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _surface(one: Landscape, low: float, high: float, log: bool) -> Figure:
    """Return the surface in perspective, what is beyond the drawn losses cut off."""
    heights: NDArray[np.float64] = np.clip(np.nan_to_num(one.losses, nan=high, posinf=high), low, high)
    drawn = surface_drawing(
        (one.steps, one.steps),
        np.log10(heights) if log else heights,
        names=("first direction", "second direction"),
        title="log10 of the loss" if log else "loss",
        label=f"Surface of the loss around {one.run}",
        ends=(float(np.log10(low)), float(np.log10(high))) if log else (low, high),
    )
    alt = f"Surface of the loss around {one.run}"
    return Figure.from_svg(drawn, alt=alt, caption=f"{one.run}: surface", role="main")
