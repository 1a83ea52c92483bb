"""What networks of series share: which steps count, means over these, the last of them, and a normalisation by them.

Series of unlike length come in one tensor, filled up behind their ends; where they do, their last channel is 1 at the
steps that have values. Whatever a network answers must not hang on how far a series was filled up: convolutions see
zeros behind an end as they do beyond the tensor's edge, and nothing else reads a step that does not count.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.models.activations import make_activation
from pellucid.models.entry import Activation


def inside_of(inputs: Tensor, *, masked: bool) -> Tensor | None:
    """Return which steps lie before a series' end, gaps between them included: [N, 1, T] of 1 and 0.

    Args:
        inputs: [N, C, T]; where `masked`, the last channel says at which steps there are values.
        masked: as `Form.masked`.

    Returns:
        None where all steps do.
    """
    if not masked:
        return None
    # A gap counts as inside while a value follows: only what lies behind the last one is filling.
    still_to_come = inputs[:, -1:].flip(2).cumsum(2).flip(2)
    return still_to_come.clamp(max=1)


def only(values: Tensor, inside: Tensor | None) -> Tensor:
    """Return [N, C, T] values with 0 at the steps behind a series' end."""
    return values if inside is None else values * inside


def mean_over_steps(values: Tensor, inside: Tensor | None) -> Tensor:
    """Return [N, C] means of [N, C, T] over the steps that count."""
    if inside is None:
        return values.mean(2)
    return (values * inside).sum(2) / inside.sum(2).clamp(min=1)


def at_last_step(values: Tensor, inside: Tensor | None) -> Tensor:
    """Return [N, C] values of [N, C, T] at the last step that counts; 0 where none does."""
    if inside is None:
        return values[:, :, -1]
    is_last = inside - functional.pad(inside[:, :, 1:], (0, 1))
    return (values * is_last).sum(2)


class StepNorm(nn.BatchNorm1d):
    """Batch normalisation of series [N, C, T] that learns its statistics from the steps that count alone."""

    def forward(self, values: Tensor, inside: Tensor | None = None) -> Tensor:
        """Return the normalised values.

        Args:
            values: [N, C, T].
            inside: [N, 1, T] of 1 at the steps that count, or None for all.
        """
        # In use statistics are fixed, so that filling cannot change them; torch's own kernel is quicker.
        if inside is None or not self.training:
            return super().forward(values)
        number = inside.sum().clamp(min=1)
        mean = (values * inside).sum((0, 2)) / number
        variance = ((values - mean[:, None]).square() * inside).sum((0, 2)) / number
        assert self.running_mean is not None
        assert self.running_var is not None
        assert self.num_batches_tracked is not None
        with torch.no_grad():
            share = self.momentum or 0.0
            # torch normalises by the biased variance and remembers the unbiased one.
            unbiased = variance * number / (number - 1).clamp(min=1)
            self.running_mean.lerp_(mean.to(self.running_mean.dtype), share)
            self.running_var.lerp_(unbiased.to(self.running_var.dtype), share)
            self.num_batches_tracked.add_(1)
        normal = (values - mean[:, None]) * (variance[:, None] + self.eps).rsqrt()
        return normal * self.weight[:, None] + self.bias[:, None]


class ConvBlock(nn.Module):
    """A convolution over the steps, normalised and activated; 0 behind a series' end.

    Args:
        inputs: channels that go in.
        outputs: channels that come out.
        kernel: steps that it sees, an odd number.
        activation: what follows.
        stride: steps that it moves by; of 1 it keeps their number.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, activation: Activation, *, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv1d(inputs, outputs, kernel, stride=stride, padding=kernel // 2, bias=False)
        self.norm = StepNorm(outputs)
        self.act = make_activation(activation)

    def forward(self, values: Tensor, inside: Tensor | None) -> Tensor:
        """Return [N, outputs, T / stride, rounded up] of [N, inputs, T]; inside: of the steps that come out."""
        made: Tensor = self.act(self.norm(self.conv(values), inside))
        return only(made, inside)
