"""Randomness of a loss or a measure by address: a function of (seed, epoch, example), and of nothing else.

An example's noise is the same in whatever batch it lies, in however many parts the batch is cut, and with however many
processes. A counter-based generator in the sense of Salmon et al. 2011 ("Parallel random numbers: as easy as 1, 2, 3"),
made of the finaliser of SplitMix64 (Steele, Lea and Flood 2014); normal numbers by Box and Muller (1958).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

# Two's complement of the 64-bit constants: torch multiplies int64 modulo 2^64, which is what is meant.
_GOLDEN, _FIRST, _SECOND = (
    constant - (1 << 64) for constant in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)
_HALF = 1 << 63
_BITS = 24
"""Random bits of a number: as many as a float32 holds exactly."""


@dataclass(frozen=True)
class Draws:
    """The addresses of N examples' random numbers.

    Attributes:
        seed: of the run.
        epoch: of the training; 0 where something is measured, so that each measure meets the same noise.
        ids: [N] int64, each example's index in the dataset, a repetition within an epoch as another number.
    """

    seed: int
    epoch: int
    ids: Tensor

    def __len__(self) -> int:
        return int(self.ids.shape[0])

    def part(self, start: int, stop: int) -> Draws:
        """Return the addresses of examples `start` to `stop` (exclusive)."""
        return replace(self, ids=self.ids[start:stop])

    def uniform(self, *shape: int, stream: int = 0) -> Tensor:
        """Return [N, *shape] float32 numbers in (0, 1), on the device of `ids`.

        Args:
            shape: of one example's numbers.
            stream: numbers of different streams are unrelated, e.g. one for times and one for noise.
        """
        import torch

        count = math.prod(shape)
        key = _mixed_whole(_mixed_whole(_mixed_whole(self.seed) ^ (self.epoch & _MASK)) ^ (stream & _MASK))
        examples = _mix(self.ids * _GOLDEN + _signed(key))
        places = torch.arange(1, count + 1, device=self.ids.device) * _GOLDEN
        bits = _shifted(_mix(examples[:, None] + places[None, :]), 64 - _BITS)
        # In the middle of its bin, so that it is never 0, of which there is no logarithm.
        return ((bits.double() + 0.5) * 2.0**-_BITS).float().clamp(max=1 - 2.0**-_BITS).reshape(len(self), *shape)

    def normal(self, *shape: int, stream: int = 0) -> Tensor:
        """Return [N, *shape] float32 numbers of mean 0 and deviation 1, on the device of `ids`.

        Args:
            shape: of one example's numbers.
            stream: numbers of different streams are unrelated.
        """
        import torch

        count = math.prod(shape)
        pairs = self.uniform(2, (count + 1) // 2, stream=stream).double()
        radius, angle = (-2 * pairs[:, 0].log()).sqrt(), 2 * math.pi * pairs[:, 1]
        both = torch.cat([radius * angle.cos(), radius * angle.sin()], dim=1)
        return both[:, :count].float().reshape(len(self), *shape)


_MASK = (1 << 64) - 1


def _signed(value: int) -> int:
    """Return a whole number of 64 bits as int64 has it."""
    return value - (1 << 64) if value >= _HALF else value


def _shifted(values: Tensor, bits: int) -> Tensor:
    """Return int64 values shifted right as if they had no sign."""
    return (values >> bits) & ((1 << (64 - bits)) - 1)


def _mix(values: Tensor) -> Tensor:
    values = (values ^ _shifted(values, 30)) * _FIRST
    values = (values ^ _shifted(values, 27)) * _SECOND
    return values ^ _shifted(values, 31)


def _mixed_whole(value: int) -> int:
    """Return SplitMix64's next number after a state, as 64 bits without a sign."""
    value = (value + _GOLDEN) & _MASK
    value = ((value ^ (value >> 30)) * _FIRST) & _MASK
    value = ((value ^ (value >> 27)) * _SECOND) & _MASK
    return value ^ (value >> 31)
