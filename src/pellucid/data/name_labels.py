"""Labels that stand in the names of picture files: crazing_1.jpg, cat.0.jpg, 003_dog.png."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from pellucid.data.folder_names import split_of, what_names_say
from pellucid.data.folder_readings import Reading
from pellucid.errors import DataError
from pellucid.kinds import SPLITS
from pellucid.words import counted

_SEPARATORS = re.compile(r"([\s._()\[\]{}#,+-]+)")
_GLUED_NUMBER = re.compile(r"^\d+|\d+$")
_CAMERA_WORDS = frozenset(
    (
        *(
            "img",
            "image",
            "images",
            "dsc",
            "dscn",
            "dscf",
            "dscs",
            "pict",
            "picture",
            "photo",
            "foto",
            "pic",
            "p",
            "mvi",
        ),
        *("gopr", "dji", "wp", "pxl", "scan", "screenshot", "frame", "snap"),
    )
)
"""What cameras and programs call any picture."""
_MOSTLY = 0.9
_SHOWN = 6


def label_in_name(name: str) -> str:
    """Return the text in a picture's name, without folder, ending, numbers, and the signs around these; "" for none.

    A number is a part of its own, between signs or at an end; digits glued to a word go only where the name has no
    other number, so that type2_001.jpg is "type2", and dog12.jpg "dog".

    Args:
        name: relative path with "/" between its parts.
    """
    stem = name.rpartition("/")[2].rpartition(".")[0] or name.rpartition("/")[2]
    pieces = _SEPARATORS.split(stem)
    parts, signs = pieces[::2], ["", *pieces[1::2]]
    numbered = any(part.isdigit() for part in parts)
    label = ""
    for part, sign in zip(parts, signs, strict=True):
        word = part if numbered else _GLUED_NUMBER.sub("", part)
        if word and not word.isdigit():
            label += f"{sign}{word}" if label else word
    return label


def read_names(names: Sequence[str], places: Sequence[int]) -> Reading:
    """Return the labels in the names of pictures as a reading of their folder; split folders count.

    Args:
        names: of all pictures.
        places: of those that are no masks.

    Raises:
        DataError: fewer than two classes, or hardly a name shares its text with another.
    """
    labels = {place: label_in_name(names[place]) for place in places}
    counts = Counter(label for label in labels.values() if label)
    if len(counts) < 2:
        only = f"the one text '{next(iter(counts))}'" if counts else "no text beside numbers"
        raise DataError(
            f"--label-from name (label_from=): the names of {counted(len(labels), 'picture')} hold {only}, e.g. "
            f"'{names[places[0]]}'.",
            expected="The text of a name, without numbers, to be its label: crazing_1.jpg, cat.0.jpg, 003_dog.png.",
        )
    if 2 * len(counts) > sum(counts.values()):
        raise DataError(
            f"--label-from name (label_from=): the names of {len(labels):,} pictures hold {len(counts):,} different "
            f"texts, {_shown(counts)}.",
            expected="Names that share their text with others of their class: crazing_1.jpg, crazing_2.jpg.",
        )
    examples = _with_splits(names, {place: label for place, label in labels.items() if label})
    rest = [place for place, label in labels.items() if not label]
    example = names[examples[0][0]].rpartition("/")[2]
    notes = []
    if rest:
        notes.append(
            f"{counted(len(rest), 'picture has', 'pictures have')} no text in the name, e.g. '{names[rest[0]]}': no "
            "label, left out."
        )
    notes += _other_numbers(names, labels)
    found = sorted({SPLITS[split] for _, _, split in examples if split >= 0}, key=SPLITS.index)
    also = f"; the folders name {' and '.join(found)}" if found else ""
    return Reading(
        layout="classes",
        value=f"labels in the files' names: {_shown(counts)}",
        reason=f"asked for (--label-from name): '{example}' is '{examples[0][1]}'{also}",
        sure=1.0,
        examples=examples,
        notes=tuple(notes),
    )


def _other_numbers(names: Sequence[str], labels: Mapping[int, str]) -> list[str]:
    """Return a sentence where names hold a number beside the last one, which may tell classes apart, such as a grade.

    Only where it comes again and again: twice as many pictures as there are such numbers.
    """
    found: dict[str, Counter[str]] = {}
    for place, label in labels.items():
        stem = names[place].rpartition("/")[2].rpartition(".")[0]
        numbers = [part for part in _SEPARATORS.split(stem)[::2] if part.isdigit()]
        if label and len(numbers) > 1:
            found.setdefault(label, Counter())[" ".join(numbers[:-1])] += 1
    told = {label: counts for label, counts in found.items() if 2 <= len(counts) <= sum(counts.values()) // 2}
    if not told:
        return []
    label, counts = next(iter(told.items()))
    some = ", ".join(list(counts)[:_SHOWN]) + (", ..." if len(counts) > _SHOWN else "")
    many = counted(len(told), "label has", "labels have")
    return [
        f"{many} several numbers in the names, e.g. '{label}': {some} before the last one. No number is part of a "
        "label; where one should be, sort the pictures into class folders."
    ]


def _with_splits(names: Sequence[str], labels: Mapping[int, str]) -> list[tuple[int, str, int]]:
    """Return (place, label, split) of labelled pictures; -1 unless each lies in a folder that is called after one."""
    tops = {place: names[place].split("/")[:-1] for place in labels}
    folders = {folder for parts in tops.values() for folder in parts}
    roles = {folder: split_of(folder, folders) for folder in folders}
    splits = {place: [role for part in parts if (role := roles[part]) is not None] for place, parts in tops.items()}
    whole = all(splits.values())
    return [(place, label, splits[place][0] if whole else -1) for place, label in labels.items()]


def propose_names(names: Sequence[str]) -> str:
    """Return a sentence with the flag that takes labels from names, and its classes, where names look so; else "".

    They do when half of them have text, nine in ten of these a number, too, few texts come again and again, and these
    are no words that cameras and programs write.
    """
    labels = {name: label for name in names if (label := label_in_name(name))}
    counts = Counter(labels.values())
    numbered = sum(bool(re.search(r"\d", name.rpartition("/")[2])) for name in labels)
    if 2 * len(labels) < len(names) or numbered < _MOSTLY * len(labels):
        return ""
    if not 2 <= len(counts) <= max(2, len(labels) // 5):
        return ""
    if min(counts.values()) < 2 or what_names_say(list(counts)) or any(_is_of_camera(label) for label in counts):
        return ""
    return f"--label-from name (label_from=) takes the text in their names: {_shown(counts)}."


def _is_of_camera(label: str) -> bool:
    return label.casefold() in _CAMERA_WORDS or len(label) < 2


def _shown(counts: Counter[str]) -> str:
    """Return classes with their numbers, the largest first."""
    shown = ", ".join(f"{label} ({number:,})" for label, number in counts.most_common(_SHOWN))
    more = len(counts) - _SHOWN
    return f"{len(counts):,} classes, {shown}" + (f" and {more:,} more" if more > 0 else "")
