"""Layers by name, and their outputs with the units in one place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from pellucid.errors import ModelError, RecipeError, did_you_mean
from pellucid.models import evaluating

_UNITS_LAST = (nn.Linear, nn.LayerNorm, nn.MultiheadAttention)
_NAMES_SHOWN = 40


def find_layer(model: nn.Module, name: str) -> nn.Module:
    """Return a module of the network by its path.

    Raises:
        RecipeError: there is none; the message names the nearest.
    """
    known: dict[str, nn.Module] = dict(model.named_modules())
    if name not in known or not name:
        names = [path for path in known if path]
        more = " ..." if len(names) > _NAMES_SHOWN else ""
        raise RecipeError(
            f"The network has no layer '{name}'.{did_you_mean(name, names)}",
            expected=f"One of: {', '.join(names[:_NAMES_SHOWN])}{more}.",
        )
    return known[name]


def default_layer(model: nn.Module, inputs: Tensor) -> str:
    """Return the last layer whose output is maps of more than one place, else of tokens, else of plain units.

    It is the one nearest to the answer that still knows where in the picture something lies.

    Args:
        model: any network.
        inputs: one example with its batch axis.

    Raises:
        ModelError: the network has no layer with units.
    """
    found: dict[int, str] = {}
    handles = []
    for name, module in model.named_modules():
        if name and not any(True for _ in module.children()):
            handles.append(module.register_forward_hook(_note(found, name)))
    try:
        with evaluating(model), torch.no_grad():
            model(inputs)
    finally:
        for handle in handles:
            handle.remove()
    # The output itself is no layer to look at while there is another: its units are the answers.
    for rank in (4, 3, 2):
        if rank in found:
            return found[rank]
    raise ModelError("The network has no layer with units to look at.", fix="Name one with --layer.")


def _note(found: dict[int, str], name: str) -> Any:
    def note(module: nn.Module, _: Any, output: Any) -> None:
        tensor = _first_tensor(output)
        if tensor is None or tensor.ndim not in (2, 3, 4):
            return
        has_places = tensor.ndim == 2 or by_unit(tensor, module)[0, 0].numel() > 1
        if has_places and not isinstance(module, nn.Identity | nn.Dropout):
            found[tensor.ndim] = name

    return note


def by_unit(output: Tensor, layer: nn.Module) -> Tensor:
    """Return a layer's output as [N, U, *places]: units second, wherever the layer puts them.

    Channels come first in feature maps [N, C, H, W] and last among tokens [N, T, D]; networks that keep channels last
    in their maps (Swin) are told by the layer's kind, or by the two equal sides.

    Raises:
        RecipeError: the output has another number of dimensions.
    """
    if output.ndim == 2:
        return output
    if output.ndim == 3:
        return output.movedim(-1, 1)
    if output.ndim == 4:
        last_modules = [part for part in layer.modules() if not any(True for _ in part.children())]
        _, first, second, third = output.shape
        channels_last = isinstance(layer, _UNITS_LAST) or (
            first == second != third and any(isinstance(part, _UNITS_LAST) for part in last_modules)
        )
        return output.movedim(-1, 1) if channels_last else output
    raise RecipeError(
        f"The layer's output has {output.ndim} dimensions.", expected="[N, U], [N, tokens, U] or [N, U, H, W]."
    )


@contextmanager
def catching(model: nn.Module, name: str) -> Iterator[list[Tensor]]:
    """Keep what a layer gives, as `by_unit` orders it, while the network runs; of a layer called twice the last call.

    Yields:
        a list that holds one tensor after each forward pass, with its gradient's history where there is one.
    """
    layer = find_layer(model, name)
    caught: list[Tensor] = []

    def keep(module: nn.Module, _: Any, output: Any) -> None:
        tensor = _first_tensor(output)
        if tensor is not None:
            caught[:] = [by_unit(tensor, module)]

    handle = layer.register_forward_hook(keep)
    try:
        with evaluating(model):
            yield caught
    finally:
        handle.remove()


def units_of(caught: list[Tensor], name: str) -> Tensor:
    """Return what `catching` kept.

    Raises:
        RecipeError: the layer was not called, or gives no tensor.
    """
    if not caught:
        raise RecipeError(
            f"The layer '{name}' gives nothing when the network answers.",
            fix="Choose another with --layer; 'pellucid trace RUN INPUT' lists those that take part.",
        )
    return caught[0]


def _first_tensor(value: Any) -> Tensor | None:
    if isinstance(value, Tensor):
        return value
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return next((tensor for part in parts if (tensor := _first_tensor(part)) is not None), None)
