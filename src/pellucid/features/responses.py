"""What the units of a layer give for many examples, each example's places reduced to one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.features.examples import Examples
from pellucid.features.layers import catching, units_of

Pooling = Literal["max", "mean"]


@dataclass(frozen=True)
class Responses:
    """A value per example and unit.

    Attributes:
        layer: its path in the network.
        pooling: how a map became one value; "" where there is one place only.
        values: [n, U] float32.
        places: [n, U] int64, where the largest value lies, counted through `grid` row by row; None for a mean.
        grid: (h, w) of maps, (tokens,) of tokens, () of plain units.
    """

    layer: str
    pooling: str
    values: NDArray[np.float32]
    places: NDArray[np.int64] | None
    grid: tuple[int, ...]

    def at(self, place: int) -> tuple[int, ...]:
        """Return one entry of `places` as (row, column), (token,) or ()."""
        return tuple(int(part) for part in np.unravel_index(place, self.grid)) if self.grid else ()


@torch.no_grad()
def respond(examples: Examples, layer: str, *, pooling: Pooling = "max") -> Responses:
    """Run the network over the examples and keep each unit's largest, or mean, value.

    Raises:
        RecipeError: there is no such layer, or it gives nothing.
    """
    model = examples.predictor.model
    values: list[Tensor] = []
    places: list[Tensor] = []
    grid: tuple[int, ...] = ()
    with catching(model, layer) as caught:
        for _, batch in examples.batches():
            caught.clear()
            model(batch)
            units = units_of(caught, layer)
            grid = tuple(units.shape[2:])
            flat = units.flatten(2) if units.ndim > 2 else units[:, :, None]
            if pooling == "max":
                most = flat.max(dim=2)
                values.append(most.values.float().cpu())
                places.append(most.indices.cpu())
            else:
                values.append(flat.float().mean(dim=2).cpu())
    several = bool(grid) and int(np.prod(grid)) > 1
    return Responses(
        layer=layer,
        pooling=pooling if several else "",
        values=torch.cat(values).numpy(),
        places=torch.cat(places).numpy() if places else None,
        grid=grid,
    )
