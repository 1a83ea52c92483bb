"""`tcn`: causal convolutions, each twice as wide apart as the last, until the last step has seen the whole series.

Source: Bai, Kolter and Koltun 2018, with batch normalisation in place of weight normalisation.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from pellucid.kinds import Form
from pellucid.models.activations import make_activation
from pellucid.models.entry import Activation, ModelOptions
from pellucid.models.initialisation import initialise_for
from pellucid.models.series_parts import StepNorm, at_last_step, inside_of, only

# The smallest that grows: with dilations of 1, 2, 4, ... it reaches any length in as many blocks as that has bits.
_KERNEL = 3


class CausalConv(nn.Conv1d):
    """A convolution whose value at a step hangs on that step and those before it.

    Args:
        inputs: channels that go in.
        outputs: channels that come out.
        dilation: steps between two that the kernel sees.
    """

    def __init__(self, inputs: int, outputs: int, dilation: int) -> None:
        super().__init__(inputs, outputs, _KERNEL, dilation=dilation, bias=False)

    def forward(self, values: Tensor) -> Tensor:
        """Return [N, outputs, T] of [N, inputs, T]."""
        return super().forward(functional.pad(values, ((_KERNEL - 1) * self.dilation[0], 0)))


class CausalBlock(nn.Module):
    """Two causal convolutions, added to what came in."""

    def __init__(self, inputs: int, outputs: int, dilation: int, *, activation: Activation, dropout: float) -> None:
        super().__init__()
        self.conv1, self.norm1 = CausalConv(inputs, outputs, dilation), StepNorm(outputs)
        self.conv2, self.norm2 = CausalConv(outputs, outputs, dilation), StepNorm(outputs)
        self.act1, self.act2, self.act3 = (make_activation(activation) for _ in range(3))
        self.drop = nn.Dropout(dropout)
        self.shortcut = nn.Conv1d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, values: Tensor, inside: Tensor | None) -> Tensor:
        """Return [N, outputs, T] of [N, inputs, T]."""
        made = self.drop(self.act1(self.norm1(self.conv1(values), inside)))
        made = self.drop(self.act2(self.norm2(self.conv2(made), inside)))
        added: Tensor = self.act3(made + self.shortcut(values))
        return only(added, inside)


class TCN(nn.Module):
    """A temporal convolutional network of series.

    Args:
        form: of one series, (C, T).
        outputs: K.
        width: channels of each block.
        activation: after each convolution.
        dropout: behind each convolution, in training.
    """

    def __init__(self, form: Form, outputs: int, *, width: int, activation: Activation, dropout: float) -> None:
        super().__init__()
        self.masked = form.masked
        dilations = dilations_for(form.shape[1])
        before = (form.shape[0], *[width] * (len(dilations) - 1))
        self.blocks = nn.ModuleList(
            CausalBlock(inputs, width, dilation, activation=activation, dropout=dropout)
            for inputs, dilation in zip(before, dilations, strict=True)
        )
        self.fc = nn.Linear(width, outputs)
        initialise_for(self, activation, normalised=True)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, K] of [N, C, T]."""
        inside = inside_of(inputs, masked=self.masked)
        values = inputs
        for block in self.blocks:
            values = block(values, inside)
        outputs: Tensor = self.fc(at_last_step(values, inside))
        return outputs


def dilations_for(length: int) -> tuple[int, ...]:
    """Return 1, 2, 4, ...: as many as it takes until the last step has seen `length` steps."""
    dilations, seen = [1], 1 + 2 * (_KERNEL - 1)
    while seen < length:
        dilations.append(2 * dilations[-1])
        seen += 2 * (_KERNEL - 1) * dilations[-1]
    return tuple(dilations)


def build_tcn(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `TCN`; the first number of `hidden` is the width of all its blocks."""
    assert options.activation is not None
    width = (options.hidden or (1,))[0]
    return TCN(form, outputs, width=width, activation=options.activation, dropout=options.dropout or 0.0)
