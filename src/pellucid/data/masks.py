"""Pictures that are masks of others beside them: they share a name, and a folder or an ending says what they are."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pellucid.data.folder_names import is_mask_word, is_picture_word, split_of
from pellucid.data.folder_tree import Folder, plant, walk

_MOST = 0.5
"""Share of a folder's pictures that must have a namesake beside it, for the folder to hold masks."""
_WORDS = "mask|masks|seg|segmentation|label|labels|gt|groundtruth|trimap|annotation"
_END = re.compile(rf"(?P<stem>.+?)[ _.-]+(?P<word>{_WORDS})([ _-]?\d+)?", re.IGNORECASE)
_WORD = re.compile(_WORDS, re.IGNORECASE)


def find_masks(root: Folder, names: Sequence[str]) -> dict[str, list[int]]:
    """Return the places of pictures that are masks, by the folder they lie in ("" for the root).

    A folder called after masks holds them where one called after pictures lies beside it, or where its pictures have
    namesakes in the folder above, or spread over the folders beside it, each name in one of them alone. Without that
    last condition classes such as "mask" and "no mask", with numbered pictures, would look the same. In one folder,
    "a_mask.png" beside "a.png" is its mask.

    Args:
        root: the tree of all pictures.
        names: of all pictures.
    """
    found: dict[str, list[int]] = {}
    for folder in walk(root):
        for name, inner in folder.folders.items():
            if is_mask_word(name) and _have_namesakes(inner, folder, names):
                found[inner.path] = list(inner.all)
        marked = _marked_in(folder, names)
        if marked:
            found[folder.path] = marked
    return found


def find_marked(names: Sequence[str]) -> dict[str, list[int]]:
    """Return the places of pictures whose names are another one's with a word for masks behind it, wherever both lie.

    For places of which it was said that there are masks: elsewhere "a_label" and "a" need have nothing in common.

    Args:
        names: of all pictures.
    """
    stems = {_last_stem(name).casefold() for name in names}
    marked = [(place, _mark(_last_stem(name))) for place, name in enumerate(names)]
    found = [place for place, match in marked if match is not None and match["stem"].casefold() in stems]
    return {"": found} if found else {}


def without_masks(pictures: Sequence[tuple[str, Path]]) -> list[tuple[str, Path]]:
    """Return the pictures, (relative name, path), that are no masks of others."""
    names = [name for name, _ in pictures]
    masks = {place for places in find_masks(plant(names), names).values() for place in places}
    return [picture for place, picture in enumerate(pictures) if place not in masks] if masks else list(pictures)


def _have_namesakes(masks: Folder, above: Folder, names: Sequence[str]) -> bool:
    beside = [folder for folder in above.folders.values() if folder is not masks and not is_mask_word(folder.name)]
    if any(is_picture_word(folder.name) for folder in beside):
        return True
    wanted = [_stem_of(masks.below(names[place])) for place in masks.all]
    known = {_stem_of(above.below(names[place])) for place in above.pictures}
    for folder in beside:
        if split_of(folder.name) is not None:
            known.update(_stem_of(folder.below(names[place])) for place in folder.all)
    if _share(wanted, known) >= _MOST:
        return True
    spread = Counter(_stem_of(folder.below(names[place])) for folder in beside for place in folder.all)
    own = {stem for stem, times in spread.items() if times == 1}
    return len(beside) > 1 and len(own) >= _MOST * len(spread) and _share(wanted, own) >= _MOST


def _share(wanted: Sequence[str], known: set[str]) -> float:
    return sum(stem in known for stem in wanted) / max(1, len(wanted))


def _marked_in(folder: Folder, names: Sequence[str]) -> list[int]:
    """Return the pictures in a folder whose names are another one's with a word for masks behind it."""
    marked = [(place, match) for place in folder.pictures if (match := _mark(_last_stem(names[place]))) is not None]
    if not marked:
        return []
    stems = {_last_stem(names[place]).casefold() for place in folder.pictures}
    return [place for place, match in marked if match["stem"].casefold() in stems]


def _mark(stem: str) -> re.Match[str] | None:
    """Return how a word for masks ends a stem; one cheap look comes first, for most have none."""
    return _END.fullmatch(stem) if _WORD.search(stem) else None


def _last_stem(name: str) -> str:
    """Return the name of a picture without its folders and its ending."""
    return os.path.splitext(name.rpartition("/")[2])[0]


def _stem_of(name: str) -> str:
    """Return the relative path of a picture without its ending, and without a word for masks behind it; lower case."""
    folder, slash, _ = name.rpartition("/")
    stem = _last_stem(name)
    match = _mark(stem)
    return f"{folder}{slash}{stem if match is None else match['stem']}".casefold()
