"""What `fcn1d` and `cnn1d` are: convolutions over the steps of a series, and a mean over what comes out of them.

What is found is averaged, so that it counts what is there and not where.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.entry import ModelOptions
from pellucid.models.initialisation import initialise_for
from pellucid.models.series_parts import ConvBlock, inside_of, mean_over_steps


class AveragedConvolutions(nn.Module):
    """A convolutional network of series.

    Args:
        form: of one series, (C, T).
        outputs: K.
        options: `hidden` are the filters of each convolution, with an activation after each, and dropout of the means.
        kernels: steps that each convolution sees, odd numbers, as many as there are filters.
        strides: steps that each moves by.
    """

    def __init__(
        self, form: Form, outputs: int, options: ModelOptions, *, kernels: Sequence[int], strides: Sequence[int]
    ) -> None:
        super().__init__()
        assert options.hidden is not None
        assert options.activation is not None
        self.masked = form.masked
        self.strides = tuple(strides)
        before = (form.shape[0], *options.hidden)
        self.blocks = nn.ModuleList(
            ConvBlock(inputs, width, kernel, options.activation, stride=stride)
            for inputs, width, kernel, stride in zip(before, options.hidden, kernels, strides, strict=False)
        )
        self.drop = nn.Dropout(options.dropout or 0.0)
        self.fc = nn.Linear(before[-1], outputs)
        initialise_for(self, options.activation, normalised=True)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, K] of [N, C, T]."""
        inside = inside_of(inputs, masked=self.masked)
        values = inputs
        for block, stride in zip(self.blocks, self.strides, strict=True):
            # A convolution that moves by two steps keeps the first of each two, and so must what says which count.
            inside = inside if inside is None or stride == 1 else inside[:, :, ::stride]
            values = block(values, inside)
        outputs: Tensor = self.fc(self.drop(mean_over_steps(values, inside)))
        return outputs
