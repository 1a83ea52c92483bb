"""Many examples at once: canvases for pictures, encoded rows for tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, TableInputs
from pellucid.errors import DataError
from pellucid.preprocessing.canvases import Canvases, Place, open_canvases
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.table import TablePreprocessing


def prepare_inputs(
    dataset: Dataset,
    preprocessing: ImagePreprocessing | TablePreprocessing,
    indices: Sequence[int] | NDArray[np.int64],
    *,
    margin: int = 0,
    workers: int | None = None,
) -> NDArray[np.uint8] | NDArray[np.float32]:
    """Bring examples to the form that the network reads, all in memory; the result does not depend on `workers`.

    Args:
        dataset: where the examples come from.
        preprocessing: fitted on its training split, or on another dataset's.
        indices: N places in the dataset.
        margin: pixels of surroundings around each canvas, for augmentation; pictures only.
        workers: threads that decode and resize; None for the number of cores, at most 8; 0 or 1 for none.

    Returns:
        uint8 [N, H + 2 margin, W + 2 margin, C] for pictures, float32 [N, D] for tables.

    Raises:
        DataError: the preprocessing is for the other kind of input, or a column is missing.
        DecodingError: a picture cannot be decoded.
    """
    return open_inputs(dataset, preprocessing, indices, margin=margin, workers=workers, keep="memory")[:]


def open_inputs(
    dataset: Dataset,
    preprocessing: ImagePreprocessing | TablePreprocessing,
    indices: Sequence[int] | NDArray[np.int64],
    *,
    margin: int = 0,
    workers: int | None = None,
    keep: Place | None = None,
) -> Canvases | NDArray[np.float32]:
    """Do what `prepare_inputs` does, but leave pictures on the disk where memory is short.

    Args:
        keep: "memory", "disk", or None for memory while there is enough of it.
        dataset, preprocessing, indices, margin, workers: as in `prepare_inputs`.

    Returns:
        N examples that can be cut into slices, of the type that `prepare_inputs` returns.
    """
    places = np.asarray(indices, np.int64)
    inputs = dataset.inputs
    if isinstance(preprocessing, TablePreprocessing):
        if not isinstance(inputs, TableInputs):
            raise _other_kind(dataset, expected="a table")
        return preprocessing.encode(inputs.rows(places))
    if isinstance(inputs, TableInputs):
        raise _other_kind(dataset, expected="pictures")
    return open_canvases(inputs, preprocessing, places, margin=margin, workers=workers, keep=keep)


def _other_kind(dataset: Dataset, *, expected: str) -> DataError:
    found = "pictures" if expected == "a table" else "a table"
    return DataError(
        f"'{dataset.name}' holds {found}.",
        expected=f"The model was trained on {expected}.",
        fix="Give it data of the kind it was trained on.",
    )
