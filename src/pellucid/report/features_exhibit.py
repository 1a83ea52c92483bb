"""What a model has learned, as exhibits: filters, feature maps, patches, pictures that excite, responses to shifts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pellucid.features import (
    FeatureMaps,
    Filters,
    Patch,
    Patches,
    Selectivity,
    ShiftPoint,
    ShiftResponse,
    UnitSelectivity,
    Visualisation,
)
from pellucid.report.charts import Series, line_chart
from pellucid.report.exhibits import picture_figure
from pellucid.report.feature_tiles import (
    EMPTY,
    Bytes,
    enlarged,
    fitted,
    in_rows,
    map_tile,
    picture_tile,
    signed_tile,
)
from pellucid.report.wording import decimal, near_one, percent
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import counted

MOST_FILTERS = 64
MOST_INPUTS = 32
MOST_MAPS = 256
"""Maps of a layer on its page."""
TILE = 160
"""Pixels of a picture beside its map; smaller ones stay as they are, and are shown enlarged pixel by pixel."""
SELECTIVITY_NOTE = (
    "AUC, the area under the ROC curve, says how well a unit tells its class from all others: take one example of the "
    "class and one of another; how often is the unit's largest value the higher one in the first? 0.5 is chance, 1 is "
    "always. The class was chosen on one half of the examples and the AUC measured on the other, so that choosing does "
    "not flatter it. Where its interval holds 0.5, it says perhaps. Difference: between the means of the two groups, "
    "in standard deviations (SD). Above zero: the share of examples in which the unit is active at all."
)
RANK_NOTE = (
    "How closely a unit follows the target: Spearman's rank correlation of its value with it, chosen on one half of "
    "the examples and measured on the other."
)


def exhibit_name(kind: str, layer: str, detail: str = "") -> str:
    """Return a name that a second look at the same thing replaces."""
    words = "-".join(part for part in (kind, layer, detail) if part).lower()
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in words)[:90].strip("-") or kind


def filters_exhibit(filters: Filters, *, command: str = "") -> Exhibit:
    """Return the filters of a layer: in the colours of the input, or input channel by input channel."""
    outputs, inputs, height, width = filters.weights.shape
    order = np.argsort(-filters.strengths, kind="stable")[:MOST_FILTERS]
    scale = f"middle grey is 0, white {decimal(filters.limit)} or more, black {decimal(-filters.limit)} or less"
    one_scale = f"One scale for the whole layer: {scale}, so that filters can be compared."
    size = f"{outputs} filters of {inputs} x {height} x {width}"
    if filters.in_colours:
        words = (
            "Each is a small picture in the colours of the input: a filter answers most to a patch that looks like it."
        )
        figures: list[Figure] = [
            picture_figure(
                enlarged(signed_tile(filters.weights[unit], filters.limit), at_least=8),
                alt=f"Filter {unit}",
                caption=f"{unit}: norm {decimal(float(filters.strengths[unit]))}",
            )
            for unit in sorted(order.tolist())
        ]
    elif height * width == 1:
        words = "Each row is a unit, each column an input channel."
        sheet = signed_tile(filters.weights[order][:, :, 0, 0], filters.limit)
        sheet = enlarged(sheet, at_least=300) if max(sheet.shape) < 300 else sheet
        figures = [picture_figure(sheet, alt="Weights as a matrix", caption=_which(order, outputs), longest=1200)]
    else:
        words = "Each row is a filter, each column one of its input channels: a filter answers to their sum."
        shown = min(inputs, MOST_INPUTS)
        rows = [[signed_tile(filters.weights[unit, k], filters.limit) for k in range(shown)] for unit in order[:32]]
        sheet = in_rows(rows, gap=1)
        sheet = enlarged(sheet, at_least=round(420 * max(sheet.shape) / sheet.shape[1]))
        more = f"; the first {shown} of {inputs} input channels" if shown < inputs else ""
        caption = _which(order[:32], outputs) + more
        figures = [picture_figure(sheet, alt="Filters by input channel", caption=caption, longest=1400)]
    return Exhibit(
        name=exhibit_name("filters", filters.layer),
        title=f"Filters of {filters.layer}",
        paragraphs=(f"{size} ({filters.operator}). {words}", one_scale),
        figures=tuple(figures),
        notes=(
            "Weights alone say little beyond the first layer: what a deeper filter answers to depends on all before.",
        )
        if not filters.in_colours
        else (),
        command=command,
    )


def _which(order: np.ndarray[tuple[int, ...], np.dtype[np.intp]], outputs: int) -> str:
    listed = ", ".join(str(unit) for unit in order.tolist())
    return f"{len(order)} of {outputs} units, the strongest (largest norm) first: {listed}"


def selectivity_words(one: UnitSelectivity, measure: str) -> str:
    """Return what a unit reacts to, with the measure."""
    if not one.reacts_to:
        return f"unit {one.unit}: its value never changes"
    if one.value is None:
        return f"unit {one.unit} reacts to {one.reacts_to}, too few examples to say how well"
    show, chance, name = (near_one, 0.5, "AUC") if measure == "auc" else (decimal, 0.0, "rank correlation")
    perhaps = "" if one.is_sure(chance) else "perhaps "
    return f"unit {one.unit} reacts {perhaps}to {one.reacts_to}, {name} {show(one.value)}"


def selectivity_table(units: Sequence[UnitSelectivity], selectivity: Selectivity) -> ExhibitTable:
    """Return the chosen units with their numbers."""
    is_area = selectivity.measure == "auc"
    show = near_one if is_area else decimal
    header = (
        "Unit",
        "Reacts to",
        "AUC" if is_area else "Rank correlation",
        "95 % interval",
        "Difference",
        "Above zero",
    )
    rows = tuple(
        (
            str(one.unit),
            one.reacts_to or "nothing: never changes",
            "–" if one.value is None else show(one.value),
            "–" if one.low is None or one.high is None else f"{show(one.low)} to {show(one.high)}",
            "–" if one.difference is None else f"{one.difference:+.2f} SD",
            percent(one.fires),
        )
        for one in units
    )
    words = f"{counted(selectivity.n, 'example')} of {selectivity.split}"
    return ExhibitTable(header=header, rows=rows, caption=f"What the units react to, on {words}")


def _note(selectivity: Selectivity) -> str:
    return SELECTIVITY_NOTE if selectivity.measure == "auc" else RANK_NOTE


def maps_exhibit(maps: FeatureMaps, *, command: str = "") -> Exhibit:
    """Return feature maps beside what they were made of, labelled with what their units react to."""
    selectivity = maps.selectivity
    figures = []
    for one in maps.maps:
        words = selectivity_words(one.selectivity, selectivity.measure)
        above = f"; more excited than by {percent(one.excites_more_than, 0)} of {selectivity.split}"
        where = above if maps.example else f"; on {one.example}"
        tiles = _side_by_side(picture_tile(one.picture), map_tile(one.values))
        figures.append(picture_figure(tiles, alt=f"Input and map of {words}", caption=words + where, role="panel"))
    figures += _every_map(maps)
    dead = sum(not one.reacts_to for one in selectivity.units)
    about = f"'{maps.example}'; the answer: {maps.answer}." if maps.example else ""
    silent = f" {counted(dead, 'unit')} never changed on these examples." if dead else ""
    return Exhibit(
        name=exhibit_name("maps", selectivity.layer, maps.example),
        title=f"Feature maps of {selectivity.layer}" + (f" on {maps.example}" if maps.example else ""),
        paragraphs=tuple(
            filter(
                None,
                (
                    about,
                    f"Shown of {counted(len(selectivity.units), 'unit')}: {maps.chosen}.{silent}",
                    "On the left the input, on the right the unit's map: white is where it is most excited in this "
                    "picture, black where least." + _every_words(maps),
                ),
            )
        ),
        figures=tuple(figures),
        tables=(selectivity_table([one.selectivity for one in maps.maps], selectivity),),
        notes=(_note(selectivity),),
        command=command,
    )


def _every_words(maps: FeatureMaps) -> str:
    """Return what is said of the maps of all units, which stand below the chosen ones."""
    if maps.every is None:
        return ""
    shown, count = min(len(maps.every), MOST_MAPS), len(maps.every)
    which = f"all {count}" if shown == count else f"the first {shown} of {count}"
    return f" Below them {which} maps of the layer on one input, {maps.every_of}, each stretched from black to white."


def _every_map(maps: FeatureMaps) -> list[Figure]:
    if maps.every is None:
        return []
    reacts = {one.unit: one.reacts_to for one in maps.selectivity.units}
    return [
        picture_figure(
            enlarged(map_tile(values), at_least=1),
            alt=f"Map of unit {unit} on {maps.every_of}",
            caption=f"unit {unit}: {reacts.get(unit) or 'never changes'}",
            role="tile",
        )
        for unit, values in enumerate(maps.every[:MOST_MAPS])
    ]


def _side_by_side(picture: Bytes, shown: Bytes) -> Bytes:
    height, width = picture.shape[:2]
    if max(height, width) > 31:  # two of these and the gap are shown pixel by pixel up to 64
        scale = TILE / max(height, width)
        height, width = max(1, round(height * scale)), max(1, round(width * scale))
    return in_rows([[fitted(picture, height, width), fitted(shown, height, width)]])


def patches_exhibit(patches: Patches, *, command: str = "") -> Exhibit:
    """Return a strip of patches per unit, the most exciting on the left."""
    height, width = patches.receptive_field
    whole = (height, width) == patches.input_size
    sees = "the whole picture" if whole else f"{height} x {width} pixels of {patches.input_size[0]} x "
    sees += "" if whole else f"{patches.input_size[1]}"
    figures, rows = [], []
    for one in patches.units:
        tiles = [_patch_tile(patch, height, width) for patch in one.patches]
        words = selectivity_words(one.selectivity, patches.measure)
        classes = _tally([patch.target for patch in one.patches])
        values = f"{decimal(one.patches[0].value)} to {decimal(one.patches[-1].value)}"
        figures.append(
            picture_figure(
                in_rows([tiles]),
                alt=f"The most exciting patches of {words}",
                caption=f"{words}. From: {classes}. Values {values}",
                longest=1400,
            )
        )
        rows += [
            (
                str(one.selectivity.unit),
                patch.example,
                patch.target,
                decimal(patch.value),
                f"{patch.at}",
                f"{patch.box}",
            )
            for patch in one.patches[:3]
        ]
    searched = f"{patches.n:,} of {patches.num_train:,}" if patches.n < patches.num_train else f"all {patches.n:,}"
    return Exhibit(
        name=exhibit_name("patches", patches.layer),
        title=f"What excites {patches.layer} most",
        paragraphs=(
            f"Of each unit the {len(patches.units[0].patches)} training pictures that excite it most, one patch each, "
            f"the strongest on the left; {searched} training pictures were searched.",
            f"A patch is what the unit sees at the place of its largest value: {sees}. At an edge it is cut, and the "
            "rest is left grey.",
        ),
        figures=tuple(figures),
        tables=(
            ExhibitTable(
                header=("Unit", "Example", "Target", "Value", "Place in the map", "Top, left, bottom, right"),
                rows=tuple(rows),
                caption="The three strongest of each unit",
                numeric=False,
            ),
        ),
        notes=(
            "What a place can see (its receptive field) was measured: a value that spoils all that is computed from it "
            "was put into the picture, and the places that it reached were noted.",
        ),
        command=command,
    )


def _patch_tile(patch: Patch, height: int, width: int) -> Bytes:
    """Return a patch in a field of the receptive field's size, where an edge cut it left grey."""
    tile = picture_tile(patch.pixels)[:height, :width]
    canvas = np.full((height, width, *tile.shape[2:]), EMPTY, np.uint8)
    # What begins at the picture's first row was cut above, so it belongs to the field's lower end.
    top = height - tile.shape[0] if patch.box[0] == 0 else 0
    left = width - tile.shape[1] if patch.box[1] == 0 else 0
    canvas[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    return fitted(canvas, TILE, round(TILE * width / height)) if height > TILE else enlarged(canvas, at_least=64)


def _tally(words: Sequence[str]) -> str:
    counts = {word: words.count(word) for word in dict.fromkeys(words)}
    ranked = sorted(counts.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{count} × {word}" for word, count in ranked[:4]) + (" and others" if len(ranked) > 4 else "")


def visualisation_exhibit(found: Visualisation, *, command: str = "") -> Exhibit:
    """Return the pictures that excite units most, with how much more than any training picture."""
    figures = []
    for one in found.units:
        words = selectivity_words(one.selectivity, found.measure)
        silent = " The search found nothing that excites it." if one.value <= max(one.start, 0.0) else ""
        reached = f"Value {decimal(one.value)}, the most in training {decimal(one.most_in_training)}"
        tile = picture_tile(one.picture)
        tile = tile if max(tile.shape[:2]) > 64 else enlarged(tile, at_least=1)
        figures.append(
            picture_figure(tile, alt=f"A picture that excites {words}", caption=f"{words}. {reached}.{silent}")
        )
    return Exhibit(
        name=exhibit_name("visualise", found.layer),
        title=f"Pictures that excite {found.layer}",
        paragraphs=(
            f"Found by {counted(found.steps, 'step')} of gradient ascent from noise, not in the data: each picture "
            f"drives the mean of its unit's map as high as the search could bring it.",
            "They exaggerate what a unit can react to. What it reacts to in real pictures is seen in its most exciting "
            "patches (pellucid features RUN patches).",
        ),
        figures=tuple(figures),
        notes=(
            "After Olah, Mordvintsev and Schubert, Feature Visualization, Distill 2017: the picture is a spectrum "
            f"scaled by one over the frequency, in the colours of the training pictures, shifted by up to "
            f"{found.jitter} pixels at each step. Seed {found.seed}; beside each the "
            f"largest mean among {found.n:,} training pictures.",
        ),
        command=command,
    )


def shifts_exhibit(response: ShiftResponse, *, command: str = "") -> Exhibit:
    """Return the share of unchanged answers and the change of probability against the shift."""
    groups = [("Shifted to the right", "pixels to the right", response.right)]
    groups += [("Shifted downwards", "pixels downwards", response.down)]
    groups += [("Turned counter-clockwise", "degrees", response.turned)] if response.turned else []
    is_class = response.right[0].unchanged is not None
    figures = []
    for title, axis, points in groups:
        places = [point.amount for point in points]
        if is_class:
            series = [
                Series("unchanged", [point.unchanged for point in points], "val"),
                Series("right", [point.accuracy for point in points], "train"),
                Series("change", [point.change for point in points], "rate"),
            ]
        else:
            series = [Series("change", [point.change for point in points], "rate")]
        drawing = line_chart(
            series, epochs=places, label=f"{title}: answers against {axis}", is_share=is_class, across_title=axis
        )
        figures.append(Figure.from_svg(drawing, alt=f"{title}: answers against {axis}", caption=title))
    changes = (
        "the largest change of a class's probability, on average"
        if is_class
        else "the change of the answer, on average, in standard deviations of the answers"
    )
    return Exhibit(
        name="shift-response",
        title="What happens when the picture moves",
        paragraphs=(
            _shift_summary(response),
            f"Measured on {response.n:,} examples of {response.split}, {response.size[0]} x {response.size[1]} pixels; "
            f"change is {changes}. What moves in is background. Where a shift pushes part of the content out of the "
            "frame, the answer may change for that reason: the last column says in how many pictures it does.",
        ),
        figures=tuple(figures),
        tables=tuple(_shift_table(title, points) for title, _, points in groups),
        command=command,
    )


def _shift_summary(response: ShiftResponse) -> str:
    steps = [point for point in (*response.right, *response.down) if point.amount != 0]
    if not steps or steps[0].unchanged is None:
        return "The share of unchanged answers is not defined for numbers; the change of the value is."
    smallest = min(abs(point.amount) for point in steps)
    near = [point for point in steps if abs(point.amount) == smallest]
    largest = max(abs(point.amount) for point in steps)
    far = [point for point in steps if abs(point.amount) == largest]
    return (
        f"Shifted by {counted(int(smallest), 'pixel')}, {percent(_mean(near))} of the answers stay; by "
        f"{counted(int(largest), 'pixel')}, {percent(_mean(far))}."
    )


def _mean(points: Sequence[ShiftPoint]) -> float:
    return float(np.mean([point.unchanged for point in points if point.unchanged is not None]))


def _shift_table(title: str, points: Sequence[ShiftPoint]) -> ExhibitTable:
    rows = tuple(
        (
            f"{point.amount:+g}" if point.amount else "0",
            percent(point.unchanged),
            "–" if point.low is None else f"{percent(point.low)} to {percent(point.high)}",
            decimal(point.change),
            percent(point.accuracy),
            percent(point.cut),
        )
        for point in points
    )
    header = ("Shift", "Unchanged", "95 % interval", "Change", "Right", "Content cut")
    return ExhibitTable(header=header, rows=rows, caption=title)
