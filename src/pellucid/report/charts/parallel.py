"""Parallel coordinates: a line per trial across an axis per choice, and the score as the last axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pellucid.report.charts.svg import Scale, drawing, element, line, number, step_of, text, tick_label, ticks
from pellucid.report.charts.trials import Axis, axis_ticks

SPACING, EDGE, TOP, HEIGHT, ABSENT = 112.0, 56.0, 44.0, 320.0, 26.0
"""Between two axes; left of the first; above them; of the drawing; from an axis' foot to where a choice is absent."""


@dataclass(frozen=True)
class Path:
    """One trial across all axes.

    Attributes:
        places: its value on each axis, as `Axis` counts; None where the choice was not searched beside the others.
        score: on the last axis.
        look: "winner", "good" or "other".
        words: what the tooltip says.
    """

    places: tuple[float | None, ...]
    score: float
    look: str
    words: str


def parallel_chart(paths: Sequence[Path], axes: Sequence[Axis], *, score: Axis, is_share: bool, label: str) -> Markup:
    """Return the lines of all trials; the better ones are drawn above the others, and thicker.

    Args:
        paths: of the trials.
        axes: one per choice, in the order of the paths' places.
        score: the last axis; scores beyond its ends are drawn at them.
        is_share: whether scores are shares of 1.
        label: what the picture shows, for those who do not see it.
    """
    foot = HEIGHT - 16 - ABSENT
    scales = [axis.scale(foot, TOP) for axis in axes] + [Scale(score.low, score.high, foot, TOP)]
    width = 2 * EDGE + SPACING * len(axes)
    any_absent = any(place is None for path in paths for place in path.places)
    order = {"other": 0, "good": 1, "winner": 2}
    drawn = [_line(path, scales, foot + ABSENT) for path in sorted(paths, key=lambda path: order[path.look])]
    parts = [*drawn, *(_axis(axis, EDGE + SPACING * place, scales[place]) for place, axis in enumerate(axes))]
    parts.append(_score_axis(score, EDGE + SPACING * len(axes), scales[-1], is_share=is_share))
    if any_absent:
        parts.append(text(2, foot + ABSENT + 14, "at the foot: not searched beside the other choices", class_="tick"))
    return drawing(*parts, width=width, height=HEIGHT, label=label, class_="parallel")


def _line(path: Path, scales: Sequence[Scale], absent: float) -> Markup:
    ys = [absent if place is None else scale(place) for place, scale in zip(path.places, scales, strict=False)]
    ys.append(scales[-1](path.score))
    points = " ".join(
        f"{'L' if index else 'M'}{number(EDGE + SPACING * index)} {number(y)}" for index, y in enumerate(ys)
    )
    return element("path", element("title", path.words), d=points, class_=f"trial-path {path.look}")


def _axis(axis: Axis, x: float, scale: Scale) -> Markup:
    parts = [line(x, scale.start, x, scale.end, class_="axis"), _title(axis.title, x)]
    parts += [_tick(x, scale(place), words) for place, words in axis_ticks(axis)]
    return element("g", *parts)


def _score_axis(score: Axis, x: float, scale: Scale, *, is_share: bool) -> Markup:
    places = ticks(score.low, score.high)
    step = step_of(places)
    parts = [line(x, scale.start, x, scale.end, class_="axis"), _title(score.title, x)]
    parts += [_tick(x, scale(place), tick_label(place, is_share=is_share, step=step)) for place in places]
    return element("g", *parts)


def _title(words: str, x: float) -> Markup:
    return text(x, TOP - 18, words, anchor="middle", class_="key")


def _tick(x: float, y: float, words: str) -> Markup:
    # Words lie on the lines of the trials: a halo in the colour of the card keeps them readable.
    return element("g", line(x - 3, y, x + 3, y, class_="axis"), text(x + 7, y + 4, words, class_="tick halo"))
