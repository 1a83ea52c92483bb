"""A network from left to right as what flows through it: volumes, tokens, columns of neurons."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from textwrap import wrap

from markupsafe import Markup

from pellucid.models import LayerSummary
from pellucid.report.charts.lettering import text_width
from pellucid.report.charts.svg import drawing, element, text
from pellucid.report.drawing import glyphs
from pellucid.report.drawing.glyphs import MIDDLE, Glyph
from pellucid.report.drawing.stages import Stage, stages_of
from pellucid.report.wording import SPACE

GAP, MARGIN, LINE = 27.0, 14.0, 15.5
ROOM, BETWEEN_ROWS, CONTINUED = 1000.0, 22.0, 26.0
"""Width from which on a drawing goes on in a second row, what lies between rows, and the arrow that leads on."""
MOST_LINES = 4
LONGEST, NOTE = 20, 24
MOST_STAGES = 40
FEW_NEURONS = 8
"""Of a network whose layers all have at most so many, neurons are drawn large."""
FEW_BIASES = 4
"""Neurons of a layer up to which their biases stand above them."""


Weights = Sequence[Sequence[float]]
"""Of a dense layer: outputs x inputs."""


def overview(
    layers: Sequence[LayerSummary],
    input_shape: tuple[int, ...],
    *,
    label: str,
    weights: Mapping[str, Weights] | None = None,
    biases: Mapping[str, Sequence[float]] | None = None,
) -> Markup | None:
    """Return the drawing of a network, or None where there is nothing to draw.

    Heights follow the size of feature maps and depths the channels, both flattened so that 7 and 224, 1 and 2048 have
    room on one drawing. Blocks that follow one another at one size are one stage.

    Args:
        layers: of the network, in order.
        input_shape: without the batch.
        label: what the drawing shows, for those who do not see it.
        weights: of dense layers by their name: drawn as lines, thick where large, dashed where negative, and as numbers
            where they are few.
        biases: of the same layers.
    """
    stages = [stage for stage in stages_of(layers, input_shape) if stage.shape and len(stage.shape) <= 3]
    if len(stages) < 2:
        return None
    if len(stages) > MOST_STAGES:
        stages = _resized(stages)
    largest = max((max(stage.shape[:2]) for stage in stages if len(stage.shape) == 3), default=1)
    is_small = all(len(stage.shape) == 1 and stage.shape[0] <= FEW_NEURONS for stage in stages)
    x, places = MARGIN, []
    for number, stage in enumerate(stages):
        room = _room(stage)
        trial = _glyph(0.0, stage, stages, number, largest, is_small=is_small)
        slot = max(room, trial.width)
        left = x + (slot - trial.width) / 2
        places.append(_Place(x, slot, left, _glyph(left, stage, stages, number, largest, is_small=is_small)))
        x += slot + (_synapse_gap(stages, number) if len(stage.shape) == 1 else GAP)
    rows = _rows(stages, places, x - GAP)
    known = _Known(weights or {}, biases or {})
    drawn = [_row(stages, places, one, known) for one in rows]
    parts, y = [], 0.0
    for picture, top, bottom, start, _ in drawn:
        parts.append(element("g", picture, transform=f"translate({MARGIN - start:.1f} {y - top:.1f})"))
        y += bottom - top + BETWEEN_ROWS
    return drawing(
        *parts,
        width=max(end - start for *_, start, end in drawn) + 2 * MARGIN,
        height=y - BETWEEN_ROWS,
        label=label,
        class_="network overview",
        is_fixed=True,
    )


@dataclass(frozen=True)
class _Place:
    """Where a stage stands: its slot, and its glyph in the middle of that."""

    start: float
    slot: float
    left: float
    glyph: Glyph


@dataclass(frozen=True)
class _Known:
    """Weights and biases of dense layers by their name."""

    weights: Mapping[str, Weights]
    biases: Mapping[str, Sequence[float]]


def _rows(stages: Sequence[Stage], places: Sequence[_Place], width: float) -> list[range]:
    """Return the stages of each row: one row, unless that is wider than a page and no way reads far back."""
    count = math.ceil(width / ROOM)
    if count < 2 or any(source < number - 1 for number, stage in enumerate(stages) for source in stage.sources):
        return [range(len(stages))]
    ends, first = [], 0
    for number, place in enumerate(places):
        if number > first and place.start + place.slot - places[first].start > min(ROOM, width / count * 1.12):
            ends.append(number)
            first = number
    bounds = [0, *ends, len(stages)]
    return [range(a, b) for a, b in pairwise(bounds)]


def _row(
    stages: Sequence[Stage], places: Sequence[_Place], row: range, known: _Known
) -> tuple[Markup, float, float, float, float]:
    """Return a row's picture, its top and bottom, its left and right end."""
    volumes: list[Markup] = []
    lines: list[Markup] = []
    arrows: list[Markup] = []
    for number in row:
        stage, place = stages[number], places[number]
        if number > row.start:
            before, glyph = places[number - 1], place.glyph
            weights = known.weights.get(stage.layer or "")
            link = _connection(stages[number - 1], before.left, before.glyph, stage, place.left, glyph, weights)
            # Neurons stand on their lines, windows on their volumes.
            (lines if glyph.points else arrows).append(link)
        volumes += _bias_words(place.left, place.glyph, known.biases.get(stage.layer or "", ()))
        volumes.append(_titled(stage, place.glyph.picture))
        volumes += _words(place.start + place.slot / 2, stage)
        if stage.repeats or stage.is_recurrent:
            volumes += _block_marks(place.left, place.glyph, stage)
    own = [stages[number] for number in row]
    start, end = places[row.start].start, places[row.stop - 1].start + places[row.stop - 1].slot
    if row.stop < len(stages):  # the way goes on in the next row
        last = places[row.stop - 1]
        arrows.append(glyphs.arrow(last.left + last.glyph.width + 5, end + CONTINUED))
        end += CONTINUED
    if row.start:
        first = places[row.start]
        arrows.append(glyphs.arrow(start - CONTINUED, first.left - 4))
        start -= CONTINUED
    far = _far_links(stages, [(place.left, place.glyph) for place in places]) if row == range(len(stages)) else []
    raised = 14.0 if far else 0.0
    bottom = MIDDLE + glyphs.TALLEST / 2 + 16 + LINE * max(len(_lines(stage)) for stage in own)
    headroom = [34 if stage.repeats or stage.is_recurrent else 24 for stage in own]
    top = min(places[number].glyph.top - over for over, number in zip(headroom, row, strict=True)) - raised
    return element("g", *lines, *volumes, *arrows, *far), top, bottom, start, end


