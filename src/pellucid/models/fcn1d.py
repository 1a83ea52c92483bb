"""`fcn1d`: convolutions over the steps, and a mean over all of them (Wang, Yan and Oates 2017, "FCN").

Three convolutions of 128, 256 and 128 filters, each normalised. The paper's first kernel of 8 steps has no middle; here
it is of 7.
"""

from __future__ import annotations

from torch import nn

from pellucid.kinds import Form
from pellucid.models.averaged1d import AveragedConvolutions
from pellucid.models.entry import ModelOptions

_KERNELS = (7, 5, 3)
"""Of the first three convolutions; of further ones as of the third."""


def build_fcn1d(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return the network; `hidden` are the filters of its convolutions."""
    count = len(options.hidden or ())
    kernels = (*_KERNELS, *(_KERNELS[-1:] * count))
    return AveragedConvolutions(form, outputs, options, kernels=kernels[:count], strides=[1] * count)
