"""Which mask belongs to which picture: by stems, by what surrounds these in names, and by shared folders."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pellucid.data.folder_names import is_mask_word, is_picture_word, split_of, words_of

_NUMBER_OF_CHANNEL = re.compile(r"(?P<stem>.+)_0000")
"""nnU-Net's pictures end in the number of their channel, their masks do not."""
_PARTS = re.compile(r"[ _.-]+")


@dataclass(frozen=True)
class Pairs:
    """What was found of pictures and masks, all as indices in the list of names.

    Attributes:
        masks: of each picture that has some, in the order of the names; several where each shows one object.
        alone: pictures without a mask.
        lost: masks without a picture.
    """

    masks: Mapping[int, tuple[int, ...]]
    alone: tuple[int, ...]
    lost: tuple[int, ...]


def pair_masks(names: Sequence[str], masks: Mapping[str, Sequence[int]]) -> Pairs:
    """Return which masks belong to which pictures.

    A mask is its picture's where both have the same stem, as it is or without words such as mask and image and what
    joins them; of several such pictures the one whose folders are most like the mask's. Masks without one, whose folder
    is called as a picture is, or lies beside a folder with a single picture, are its objects.

    Args:
        names: of all pictures and masks, relative, with "/" between their parts.
        masks: indices of the masks, by the folder they were found in.
    """
    hidden = sorted({place for places in masks.values() for place in places})
    shown = sorted(set(range(len(names))) - set(hidden))
    by_stem: defaultdict[str, list[int]] = defaultdict(list)
    by_core: defaultdict[str, list[int]] = defaultdict(list)
    by_folder: defaultdict[str, list[int]] = defaultdict(list)
    for place in shown:
        stem = _stem(names[place])
        by_stem[stem].append(place)
        by_core[_core(stem)].append(place)
        by_folder[_above(names[place])].append(place)
    found: defaultdict[int, list[int]] = defaultdict(list)
    lost = []
    for mask in hidden:
        stem = _stem(names[mask])
        near = (
            by_stem.get(_folder_of(names[mask]))
            or by_stem.get(stem)
            or by_core.get(_core(stem))
            or _alone_beside(names[mask], by_folder)
        )
        if near:
            found[max(near, key=lambda place: _likeness(names[place], names[mask]))].append(mask)
        else:
            lost.append(mask)
    pairs = {place: tuple(found[place]) for place in sorted(found)}
    return Pairs(pairs, tuple(place for place in shown if place not in pairs), tuple(lost))


def split_in(name: str) -> int | None:
    """Return the split that a folder on the way to a picture is called after, the innermost one, or None."""
    folders = name.split("/")[:-1]
    return next((split for folder in reversed(folders) if (split := _split_of(folder)) is not None), None)


def _split_of(folder: str) -> int | None:
    # nnU-Net's folders say it in two letters, behind what they hold.
    ends = {"tr": "train", "ts": "test"}
    words = [ends.get(word, word) for word in words_of(folder)]
    return split_of("_".join(words))


def _folder_of(name: str) -> str:
    """Return the name of the folder that a file lies in, as stems are compared."""
    return name.rpartition("/")[0].rpartition("/")[2].casefold()


def _alone_beside(name: str, by_folder: Mapping[str, Sequence[int]]) -> Sequence[int]:
    """Return the picture in the folder beside a mask's, where there is a single one."""
    beside = by_folder.get(_above(name), ())
    return beside if len(beside) == 1 else ()


def _above(name: str) -> str:
    """Return the folder above the one that a file lies in, where that is called after what it holds; else its own."""
    folder = name.rpartition("/")[0]
    above, _, last = folder.rpartition("/")
    return above if is_mask_word(last) or is_picture_word(last) else folder


def _stem(name: str) -> str:
    stem = os.path.splitext(name.rpartition("/")[2])[0].casefold()
    match = _NUMBER_OF_CHANNEL.fullmatch(stem)
    return stem if match is None else match["stem"]


def _core(stem: str) -> str:
    """Return a stem without the words that say whether it is a picture or a mask; the stem where nothing else is left.

    A number behind such a word at the end counts an object: "cell_mask_3" is an object of "cell".
    """
    parts = _PARTS.split(stem)
    if len(parts) > 2 and parts[-1].isdigit() and is_mask_word(parts[-2]) and not is_mask_word(parts[0]):
        parts = parts[:-1]
    left = [part for part in parts if not (_is_word(part) and (is_mask_word(part) or is_picture_word(part)))]
    return "_".join(left) or stem


def _is_word(part: str) -> bool:
    return not part.isdigit()


def _likeness(picture: str, mask: str) -> tuple[int, bool, int]:
    """Return how alike the ways to a picture and to a mask are: folders shared, called after pictures, and near."""
    one, other = picture.split("/")[:-1], mask.split("/")[:-1]
    shared = next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return shared, not one or is_picture_word(one[-1]), -len(one)
