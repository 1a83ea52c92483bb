"""Many examples at once, in their prepared form: canvases of pictures, encoded rows of tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.errors import DataError
from pellucid.kinds import INPUTS
from pellucid.preprocessing.base import Preprocessing
from pellucid.preprocessing.kinds import FITTERS
from pellucid.preprocessing.prepared import Place, Prepared


def prepare_inputs(
    dataset: Dataset,
    preprocessing: Preprocessing,
    indices: Sequence[int] | NDArray[np.int64],
    *,
    margin: int = 0,
    workers: int | None = None,
) -> NDArray[Any]:
    """Bring examples to their prepared form, all in memory; the result does not depend on `workers`.

    Args:
        dataset: where the examples come from.
        preprocessing: fitted on its training split, or on another dataset's.
        indices: [N] of the examples in the dataset.
        margin: pixels of surroundings around each canvas, for augmentation; pictures only.
        workers: threads that decode and resize; None for the number of cores, at most 8; 0 or 1 for none.

    Returns:
        [N, *prepared_shape] of the preprocessing's `prepared_dtype`: uint8 [N, H + 2 margin, W + 2 margin, C] for
        pictures, float32 [N, D] for tables.

    Raises:
        DataError: the preprocessing is for another kind of input, or a column is missing.
        DecodingError: a picture cannot be decoded.
    """
    return open_inputs(dataset, preprocessing, indices, margin=margin, workers=workers, keep="memory")[:]


def open_inputs(
    dataset: Dataset,
    preprocessing: Preprocessing,
    indices: Sequence[int] | NDArray[np.int64],
    *,
    margin: int = 0,
    workers: int | None = None,
    keep: Place | None = None,
) -> Prepared:
    """Do what `prepare_inputs` does, but leave examples on the disk where memory is short.

    Args:
        keep: "memory", "disk", or None for memory while there is enough of it.
        dataset, preprocessing, indices, margin, workers: as in `prepare_inputs`.

    Returns:
        N examples that can be cut into slices, of the type that `prepare_inputs` returns.
    """
    if dataset.input.kind != preprocessing.kind:
        raise DataError(
            f"'{dataset.name}' holds {dataset.input.many}.",
            expected=f"The model was trained on {INPUTS[preprocessing.kind].many}.",
            fix="Give it data of the kind it was trained on.",
        )
    chosen = np.asarray(indices, np.int64)
    fitter = FITTERS[preprocessing.kind]
    return fitter.open(dataset, preprocessing, chosen, margin=margin, workers=workers, keep=keep)
