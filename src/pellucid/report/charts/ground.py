"""Answers over the ground: over two columns of numbers as areas, along one as curves, with the examples on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report.charts.axes import horizontal_axis, padded, vertical_axis
from pellucid.report.charts.clouds import COLOURS, mark, marks, shade
from pellucid.report.charts.svg import Scale, drawing, element, line, number, step_of, text, tick_label, ticks

Floats = NDArray[np.float64]
WIDTH, SIDE, LEFT, TOP = 340.0, 290.0, 42.0, 22.0
BOTTOM = 36.0
SURE = (0.0, 0.4, 0.8)
"""How far the likeliest class is ahead, from where on its colour is stronger."""
STRENGTH = 0.16
LEVELS = 9
FEW = 40
LONG, TALL, NAMES, ROW = 420.0, 230.0, 84.0, 17.0
MOST_LETTERS, LINE = 12, 13.0


@dataclass(frozen=True)
class Side:
    """One side of the ground.

    Attributes:
        name: of the column.
        low, high: its ends.
    """

    name: str
    low: float
    high: float


def class_areas(answers: Floats, sides: Sequence[Side], points: Floats, classes: NDArray[Any], *, label: str) -> Markup:
    """Return where each class is the likeliest, the stronger the surer, the borders between them, and the examples.

    Args:
        answers: [S, S, K] probabilities, rows along the second side.
        sides: the first goes across, the second up.
        points: [n, 2].
        classes: [n], told by shape and colour.
        label: what the picture shows, for those who do not see it.
    """
    from contourpy import contour_generator

    across, up = _scales(sides)
    xs, ys = (np.linspace(side.low, side.high, len(answers)) for side in sides)
    parts, borders = [_field()], ""
    for kind in range(answers.shape[2]):
        lead = answers[:, :, kind] - np.delete(answers, kind, axis=2).max(axis=2)
        found: Any = contour_generator(xs, ys, lead)
        for level in SURE:
            outlines, _ = found.filled(level, 2.0)
            path = "".join(_path(one, across, up) + "Z" for one in outlines)
            if path:
                colour = COLOURS[kind % len(COLOURS)]
                parts.append(element("path", d=path, fill=colour, fill_opacity=STRENGTH, fill_rule="evenodd"))
        borders += "".join(_path(one, across, up) for one in found.lines(0.0))
    parts += [element("path", d=borders, class_="half", fill="none")] if borders else []
    for kind in range(answers.shape[2]):
        places = [(across(x), up(y)) for x, y in points[np.asarray(classes) == kind].tolist()]
        # A handful of examples is drawn large: of four corners nobody must overlook one.
        parts += [marks(kind, places, 3.0 if len(points) > FEW else 6.0)] if places else []
    return _whole(parts, across, up, sides, label)


def value_areas(
    values: Floats,
    sides: Sequence[Side],
    points: Floats | None = None,
    *,
    border: float | None = None,
    label: str,
    is_bare: bool = False,
) -> Markup:
    """Return a number over two columns: blue where it is low, orange where it is high, pale halfway.

    Args:
        values: [S, S], rows along the second side.
        sides: the first goes across, the second up.
        points: [n, 2] or None.
        border: the value at which a line is drawn; None for none.
        label: what the picture shows, for those who do not see it.
        is_bare: whether it is too small for words on its sides.
    """
    from contourpy import contour_generator

    across, up = _scales(sides)
    xs, ys = (np.linspace(side.low, side.high, len(values)) for side in sides)
    low, high = float(values.min()), float(values.max())
    middle = border if border is not None and low < border < high else (low + high) / 2
    reach = max(high - middle, middle - low, 1e-12)
    found: Any = contour_generator(xs, ys, (values - middle) / reach)
    parts = [_field()]
    for level in range(LEVELS):
        start, end = -1 + 2 * level / LEVELS, -1 + 2 * (level + 1) / LEVELS
        outlines, _ = found.filled(start - (1 if level == 0 else 0), end + (1 if level == LEVELS - 1 else 0))
        path = "".join(_path(one, across, up) + "Z" for one in outlines)
        strength = round(0.85 * abs(start + end) / 2, 2)
        if path and strength:
            kind = f"answer answer-{int(start + end > 0)}"
            parts.append(element("path", d=path, class_=kind, fill_opacity=strength, fill_rule="evenodd"))
    edge = "".join(_path(one, across, up) for one in found.lines(0.0)) if border is not None else ""
    parts += [element("path", d=edge, class_="half", fill="none")] if edge else []
    if points is not None:
        dots = "".join(f"M{number(across(x))} {number(up(y))}h0" for x, y in points.tolist())
        parts.append(element("path", d=dots, class_="dots many"))
    return _whole(parts, across, up, () if is_bare else sides, label)


def class_curves(
    along: Floats,
    answers: Floats,
    names: Sequence[str],
    side: Side,
    points: Floats,
    classes: NDArray[Any],
    *,
    label: str,
) -> Markup:
    """Return the probability of each class along a column, and below it each class's examples in a row of its own.

    Args:
        along: [S] places.
        answers: [S, K] probabilities.
        names: of the classes.
        side: the column.
        points: [n] places of the examples.
        classes: [n].
        label: what the picture shows, for those who do not see it.
    """
    across, up = Scale(side.low, side.high, NAMES, LONG - 12), Scale(0.0, 1.0, TALL, 12.0)
    parts = [vertical_axis(up, NAMES, LONG - 12, is_share=True, at=(0.0, 0.5, 1.0))]
    for kind, name in enumerate(names):
        colour = shade(COLOURS[kind % len(COLOURS)])
        path = "M" + "L".join(
            f"{number(across(x))} {number(up(y))}"
            for x, y in zip(along.tolist(), answers[:, kind].tolist(), strict=True)
        )
        parts.append(element("path", d=path, fill="none", stroke=colour, stroke_width=2.0))
        top = int(answers[:, kind].argmax())
        parts.append(mark(kind, across(float(along[top])), up(float(answers[top, kind])), 4.2))
        y = TALL + 16 + ROW * kind
        parts.append(text(NAMES - 20, y + 4, _short(name), anchor="end", class_="key"))
        parts.append(mark(kind, NAMES - 10, y, 3.6))
        places = points[np.asarray(classes) == kind].tolist()
        ticked = "".join(f"M{number(across(x))} {number(y - 5)}v10" for x in places)
        parts += [element("path", d=ticked, stroke=colour, stroke_width=1.0, stroke_opacity=0.55, fill="none")] * bool(
            ticked
        )
    bottom = TALL + 10 + ROW * len(names)
    parts.append(horizontal_axis(across, bottom, title=side.name))
    return drawing(*parts, width=LONG, height=bottom + 40, label=label)


def value_curves(
    along: Floats,
    curves: Sequence[tuple[str, Floats]],
    side: Side,
    points: Floats,
    values: Floats,
    *,
    title: str,
    label: str,
) -> Markup:
    """Return a number along a column, as it was at several moments, the last one strong, and the examples as dots.

    Args:
        along: [S] places.
        curves: name and [S] values of each moment, oldest first.
        side: the column.
        points, values: [n] of the examples.
        title: of the vertical axis.
        label: what the picture shows, for those who do not see it.
    """
    across = Scale(side.low, side.high, 52.0, LONG - 12)
    seen = [*values.tolist(), *(end for _, curve in curves for end in (float(curve.min()), float(curve.max())))]
    up = Scale(*padded(seen), TALL + 30, 30.0)
    parts = [vertical_axis(up, 52.0, LONG - 12), horizontal_axis(across, TALL + 30, title=side.name)]
    parts.append(text(4, 16, title, class_="axis-title"))
    named: list[float] = [up(float(curves[-1][1][-1])) - 3]
    words: list[Markup] = []
    for place, (name, curve) in enumerate(curves):
        is_last = place == len(curves) - 1
        path = "M" + "L".join(
            f"{number(across(x))} {number(up(y))}" for x, y in zip(along.tolist(), curve.tolist(), strict=True)
        )
        look = {"stroke_width": 2.4} if is_last else {"stroke_width": 1.2, "stroke_dasharray": "4 3"}
        faint = 1.0 if is_last else round(0.35 + 0.5 * place / len(curves), 2)
        drawn = element(
            "path", element("title", name), d=path, fill="none", stroke=shade(COLOURS[0]), stroke_opacity=faint, **look
        )
        parts.append(drawn)
        y = up(float(curve[-1])) - 3
        if not is_last and all(abs(y - other) >= LINE for other in named):
            named.append(y)
            words.append(text(LONG - 14, y, name, anchor="end", class_="tick halo"))
    parts += [mark(1, across(x), up(y), 4.0) for x, y in zip(points.tolist(), values.tolist(), strict=True)]
    parts += words
    return drawing(*parts, width=LONG, height=TALL + 72, label=label)


def unit_curves(along: Floats, values: Floats, side: Side, *, label: str) -> Markup:
    """Return what a unit gives along a column, [S] over [S] places, without words: it is shown small."""
    across = Scale(side.low, side.high, 4.0, 156.0)
    up = Scale(*padded(values.tolist()), 96.0, 4.0)
    path = "M" + "L".join(
        f"{number(across(x))} {number(up(y))}" for x, y in zip(along.tolist(), values.tolist(), strict=True)
    )
    zero = [line(4.0, up(0.0), 156.0, up(0.0), class_="grid")] if up.low < 0 < up.high else []
    parts = [*zero, line(4.0, 96.0, 156.0, 96.0, class_="axis")]
    parts.append(element("path", d=path, fill="none", stroke=shade(COLOURS[0]), stroke_width=2.0))
    return drawing(*parts, width=160.0, height=100.0, label=label)


def class_key(names: Sequence[str], *, label: str) -> Markup:
    """Return the marks of classes with their names, in rows."""
    parts: list[Markup] = []
    x, y = 8.0, 14.0
    for kind, name in enumerate(names):
        words = name if len(name) <= 24 else f"{name[:23]}…"
        if x + 22 + 7.4 * len(words) > LONG and x > 8:
            x, y = 8.0, y + 20
        parts += [mark(kind, x + 6, y, 4.6), text(x + 16, y + 4.5, words, class_="key")]
        x += 34 + 7.4 * len(words)
    return drawing(*parts, width=LONG, height=y + 14, label=label)


def _scales(sides: Sequence[Side]) -> tuple[Scale, Scale]:
    across, up = sides
    return (
        Scale(across.low, across.high, LEFT, WIDTH - 8),
        Scale(up.low, up.high, TOP + SIDE, TOP),
    )


def _field() -> Markup:
    return element("rect", x=LEFT, y=TOP, width=WIDTH - 8 - LEFT, height=SIDE, class_="field")


def _whole(parts: Sequence[Markup], across: Scale, up: Scale, sides: Sequence[Side], label: str) -> Markup:
    """Return a drawing with ticks on two sides; without sides of the field alone."""
    bottom = TOP + SIDE
    if not sides:
        whole = drawing(*parts, width=WIDTH, height=bottom, label=label, class_="walks")
        # The field fills the picture: nothing stands beside it.
        box = f'viewBox="{number(LEFT)} {number(TOP)} {number(WIDTH - 8 - LEFT)} {number(SIDE)}"'
        return Markup(re.sub('viewBox="[^"]*"', box, whole, count=1))
    drawn = list(parts)
    at = ticks(across.low, across.high, 4)
    for place in at:
        words = tick_label(place, is_share=False, step=step_of(at))
        drawn.append(line(across(place), bottom, across(place), bottom + 4, class_="axis"))
        drawn.append(text(across(place), bottom + 16, words, anchor="middle", class_="tick"))
    at = ticks(up.low, up.high, 4)
    for place in at:
        words = tick_label(place, is_share=False, step=step_of(at))
        drawn.append(text(LEFT - 5, up(place) + 4, words, anchor="end", class_="tick"))
    drawn.append(text((LEFT + WIDTH - 8) / 2, bottom + 31, sides[0].name, anchor="middle", class_="axis-title"))
    drawn.append(text(4, 13, sides[1].name, class_="axis-title"))
    return drawing(*drawn, width=WIDTH, height=bottom + BOTTOM, label=label, class_="walks")


def _path(points: Floats, across: Scale, up: Scale) -> str:
    return "M" + "L".join(f"{number(across(x))} {number(up(y))}" for x, y in points.tolist())


def _short(name: str) -> str:
    return name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1]}…"
