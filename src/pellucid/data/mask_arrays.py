"""Pictures and masks that lie in arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from pellucid.data.arrays import as_assignment, as_groups, as_weights, check_length
from pellucid.data.assemble import finish
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.dataset import ARRAYS_SOURCE, Dataset
from pellucid.data.duplicates import digest_rows
from pellucid.data.images import ArrayImages
from pellucid.data.mask_files import MasksInMemory
from pellucid.data.mask_values import voc_colour
from pellucid.data.pixel_arrays import as_pixels
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.scan import safe_name
from pellucid.errors import DataError
from pellucid.kinds import MOST_MASK_CLASSES, NOT_LABELLED, MaskTarget, SplitName


def dataset_from_masks(
    images: ArrayLike,
    masks: ArrayLike,
    *,
    name: str,
    classes: Sequence[str] | None = None,
    splits: Mapping[SplitName, ArrayLike] | None = None,
    groups: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    seed: int = 0,
    val: float = 0.1,
    test: float = 0.2,
) -> Dataset:
    """Make a dataset of pictures of one size with a class for each pixel.

    Args:
        images: [N, H, W], [N, H, W, 1] or [N, H, W, 3], of any type that `dataset_from_arrays` takes.
        masks: [N, H, W] whole numbers or bools: class 0, 1, ...; 255 where nothing is known.
        name: what to call it; used in the names of runs.
        classes: the names of class 0, 1, ...; None for "background", "class 1", ...
        splits, groups, weights, names, seed, val, test: as in `dataset_from_arrays`.

    Raises:
        DataError: shapes, types or lengths do not fit, or there are fewer than two classes, or more than 64.

    Example:
        import numpy as np
        pictures = np.random.default_rng(0).integers(0, 255, (10, 16, 16), np.uint8)
        pellucid.dataset_from_masks(pictures, pictures > 128, name="bright")
    """
    choice = SplitChoice(seed=seed, val=val, test=test)
    found, given = as_pixels(np.asarray(images)), np.asarray(masks)
    pixels = found.pixels
    check_length("masks", len(given), len(pixels), "images")
    if given.shape != pixels.shape[:3] or given.dtype.kind not in "biu":
        raise DataError(
            f"The masks have the shape {given.shape} and the type {given.dtype}.",
            expected=f"Whole numbers of the pictures' shape, {pixels.shape[:3]}.",
        )
    present = [value for value in np.unique(given).tolist() if value != NOT_LABELLED]
    count = max(present, default=0) + 1 if classes is None else len(classes)
    if not 2 <= count <= MOST_MASK_CLASSES or min(present, default=0) < 0 or max(present, default=0) >= count:
        raise DataError(
            f"The masks hold numbers from {min(present, default=0)} to {max(present, default=0)}, and there are "
            f"{count} classes.",
            expected=f"Classes from 0 on, 2 to {MOST_MASK_CLASSES} of them; {NOT_LABELLED} where nothing is known.",
        )
    if names is not None:
        check_length("names", len(names), len(pixels), "images")
    digests = digest_rows(pixels)
    raw = RawDataset(
        name=safe_name(name),
        source=ARRAYS_SOURCE,
        input=found.input,
        target=MaskTarget(
            classes=tuple(classes or ("background", *(f"class {number}" for number in range(1, count)))),
            values=tuple(map(str, range(count))),
            colours=tuple(voc_colour(number) for number in range(count)),
            height=given.shape[1],
            width=given.shape[2],
        ),
        inputs=ArrayImages(pixels, names=names),
        targets=MasksInMemory(given.astype(np.uint8)),
        names=names,
        content=digests,
        equality=digests,
        given=as_assignment(splits, len(pixels)),
        groups=as_groups(groups, len(pixels)),
        weights=as_weights(weights, len(pixels)),
        decisions=found.decisions,
    )
    return finish(raw, choice=choice)
