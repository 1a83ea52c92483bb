"""What the values in a dataset's masks stand for: counted, named, and said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.mask_files import MaskCoding, MasksInMemory, as_colours, value_words
from pellucid.decoding import COLOUR, StoredMask
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import MOST_MASK_CLASSES, NOT_LABELLED, MaskTarget, listed
from pellucid.records import Decision

VOC_BORDER = (224, 224, 192)
"""The colour of the border around objects in the masks of PASCAL VOC, at index 255 of their palette."""
BACKGROUND = "background"
MOST_VALUES = 4096
"""Values of a file that are looked at before it is called no mask."""

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class MaskFacts:
    """What one decode tells about a file of a mask, without its pixels.

    Attributes:
        size: (height, width), upright.
        counts: how many pixels have each value.
        coloured: whether the values are colours.
        palette: colours of the values, where it has a palette.
        content: SHA-256 of the file.
    """

    size: tuple[int, int]
    counts: Mapping[int, int]
    coloured: bool
    palette: Mapping[int, Colour] | None
    content: bytes


@dataclass(frozen=True)
class MaskClasses:
    """The classes of a dataset's masks.

    Attributes:
        coding: from values to them.
        names, values, colours: of each class, in order.
        decision: how it was found, for people.
    """

    coding: MaskCoding
    names: tuple[str, ...]
    values: tuple[str, ...]
    colours: tuple[Colour, ...]
    decision: Decision


def facts_of(stored: StoredMask, content: bytes) -> MaskFacts:
    """Return what is to be known of a mask."""
    values, counts = np.unique(stored.values, return_counts=True)
    found = dict(zip(values.tolist(), counts.tolist(), strict=True))
    palette = None
    if stored.palette is not None:
        palette = {value: _colour(stored.palette[value]) for value in found if value < len(stored.palette)}
    height, width = stored.values.shape
    return MaskFacts((height, width), found, stored.is_coloured, palette, content)


def find_classes(
    files: Mapping[str, MaskFacts], *, unions: bool, ignore: str | None, named: Sequence[tuple[int, str]] = ()
) -> MaskClasses:
    """Return the classes that the values of all masks stand for.

    Args:
        files: facts by the files' names.
        unions: whether several files make one mask, each of them one object.
        ignore: values that mean "not labelled", as they were typed, with commas between them; None for those that are
            recognised.
        named: values and names of classes, where a file beside the masks tells them.

    Raises:
        DataError: a file has too many values, all have only one, or palettes and colours are mixed.
        RecipeError: what is to be ignored is no value, or no mask has it.
    """
    _check_each(files, unions=unions)
    coloured = any(facts.coloured for facts in files.values())
    palettes = [facts.palette for facts in files.values() if facts.palette is not None]
    if coloured and palettes:
        raise DataError(
            f"Some masks are palettes of numbers and others are colours, e.g. {_first(files, coloured=True)}.",
            expected="One way for all: which colour is which number cannot be known.",
            fix="Save all in the same way.",
        )
    coding = MaskCoding({}, coloured=coloured, unions=unions)
    totals: Counter[int] = Counter()
    for facts in files.values():
        for value, count in facts.counts.items():
            totals[int(coding.plain(np.array([value], np.int32))[0])] += count
    ignored, why = _ignored(ignore, totals, palettes, coloured=coloured)
    kept = sorted(set(totals) - ignored)
    _check_values(kept, totals, files)
    names = _names(kept, dict(named))
    places = {value: place for place, value in enumerate(kept)} | dict.fromkeys(ignored, NOT_LABELLED)
    seen: dict[int, Colour] = {value: colour for palette in palettes for value, colour in palette.items()}
    if unions or len({seen.get(value) for value in kept}) < len(kept):
        seen = {}  # a palette that shows two classes alike shows nothing
    return MaskClasses(
        coding=MaskCoding(places, coloured=coloured, unions=unions),
        names=names,
        values=tuple("others" if unions and value else value_words(value) for value in kept),
        colours=tuple(_shown(place, value, seen) for place, value in enumerate(kept)),
        decision=_decision(
            kept, names, totals, ignored, why, coloured=coloured, palettes=bool(palettes), unions=unions
        ),
    )


def voc_colour(place: int) -> Colour:
    """Return the colour of a class by its number, as PASCAL VOC's colour map has it: black, dark red, ..."""
    planes = [0, 0, 0]
    bits, shift = place, 7
    while bits and shift >= 0:
        for plane in range(3):
            planes[plane] |= ((bits >> plane) & 1) << shift
        bits, shift = bits >> 3, shift - 1
    return planes[0], planes[1], planes[2]


