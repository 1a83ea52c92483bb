"""What one call of an operator costs, in multiplications followed by an addition; biases are not counted."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from torch import Tensor, nn

from pellucid.models.arguments import argument, given
from pellucid.models.recording import Operation, tensors

_GATES = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "rnn_relu": 1}


def multiply_adds(operation: Operation, layer: nn.Module | None) -> int:
    """Return the multiply-adds of one call for one example.

    Counted are convolutions, dense layers, products of matrices, attention and recurrent layers; all others are 0.

    Args:
        operation: the call.
        layer: the module it was called in, which recurrent layers need.
    """
    if operation.name in _GATES and isinstance(layer, nn.RNNBase):
        return _recurrent(operation, layer)
    count = _COUNTERS.get(operation.name)
    return 0 if count is None else count(operation)


def _size(sides: Sequence[int]) -> int:
    return math.prod(int(side) for side in sides)


def _convolution(operation: Operation) -> int:
    # [O, C / groups, ...]: each number of the output is a sum over all but the first axis.
    return operation.output.numel() * _size(argument(operation, "weight").shape[1:])


def _transposed(operation: Operation) -> int:
    # [C, O / groups, ...]: each number of the input is spread over all but the first axis.
    return given(operation).numel() * _size(argument(operation, "weight").shape[1:])


def _linear(operation: Operation) -> int:
    return operation.output.numel() * int(argument(operation, "weight").shape[-1])


def _matmul(operation: Operation) -> int:
    left = next(tensors(operation.args))
    return operation.output.numel() * int(left.shape[-1])


def _added_matmul(operation: Operation) -> int:
    _, left, *_ = tensors(operation.args)
    return operation.output.numel() * int(left.shape[-1])


def _einsum(operation: Operation) -> int:
    equation = next((part for part in operation.args if isinstance(part, str)), "")
    left, _, _ = equation.replace(" ", "").partition("->")
    words = left.split(",")
    operands = list(tensors(operation.args))
    # "..." hides letters, and one operand is only moved about: no count rather than a wrong one.
    if "." in left or len(words) < 2 or len(words) != len(operands):
        return 0
    sizes = {letter: size for word, one in zip(words, operands, strict=True) for letter, size in _sizes(word, one)}
    return math.prod(sizes.values())


def _sizes(word: str, operand: Tensor) -> list[tuple[str, int]]:
    return list(zip(word, (int(size) for size in operand.shape), strict=True))


def _attention(operation: Operation) -> int:
    """Queries times keys, and the weights times values."""
    query, key, value = (argument(operation, name) for name in ("query", "key", "value"))
    return _size(query.shape[:-1]) * int(key.shape[-2]) * int(query.shape[-1] + value.shape[-1])


def _multi_head_attention(operation: Operation) -> int:
    """The projections of queries, keys, values and outputs, and the attention between them; [tokens, 1, D] each."""
    query, key, value = (argument(operation, name) for name in ("query", "key", "value"))
    width = int(argument(operation, "embed_dim_to_check"))
    asked, known = _size(query.shape[:-1]), _size(key.shape[:-1])
    # Queries and outputs for each that asks, keys and values for each that is looked at.
    projections = 2 * asked * width * width + known * width * int(key.shape[-1] + value.shape[-1])
    return projections + 2 * asked * known * width


def _recurrent(operation: Operation, layer: nn.RNNBase) -> int:
    steps = math.prod(given(operation).shape[:-1])
    per_step = sum(parameter.numel() for name, parameter in layer.named_parameters() if name.startswith("weight_"))
    return steps * per_step


_COUNTERS: dict[str, Callable[[Operation], int]] = {
    **dict.fromkeys(("conv1d", "conv2d", "conv3d"), _convolution),
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), _transposed),
    "linear": _linear,
    **dict.fromkeys(("matmul", "rmatmul", "mm", "bmm", "mv", "dot"), _matmul),
    **dict.fromkeys(("addmm", "baddbmm", "addmv"), _added_matmul),
    "einsum": _einsum,
    "scaled_dot_product_attention": _attention,
    "multi_head_attention_forward": _multi_head_attention,
}
