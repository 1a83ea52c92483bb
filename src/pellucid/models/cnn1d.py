"""`cnn1d`: convolutions over the steps that halve their number, and a mean over what is left.

As a small `cnn` of pictures, along one axis: each further convolution moves by two steps, so that kernels of five steps
soon see much of the series. What is found is averaged, so that it counts what is there and not where.
"""

from __future__ import annotations

from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.entry import Activation, ModelOptions
from pellucid.models.initialisation import initialise_for
from pellucid.models.series_parts import ConvBlock, inside_of, mean_over_steps

_KERNEL = 5


class CNN1d(nn.Module):
    """A convolutional network of series.

    Args:
        form: of one series, (C, T).
        outputs: K.
        widths: filters of each convolution; from the second on each moves by two steps.
        activation: after each.
        dropout: of the means, in training.
    """

    def __init__(
        self, form: Form, outputs: int, *, widths: tuple[int, ...], activation: Activation, dropout: float
    ) -> None:
        super().__init__()
        self.masked = form.masked
        before = (form.shape[0], *widths)
        self.blocks = nn.ModuleList(
            ConvBlock(inputs, width, _KERNEL, activation, stride=1 if number == 0 else 2)
            for number, (inputs, width) in enumerate(zip(before, widths, strict=False))
        )
        self.drop = nn.Dropout(dropout)
        self.fc = nn.Linear(before[-1], outputs)
        initialise_for(self, activation, normalised=True)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, K] of [N, C, T]."""
        inside = inside_of(inputs, masked=self.masked)
        values = inputs
        for number, block in enumerate(self.blocks):
            inside = inside if inside is None or number == 0 else inside[:, :, ::2]
            values = block(values, inside)
        outputs: Tensor = self.fc(self.drop(mean_over_steps(values, inside)))
        return outputs


def build_cnn1d(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `CNN1d`; `hidden` are the filters of its convolutions."""
    assert options.hidden is not None
    assert options.activation is not None
    return CNN1d(form, outputs, widths=options.hidden, activation=options.activation, dropout=options.dropout or 0.0)
