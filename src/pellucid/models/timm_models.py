"""timm's models behind our door, built without weights; imports timm only when asked."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pellucid.kinds import Form, Wishes
from pellucid.models.entry import ModelEntry, ModelOptions
from pellucid.models.libraries import import_library

if TYPE_CHECKING:
    from torch import nn

_SMALLEST_SIZE = 32
"""Where timm states no smallest size: nearly all its models halve five times."""


@cache
def names() -> tuple[str, ...]:
    """Return timm's names, sorted, without the tags of pretrained weights."""
    return tuple(import_library("timm").list_models())


def is_known(name: str) -> bool:
    """Return whether timm has the model, with or without a tag ("resnet18", "resnet18.a1_in1k")."""
    timm = import_library("timm")
    base, dot, _ = name.partition(".")
    # Not timm.is_model alone: it also knows old names that only warn, and raises for a tag it does not know.
    return base in names() and (not dot or name in timm.list_models(f"{base}.*", pretrained=True, include_tags=True))


def entry(name: str, *, note: str = "") -> ModelEntry:
    """Return the entry of a name that timm knows."""
    wishes = _wishes(name)
    size = wishes.default_size or 224
    return ModelEntry(
        name=f"timm:{name}",
        description="A model of timm (PyTorch Image Models).",
        wishes=wishes,
        build=lambda form, outputs, options: _build(name, form, outputs, options),
        library="timm",
        options=("dropout",),
        example=(Form(shape=(3, size, size)), 1000),
        note=note,
    )


def _wishes(name: str) -> Wishes:
    config = import_library("timm").get_pretrained_cfg(name)
    if config is None:
        return Wishes(kinds=("image",), min_size=_SMALLEST_SIZE)
    _, height, width = config.input_size
    if config.fixed_input_size and height == width:
        return Wishes(kinds=("image",), sizes=(height,), default_size=height, min_size=height)
    smallest = max(config.min_input_size[1:]) if config.min_input_size else min(_SMALLEST_SIZE, height)
    return Wishes(kinds=("image",), min_size=smallest, default_size=max(height, width))


def _build(name: str, form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    timm = import_library("timm")
    # timm names only: a "hf-hub:" or "local-dir:" name would reach for the network or for files, and never gets here.
    dropout: dict[str, Any] = {} if options.dropout is None else {"drop_rate": options.dropout}
    model: nn.Module = timm.create_model(name, pretrained=False, num_classes=outputs, in_chans=form.shape[0], **dropout)
    return model
