"""What lies between noise and a drawn picture, of networks that take the noise away a little at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.models import parts_of
from pellucid.tasks import DenoisesPictures, Draws

if TYPE_CHECKING:
    from pellucid.prediction.predictor import Predictor


@dataclass(frozen=True)
class Stage:
    """One stop on the way.

    Attributes:
        step: of the schedule: T at the start, where all is noise, 0 at the end.
        noisy: [n, C, H, W] float32 levels from 0 to 1, as they are there; what lies beyond is cut off.
        clean: likewise, what the network there takes the pictures for.
    """

    step: int
    noisy: NDArray[np.float32]
    clean: NDArray[np.float32]


@torch.no_grad()
def stages_of(predictor: Predictor, number: int, *, seed: int = 0, shown: int = 8) -> tuple[Stage, ...]:
    """Return stops on the way of the first drawn pictures, evenly spaced, the start and the end among them.

    Args:
        predictor: of the run.
        number: of pictures.
        seed: of the draws.
        shown: stops, at most.

    Returns:
        () where pictures are drawn in one go.
    """
    task = predictor.task
    if not isinstance(task, DenoisesPictures):
        return ()
    noise = task.noise(Draws(seed, 0, torch.arange(number, device=predictor.device)))
    stops = list(task.way(parts_of(predictor.model), noise))
    places = np.unique(np.linspace(0, len(stops) - 1, min(shown, len(stops))).round().astype(np.int64))
    return tuple(Stage(stops[one].step, _levels(stops[one].noisy), _levels(stops[one].clean)) for one in places)


def _levels(values: Tensor) -> NDArray[np.float32]:
    levels: NDArray[np.float32] = ((values.float().clamp(-1, 1) + 1) / 2).numpy(force=True)
    return levels
