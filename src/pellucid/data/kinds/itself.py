"""Pictures that are their own target: what the data call them stays as a colour, and is never learned from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.table_columns import OwnTask
from pellucid.errors import RecipeError
from pellucid.kinds import ClassTarget, GeneratedTarget, Input, OwnPictures, PictureTarget, Target
from pellucid.records import Decision


@dataclass(frozen=True)
class _Own:
    """What one such task makes of pictures: its target, and what the task does, for a message."""

    target: Callable[..., Target]
    does: str


_OWN: dict[OwnTask, _Own] = {
    "reconstruct": _Own(PictureTarget, "gives pictures back"),
    "generate": _Own(GeneratedTarget, "draws pictures"),
}


def make_own_target(raw: RawDataset, task: OwnTask) -> None:
    """Make the pictures of a raw dataset their own target.

    Raises:
        RecipeError: the examples are no pictures.
    """
    target, targets, said = _own_target(raw.input, raw.target, raw.targets, task)
    raw.target, raw.targets = target, targets
    raw.decisions = [*raw.decisions, said]


def with_own_target(dataset: Dataset, task: OwnTask) -> Dataset:
    """Return a dataset that was made in memory with the pictures as their own target; one that is so, as it is.

    Its splits stay, so that its runs can be held against those that learned its classes.

    Raises:
        RecipeError: the examples are no pictures.
    """
    if dataset.options.get("task") == task:
        return dataset
    target, targets, said = _own_target(dataset.input, dataset.target, dataset.targets, task)
    digest = hashlib.sha256(f"{task} {dataset.fingerprint}".encode()).hexdigest()
    return replace(
        dataset,
        target=target,
        targets=targets,
        fingerprint=f"sha256:{digest}",
        options={**dataset.options, "task": task},
        decisions=(*dataset.decisions, said),
    )


def _own_target(
    given: Input, target: Target, targets: Any, task: OwnTask
) -> tuple[Target, NDArray[np.int64], Decision]:
    own = _OWN[task]
    if given.kind != "image":
        raise RecipeError(
            f"--task {task} {own.does}, and these are {given.many}.", fix="Leave it out, or give pictures."
        )
    classes = target.classes if isinstance(target, ClassTarget | OwnPictures) and len(target.classes) > 1 else ()
    places = np.asarray(targets, np.int64) if classes else np.zeros(len(targets), np.int64)
    kept = f"; their {len(classes):,} classes colour maps, and are never learned from" if classes else ""
    made = own.target(classes=classes)
    return made, places, Decision(name="target", value=made.learned, reason=f"asked for (--task {task}){kept}")
