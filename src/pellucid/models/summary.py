"""A model layer by layer: what each gives out, how many parameters it holds, how many multiplications it costs."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

from pellucid.errors import ModelError
from pellucid.models.entry import InputShape
from pellucid.models.layer import LayerSummary
from pellucid.models.modes import evaluating


def count_parameters(module: nn.Module) -> int:
    """Return how many numbers the module can learn; a parameter shared by two layers counts once."""
    return sum(parameter.numel() for parameter in module.parameters())


def summarise(module: nn.Module, input_shape: InputShape) -> list[LayerSummary]:
    """Return the layers in the order in which one example of zeros passes them.

    A layer that is called twice is two rows, one that is never called is none. A module that holds parameters of its
    own beside its children (a class token, a layer's scale) has a row too. The module is left as it was.

    Args:
        module: any module that takes one float tensor [N, *input_shape].
        input_shape: (C, H, W) or (D,).

    Raises:
        ModelError: the module cannot take such an input.
    """
    rows: list[LayerSummary] = []
    counted: set[int] = set()

    def note(name: str, layer: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        own = [parameter for parameter in _own_parameters(layer) if id(parameter) not in counted]
        counted.update(map(id, own))
        result = _first_tensor(output)
        rows.append(
            LayerSummary(
                name=name,
                operator=type(layer).__name__,
                details=_details(layer),
                output_shape=() if result is None else tuple(result.shape[1:]),
                parameters=sum(parameter.numel() for parameter in own),
                multiply_adds=0 if result is None else _multiply_adds(layer, _first_tensor(inputs), result),
            )
        )

    handles = [
        layer.register_forward_hook(lambda layer, inputs, output, name=name: note(name, layer, inputs, output))
        for name, layer in _layers(module)
    ]
    like = next(module.parameters(), torch.empty(0))
    try:
        with evaluating(module), torch.no_grad():
            module(torch.zeros(1, *input_shape, dtype=like.dtype, device=like.device))
    except Exception as problem:
        raise ModelError(f"The model cannot take an input of shape {input_shape}: {problem}") from problem
    finally:
        for handle in handles:
            handle.remove()
    return rows


def _layers(module: nn.Module) -> list[tuple[str, nn.Module]]:
    """Return the modules that deserve a row: leaves that do something, and whatever holds parameters itself."""
    inside_attention = {
        part
        for attention in module.modules()
        if isinstance(attention, nn.MultiheadAttention)
        for part in attention.modules()
        if part is not attention
    }
    return [
        (name, layer)
        for name, layer in module.named_modules()
        if layer not in inside_attention
        and not isinstance(layer, nn.Identity)
        and (not any(True for _ in layer.children()) or any(True for _ in layer.parameters(recurse=False)))
    ]


def _own_parameters(layer: nn.Module) -> list[nn.Parameter]:
    # Attention's output layer is read by it, never called, so its parameters belong to the attention's row.
    return list(layer.parameters(recurse=isinstance(layer, nn.MultiheadAttention)))


def _first_tensor(value: Any) -> Tensor | None:
    if isinstance(value, Tensor):
        return value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return next((tensor for part in parts if (tensor := _first_tensor(part)) is not None), None)


def _multiply_adds(layer: nn.Module, given: Tensor | None, result: Tensor) -> int:
    match layer:
        case nn.Linear():
            return result.numel() * layer.in_features
        case nn.ConvTranspose1d() | nn.ConvTranspose2d() | nn.ConvTranspose3d():
            inputs = 0 if given is None else given.numel()
            return inputs * (layer.out_channels // layer.groups) * math.prod(layer.kernel_size)
        case nn.Conv1d() | nn.Conv2d() | nn.Conv3d():
            return result.numel() * (layer.in_channels // layer.groups) * math.prod(layer.kernel_size)
        case nn.MultiheadAttention():
            # The four projections of each position; the products of queries, keys and values are not layers.
            return result.numel() * int(layer.embed_dim) * 4
        case _:
            return 0


def _details(layer: nn.Module) -> str:
    match layer:
        case nn.Conv1d() | nn.Conv2d() | nn.Conv3d() | nn.MaxPool2d() | nn.AvgPool2d():
            words = [_by(layer.kernel_size)]
            if _by(layer.stride) not in ("1", "1 x 1"):
                words.append(f"stride {_side(layer.stride)}")
            if isinstance(layer.padding, str) or any(_sides(layer.padding)):
                words.append(f"padding {_side(layer.padding)}")
            groups = getattr(layer, "groups", 1)
            if groups > 1:
                words.append(f"{groups} groups")
            return ", ".join(words)
        case nn.Dropout():
            return f"{layer.p:g}"
        case _:
            return ""


def _sides(value: Any) -> tuple[int, ...]:
    return (value,) if isinstance(value, int) else tuple(value)


def _by(value: Any) -> str:
    sides = _sides(value)
    return " x ".join(str(side) for side in (sides * 2 if len(sides) == 1 else sides))


def _side(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) else str(value[0]) if len(set(value)) == 1 else _by(value)
