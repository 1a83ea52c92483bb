"""The one table of explainers: an ATen operator's name and the function that says how one of its values came about."""

from __future__ import annotations

from collections.abc import Callable

from pellucid.trace.call import Call, Explained, Position
from pellucid.trace.operators.attention import explain_attention
from pellucid.trace.operators.combining import (
    explain_extreme_of_two,
    explain_product_of_two,
    explain_reduction,
    explain_running_sum,
    explain_softmax,
    explain_sum_of_two,
)
from pellucid.trace.operators.convolution import explain_convolution
from pellucid.trace.operators.dense import explain_addmm, explain_linear, explain_matmul
from pellucid.trace.operators.functions import FUNCTIONS, explain_function, explain_power
from pellucid.trace.operators.movement import CONSTANTS, MOVEMENTS, explain_constant, explain_movement
from pellucid.trace.operators.normalisation import explain_batch_norm, explain_group_norm, explain_layer_norm
from pellucid.trace.operators.pooling import explain_adaptive_avg_pool, explain_avg_pool, explain_max_pool
from pellucid.trace.operators.recurrent import explain_recurrent
from pellucid.trace.operators.transposed import explain_transposed
from pellucid.trace.operators.upsampling import explain_bilinear

Explainer = Callable[[Call, Position], Explained]

EXPLAINERS: dict[str, Explainer] = {
    **dict.fromkeys(("conv1d", "conv2d", "conv3d"), explain_convolution),
    **dict.fromkeys(("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"), explain_transposed),
    "upsample_bilinear2d": explain_bilinear,
    "linear": explain_linear,
    "addmm": explain_addmm,
    **dict.fromkeys(("matmul", "mm", "bmm", "mv", "dot"), explain_matmul),
    **dict.fromkeys(("max_pool1d", "max_pool2d", "max_pool3d"), explain_max_pool),
    **dict.fromkeys(("avg_pool1d", "avg_pool2d", "avg_pool3d"), explain_avg_pool),
    **dict.fromkeys(("adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d"), explain_adaptive_avg_pool),
    "_native_batch_norm_legit_no_training": explain_batch_norm,
    "layer_norm": explain_layer_norm,
    "group_norm": explain_group_norm,
    **dict.fromkeys(FUNCTIONS, explain_function),
    "pow": explain_power,
    **dict.fromkeys(("add", "sub", "rsub"), explain_sum_of_two),
    **dict.fromkeys(("mul", "div"), explain_product_of_two),
    **dict.fromkeys(("maximum", "minimum"), explain_extreme_of_two),
    **dict.fromkeys(("sum", "mean", "amax", "amin", "max", "min"), explain_reduction),
    "cumsum": explain_running_sum,
    **dict.fromkeys(("softmax", "_softmax", "log_softmax", "_log_softmax"), explain_softmax),
    "scaled_dot_product_attention": explain_attention,
    **dict.fromkeys(MOVEMENTS, explain_movement),
    **dict.fromkeys(CONSTANTS, explain_constant),
}
"""Operators with one output."""

EXPLAINERS_OF_ELEMENTS: dict[str, Callable[..., Explained]] = {
    **dict.fromkeys(("lstm", "gru", "rnn_tanh", "rnn_relu"), explain_recurrent),
    **dict.fromkeys(("unbind", "split", "split_with_sizes", "chunk"), explain_movement),
}
"""Operators with several outputs; the explainer is told which, as `element`."""


def explain(call: Call, at: Position, element: int | None) -> Explained | None:
    """Return how one value came about, or None where the operator has no explainer.

    Args:
        call: of the operator.
        at: the position, batch included.
        element: which of several outputs; None where there is one.
    """
    if element is not None and call.operator in EXPLAINERS_OF_ELEMENTS:
        return EXPLAINERS_OF_ELEMENTS[call.operator](call, at, element=element)
    # The first of several outputs is the result of those that also return what backward needs.
    if call.operator in EXPLAINERS and element in (None, 0):
        return EXPLAINERS[call.operator](call, at)
    return None
