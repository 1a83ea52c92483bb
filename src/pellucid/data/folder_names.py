"""What the names of folders say: a split, a part, a date, a side, pictures, masks; each in any usual spelling."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from pellucid.data.splits import TEST, TRAIN, VAL

SPLIT_WORDS: dict[str, int] = {
    **dict.fromkeys(("train", "training"), TRAIN),
    **dict.fromkeys(("val", "valid", "validation", "dev"), VAL),
    **dict.fromkeys(("test", "testing"), TEST),
}
"""The words, lower case, that name splits in folders and in columns."""

_MORE_SPLIT_WORDS: dict[str, int] = {
    **SPLIT_WORDS,
    **dict.fromkeys(("trn", "trains"), TRAIN),
    **dict.fromkeys(("validate", "validating", "devel", "development", "eval", "evaluation", "evaluate"), VAL),
    **dict.fromkeys(("tests", "tst", "holdout"), TEST),
}
"""Words that name splits in folders, where others beside them bear it out."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PICTURE_WORDS = _words(
    "image images img imgs picture pictures pic pics photo photos jpg jpgs jpeg jpegs png pngs tif tiff frame frames "
    "scan scans slide slides input inputs"
)
_FILLERS = _PICTURE_WORDS | _words(
    "set sets data dataset datasets folder dir directory split splits subset partition the my all full new final raw "
    "original originals orig resized cropped processed clean seg cls classification class classes labeled labelled "
    "samples sample files file zip tr ts"
)
_PART_WORDS = _words(
    "part parts batch batches chunk chunks shard shards fold folds piece pieces disk disc cd dvd volume vol upload "
    "uploads download export archive zip section segment page block bundle"
)
_SOURCE_WORDS = _words(
    "camera cam site hospital center centre clinic patient subject participant person user session day week month "
    "visit scanner device room sensor station run trial video clip sequence seq"
)
_SIDES = _words("left right l r od os sinister dexter front back rear top bottom")
_SIDED = _words("eye eyes side hand view")
_MASK_WORDS = _words(
    "mask masks segmentation segmentations seg segs annotation annotations annot annots label labels groundtruth gt "
    "gts truth ground trimap trimaps contour contours matte mattes alpha silhouette silhouettes"
)
_DATE = re.compile(
    r"(19|20)\d\d([-_. ]?(0[1-9]|1[0-2])([-_. ]?(0[1-9]|[12]\d|3[01]))?)?|\d{1,2}[-_.]\d{1,2}[-_.](19|20)?\d\d"
)
_WORD = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])|\d+|[^\W\d_]+")


def words_of(name: str) -> list[str]:
    """Return the words of a name in lower case: "Train_Images2017" is train, images, 2017."""
    return [word.lower() for word in _WORD.findall(name)]


def split_of(name: str, beside: Collection[str] = ()) -> int | None:
    """Return the split (TRAIN, VAL, TEST) that a folder is called after, or None.

    One word must name it; the others must be fillers such as set, data or images, numbers, or be shared with a folder
    beside it that is called after another split ("cats_train" beside "cats_test"). Words may be glued ("trainset").

    Args:
        name: of the folder.
        beside: the names of the folders beside it.
    """
    found = _split_and_rest(name)
    if found is None:
        return None
    split, rest = found
    if not rest:
        return split
    others = (_split_and_rest(other) for other in beside if other != name)
    return split if any(other is not None and other[1] == rest and other[0] != split for other in others) else None


def is_picture_word(name: str) -> bool:
    """Tell whether a folder is called after what it holds, e.g. "images" or "JPEGImages"."""
    words = [part for word in words_of(name) for part in _unglue(word)]
    return (
        bool(words)
        and all(word in _FILLERS or word.isdigit() for word in words)
        and any(word in _PICTURE_WORDS or word in ("data", "dataset", "files", "samples") for word in words)
    )


def is_mask_word(name: str) -> bool:
    """Tell whether a folder, or the end of a file's stem, is called after masks or labels of pixels."""
    words = [part for word in words_of(name) for part in _unglue(word)]
    named = [word for word in words if word in _MASK_WORDS]
    other = _MASK_WORDS | _FILLERS | _MORE_SPLIT_WORDS.keys()
    return bool(named) and all(word in other or word.isdigit() for word in words)


def what_names_say(names: Sequence[str]) -> str:
    """Return what the names of folders beside one another are, where they are no classes; else "".

    Returns:
        "parts", "dates", "places or persons", "sides", "kinds of files" or "".
    """
    if all(_DATE.fullmatch(name) for name in names):
        return "dates"
    if all(_is_counted(name, _PART_WORDS | _PICTURE_WORDS | {"data", "set"}) for name in names):
        return "parts"
    if all(is_picture_word(name) or is_mask_word(name) for name in names):
        return "kinds of files"
    if all(_is_counted(name, _SOURCE_WORDS) for name in names):
        return "places or persons"
    plain = [[word for word in words_of(name) if word not in _FILLERS | _SIDED] for name in names]
    if all(len(words) == 1 and words[0] in _SIDES for words in plain):
        return "sides"
    return ""


def _split_and_rest(name: str) -> tuple[int, tuple[str, ...]] | None:
    """Return the split in a name and its other words that say something; None where not just one word is a split."""
    words = [part for word in words_of(name) for part in _unglue(word)]
    splits = [_MORE_SPLIT_WORDS[word] for word in words if word in _MORE_SPLIT_WORDS]
    if len(set(splits)) != 1:
        return None
    rest = [word for word in words if word not in _MORE_SPLIT_WORDS and word not in _FILLERS and not word.isdigit()]
    return splits[0], tuple(rest)


def _unglue(word: str) -> list[str]:
    """Return a split word and what is glued to it ("trainset", "imgtest"), else the word."""
    if word in _MORE_SPLIT_WORDS or word in _FILLERS:
        return [word]
    for known in sorted({*_MORE_SPLIT_WORDS, *_MASK_WORDS}, key=len, reverse=True):
        if len(known) < 3:
            continue
        if word.startswith(known) and word[len(known) :] in _FILLERS | _MASK_WORDS:
            return [known, word[len(known) :]]
        if word.endswith(known) and word[: -len(known)] in _FILLERS:
            return [word[: -len(known)], known]
    halves = [[word[:cut], word[cut:]] for cut in range(3, len(word) - 2)]
    return next((pair for pair in halves if pair[0] in _FILLERS and pair[1] in _FILLERS), [word])


def _is_counted(name: str, words: Collection[str]) -> bool:
    """Tell whether a name has one of the words and a number, or a single letter, in it."""
    found = words_of(name)
    numbered = any(word.isdigit() or len(word) == 1 for word in found)
    return numbered and any(part in words for word in found for part in _unglue(word))
