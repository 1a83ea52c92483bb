"""Which steps of a network are bookkeeping: places, lengths and masks, and values that are only laid out otherwise.

A reader of a trace wants to see what is computed with the input and the weights. `torch.export` writes down as many
steps again that say where a text ends, which place stands where, or that a row is now a column.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from pellucid.trace.call import Call
from pellucid.trace.operators.movement import CONSTANTS, MOVEMENTS

_LAST = (None, 1, -1)
"""How the last channel is cut out: of an input, along its channels, from the last one on."""
_SHOWN_MOVEMENTS = frozenset({"embedding", "cat", "stack"})
"""A look-up in a table that was learned, and where values that were computed apart meet."""


def is_bookkeeping(call: Call, values: Tensor, *, is_carrying: bool, is_layer: bool) -> bool:
    """Tell whether a step says nothing of how the answer comes about.

    Args:
        call: of the operator.
        values: what the step gave.
        is_carrying: whether the step follows from numbers of the input or from weights, and not from places alone.
        is_layer: whether a layer of the network does this and nothing else, e.g. flattens: then it is shown.
    """
    # Whole numbers are which and where, not how much.
    if not is_carrying or not values.is_floating_point():
        return True
    if is_layer or call.operator in _SHOWN_MOVEMENTS:
        return False
    return call.operator in MOVEMENTS or call.operator in CONSTANTS


def carrying_nodes(
    nodes: Any, kept: Mapping[str, Any], is_number: Mapping[str, bool], *, masked: bool = False
) -> set[Any]:
    """Return the nodes of a graph whose values follow from the input's numbers or from weights.

    What follows from tokens alone (they are whole numbers: which, not how much), from the channel that says where a
    series has values, from constants and from buffers does not.

    Args:
        nodes: of the graph, in order.
        kept: by a placeholder's name, its `InputSpec` of `torch.export`.
        is_number: by the name of a placeholder that the user fills, whether floats go in there.
        masked: whether the last channel of the input says at which steps there are values, as of `Form.masked`.
    """
    carrying: set[Any] = set()
    for node in nodes:
        if node.op == "placeholder":
            spec = kept[node.name]
            is_weight = spec.kind is torch.export.graph_signature.InputKind.PARAMETER
            if is_weight or is_number.get(node.name, False):
                carrying.add(node)
        elif any(one in carrying for one in node.all_input_nodes) and not (masked and _is_last_channel(node)):
            carrying.add(node)
    return carrying


def _is_last_channel(node: Any) -> bool:
    """Tell whether a node is the last channel of the input, cut out alone."""
    name = getattr(getattr(node.target, "_schema", None), "name", "")
    cut = node.args[:3]
    return name == "aten::slice" and len(cut) == len(_LAST) and cut[0].op == "placeholder" and cut[1:] == _LAST[1:]
