"""`inception1d`: kernels of three lengths side by side, and a maximum, six times (InceptionTime, Fawaz et al. 2020)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.entry import ModelOptions
from pellucid.models.initialisation import initialise_for
from pellucid.models.series_parts import StepNorm, inside_of, mean_over_steps, only

_KERNELS = (39, 19, 9)
"""The paper's 40, 20 and 10, each with a middle."""
_MODULES, _SHORTCUT_EVERY = 6, 3
_FAR_BELOW = 1e9
"""Taken away from what lies behind a series' end, so that no maximum finds it."""


class InceptionModule(nn.Module):
    """Convolutions of three lengths on a few channels, and one behind a maximum of three steps, side by side."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.bottleneck = nn.Conv1d(inputs, width, 1, bias=False) if inputs > 1 else nn.Identity()
        narrow = width if inputs > 1 else inputs
        self.convs = nn.ModuleList(
            nn.Conv1d(narrow, width, kernel, padding=kernel // 2, bias=False) for kernel in _KERNELS
        )
        self.pool = nn.MaxPool1d(3, stride=1, padding=1)
        self.behind_pool = nn.Conv1d(inputs, width, 1, bias=False)
        self.norm = StepNorm(4 * width)
        self.act = nn.ReLU()

    def forward(self, values: Tensor, inside: Tensor | None) -> Tensor:
        """Return [N, 4 x width, T] of [N, inputs, T]."""
        narrow = self.bottleneck(values)
        seen = values if inside is None else values + (inside - 1) * _FAR_BELOW
        largest = only(self.pool(seen), inside)
        made = torch.cat([*(conv(narrow) for conv in self.convs), self.behind_pool(largest)], 1)
        return only(self.act(self.norm(made, inside)), inside)


class Shortcut(nn.Module):
    """What came in before three modules, added to what they made."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(inputs, outputs, 1, bias=False)
        self.norm = StepNorm(outputs)
        self.act = nn.ReLU()

    def forward(self, before: Tensor, made: Tensor, inside: Tensor | None) -> Tensor:
        """Return [N, outputs, T]."""
        return only(self.act(made + self.norm(self.conv(before), inside)), inside)


class Inception1d(nn.Module):
    """A network of six inception modules.

    Args:
        form: of one series, (C, T).
        outputs: K.
        width: filters of each of the four ways through a module.
        dropout: of the means, in training.
    """

    def __init__(self, form: Form, outputs: int, *, width: int, dropout: float) -> None:
        super().__init__()
        self.masked = form.masked
        wide = 4 * width
        before = (form.shape[0], *[wide] * (_MODULES - 1))
        self.blocks = nn.ModuleList(InceptionModule(inputs, width) for inputs in before)
        self.shortcuts = nn.ModuleList(Shortcut(before[at], wide) for at in range(0, _MODULES, _SHORTCUT_EVERY))
        self.drop = nn.Dropout(dropout)
        self.fc = nn.Linear(wide, outputs)
        initialise_for(self, "relu", normalised=True)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, K] of [N, C, T]."""
        inside = inside_of(inputs, masked=self.masked)
        values = before = inputs
        for number, block in enumerate(self.blocks, start=1):
            values = block(values, inside)
            if number % _SHORTCUT_EVERY == 0:
                values = before = self.shortcuts[number // _SHORTCUT_EVERY - 1](before, values, inside)
        outputs: Tensor = self.fc(self.drop(mean_over_steps(values, inside)))
        return outputs


def build_inception1d(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return an `Inception1d`; the first number of `hidden` is the filters of each way."""
    return Inception1d(form, outputs, width=(options.hidden or (1,))[0], dropout=options.dropout or 0.0)
