"""`cnn1d`: convolutions over the steps that halve their number, and a mean over what is left.

As a small `cnn` of pictures, along one axis: each further convolution moves by two steps, so that kernels of five steps
soon see much of the series.
"""

from __future__ import annotations

from torch import nn

from pellucid.kinds import Form
from pellucid.models.averaged1d import AveragedConvolutions
from pellucid.models.entry import ModelOptions

_KERNEL = 5


def build_cnn1d(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return the network; `hidden` are the filters of its convolutions."""
    count = len(options.hidden or ())
    strides = [1 if number == 0 else 2 for number in range(count)]
    return AveragedConvolutions(form, outputs, options, kernels=[_KERNEL] * count, strides=strides)
