"""Feature maps as an exhibit, beside what they were made of."""

from __future__ import annotations

from pellucid.features import FeatureMaps, UnitSelectivity
from pellucid.report.exhibit_names import exhibit_name
from pellucid.report.exhibits import picture_figure
from pellucid.report.feature_tiles import EMPTY, Bytes, enlarged, fitted, in_rows, map_tile, picture_tile
from pellucid.report.selectivity_words import selectivity_note, selectivity_table, selectivity_words
from pellucid.report.wording import SPLIT_WORDS, percent
from pellucid.runs import Exhibit, Figure
from pellucid.words import counted

MOST_MAPS = 256
"""Maps of a layer on its page."""
_SIDES = (
    "On the left the input, on the right the unit's map: white is where it is most excited in this picture, black "
    "where least."
)
TILE = 160
"""Pixels of a picture beside its map; smaller ones stay as they are, and are shown enlarged pixel by pixel."""


def maps_exhibit(maps: FeatureMaps, *, command: str = "") -> Exhibit:
    """Return feature maps beside what they were made of, labelled with what their units react to."""
    selectivity = maps.selectivity
    figures = []
    for one in maps.maps:
        words = selectivity_words(one.selectivity, selectivity.measure)
        above = f"; more excited than by {percent(one.excites_more_than, 0)} of the {_examples(selectivity.split)}"
        where = above if maps.example else f"; on {one.example}"
        tiles = _side_by_side(picture_tile(one.picture), map_tile(one.values))
        figures.append(picture_figure(tiles, alt=f"Input and map of {words}", caption=words + where, role="panel"))
    figures += _every_map(maps)
    dead = sum(one.is_constant for one in selectivity.units)
    shown = f" Shown: {maps.chosen}." if maps.maps else ""
    about = f"The answer to {maps.example}: {maps.answer}." if maps.example else ""
    silent = f" {counted(dead, 'unit')} never changed on these examples." if dead else ""
    if not any(one.reacts_to or one.is_constant for one in selectivity.units):
        silent += " Of no class are there enough examples here to say what a unit reacts to."
    return Exhibit(
        name=exhibit_name("maps", selectivity.layer, maps.example),
        title=f"Feature maps of {selectivity.layer}" + (f" on {maps.example}" if maps.example else ""),
        paragraphs=tuple(
            filter(
                None,
                (
                    about,
                    f"The layer has {counted(len(selectivity.units), 'unit')}.{shown}{silent}",
                    _SIDES if maps.maps else "",
                    _every_words(maps),
                ),
            )
        ),
        figures=tuple(figures),
        tables=(selectivity_table([one.selectivity for one in maps.maps], selectivity),) if maps.maps else (),
        notes=(selectivity_note(selectivity),) if maps.maps else (),
        command=command,
    )


def _examples(split: str) -> str:
    return f"{SPLIT_WORDS.get(split, split)} examples"


def _every_words(maps: FeatureMaps) -> str:
    """Return what is said of the maps of all units, which stand below the chosen ones."""
    if maps.every is None:
        return ""
    shown, count = min(len(maps.every), MOST_MAPS), len(maps.every)
    which = f"all {count:,}" if shown == count else f"the first {shown:,} of {count:,}"
    which = f"Below them {which}" if maps.maps else f"{which[:1].upper()}{which[1:]}"
    reacts = ", with what its unit reacts to most" if any(one.reacts_to for one in maps.selectivity.units) else ""
    return (
        f"{which} maps of the layer on one input, {maps.every_of}, each stretched from black to "
        f"white (black all over: the same everywhere){reacts}."
    )


def _every_map(maps: FeatureMaps) -> list[Figure]:
    if maps.every is None:
        return []
    reacts = {one.unit: _reaction(one) for one in maps.selectivity.units}
    return [
        picture_figure(
            enlarged(map_tile(values), at_least=1),
            alt=f"Map of unit {unit} on {maps.every_of}",
            caption=f"unit {unit}{reacts.get(unit, '')}",
            role="tile",
        )
        for unit, values in enumerate(maps.every[:MOST_MAPS])
    ]


def _reaction(one: UnitSelectivity) -> str:
    if one.reacts_to:
        return f": reacts to {one.reacts_to}"
    return ": never changes" if one.is_constant else ""


def _side_by_side(picture: Bytes, shown: Bytes) -> Bytes:
    height, width = picture.shape[:2]
    if max(height, width) > 31:  # two of these and the gap are shown pixel by pixel up to 64
        scale = TILE / max(height, width)
        height, width = max(1, round(height * scale)), max(1, round(width * scale))
    tiles = [[fitted(picture, height, width), fitted(shown, height, width)]]
    # A large picture in colour is a JPEG, which has no clear pixels: its gap is grey, light and dark alike.
    is_photo = picture.ndim == 3 and max(height, width) > 31
    return in_rows(tiles, background=EMPTY) if is_photo else in_rows(tiles, has_clear_gaps=True)
