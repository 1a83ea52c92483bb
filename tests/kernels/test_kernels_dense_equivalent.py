from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

import pellucid
from pellucid.errors import ModelError
from pellucid.kernels import as_dense


@pytest.mark.parametrize(
    "conv",
    [
        nn.Conv2d(2, 4, 3),
        nn.Conv2d(2, 4, (3, 2), stride=2, padding=1),
        nn.Conv2d(2, 4, 3, padding="same", dilation=2, bias=False),
        nn.Conv2d(2, 4, 3, groups=2, stride=(1, 3)),
        nn.Conv2d(2, 2, 2, padding="valid"),
    ],
)
def test_the_matrix_does_what_the_convolution_does(conv: nn.Conv2d) -> None:
    dense = as_dense(conv, (2, 7, 6))
    assert dense.matrix is not None
    inputs = torch.randn(2, 7, 6, dtype=torch.float64)
    expected = conv.double()(inputs[None])[0].detach().numpy().ravel()
    np.testing.assert_allclose(dense.matrix @ inputs.numpy().ravel() + dense.bias, expected, atol=1e-12)
    assert dense.largest_difference is not None
    assert dense.largest_difference < 1e-12
    assert dense.connections == np.count_nonzero(dense.matrix)


def test_parameters_are_counted_as_in_the_lecture() -> None:
    # The first layer of LeNet-5.
    dense = as_dense(nn.Conv2d(1, 6, 5), (1, 32, 32))
    assert dense.conv_parameters == 156
    assert dense.dense_parameters == (32 * 32 + 1) * 6 * 28 * 28
    assert dense.connections == 28 * 28 * 6 * 25
    assert dense.repeats == 28 * 28
    assert dense.matrix is None
    assert "too large" in str(dense)


def test_a_small_kernel_is_a_toeplitz_matrix() -> None:
    dense = pellucid.as_dense([[1, 2], [3, 4]], (3, 3))
    assert dense.matrix is not None
    assert dense.matrix.tolist() == [
        [1, 2, 0, 3, 4, 0, 0, 0, 0],
        [0, 1, 2, 0, 3, 4, 0, 0, 0],
        [0, 0, 0, 1, 2, 0, 3, 4, 0],
        [0, 0, 0, 0, 1, 2, 0, 3, 4],
    ]
    assert (dense.conv_parameters, dense.dense_parameters, dense.share_zero) == (4, 36, 20 / 36)
    assert dense.to_dict()["matrix"] == dense.matrix.tolist()


def test_what_has_no_such_matrix_is_said() -> None:
    with pytest.raises(ModelError, match="cannot take an input"):
        as_dense(nn.Conv2d(3, 4, 3), (1, 8, 8))
    with pytest.raises(ModelError, match="pads with 'circular'"):
        as_dense(nn.Conv2d(1, 4, 3, padding=1, padding_mode="circular"), (1, 8, 8))
    with pytest.raises(ModelError, match="is none"):
        as_dense([1.0, 2.0], (1, 8, 8))