def _check_each(files: Mapping[str, MaskFacts], *, unions: bool) -> None:
    most = 2 if unions else MOST_MASK_CLASSES + 1
    for name, facts in files.items():
        if len(facts.counts) > most:
            some = listed([value_words(value) for value in list(facts.counts)[:6]], 6)
            if unions:
                raise DataError(
                    f"{name} is one of several masks of a picture and has {len(facts.counts)} values ({some}).",
                    expected="Of several masks each shows one object: 0, and one other value.",
                )
            raise DataError(
                f"{name} has {len(facts.counts):,} different values ({some}, ...).",
                expected=f"Masks have a number or a colour for each class, {MOST_MASK_CLASSES} at most.",
                fix="Is it a picture, or was it made smaller with smoothing, or saved as JPEG on the way? Masks are "
                "resized by the nearest pixel and saved as PNG.",
            )


def _ignored(
    asked: str | None, totals: Mapping[int, int], palettes: Sequence[Mapping[int, Colour]], *, coloured: bool
) -> tuple[set[int], str]:
    """Return the values that say nothing, and why."""
    if asked is None:
        border = any(palette.get(NOT_LABELLED) == VOC_BORDER for palette in palettes)
        return ({NOT_LABELLED}, "the border colour of PASCAL VOC's palette") if border else (set(), "")
    ignored = {_typed(part.strip(), coloured=coloured) for part in asked.split(",") if part.strip()}
    for value in sorted(ignored - set(totals)):
        raise RecipeError(
            f"--ignore {asked} (ignore=): no mask has the value {value_words(value)}.",
            expected=f"One of {listed([value_words(known) for known in sorted(totals)], 12)}.",
        )
    return ignored, "--ignore (ignore=) says so"


def _typed(text: str, *, coloured: bool) -> int:
    try:
        value = COLOUR + int(text[1:], 16) if text.startswith("#") and len(text) == 7 else int(text)
    except ValueError:
        value = -1
    if value < 0:
        raise RecipeError(
            f"--ignore (ignore=) names '{text}', which is no value of a mask.",
            expected="A number such as 255, or a colour such as '#e0e0c0'; several with commas between them.",
        )
    return int(as_colours(np.array([value], np.int32))[0]) if coloured else value


def _check_values(kept: Sequence[int], totals: Mapping[int, int], files: Mapping[str, MaskFacts]) -> None:
    if len(kept) > MOST_MASK_CLASSES:
        strange = min(kept, key=lambda value: totals[value])
        where = next((name for name, facts in files.items() if strange in facts.counts), next(iter(files)))
        raise DataError(
            f"The masks have {len(kept):,} different values together, the rarest in {where}.",
            expected=f"{MOST_MASK_CLASSES} classes at most.",
            fix="Is it a number for each object and not for each class? Then give a mask file for each object, or make "
            "classes of them.",
        )
    if len(kept) < 2:
        only = value_words(kept[0]) if kept else "none"
        raise DataError(
            f"All {len(files):,} masks hold a single value: {only}.",
            expected="Two classes at least, such as 0 and 255.",
        )