def _glyph(x: float, stage: Stage, stages: Sequence[Stage], number: int, largest: int, *, is_small: bool) -> Glyph:
    copies = max(stage.repeats, stage.layers)
    if len(stage.shape) == 3:
        following = stages[number + 1] if number + 1 < len(stages) else None
        patch = (
            following.kernel[0]
            if number == 0 and following and _is_patching(stage, following) and following.kernel
            else 0
        )
        return glyphs.volume(x, stage.shape, largest, copies=copies, patch=patch)
    if len(stage.shape) == 2:
        return glyphs.tokens(x, stage.shape, copies=copies)
    return glyphs.neurons(x, stage.shape[0], is_large=is_small)


def _is_patching(before: Stage, stage: Stage) -> bool:
    """Tell whether a convolution cuts the picture into patches that do not overlap."""
    kernel = stage.kernel
    return (
        kernel is not None
        and kernel[0] >= 4
        and len(stage.shape) == 3
        and (stage.shape[0] * kernel[0], stage.shape[1] * kernel[1]) == before.shape[:2]
    )


def _connection(
    before: Stage, left: float, glyph: Glyph, stage: Stage, x: float, following: Glyph, weights: Weights | None
) -> Markup:
    right = left + glyph.width
    if glyph.points and following.points:
        if weights is not None and len(glyph.points) == len(weights[0]) and len(following.points) == len(weights):
            return glyphs.weighted_fan(right, glyph.points, x, following.points, weights)
        if stage.is_dense:
            return glyphs.fan(right, glyph.points, x, following.points)
    if glyph.face and following.points and stage.words[:1] == ("flatten",):
        corners = [glyph.face[1], glyph.face[2]]
        return glyphs.wedge(right, corners[0][1], corners[1][1], x, following.points)
    if glyph.face and stage.kernel is not None and len(before.shape) == 3 and stage.kernel != (1, 1):
        return glyphs.window(glyph.face, before.shape, stage.kernel, x + 1.0, MIDDLE)
    return glyphs.arrow(right + 5, x - 4)


