"""Pictures that are their own target: what the data call them stays as a colour, and is never learned from."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.table_columns import RECONSTRUCT
from pellucid.errors import RecipeError
from pellucid.kinds import ClassTarget, Input, PictureTarget, Target
from pellucid.records import Decision


def make_own_target(raw: RawDataset) -> None:
    """Make each picture of a raw dataset its own target.

    Raises:
        RecipeError: the examples are no pictures.
    """
    target, targets, said = _own_target(raw.input, raw.target, raw.targets)
    raw.target, raw.targets = target, targets
    raw.decisions = [*raw.decisions, said]


def with_own_target(dataset: Dataset) -> Dataset:
    """Return a dataset that was made in memory with each picture as its own target; one that is so, as it is.

    Its splits stay, so that its runs can be held against those that learned its classes.

    Raises:
        RecipeError: the examples are no pictures.
    """
    if isinstance(dataset.target, PictureTarget):
        return dataset
    target, targets, said = _own_target(dataset.input, dataset.target, dataset.targets)
    digest = hashlib.sha256(f"{RECONSTRUCT} {dataset.fingerprint}".encode()).hexdigest()
    return replace(
        dataset,
        target=target,
        targets=targets,
        fingerprint=f"sha256:{digest}",
        options={**dataset.options, "task": RECONSTRUCT},
        decisions=(*dataset.decisions, said),
    )


def _own_target(given: Input, target: Target, targets: Any) -> tuple[PictureTarget, NDArray[np.int64], Decision]:
    if given.kind != "image":
        raise RecipeError(
            f"--task {RECONSTRUCT} gives pictures back, and these are {given.many}.",
            fix="Leave it out, or give pictures.",
        )
    classes = target.classes if isinstance(target, ClassTarget) and len(target.classes) > 1 else ()
    places = np.asarray(targets, np.int64) if classes else np.zeros(len(targets), np.int64)
    kept = f"; their {len(classes):,} classes colour maps, and are never learned from" if classes else ""
    reason = f"asked for (--task {RECONSTRUCT}){kept}"
    return (
        PictureTarget(classes=classes),
        places,
        Decision(name="target", value="the pictures themselves", reason=reason),
    )
