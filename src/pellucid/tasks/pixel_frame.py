"""What stands around a network that answers pixels: a large picture is answered in tiles that overlap."""

from __future__ import annotations

import torch
from torch import Tensor, nn

TILE, OVERLAP = 512, 64
"""Pixels on a side of a tile, and how many of them it shares with the next one."""


class PixelFrame(nn.Module):
    """A network of pictures that gives K numbers at each pixel, in tiles where a picture is large.

    In evaluation a picture that is longer than a tile is answered tile by tile, so that the memory it takes has an
    end; where tiles overlap, the numbers of each count the more the further from its border they lie. In training
    pictures are taken as they come.

    Args:
        network: from [N, C, h, w] of any h and w to [N, K, h, w].
        numbers: K, at each pixel.
        tile, overlap: in pixels.
    """

    def __init__(self, network: nn.Module, *, numbers: int, tile: int = TILE, overlap: int = OVERLAP) -> None:
        super().__init__()
        self.network = network
        self.numbers, self.tile, self.overlap = numbers, tile, overlap

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, K h w] of [N, C, h, w]: all of one class, then all of the next."""
        height, width = inputs.shape[2:]
        if self.training or (height <= self.tile and width <= self.tile):
            whole: Tensor = self.network(inputs)
        else:
            whole = self._in_tiles(inputs)
        return whole.flatten(1)

    def _in_tiles(self, inputs: Tensor) -> Tensor:
        height, width = inputs.shape[2:]
        sums = inputs.new_zeros(len(inputs), self.numbers, height, width)
        weights = inputs.new_zeros(height, width)
        for top in starts_of(height, self.tile, self.overlap):
            for left in starts_of(width, self.tile, self.overlap):
                part = inputs[:, :, top : top + self.tile, left : left + self.tile]
                rows, columns = (ramp_of(length, self.overlap).to(inputs) for length in part.shape[2:])
                weight = rows[:, None] * columns
                place = (slice(top, top + part.shape[2]), slice(left, left + part.shape[3]))
                sums[:, :, place[0], place[1]] += self.network(part) * weight
                weights[place] += weight
        return sums / weights


def starts_of(length: int, tile: int, overlap: int) -> list[int]:
    """Return where tiles begin that cover so many pixels, evenly spread, each with `overlap` or more of the next."""
    if length <= tile:
        return [0]
    steps = -(-(length - tile) // (tile - overlap))
    return [round(step * (length - tile) / steps) for step in range(steps + 1)]


def ramp_of(length: int, overlap: int) -> Tensor:
    """Return [length] weights: 1 in the middle, and falling towards both ends over `overlap` pixels; never 0."""
    from_end = torch.arange(length, dtype=torch.float32)
    nearest = torch.minimum(from_end, from_end.flip(0)) + 1
    return (nearest / (overlap + 1)).clamp(max=1.0)


def frame_of(network: nn.Module, *, numbers: int) -> nn.Module:
    """Put the frame around a network, once."""
    return network if isinstance(network, PixelFrame) else PixelFrame(network, numbers=numbers)