def _synapse_gap(stages: Sequence[Stage], number: int) -> float:
    """Return the room between two columns of neurons; more in a network of dense layers alone."""
    if number + 1 == len(stages):
        return GAP
    return 130.0 if all(len(stage.shape) == 1 for stage in stages) else 56.0


def _bias_words(x: float, glyph: Glyph, biases: Sequence[float]) -> list[Markup]:
    if len(biases) != len(glyph.points) or len(biases) > FEW_BIASES:
        return []
    return [
        text(
            x + glyph.width / 2,
            y - glyph.width / 2 - 5,
            glyphs.signed(bias),
            anchor="middle",
            class_="weight",
        )
        for y, bias in zip(glyph.points, biases, strict=True)
    ]


def _block_marks(x: float, glyph: Glyph, stage: Stage) -> list[Markup]:
    marks = []
    height = glyph.top - 20
    if stage.is_recurrent:
        marks.append(glyphs.loop(x, x + glyph.width, glyph.top))
    if stage.is_residual:
        marks.append(glyphs.arc(x - 10, MIDDLE - 2, x + glyph.width + 12, MIDDLE - 3, height))
    if stage.repeats > 1:
        marks.append(glyphs.badge(x + glyph.width / 2, height, f"×{SPACE}{stage.repeats}"))
    return marks


def _far_links(stages: Sequence[Stage], places: Sequence[tuple[float, Glyph]]) -> list[Markup]:
    """Draw what reads a stage further back, as the decoder of a U-Net does, below the volumes."""
    found = []
    for number, stage in enumerate(stages):
        for source in stage.sources:
            if source < number - 1 and source < len(places):
                (left, start), (x, end) = places[source], places[number]
                height = min(glyph.top for _, glyph in places[source : number + 1]) - 14
                found.append(glyphs.arc(left + start.width / 2, start.top - 2, x + end.width / 2, end.top - 2, height))
    return found


def _titled(stage: Stage, picture: Markup) -> Markup:
    shape = " × ".join(f"{size:,}" for size in stage.shape)
    return element("g", element("title", f"{stage.name}: {shape}"), picture)


def _lines(stage: Stage) -> list[tuple[str, str]]:
    """Return what stands below a stage: (words, class)."""
    found = [(" × ".join(f"{size:,}" for size in stage.shape), "size")]
    if not stage.name.isdecimal():
        found.append((_short(stage.name), "name"))
    words = [word for word in stage.words if word != stage.name]
    if stage.layers > 1:
        words[0] = f"{stage.layers} layers: {words[0]}"
    kept = words if len(words) <= MOST_LINES - 2 else [words[0], ", ".join(words[1:])]
    return found + [(line, "note") for word in kept for line in wrap(word, NOTE) or [word]]


def _words(middle: float, stage: Stage) -> list[Markup]:
    top = MIDDLE + glyphs.TALLEST / 2 + 26
    return [
        text(middle, top + LINE * number, words, anchor="middle", class_=kind)
        for number, (words, kind) in enumerate(_lines(stage))
    ]


def _room(stage: Stage) -> float:
    sizes = [
        text_width(words, 12.5 if kind == "size" else 12.0, is_bold=kind == "size") for words, kind in _lines(stage)
    ]
    return max(*sizes, 30.0)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else "…" + name[-(LONGEST - 1) :]


def _resized(stages: list[Stage]) -> list[Stage]:
    """Keep the stages at which height and width change, where there would be too many."""
    kept = [
        stage
        for number, stage in enumerate(stages)
        if number in (0, len(stages) - 1) or stage.shape[:2] != stages[number - 1].shape[:2]
    ]
    return kept if len(kept) <= MOST_STAGES else [*kept[: MOST_STAGES - 1], kept[-1]]
