"""Objects of masks by their size: what of small ones is found, which figures over all pixels hardly show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.records import Metric, ObjectsOfSize
from pellucid.evaluation.resampling import bootstrap_mean
from pellucid.kinds import NOT_LABELLED

SIZES = 3
"""Into how many parts of equal number the objects of a class are sorted."""
FEWEST, FEWEST_PICTURES = 9, 5
"""Objects of a class that are sorted at all, and pictures below which no interval is given."""
_TOUCHING = np.ones((3, 3), np.int8)


class Objects(NamedTuple):
    """Connected pixels of a class.

    Attributes:
        sizes: [n] pixels of each.
        dice: [n] Dice of each and of what is answered there.
        pictures: [n] the place of its picture.
    """

    sizes: NDArray[np.int64]
    dice: NDArray[np.float64]
    pictures: NDArray[np.int64]


def objects_by_size(
    answered: NDArray[np.uint8], right: NDArray[np.uint8], names: Sequence[str], *, seed: int
) -> tuple[ObjectsOfSize, ...]:
    """Return how small, middling and large objects fare, of each class but the first, which is the background.

    Args:
        answered: [N, H, W] numbers of classes.
        right: likewise, `NOT_LABELLED` where nothing is known.
        names: of all K classes.
        seed: of the intervals, which are over pictures.
    """
    rows: list[ObjectsOfSize] = []
    for place, name in enumerate(names[1:], start=1):
        found = find_objects(answered, right, place)
        parts = np.array_split(np.argsort(found.sizes, kind="stable"), SIZES if len(found.sizes) >= FEWEST else 1)
        rows += [_row(name, found, part, seed) for part in parts if len(part)]
    return tuple(rows)


def find_objects(answered: NDArray[np.uint8], right: NDArray[np.uint8], place: int) -> Objects:
    """Return the objects of a class, pixels that touch by sides or corners being one.

    What is answered there are all answered objects of the class that share a pixel with it, as in the lesion-wise
    scores of the BraTS challenge of 2023, without their threshold.

    Args:
        answered, right: as in `objects_by_size`.
        place: the number of the class.
    """
    from scipy import ndimage

    sizes, dice, pictures = [], [], []
    for picture, (one, truth) in enumerate(zip(answered, right, strict=True)):
        there, number = ndimage.label(truth == place, _TOUCHING)
        given, _ = ndimage.label((one == place) & (truth != NOT_LABELLED), _TOUCHING)
        own, others = np.bincount(there.ravel())[1:], np.bincount(given.ravel())
        both = (there > 0) & (given > 0)
        pairs, shared = np.unique(there[both].astype(np.int64) * len(others) + given[both], return_counts=True)
        objects, answers = np.divmod(pairs, len(others))
        overlap = np.bincount(objects - 1, weights=shared, minlength=number)
        matched = np.bincount(objects - 1, weights=others[answers], minlength=number)
        sizes.append(own)
        dice.append(2 * overlap / (own + matched))
        pictures.append(np.full(number, picture))
    return Objects(*(np.concatenate(part) for part in (sizes, dice, pictures)))


def _row(name: str, found: Objects, part: NDArray[np.int64], seed: int) -> ObjectsOfSize:
    dice, pictures = found.dice[part], np.unique(found.pictures[part], return_inverse=True)[1]
    value = float(dice.mean())
    many = int(pictures.max()) + 1 >= FEWEST_PICTURES
    ends = bootstrap_mean(dice, groups=pictures, seed=seed) if many else None
    metric = (
        Metric(value=value, note=f"too few to say: {int(pictures.max()) + 1} pictures")
        if ends is None
        else Metric(value=value, low=ends[0], high=min(1.0, ends[1]), method="clustered-bootstrap")
    )
    return ObjectsOfSize(
        name=name,
        smallest=int(found.sizes[part].min()),
        largest=int(found.sizes[part].max()),
        n=len(part),
        missed=int((dice == 0).sum()),
        dice=metric,
    )
