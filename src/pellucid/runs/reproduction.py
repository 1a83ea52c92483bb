"""Two runs that should be one and the same: are their weights and numbers equal, and if not, why may that be?"""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.errors import RunError
from pellucid.files import load_tensors
from pellucid.records import Record
from pellucid.runs.folder import RunFolder
from pellucid.runs.history import EpochRow
from pellucid.runs.record import RunRecord

TIMES = ("seconds", "examples_per_second")
"""What of an epoch's row says how long it took, and is never the same twice."""


class Reproduction(Record):
    """What came of training a run again."""

    original: str
    """The run's folder."""
    repeated: str
    """The new run's folder."""
    equal: bool
    """Every weight and every number of every epoch has the same bits."""
    num_weights: int
    num_different_weights: int
    largest_difference: float
    """Of one weight, absolute."""
    largest_share: float
    """The largest difference within a tensor, as a share of its largest weight."""
    first_different_epoch: int | None
    """Counted from 1; None when all rows are equal."""
    metrics: dict[str, tuple[float, float]]
    """Of the best epoch: then and now."""
    reasons: tuple[str, ...]
    """Why they may differ; empty when they are equal."""

    def __str__(self) -> str:
        """Say it in a few lines."""
        if self.equal:
            return f"Bit-equal: all {self.num_weights:,} weights and the numbers of every epoch."
        lines = [
            f"Not equal: {self.num_different_weights:,} of {self.num_weights:,} weights differ, "
            f"by {self.largest_difference:.2g} at most ({self.largest_share:.2g} of the largest beside it)."
        ]
        if self.first_different_epoch is not None:
            lines.append(f"The numbers part in epoch {self.first_different_epoch}. Of the best epoch, then and now:")
            lines += [f"  {name}: {then:.6g}, {now:.6g}" for name, (then, now) in self.metrics.items()]
        return "\n".join([*lines, "Why that may be:", *(f"  - {reason}" for reason in self.reasons)])


def compare_reproduction(
    original: RunFolder, repeated: RunFolder, *, weights: str = "best.safetensors"
) -> Reproduction:
    """Compare a run with the one that repeats it.

    Args:
        original: the run.
        repeated: what was trained from its record.
        weights: the checkpoint of both to compare.

    Raises:
        RunError: a checkpoint is missing or damaged.
    """
    then, now = (_read_weights(folder.checkpoints / weights) for folder in (original, repeated))
    shapes = [{name: (value.shape, value.dtype) for name, value in one.items()} for one in (then, now)]
    if shapes[0] != shapes[1]:
        raise RunError(
            f"'{repeated.path}' has other weights than '{original.path}': not even their shapes agree.",
            fix="Hand over the module that was trained.",
        )
    different, largest, share = 0, 0.0, 0.0
    for name, value in then.items():
        other = now[name]
        # Bits and not values: NaN is unlike itself, and 0.0 equals -0.0.
        count = int(np.count_nonzero(_bits(value) != _bits(other)))
        if count:
            apart = float(np.abs(value.astype(np.float64) - other.astype(np.float64)).max())
            different, largest = different + count, max(largest, apart)
            # The least keeps a tensor of zeros from dividing by 0.
            share = max(share, apart / max(float(np.abs(value.astype(np.float64)).max()), 1e-30))
    rows = [[_numbers(row) for row in folder.history()] for folder in (original, repeated)]
    parted = next((place for place, (row, other) in enumerate(zip_longest(*rows)) if row != other), None)
    equal = different == 0 and parted is None
    records = original.read_record(), repeated.read_record()
    return Reproduction(
        original=str(original.path),
        repeated=str(repeated.path),
        equal=equal,
        num_weights=sum(value.size for value in then.values()),
        num_different_weights=different,
        largest_difference=largest,
        largest_share=share,
        first_different_epoch=None if parted is None else parted + 1,
        metrics=_best_rows(records, rows),
        reasons=() if equal else tuple(_reasons(*records)),
    )


def _read_weights(path: Path) -> dict[str, NDArray[np.generic]]:
    return load_tensors(path, framework="np", error=RunError, what="the weights")[0]


def _bits(values: NDArray[np.generic]) -> NDArray[np.generic]:
    return np.frombuffer(values.tobytes(), np.dtype(f"u{values.dtype.itemsize}"))


def _numbers(row: EpochRow) -> EpochRow:
    return {name: value for name, value in row.items() if name not in TIMES}


def _best_rows(records: tuple[RunRecord, RunRecord], rows: list[list[EpochRow]]) -> dict[str, tuple[float, float]]:
    found = []
    for record, history in zip(records, rows, strict=True):
        best = record.best.epoch if record.best else 0
        found.append(next((row for row in history if row["epoch"] == best), {}))
    return {name: (value, found[1][name]) for name, value in found[0].items() if name in found[1]}


def _reasons(then: RunRecord, now: RunRecord) -> list[str]:
    reasons = [
        f"{name}: {before} then, {after} now"
        for name, before, after in (
            ("device", then.recipe.machine.device, now.recipe.machine.device),
            ("precision", then.recipe.machine.precision, now.recipe.machine.precision),
            ("pellucid", then.pellucid_version, now.pellucid_version),
            *((name, then.versions.get(name), now.versions.get(name)) for name in {**then.versions, **now.versions}),
            *((name, then.hardware.get(name), now.hardware.get(name)) for name in {**then.hardware, **now.hardware}),
        )
        if before != after
    ]
    if (now.recipe.machine.device or "cpu") != "cpu":
        reasons.append("on an accelerator, sums are added up in an order that is not fixed")
    if then.model.custom:
        reasons.append("the module handed over must start from the very weights that the first one started from")
    if then.hooks:
        reasons.append(f"code of your own took part ({', '.join(then.hooks)}): is it the same?")
    reasons.append("another processor, or a library built otherwise, may round the last bit another way")
    return reasons
