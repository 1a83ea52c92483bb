"""Charts of a search: its scores in order, against one choice, the curves of its trials, and what mattered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from pellucid.report.charts.axes import BOTTOM, LEFT, RIGHT, TOP, horizontal_axis, padded, vertical_axis
from pellucid.report.charts.svg import (
    Scale,
    drawing,
    element,
    line,
    log_ticks,
    number,
    step_of,
    text,
    tick_label,
    ticks,
)
from pellucid.report.wording import percent

WIDTH = 420.0
MOST_WORDS = 12
"""Characters of a value of a list below its place."""


@dataclass(frozen=True)
class Dot:
    """One trial in a chart.

    Attributes:
        x: its place: a number, or the index of a value in a list.
        score: the validation metric.
        is_whole: whether it was trained to its end; else it is hollow.
        is_winner: whether it is the winner, which is a diamond.
        words: what the tooltip says.
    """

    x: float
    score: float
    is_whole: bool
    is_winner: bool
    words: str


@dataclass(frozen=True)
class Axis:
    """One choice as an axis.

    Attributes:
        title: its name.
        low, high: the ends of a range.
        log: whether steps are ratios.
        values: the values of a list, at 0, 1, 2, ...; empty for a range.
    """

    title: str
    low: float
    high: float
    log: bool = False
    values: tuple[str, ...] = ()

    def scale(self, start: float, end: float) -> Scale:
        """Return the map from values to places, with room at the ends of a list."""
        if self.values:
            return Scale(-0.5, len(self.values) - 0.5, start, end)
        return Scale(self.low, self.high, start, end, log=self.log)


def score_range(dots: Sequence[Dot], *, higher_is_better: bool) -> tuple[float, float]:
    """Return the ends of a scale on which what is worth comparing can be told apart.

    The worst trials may be far off: the scale holds the better three quarters of those that were trained to their end,
    and the better half of all, and what lies beyond is drawn at its edge.
    """
    whole = sorted((dot.score for dot in dots if dot.is_whole), reverse=higher_is_better)
    every = sorted((dot.score for dot in dots), reverse=higher_is_better)
    shown = whole[: -(-3 * len(whole) // 4)] + every[: max(2, -(-len(every) // 2))]
    return padded(shown, share=0.12, at_least=0.002)


def history_chart(dots: Sequence[Dot], *, title: str, is_share: bool, higher_is_better: bool, label: str) -> Markup:
    """Return the scores in the order of the proposals, with the best so far as a line.

    Args:
        dots: by number; x is the number.
        title: name of the metric.
        is_share: whether scores are shares of 1.
        higher_is_better: the metric's direction.
        label: what the picture shows, for those who do not see it.
    """
    up = Scale(*score_range(dots, higher_is_better=higher_is_better), 260.0 - BOTTOM, TOP + 16)
    across = Scale(-0.5, max(dot.x for dot in dots) + 0.5, LEFT + 8, WIDTH - RIGHT)
    whole = [place for place in ticks(0, max(dot.x for dot in dots), 6) if place == int(place)]
    parts = [
        vertical_axis(up, LEFT + 8, WIDTH - RIGHT, is_share=is_share),
        horizontal_axis(across, 260.0 - BOTTOM, title="trial", at=whole or [0.0]),
        text(4, 14, title, class_="axis-title"),
        _best_so_far(dots, across, up, higher_is_better=higher_is_better),
        *_dots(dots, across, up),
    ]
    return drawing(*parts, width=WIDTH, height=260.0, label=label)


def _best_so_far(dots: Sequence[Dot], across: Scale, up: Scale, *, higher_is_better: bool) -> Markup:
    path, best = "", None
    for dot in sorted((dot for dot in dots if dot.is_whole), key=lambda dot: dot.x):
        is_better = best is None or (dot.score > best if higher_is_better else dot.score < best)
        if is_better:
            best = dot.score
            path += f"{'V' if path else f'M{number(across(dot.x))} '}{number(up(best))}"
        path += f"H{number(across(dot.x))}"
    return element("path", d=f"{path}H{number(across.end)}" if path else "", class_="best-so-far")


def slice_chart(
    dots: Sequence[Dot], axis: Axis, *, title: str, is_share: bool, scores: tuple[float, float], label: str
) -> Markup:
    """Return the scores against one choice: all other choices differ, too, so dots of one place scatter.

    Args:
        dots: of the trials in which it was searched.
        axis: the choice.
        title: name of the metric.
        is_share: whether scores are shares of 1.
        scores: the ends of the scale, the same for all choices.
        label: what the picture shows, for those who do not see it.
    """
    up = Scale(*scores, 230.0 - BOTTOM, TOP + 16)
    across = axis.scale(LEFT + 14, WIDTH - RIGHT - 6)
    parts = [
        vertical_axis(up, LEFT + 8, WIDTH - RIGHT, is_share=is_share),
        _choice_axis(axis, across, 230.0 - BOTTOM),
        text(4, 14, title, class_="axis-title"),
        *_dots([_aside(dot, place) if axis.values else dot for place, dot in enumerate(dots)], across, up),
    ]
    return drawing(*parts, width=WIDTH, height=230.0, label=label)


def _aside(dot: Dot, number: int) -> Dot:
    """Return a dot a little beside its place, always the same, so that equal scores of a list's value stay visible."""
    golden = 0.6180339887
    return replace(dot, x=dot.x + 0.5 * ((number * golden) % 1 - 0.5))


