"""Layers by name, and their outputs with the units in one place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from pellucid.errors import ModelError, RecipeError, did_you_mean
from pellucid.models import evaluating

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
        inputs: one example with its batch axis, float32 [1, C, H, W] or [1, D].

    Raises:
        ModelError: the network has no layer with units.
    """
    places: list[str] = []
    plain: list[str] = []

    def note(module: nn.Module, output: Any, name: str) -> None:
        tensor = _first_tensor(output)
        if tensor is None or tensor.ndim not in (2, 3, 4) or isinstance(module, nn.Identity | nn.Dropout):
            return
        has_places = tensor.ndim > 2 and by_unit(tensor, module)[0, 0].numel() > 1
        (places if has_places else plain).append(name)

    # A part ends before the whole that it belongs to, so a block is noted after its last branch.
    handles = [
        module.register_forward_hook(lambda module, _, output, name=name: note(module, output, name))
        for name, module in model.named_modules()
        if name
    ]
    try:
        with evaluating(model), torch.no_grad():
            model(inputs)
    finally:
        for handle in handles:
            handle.remove()
    if not places and not plain:
        raise ModelError("The network has no layer with units to look at.", fix="Name one with --layer.")
    return (places or plain)[-1]


def by_unit(output: Tensor, layer: nn.Module) -> Tensor:
    """Return a layer's output as [N, U, *places]: units second, wherever the layer puts them.

    Channels come first in feature maps [N, C, H, W] and last among tokens [N, T, D]; networks that keep channels last
    in their maps (Swin) are told by the layers in them.

    Raises:
        RecipeError: the output has another number of dimensions.
    """
    if output.ndim == 2:
        return output
    if output.ndim == 3:
        return output.movedim(-1, 1)
    if output.ndim == 4:
        return output.movedim(-1, 1) if _units_last(output, layer) else output
    raise RecipeError(
        f"The layer's output has {output.ndim} dimensions.", expected="[N, U], [N, tokens, U] or [N, U, H, W]."
    )


def _units_last(output: Tensor, layer: nn.Module) -> bool:
    """Tell whether a module keeps the channels of its maps last: by its last part that knows how many there are."""
    for part in reversed(list(layer.modules())):
        if isinstance(part, nn.LayerNorm | nn.Linear):
            width = part.normalized_shape[-1] if isinstance(part, nn.LayerNorm) else part.out_features
            # timm's LayerNorm2d is a LayerNorm, too, and keeps them first.
            return output.shape[-1] == width and not type(part).__name__.endswith("2d")
        if isinstance(part, nn.Conv2d | nn.BatchNorm2d):
            return False
    return False


@contextmanager
def catching(model: nn.Module, name: str) -> Iterator[list[Tensor]]:
    """Keep what a layer gives, as `by_unit` orders it, while the network runs; of a layer called twice the last call.

    Yields:
        a list that holds one tensor, [N, U, ...], after each forward pass, with its gradient's history where there is
        one.
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
    """Return what `catching` kept: [N, U] of units, [N, U, tokens], or [N, U, h, w] of maps.

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
