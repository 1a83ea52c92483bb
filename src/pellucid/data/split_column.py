"""The column of a table that says which split each row belongs to."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from pellucid.data.delimited import Table
from pellucid.data.folders import SPLIT_WORDS
from pellucid.data.marks import NO, YES
from pellucid.data.splits import TEST, TRAIN, VAL
from pellucid.data.strange_cells import first_rows, quoted
from pellucid.errors import DataError
from pellucid.spec import SPLITS, Decision

_NAMES = ("split", "set", "subset", "partition", "usage", "fold", "dataset", "phase", "data_split")
_PUBLISHED = {"publictest": VAL, "privatetest": TEST}
"""How Kaggle calls the part that everybody is measured on while working, and the one that is kept back."""
_YES_NO_NAMES = re.compile(r"is[_ ]?(train|training|val|valid|validation|test)", re.IGNORECASE)
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def split_of(cell: str) -> int | None:
    """Return the split that a cell names, also among other words ("train_1", "seg-test", "PublicTest"), or None."""
    word = cell.lower()
    if word in SPLIT_WORDS:
        return SPLIT_WORDS[word]
    if re.sub(r"[^a-z]", "", word) in _PUBLISHED:
        return _PUBLISHED[re.sub(r"[^a-z]", "", word)]
    named = {SPLIT_WORDS[part.lower()] for part in _PART.findall(cell) if part.lower() in SPLIT_WORDS}
    return named.pop() if len(named) == 1 else None


def find_split_column(table: Table, taken: Collection[str]) -> str | None:
    """Return the column that names the splits, if any: called split, set, subset, usage, ..., or with such words alone.

    Raises:
        DataError: most cells of a column called so name splits, and others none.
    """
    free = [name for name in table.header if name not in taken and name not in table.lists]
    called = [name for name in free if name.lower().replace(" ", "_") in _NAMES or _YES_NO_NAMES.fullmatch(name)]
    for name in [*called, *(name for name in free if name not in called)]:
        words = dict.fromkeys(table.cells(name))
        if len(words) > len(SPLITS) and name not in called:
            continue
        splits = {word: _meaning(name, word) for word in words}
        if None not in splits.values():
            if name in called or (TRAIN in splits.values() and len(set(splits.values())) > 1):
                return name
            continue
        named = [splits[cell] is not None for cell in table.cells(name)]
        if name in called and any(named) and (name.lower() == "split" or 2 * sum(named) > len(named)):
            unknown = [not known for known in named]
            shown = quoted([cell for cell, known in zip(table.cells(name), named, strict=True) if not known])
            raise DataError(
                f"The column '{name}' of {table.path} has cells that name no split: {first_rows(unknown)} ({shown}).",
                expected=f"Known words: {', '.join(SPLIT_WORDS)}.",
                fix="Mend them, or give the column another name.",
            )
    return None


def read_splits(table: Table, name: str) -> tuple[NDArray[np.int8], Decision]:
    """Return the split of each row, [N], from a column that `find_split_column` found, and how it was understood."""
    cells = table.cells(name)
    splits = {cell: _meaning(name, cell) for cell in dict.fromkeys(cells)}
    value = ", ".join(f"{cell} is {SPLITS[split]}" for cell, split in splits.items() if split is not None)
    reason = f"the column '{name}' says so; it is no input and no label. To have splits drawn, take it out of the file"
    decision = Decision(name="given splits", value=value, reason=reason)
    return np.array([splits[cell] for cell in cells], dtype=np.int8), decision


def _meaning(name: str, cell: str) -> int | None:
    """Return the split that a cell of a column names: a word for it, or a yes or no below "is_valid"."""
    asked = _YES_NO_NAMES.fullmatch(name)
    if asked is None:
        return split_of(cell)
    split = SPLIT_WORDS[asked[1].lower()]
    if cell.lower() in YES:
        return split
    # What is not for training is kept back: to be on the safe side, for the test.
    return (TEST if split == TRAIN else TRAIN) if cell.lower() in NO else None
