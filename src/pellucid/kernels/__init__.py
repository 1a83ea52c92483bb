"""A picture and a kernel come in; the convolved or pooled picture goes out, with the terms of each of its numbers.

The classic pictures of a first lecture on convolution: edges, blurs, Gabor filters, pooling, and a convolution beside
the dense layer that does the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.kernels.named import KERNELS, Kernel, find_kernel, read_numbers
from pellucid.late import late_names
from pellucid.printed import said_in

if TYPE_CHECKING:
    from pellucid.kernels.convolving import PADDINGS, Convolved, Padding, convolve
    from pellucid.kernels.dense_equivalent import DenseEquivalent, as_dense
    from pellucid.kernels.pictures import Picture, read_picture, sample_picture
    from pellucid.kernels.pooling import Pooled, pool
    from pellucid.kernels.text import describe_convolved, describe_dense, describe_pooled

__all__ = [
    "KERNELS",
    "PADDINGS",
    "Convolved",
    "DenseEquivalent",
    "Kernel",
    "Padding",
    "Picture",
    "Pooled",
    "as_dense",
    "convolve",
    "describe_convolved",
    "describe_dense",
    "describe_pooled",
    "find_kernel",
    "pool",
    "read_numbers",
    "read_picture",
    "sample_picture",
]

__getattr__ = late_names(
    __name__,
    {
        "Convolved": "convolving",
        "DenseEquivalent": "dense_equivalent",
        "PADDINGS": "convolving",
        "Padding": "convolving",
        "Picture": "pictures",
        "Pooled": "pooling",
        "as_dense": "dense_equivalent",
        "convolve": "convolving",
        "describe_convolved": "text",
        "describe_dense": "text",
        "describe_pooled": "text",
        "pool": "pooling",
        "read_picture": "pictures",
        "sample_picture": "pictures",
    },
)

said_in(__name__, "text")
