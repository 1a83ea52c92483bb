"""A film strip: what becomes of the same random numbers after some epochs of a network that learns to draw."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from pellucid.errors import RunError
from pellucid.files import load_tensors, save_tensors
from pellucid.tasks import Draws, DrawsPictures
from pellucid.training.kept_epochs import is_kept

if TYPE_CHECKING:
    from pellucid.training.engine import Engine

FRAMES = 10
"""Pictures of each epoch: those that `pellucid sample` draws first with seed 0."""
PREFIX, SUFFIX = "film-", ".safetensors"
_NAME = "pictures"


def keep_film(engine: Engine, task: DrawsPictures, checkpoints: Path, *, is_new: bool) -> None:
    """Let pictures of the same random numbers be kept of some epochs, and of the last, where the task draws any.

    An epoch's file is written before the checkpoint that names the epoch as done: one that is repeated after a kill is
    written again, with the same bits.

    Args:
        engine: of the first process.
        task: its own.
        checkpoints: the folder.
        is_new: whether nothing was trained so far.
    """
    if not task.can_draw:
        return

    def keep(engine: Engine, _row: Mapping[str, float] | None = None) -> None:
        epoch = engine.state.epoch
        if not is_kept(epoch) and engine.why_done is None:
            return
        for model in engine.models.values():
            model.eval()
        draws = Draws(0, 0, torch.arange(FRAMES, device=engine.device))
        with engine.answering_weights(), torch.no_grad():
            levels = task.drawn(engine.models, draws).float().clamp(0, 1).numpy(force=True)
        pictures = np.ascontiguousarray(np.rint(np.moveaxis(levels, 1, 3) * 255).astype(np.uint8))
        save_tensors(checkpoints / f"{PREFIX}{epoch:05d}{SUFFIX}", {_NAME: pictures})

    if is_new:
        keep(engine)
    engine.callbacks = (*engine.callbacks, keep)


def film_of(checkpoints: Path) -> dict[int, NDArray[np.uint8]]:
    """Return the pictures that were kept, [n, H, W, C] uint8 by the epoch after which they were drawn, in order.

    Raises:
        RunError: one is damaged.
    """
    found: dict[int, NDArray[np.uint8]] = {}
    for path in sorted(checkpoints.glob(f"{PREFIX}*{SUFFIX}")):
        number = path.name[len(PREFIX) : -len(SUFFIX)]
        if number.isascii() and number.isdigit():
            pictures = load_tensors(path, framework="np", error=RunError, what="pictures")[0].get(_NAME)
            if pictures is None or pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[3] not in (1, 3):
                raise RunError(f"'{path}' holds no pictures.", fix="Delete it: the report then goes without it.")
            found[int(number)] = pictures
    return found
