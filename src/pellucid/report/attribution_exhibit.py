"""An explanation as an exhibit: the picture with its heat maps, their checks, the nearest training examples."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from pellucid.report import wording
from pellucid.report.charts import Panel, PanelLine, coloured_tokens, deletion_chart, randomisation_chart, series_panels
from pellucid.report.exhibits import picture_figure
from pellucid.report.overlay import LONGEST, draw_overlay, sized
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import visible_token

if TYPE_CHECKING:
    from pellucid.attribution import Attribution, Explanation

_NEAREST = "The nearest training examples, by the network's last features (distance: one minus the cosine)"
MOST_COLUMNS = 30
MOST_CHANNELS = 6
MOST_LETTERS = 16
"""Of a name below a small picture."""
SHOWN = LONGEST
THUMBNAIL = 160
PIXEL_BY_PIXEL = ("saliency", "smooth-grad", "gradient-x-input", "integrated-gradients")
ABOUT_METHODS = {
    "grad-cam": "the layer's maps added up, each weighted by how much the score depends on it",
    "grad-cam++": "like Grad-CAM, but cells that the score depends on weigh more",
    "layer-cam": "the layer's maps added up, each cell weighted by how much the score depends on it",
    "saliency": "how much the score would change with each number of the input, up or down",
    "smooth-grad": "saliency, averaged over noisy copies",
    "gradient-x-input": "the gradient, times what each input has beyond the baseline",
    "integrated-gradients": "what each input adds to the score, from the baseline on",
    "occlusion": "by how much the score falls when a part is covered",
}


def attribution_exhibit(explanation: Explanation, *, command: str = "") -> Exhibit:
    """Return an explanation as an exhibit.

    Args:
        explanation: of one answer to one example.
        command: what to type to see it again.
    """
    stem = PurePath(explanation.name).stem or "example"
    is_bare = explanation.picture is None and explanation.series is None
    figures = [*_texts(explanation), *_maps(explanation), *_checks(explanation), *_neighbours(explanation)]
    tables = [_columns(explanation)] if is_bare else []
    if explanation.agreement is not None:
        tables.append(_agreement(explanation))
    if any(near.picture is None for near in explanation.neighbours):
        tables.append(_neighbour_table(explanation))
    return Exhibit(
        name=_slug(f"explain-{stem}-{explanation.target}-{'-'.join(one.method for one in explanation.attributions)}"),
        title=f"What speaks for “{visible_token(explanation.target)}”" + (f" in {stem}" if explanation.name else ""),
        paragraphs=_paragraphs(explanation),
        figures=tuple(figures),
        tables=tuple(tables),
        notes=_notes(explanation),
        command=command,
    )


def _paragraphs(explanation: Explanation) -> tuple[str, ...]:
    share = "" if explanation.unit == "value" else f", probability {wording.percent(explanation.answered)}"
    said = [f"Answer: {visible_token(explanation.answer)}."] if explanation.answer else []
    said += [f"Right would be: {visible_token(explanation.right)}."] if explanation.right else []
    raw = f" This is the network's raw logit; for the probability, logits are {explanation.calibration}."
    said.append(
        f"Explained is “{visible_token(explanation.target)}”: {explanation.unit} "
        f"{wording.decimal(explanation.score)}{share}." + (raw if explanation.calibration else "")
    )
    for attribution in explanation.attributions:
        checks = [check for check in (attribution.randomisation, attribution.deletion) if check is not None]
        # What failed first: it decides whether the rest needs reading.
        words = [str(check) for check in sorted(checks, key=lambda one: one.passed)] or list(attribution.warnings)
        if words:
            said.append(f"{attribution.title}: {' '.join(words)}")
    if explanation.agreement is not None:
        said.append(str(explanation.agreement))
    return tuple(said)


def _texts(explanation: Explanation) -> list[Figure]:
    """Return the text with its tokens coloured, once for each method; nothing where it is no text."""
    figures = []
    for one in explanation.attributions if explanation.tokens else ():
        signs = (
            f"Orange speaks for “{explanation.target}”; blue, with a line below, against it. The stronger the colour, "
            "the more."
            if one.is_signed
            else "The stronger the colour, the more it matters."
        )
        caption = f"{one.title}: {ABOUT_METHODS[one.method]}. {signs}"
        drawn = coloured_tokens(explanation.tokens, one.cells.tolist(), label=caption)
        figures.append(Figure.from_svg(str(drawn), alt=caption, caption=caption, role="main"))
    return figures


def _maps(explanation: Explanation) -> list[Figure]:
    picture, placement = explanation.picture, explanation.placement
    figures: list[Figure] = []
    if explanation.series is not None:
        return [_on_series(explanation, one) for one in explanation.attributions]
    if picture is None or placement is None:
        return [_bare_map(one) for one in explanation.attributions if one.cells.ndim == 2]
    figures.append(
        picture_figure(
            sized(picture), alt=f"{explanation.name}, as it is", caption="The picture", longest=SHOWN, role="main"
        )
    )
    for one in explanation.attributions:
        fine = min(one.cells.shape) == min(placement.canvas) and one.method != "occlusion"
        drawn = draw_overlay(picture, one.cells, placement, fine=fine)
        caption = f"{one.title}: {ABOUT_METHODS[one.method]}." + (
            f" Layer {one.layer}: {_grid(one)}." if one.layer else ""
        )
        failed = [check.verdict for check in (one.randomisation, one.deletion) if check is not None and check.verdict]
        caption = " ".join([caption, *failed])
        alt = f"{one.title} of “{explanation.target}”, highest {_where(one)}"
        figures.append(picture_figure(drawn, alt=alt, caption=caption, longest=SHOWN, role="main"))
    return figures


def _on_series(explanation: Explanation, one: Attribution) -> Figure:
    """Return the channels that matter most, each with its steps shaded."""
    assert explanation.series is not None
    series = np.asarray(explanation.series, np.float64)
    strength = np.abs(one.cells[: len(series)]).max(axis=1)
    order = sorted(np.argsort(-strength, kind="stable")[:MOST_CHANNELS].tolist())
    several = len(series) > 1
    panels = [
        Panel(
            explanation.channels[place] if several else "",
            [PanelLine(series[place])],
            one.cells[place, : series.shape[1]],
        )
        for place in order
    ]
    channel, step = divmod(int(one.cells.argmax()), one.cells.shape[1])
    where = f"in step {step + 1}" + (f" of “{explanation.channels[channel]}”" if several else "")
    label = f"{one.title} of “{explanation.target}”, highest {where}"
    signs = (
        "orange speaks for it; blue, with a line below, against it"
        if one.is_signed
        else "the stronger the colour, the more it matters"
    )
    left = len(series) - len(panels)
    more = f" {left:,} more channels matter less." if left else ""
    failed = [check.verdict for check in (one.randomisation, one.deletion) if check is not None and check.verdict]
    caption = " ".join([f"{one.title}: {ABOUT_METHODS[one.method]}; {signs}.{more}", *failed])
    drawn = series_panels(panels, label=label)
    return Figure.from_svg(str(drawn), alt=label, caption=caption, role="main")


def _bare_map(one: Attribution) -> Figure:
    """Return a map by itself: of a module's input there is no picture to lay it over."""
    return picture_figure(np.maximum(one.cells, 0), alt=f"{one.title}, highest {_where(one)}", caption=one.title)


