"""Weights of epochs on the way, kept of small networks, so that how their answers came about can be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pellucid.training.checkpoint import save_weights

if TYPE_CHECKING:
    from pellucid.training.engine import Engine

MOST_PARAMETERS = 20_000
"""Of a network whose epochs are kept: below 100 KB each."""
PREFIX, SUFFIX = "epoch-", ".safetensors"


def is_kept(epoch: int) -> bool:
    """Tell whether an epoch is kept: 0 (before the first step), 1, 2, 3, 5, 8, 13, ..., dense where most changes."""
    before, now = 0, 1
    while now < epoch:
        before, now = now, before + now
    return epoch in (before, now)


def keep_epochs(engine: Engine, checkpoints: Path, *, is_new: bool) -> None:
    """Let the weights of some epochs be kept beside the checkpoints, where all networks together are small.

    An epoch's file is written before the checkpoint that names the epoch as done: one that is repeated after a kill is
    written again, with the same bits.

    Args:
        engine: of the first process.
        checkpoints: the folder.
        is_new: whether nothing was trained so far.
    """
    if sum(one.numel() for model in engine.models.values() for one in model.parameters()) > MOST_PARAMETERS:
        return

    def keep(engine: Engine, _row: Mapping[str, float] | None = None) -> None:
        if is_kept(engine.state.epoch):
            with engine.answering_weights():
                save_weights(checkpoints / f"{PREFIX}{engine.state.epoch:05d}{SUFFIX}", engine.models)

    if is_new:
        keep(engine)
    engine.callbacks = (*engine.callbacks, keep)


def kept_epochs(checkpoints: Path) -> dict[int, Path]:
    """Return the files of the epochs that were kept, by their number, in order; {} of older runs and large networks."""
    found: dict[int, Path] = {}
    for path in sorted(checkpoints.glob(f"{PREFIX}*{SUFFIX}")):
        number = path.name[len(PREFIX) : -len(SUFFIX)]
        if number.isascii() and number.isdigit():
            found[int(number)] = path
    return found
