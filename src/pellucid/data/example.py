"""Looking at one example: a picture as its numbers, or a row as its cells."""

from __future__ import annotations

import os
from pathlib import Path

from pellucid.data.dataset import Dataset
from pellucid.data.kinds import KINDS_OF_INPUT, ExampleInspection
from pellucid.errors import DataError, did_you_mean


def inspect_example(dataset: Dataset, which: int | str | Path) -> ExampleInspection:
    """Return one example as its numbers.

    Args:
        dataset: which it belongs to.
        which: its index; or its name ("cats/1.jpg", "picture 5", "row 12"); or, for pictures, the path of any file.

    Raises:
        DataError: there is no such example or file.
    """
    index, kind = _find(dataset, which), KINDS_OF_INPUT[dataset.input.kind]
    found = kind.stranger(str(which)) if index is None else kind.example(dataset, index)
    if found is None:
        raise _unknown(dataset, which)
    return found


def _find(dataset: Dataset, which: int | str | Path) -> int | None:
    if isinstance(which, int):
        if not 0 <= which < len(dataset):
            raise DataError(f"'{dataset.name}' has no example {which}.", expected=f"They are 0..{len(dataset) - 1}.")
        return which
    text = str(which)
    for index in range(len(dataset)):
        if dataset.example_name(index) == text:
            return index
    for index in range(len(dataset)):
        if dataset.inputs.former_name(index) == text:
            return index
    return dataset.inputs.index_of_file(os.path.expanduser(text))


def _unknown(dataset: Dataset, which: int | str | Path) -> DataError:
    names = [dataset.example_name(index) for index in range(min(len(dataset), 2000))]
    return DataError(
        f"'{dataset.name}' has no example '{which}', and there is no such file.{did_you_mean(str(which), names)}",
        expected=f"Examples are called like '{names[0]}'; an index from 0 to {len(dataset) - 1} works too.",
    )
