"""`fcn1d`: convolutions over the steps, and a mean over all of them (Wang, Yan and Oates 2017, "FCN").

Three convolutions of 128, 256 and 128 filters, each normalised; what they find is averaged over the series, so that it
counts what is there and not where. The paper's first kernel of 8 steps has no middle; here it is of 7.
"""

from __future__ import annotations

from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.entry import Activation, ModelOptions
from pellucid.models.initialisation import initialise_for
from pellucid.models.series_parts import ConvBlock, inside_of, mean_over_steps

_KERNELS = (7, 5, 3)
"""Of the first three convolutions; of further ones as of the third."""


class FCN1d(nn.Module):
    """A fully convolutional network of series.

    Args:
        form: of one series, (C, T).
        outputs: K.
        widths: filters of each convolution.
        activation: after each.
        dropout: of the means, in training.
    """

    def __init__(
        self, form: Form, outputs: int, *, widths: tuple[int, ...], activation: Activation, dropout: float
    ) -> None:
        super().__init__()
        self.masked = form.masked
        kernels = (*_KERNELS, *(_KERNELS[-1:] * len(widths)))
        before = (form.shape[0], *widths)
        self.blocks = nn.ModuleList(
            ConvBlock(inputs, width, kernel, activation)
            for inputs, width, kernel in zip(before, widths, kernels, strict=False)
        )
        self.drop = nn.Dropout(dropout)
        self.fc = nn.Linear(before[-1], outputs)
        initialise_for(self, activation, normalised=True)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, K] of [N, C, T]."""
        inside = inside_of(inputs, masked=self.masked)
        values = inputs
        for block in self.blocks:
            values = block(values, inside)
        outputs: Tensor = self.fc(self.drop(mean_over_steps(values, inside)))
        return outputs


def build_fcn1d(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return an `FCN1d`; `hidden` are the filters of its convolutions."""
    assert options.hidden is not None
    assert options.activation is not None
    return FCN1d(form, outputs, widths=options.hidden, activation=options.activation, dropout=options.dropout or 0.0)
