"""The column of a table that says which split each row belongs to."""

from __future__ import annotations

import re
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from pellucid.data.delimited import Table
from pellucid.data.folder_names import SPLIT_WORDS, split_of
from pellucid.data.marks import NO, YES
from pellucid.data.splits import TEST, TRAIN, VAL
from pellucid.data.strange_cells import first_rows, quoted
from pellucid.errors import DataError
from pellucid.kinds import SPLITS
from pellucid.records import Decision

_NAMES = ("split", "set", "subset", "partition", "usage", "fold", "dataset", "phase", "data_split")
_PUBLISHED = {"publictest": VAL, "privatetest": TEST}
"""How Kaggle calls the part that everybody is measured on while working, and the one that is kept back."""
_YES_NO_NAME = re.compile(r"is[_ ]?(train|training|val|valid|validation|test)", re.IGNORECASE)


def find_split_column(table: Table, taken: Collection[str]) -> str | None:
    """Return the column that names the splits, if any: called split, set, subset, usage, ..., or with such words alone.

    Raises:
        DataError: most cells of a column called so name splits, and others none.
    """
    free = [name for name in table.header if name not in taken and name not in table.lists]
    called = [name for name in free if name.lower().replace(" ", "_") in _NAMES or _YES_NO_NAME.fullmatch(name)]
    for name in [*called, *(name for name in free if name not in called)]:
        words = dict.fromkeys(table.cells(name))
        if len(words) > len(SPLITS) and name not in called:
            continue
        splits = _meanings(name, words)
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
    splits = _meanings(name, dict.fromkeys(cells))
    value = ", ".join(f"{cell} is {SPLITS[split]}" for cell, split in splits.items() if split is not None)
    reason = f"the column '{name}' says so; it is no input and no label. --splits ignore (splits=) draws new ones"
    decision = Decision(name="given splits", value=value, reason=reason)
    return np.array([splits[cell] for cell in cells], dtype=np.int8), decision


def _meanings(name: str, cells: Collection[str]) -> dict[str, int | None]:
    """Return the split that each cell of a column names: words for it, or a yes or no below "is_valid"."""
    asked = _YES_NO_NAME.fullmatch(name)
    if asked is None:
        return {cell: _PUBLISHED.get(re.sub(r"[^a-z]", "", cell.lower()), split_of(cell, cells)) for cell in cells}
    split = SPLIT_WORDS[asked[1].lower()]
    # What is not for training is kept back: to be on the safe side, for the test.
    other = TEST if split == TRAIN else TRAIN
    return {cell: split if cell.lower() in YES else other if cell.lower() in NO else None for cell in cells}