def _checks(explanation: Explanation) -> list[Figure]:
    figures = []
    answered = (
        f"value of “{explanation.target}”" if explanation.unit == "value" else f"probability of “{explanation.target}”"
    )
    for one in explanation.attributions:
        if one.deletion is not None:
            drawing = deletion_chart(one.deletion, answered=answered)
            caption = (
                f"Check of {one.title}: the {answered} while the parts it marks are removed, or are all that is put "
                "back, the strongest first. A map that means something leaves the band of random orders."
            )
            figures.append(Figure.from_svg(str(drawing), alt=caption, caption=caption, role="panel"))
        if one.randomisation is not None and len(one.randomisation.similarities) > 1:
            drawing = randomisation_chart(one.randomisation)
            caption = (
                f"Check of {one.title}: how much the map still looks like itself while the network's weights are "
                "shuffled, layer by layer. It should fall to about 0."
            )
            figures.append(Figure.from_svg(str(drawing), alt=caption, caption=caption, role="panel"))
    return figures


def _neighbours(explanation: Explanation) -> list[Figure]:
    """Return the nearest training pictures, a tile each."""
    return [
        picture_figure(
            near.picture,
            alt=f"Training example {near.name}: {near.target}",
            caption=f"{near.target}, distance {wording.decimal(near.distance)}; {_end_of(near.name)}",
            longest=THUMBNAIL,
            role="tile",
        ).model_copy(update={"drawn": explanation.series is not None, "row": _NEAREST})
        for near in explanation.neighbours
        if near.picture is not None
    ]