def _choice_axis(axis: Axis, across: Scale, y: float) -> Markup:
    if not axis.values and not axis.log:
        return horizontal_axis(across, y, title=axis.title)
    parts = [line(across.start, y, across.end, y, class_="axis")]
    for place, words in axis_ticks(axis):
        parts.append(text(across(place), y + 16, words, anchor="middle", class_="tick"))
    parts.append(text((across.start + across.end) / 2, y + 34, axis.title, anchor="middle", class_="axis-title"))
    return element("g", *parts)


def axis_ticks(axis: Axis) -> list[tuple[float, str]]:
    """Return (place, words) along a choice's axis."""
    if axis.values:
        return [(float(place), _short(value)) for place, value in enumerate(axis.values)]
    places = log_ticks(axis.low, axis.high) if axis.log else ticks(axis.low, axis.high, 4)
    places = places if len(places) > 1 else [axis.low, axis.high]
    step = step_of(places)
    return [(place, tick_label(place, is_share=False, step=place if axis.log else step)) for place in places]


def _short(words: str) -> str:
    return words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 1] + "…"


def _dots(dots: Sequence[Dot], across: Scale, up: Scale) -> list[Markup]:
    """Return a mark per trial, the winner last, above the others; what is off the scale points out of it."""
    return [_mark(dot, across(dot.x), up) for dot in sorted(dots, key=lambda dot: (dot.is_winner, dot.is_whole))]


def _mark(dot: Dot, x: float, up: Scale) -> Markup:
    y, tooltip = up(dot.score), element("title", dot.words)
    if not up.low <= dot.score <= up.high:
        way = 1 if y > (up.start + up.end) / 2 else -1
        look = "trial whole" if dot.is_whole else "trial pruned"
        return element("path", tooltip, d=f"M{x - 4:.2f} {y - 7 * way:.2f}h8l-4 {6 * way}z", class_=look)
    if dot.is_winner:
        return element("path", tooltip, d=f"M{x:.2f} {y - 8:.2f}l8 8l-8 8l-8-8z", class_="trial winner")
    return element("circle", tooltip, cx=x, cy=y, r=4.2, class_="trial whole" if dot.is_whole else "trial pruned")


def importance_chart(shares: Sequence[tuple[str, float]], *, label: str) -> Markup:
    """Return a bar per choice, the longest first.

    Args:
        shares: (name, share of 1).
        label: what the picture shows, for those who do not see it.
    """
    across, row = Scale(0.0, max((share for _, share in shares), default=1.0) or 1.0, 150.0, WIDTH - 52), 26.0
    parts = []
    for place, (name, share) in enumerate(shares):
        y = 6 + row * place
        parts.append(text(142, y + 15, name, anchor="end", class_="key"))
        parts.append(
            element("rect", x=across.start, y=y + 3, width=max(1.5, across(share) - across.start), height=15.0,
                    class_="bar")
        )  # fmt: skip
        parts.append(text(across(share) + 7, y + 15, percent(share, 0), class_="tick"))
    return drawing(*parts, width=WIDTH, height=12 + row * len(shares), label=label)


@dataclass(frozen=True)
class TrialCurve:
    """The validation metric of one trial over its epochs.

    Attributes:
        points: (epoch, value).
        look: "winner", "whole" or "pruned".
        words: what the tooltip says.
    """

    points: tuple[tuple[int, float], ...]
    look: str
    words: str


def curves_chart(
    curves: Sequence[TrialCurve], *, title: str, is_share: bool, higher_is_better: bool, label: str
) -> Markup:
    """Return the curves of all trials in one field: where those end early that were pruned.

    Args:
        curves: each with at least one point.
        title: name of the metric.
        is_share: whether values are shares of 1.
        higher_is_better: the metric's direction.
        label: what the picture shows, for those who do not see it.
    """
    last = max(epoch for curve in curves for epoch, _ in curve.points)
    values = sorted((value for curve in curves for _, value in curve.points), reverse=higher_is_better)
    # The first epochs are far off: they leave the field at its edge, so that the ends of the curves can be told apart.
    low, high = padded(values[: max(2, -(-2 * len(values) // 3))], share=0.06, at_least=0.002)
    up = Scale(low, min(high, 1.0) if is_share else high, 260.0 - BOTTOM, TOP + 16)
    across = Scale(1.0, max(2.0, float(last)), LEFT + 8, WIDTH - RIGHT - 6)
    whole = [place for place in ticks(1, max(2, last), 6) if place == int(place)]
    order = {"pruned": 0, "whole": 1, "winner": 2}
    parts = [
        vertical_axis(up, LEFT + 8, WIDTH - RIGHT, is_share=is_share),
        horizontal_axis(across, 260.0 - BOTTOM, title="epoch", at=whole or [1.0]),
        text(4, 14, title, class_="axis-title"),
        *(_trial_curve(curve, across, up) for curve in sorted(curves, key=lambda curve: order[curve.look])),
    ]
    return drawing(*parts, width=WIDTH, height=260.0, label=label)


def _trial_curve(curve: TrialCurve, across: Scale, up: Scale) -> Markup:
    places = [(across(epoch), up(value)) for epoch, value in curve.points]
    path = " ".join(f"{'L' if index else 'M'}{number(x)} {number(y)}" for index, (x, y) in enumerate(places))
    x, y = places[-1]
    end = element("circle", cx=x, cy=y, r=2.8, class_=f"trial {curve.look}")
    return element("g", element("title", curve.words), element("path", d=path, class_=f"trial-curve {curve.look}"), end)
