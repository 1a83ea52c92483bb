"""The loss around a trained network: weights and examples come in, the loss along two directions of them goes out.

A room of its own: `features` changes what a network is shown and leaves its weights alone; here the weights change, and
the task says what the loss is. Importing this room does not import torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names

if TYPE_CHECKING:
    from pellucid.landscape.directions import draw_direction
    from pellucid.landscape.of_runs import landscapes_of
    from pellucid.landscape.records import Landscape, Landscapes
    from pellucid.landscape.sample import draw_sample
    from pellucid.landscape.surface import measure_landscape

__all__ = ["Landscape", "Landscapes", "draw_direction", "draw_sample", "landscapes_of", "measure_landscape"]

__getattr__ = late_names(
    __name__,
    {
        "Landscape": "records",
        "Landscapes": "records",
        "draw_direction": "directions",
        "draw_sample": "sample",
        "landscapes_of": "of_runs",
        "measure_landscape": "surface",
    },
)