def _end_of(name: str) -> str:
    """Return a name, of a long one its end, which tells files apart."""
    return name if len(name) <= MOST_LETTERS else f"…\u2060{name[1 - MOST_LETTERS :]}"


def _columns(explanation: Explanation) -> ExhibitTable:
    first = explanation.attributions[0]
    order = np.argsort(-np.abs(first.cells.reshape(-1)), kind="stable")[:MOST_COLUMNS].tolist()
    names = explanation.columns or tuple(f"input {place}" for place in range(first.cells.size))
    rows = [
        (names[place], *(f"{float(one.cells.reshape(-1)[place]):+.4g}" for one in explanation.attributions))
        for place in order
    ]
    left = first.cells.size - len(rows)
    part = "token" if explanation.tokens else "column"
    caption = f"What each {part} adds to the {explanation.unit}" + (f"; {left:,} more matter less" if left else "")
    return ExhibitTable(
        header=(part.capitalize(), *(one.title for one in explanation.attributions)), rows=tuple(rows), caption=caption
    )


def _agreement(explanation: Explanation) -> ExhibitTable:
    agreement = explanation.agreement
    assert agreement is not None
    titles = [one.title for one in explanation.attributions]
    rows = [
        (title, *("–" if not np.isfinite(value) else f"{value:.2f}" for value in row))
        for title, row in zip(titles, agreement.correlations.tolist(), strict=True)
    ]
    return ExhibitTable(header=("Rank correlation", *titles), rows=tuple(rows), caption="Agreement of the methods")


def _neighbour_table(explanation: Explanation) -> ExhibitTable:
    rows = tuple((near.name, near.target, wording.decimal(near.distance)) for near in explanation.neighbours)
    return ExhibitTable(header=("Example", "Target", "Distance"), rows=rows, caption=_NEAREST)


def _notes(explanation: Explanation) -> tuple[str, ...]:
    notes = [
        f"{decision.name[:1].upper()}{decision.name[1:]}: {decision.value}. Why: {decision.reason}."
        for decision in explanation.decisions
    ]
    for one in explanation.attributions:
        if "completeness_gap" in one.figures:
            gap, whole = one.figures["completeness_gap"], one.figures["difference"]
            notes.append(
                f"{one.title}: in all the inputs add {wording.decimal(whole + gap)}; the score is "
                f"{wording.decimal(whole)} above that of the baseline. The two should be equal (completeness); they "
                f"are {gap:.2g} apart."
            )
        if one.settings:
            notes.append(f"{one.title}: {one.settings}.")
    fine = any(one.method in PIXEL_BY_PIXEL for one in explanation.attributions)
    if fine and explanation.picture is not None:
        notes.append("Maps with a value per pixel are drawn a little smoothed.")
    notes.append(
        f"Removed parts are replaced by {explanation.baseline}."
        + (
            " The line on a map runs where it is at half of its highest value."
            if explanation.picture is not None
            else ""
        )
    )
    notes.append("Attributions are heuristics: they hint at what mattered, and prove nothing.")
    return tuple(notes)


def _grid(one: Attribution) -> str:
    """Return how a layer lies on the picture, without how its numbers lie in memory, e.g. "a grid of 5 x 5"."""
    return one.layout.partition(", ")[0].removeprefix("maps: ")


def _where(one: Attribution) -> str:
    """Return where a map is highest, in words."""
    rows, columns = one.cells.shape
    row, column = divmod(int(one.cells.argmax()), columns)
    down = ("at the top", "in the middle", "at the bottom")[min(2, 3 * row // rows)]
    across = ("on the left", "in the centre", "on the right")[min(2, 3 * column // columns)]
    return f"{down}, {across}"


def _slug(words: str) -> str:
    """Return words as the name of an exhibit: a to z, digits and dashes, at most 100."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:100].rstrip("-") or "explanation"
