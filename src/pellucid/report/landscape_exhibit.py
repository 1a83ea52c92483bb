"""Loss landscapes as an exhibit: contours, surfaces and slices, of two runs on one scale."""

from __future__ import annotations

import io
from base64 import b64encode
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.landscape import Landscape, Landscapes
from pellucid.report.charts import Series, contour_map, line_chart
from pellucid.report.wording import decimal, percent
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.spec import counted

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
            Figure.from_svg(drawn, alt=alt, caption=f"{one.run}: contours, each at the loss written beside it")
        )
    for one in shown:
        figures.append(_surface(one, low, high, log))
    figures += _slices(shown)
    names = " and ".join(one.run for one in shown)
    return Exhibit(
        name="landscape",
        title=f"The loss around {names}",
        paragraphs=(
            f"The loss ({first.loss}) on {counted(first.n, 'example')} of {first.split} at {len(first.steps)} x "
            f"{len(first.steps)} places in the space of weights. The middle is the trained network; from there the "
            "weights move along two random directions, by up to "
            f"{first.steps[-1]:g} times the length of each filter. Losses are drawn {scale}"
            + (", the same for both runs." if len(shown) > 1 else "."),
            *(_compared(shown) if len(shown) > 1 else ()),
        ),
        figures=tuple(figures),
        tables=(_table(shown),),
        notes=(
            "After Li, Xu, Taylor, Studer and Goldstein, Visualizing the Loss Landscape of Neural Nets, NeurIPS 2018: "
            "every filter of a direction is as long as the network's own, biases and normalisation stay, the network "
            f"answers in evaluation mode, with the statistics of its training. Seed {first.seed}.",
            "Two directions of thousands: a plane through the space says what is near in it, and not what is not. "
            "Another seed shows another plane.",
        ),
        command=command,
    )


def _range(shown: tuple[Landscape, ...]) -> tuple[float, float]:
    """Return the losses between which is drawn: of all together; the highest fortieth is cut off."""
    every = np.concatenate([one.losses[np.isfinite(one.losses)] for one in shown])
    low, high = float(every.min()), float(np.quantile(every, 0.975))
    return low, high if high > low else low + 1.0


def _compared(shown: tuple[Landscape, ...]) -> tuple[str, ...]:
    a, b = shown[:2]
    return (
        f"The flatter the middle, the more places lie low: at most twice its own loss has {a.run} at "
        f"{percent(a.share_below(2))} of the places, {b.run} at {percent(b.share_below(2))}. Bumps: the loss curves "
        f"downwards at {percent(a.roughness())} of the places of {a.run}, and at {percent(b.roughness())} of {b.run}.",
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
        figures.append(Figure.from_svg(drawn, alt=label, caption=label))
    return figures


def _or_none(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _surface(one: Landscape, low: float, high: float, log: bool) -> Figure:
    """Return the surface in perspective, drawn by matplotlib without its global state."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Drawing
    from matplotlib.ticker import MaxNLocator

    drawing = Drawing(figsize=(5.2, 4.4), dpi=150)
    FigureCanvasAgg(drawing)
    axes: Any = drawing.add_subplot(projection="3d")
    heights: NDArray[np.float64] = np.clip(np.nan_to_num(one.losses, nan=high, posinf=high), low, high)
    ends = (low, high)
    if log:
        heights, ends = np.log10(heights), (float(np.log10(low)), float(np.log10(high)))
    along, up = np.meshgrid(one.steps, one.steps)
    axes.plot_surface(
        along,
        up,
        heights,
        cmap="cividis",
        vmin=ends[0],
        vmax=ends[1],
        rcount=60,
        ccount=60,
        linewidth=0.2,
        edgecolor="#00000030",
        antialiased=True,
    )
    for axis in (axes.xaxis, axes.yaxis, axes.zaxis):
        axis.set_major_locator(MaxNLocator(4))
    axes.set(zlim=ends, xlabel="first direction", ylabel="second direction")
    axes.set_zlabel("log10 of the loss" if log else "loss")
    axes.view_init(elev=32, azim=-55)
    drawing.subplots_adjust(left=0.0, right=0.92, bottom=0.05, top=1.0)
    buffer = io.BytesIO()
    drawing.savefig(buffer, format="png", facecolor="white", metadata={"Software": None})
    # Twice as many pixels as are shown, for screens that have them.
    width, height = (round(side / 2) for side in drawing.get_size_inches() * drawing.dpi)
    return Figure(
        kind="png",
        data=b64encode(buffer.getvalue()).decode("ascii"),
        alt=f"Surface of the loss around {one.run}",
        caption=f"{one.run}: surface",
        width=width,
        height=height,
        drawn=True,
    )
