"""The loss around a trained network: weights and examples come in, the loss along two directions of them goes out.

A room of its own: `features` changes what a network is shown and leaves its weights alone; here the weights change, and
the task says what the loss is. Importing this room does not import torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pellucid.landscape.records import Landscape, Landscapes

if TYPE_CHECKING:
    from pellucid.landscape.directions import draw_direction
    from pellucid.landscape.of_runs import landscapes_of
    from pellucid.landscape.sample import draw_sample
    from pellucid.landscape.surface import measure_landscape

_NEED_TORCH = {
    "draw_direction": "directions",
    "draw_sample": "sample",
    "landscapes_of": "of_runs",
    "measure_landscape": "surface",
}

__all__ = ["Landscape", "Landscapes", "draw_direction", "draw_sample", "landscapes_of", "measure_landscape"]


def __getattr__(name: str) -> Any:
    if name in _NEED_TORCH:
        return getattr(import_module(f"pellucid.landscape.{_NEED_TORCH[name]}"), name)
    raise AttributeError(f"module 'pellucid.landscape' has no attribute '{name}'")
