"""What stands around a network that forecasts: from where it counts, and that its quantiles never cross."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.kinds import LEVELS
from pellucid.tasks.registry import Scaling

MEDIAN = LEVELS.index(0.5)


class ForecastFrame(nn.Module):
    """A network of series, counting from the series' own past.

    A network cannot leave the range that it saw: of a series that grows it would never forecast a new height. So it
    is shown how far each value lies from the window's last one, and what it gives is added to that, or to the value
    one season before what is forecast, as it is or moved by what the season has brought, or to the mean of two seasons
    so moved. Of each step it gives a
    median and, through softplus, the distances from each quantile to the next, so that these rise.

    Args:
        network: from [N, C, T] to [N, h x Q]: of each step a median, then three distances below and three above it,
            from the median outwards.
        horizon: h.
        season: m, in steps.
        scaling: in what units the future is learned, and what it is counted from.
    """

    def __init__(self, network: nn.Module, *, horizon: int, season: int, scaling: Scaling) -> None:
        super().__init__()
        self.network = network
        self.horizon, self.season = horizon, season
        self.anchor, self.spread, self.channel = scaling.anchor, scaling.spread, scaling.channel
        self.outwards: Tensor
        self.register_buffer("outwards", _outwards(), persistent=False)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, h x Q] quantiles in the inputs' units, rising, step after step.

        Args:
            inputs: [N, C, T]; the last step of every window is known.
        """
        seen, base = inputs, None
        if self.anchor != "none":
            own = inputs[:, self.channel]
            last = own[:, -1:]
            counted = own - last
            before, behind = inputs[:, : self.channel], inputs[:, self.channel + 1 :]
            seen = torch.cat([before, counted[:, None], behind], 1)
            base = last.expand(-1, self.horizon) if self.anchor == "last" else own[:, self._seasons_before(1)]
            if self.anchor in ("moved-season", "moved-seasons"):
                base = base + self._grown(own, 1)
            if self.anchor == "moved-seasons":
                base = (base + own[:, self._seasons_before(2)] + self._grown(own, 2)) / 2
        given = self.network(seen).to(inputs.dtype).reshape(-1, self.horizon, len(LEVELS))
        distances = functional.softplus(given[:, :, 1:]) @ self.outwards
        quantiles = (given[:, :, :1] + distances) * self.spread
        if base is not None:
            quantiles = quantiles + base[:, :, None]
        flat: Tensor = quantiles.flatten(1)
        return flat

    def _seasons_before(self, seasons: int) -> list[int]:
        """Return the places in the window, from its end, that lie whole seasons before each step ahead.

        Args:
            seasons: how many at least; more where that would lie in the future still.
        """
        return [step - self.season * (step // self.season + seasons) for step in range(self.horizon)]

    def _grown(self, own: Tensor, seasons: int) -> Tensor:
        """Return [N, h] by how much each step ahead lies above the value so many seasons, or more, before it.

        Args:
            own: [N, T] of the channel that is continued.
            seasons: over which growth up to the last value is measured.
        """
        times = own.new_tensor([(step // self.season + seasons) / seasons for step in range(self.horizon)])
        return (own[:, -1:] - own[:, -1 - seasons * self.season, None]) * times


def _outwards() -> Tensor:
    """Return [Q - 1, Q] of 0, 1 and -1: which distances lie between the median and each quantile."""
    below, above = MEDIAN, len(LEVELS) - 1 - MEDIAN
    table = torch.zeros(below + above, len(LEVELS))
    for place in range(below):
        table[place, : MEDIAN - place] = -1
    for place in range(above):
        table[below + place, MEDIAN + 1 + place :] = 1
    return table


def frame_of(network: nn.Module, *, horizon: int, season: int, scaling: Scaling) -> nn.Module:
    """Put the frame around a network, once."""
    if isinstance(network, ForecastFrame):
        return network
    return ForecastFrame(network, horizon=horizon, season=season, scaling=scaling)