def _names(kept: Sequence[int], named: Mapping[int, str]) -> tuple[str, ...]:
    """Return a name for each value: as a file tells, else background, object, class 2 or the colour."""
    names = []
    for value in kept:
        if value in named:
            names.append(named[value])
        elif value in (0, COLOUR):
            names.append(BACKGROUND)
        elif len(kept) == 2:
            names.append("object" if names == [BACKGROUND] else f"class {value_words(value)}")
        else:
            names.append(value_words(value) if value >= COLOUR else f"class {value}")
    return tuple(names)


def _shown(place: int, value: int, seen: Mapping[int, Colour]) -> Colour:
    if value >= COLOUR:
        bits = value - COLOUR
        return bits >> 16, bits >> 8 & 255, bits & 255
    return seen.get(value) or voc_colour(place)


def _decision(
    kept: Sequence[int],
    names: Sequence[str],
    totals: Mapping[int, int],
    ignored: set[int],
    why: str,
    *,
    coloured: bool,
    palettes: bool,
    unions: bool,
) -> Decision:
    whole = max(1, sum(totals.values()))
    parts = []
    for value, name in zip(kept, names, strict=True):
        word = "others" if unions and value else value_words(value)
        arrow = " " if value in (0, COLOUR) or name == word else " -> "
        said = word if name == word else f"{word}{arrow}{name}"
        parts.append(f"{said} {_percent(totals[value] / whole)}")
    parts += [f"{value_words(value)} not labelled {_percent(totals[value] / whole)}" for value in sorted(ignored)]
    how = "a mask file for each object, put together" if unions else "colours" if coloured else "numbers"
    reason = "indices of palettes, whatever their colours" if palettes and not unions else how
    more = f"; not labelled: {why}" if ignored else "; --ignore (ignore=) names values that are not labelled"
    return Decision(name="mask values", value=", ".join(parts), reason=reason + more)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share >= 0.001 else f"{100 * share:.2g} %"


def _first(files: Mapping[str, MaskFacts], *, coloured: bool) -> str:
    return next(name for name, facts in files.items() if facts.coloured == coloured)


def _colour(row: NDArray[np.uint8]) -> Colour:
    red, green, blue = row.tolist()
    return red, green, blue


def as_masks(
    given: NDArray[Any], shape: tuple[int, ...], classes: Sequence[str] | None
) -> tuple[MaskTarget, MasksInMemory]:
    """Return what an array of masks is, and the masks.

    Args:
        given: numbers of classes; `NOT_LABELLED` where nothing is known.
        shape: (N, H, W) of the pictures.
        classes: the names of class 0, 1, ...; None for "background", "class 1", ...

    Raises:
        DataError: shape or type do not fit, or there are fewer than two classes, or more than 64.
    """
    if given.shape != shape or given.dtype.kind not in "biu":
        raise DataError(
            f"The masks have the shape {given.shape} and the type {given.dtype}.",
            expected=f"Whole numbers of the pictures' shape, {shape}.",
        )
    present = [value for value in np.unique(given).tolist() if value != NOT_LABELLED]
    count = max(present, default=0) + 1 if classes is None else len(classes)
    if not 2 <= count <= MOST_MASK_CLASSES or min(present, default=0) < 0 or max(present, default=0) >= count:
        raise DataError(
            f"The masks hold numbers from {min(present, default=0)} to {max(present, default=0)}, and there are "
            f"{count} classes.",
            expected=f"Classes from 0 on, 2 to {MOST_MASK_CLASSES} of them; {NOT_LABELLED} where nothing is known.",
        )
    target = MaskTarget(
        classes=tuple(classes or (BACKGROUND, *(f"class {number}" for number in range(1, count)))),
        values=tuple(map(str, range(count))),
        colours=tuple(voc_colour(number) for number in range(count)),
        height=shape[1],
        width=shape[2],
    )
    return target, MasksInMemory(given.astype(np.uint8))
