"""torchvision's classifiers behind our door, built without weights; imports torchvision only when asked."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pellucid.kinds import Form, Wishes
from pellucid.models.entry import ModelEntry
from pellucid.models.libraries import import_library

if TYPE_CHECKING:
    from torch import nn

_FIXED_224 = ("vit_", "maxvit_")
_SMALLEST = {"alexnet": 63, "inception_v3": 75, "squeezenet1_0": 21, "squeezenet1_1": 17}
"""Smallest sides at which no feature map shrinks to nothing, where that is not 32."""
_TRAINED_AT = {
    "inception_v3": 299,
    "efficientnet_b1": 240,
    "efficientnet_b2": 288,
    "efficientnet_b3": 300,
    "efficientnet_b4": 380,
    "efficientnet_b5": 456,
    "efficientnet_b6": 528,
    "efficientnet_b7": 600,
    "efficientnet_v2_s": 384,
    "efficientnet_v2_m": 480,
    "efficientnet_v2_l": 480,
    "swin_v2_t": 256,
    "swin_v2_s": 256,
    "swin_v2_b": 256,
}
"""Where the authors' size is not 224."""
_EXTRA_ARGUMENTS: dict[str, dict[str, Any]] = {
    # Auxiliary heads would make the training output a tuple; stating init_weights keeps torchvision from warning.
    "googlenet": {"aux_logits": False, "init_weights": True},
    "inception_v3": {"aux_logits": False, "init_weights": True},
}


@cache
def names() -> tuple[str, ...]:
    """Return the names of torchvision's classifiers, sorted."""
    torchvision = import_library("torchvision")
    return tuple(torchvision.models.list_models(module=torchvision.models))


def entry(name: str, *, note: str = "") -> ModelEntry:
    """Return the entry of a name that torchvision knows."""
    size = _TRAINED_AT.get(name, 224)
    fixed = name.startswith(_FIXED_224)
    return ModelEntry(
        name=f"tv:{name}",
        description="A model of torchvision.",
        wishes=Wishes(
            kinds=("image",),
            sizes=(size,) if fixed else None,
            min_size=size if fixed else _SMALLEST.get(name, 32),
            default_size=size,
        ),
        build=lambda form, outputs, options: _build(name, form, outputs),
        library="torchvision",
        example=(Form(shape=(3, size, size)), 1000),
        note=note,
    )


def _build(name: str, form: Form, outputs: int) -> nn.Module:
    torchvision = import_library("torchvision")
    arguments = _EXTRA_ARGUMENTS.get(name, {})
    model: nn.Module = torchvision.models.get_model(name, weights=None, num_classes=outputs, **arguments)
    if form.shape[0] == 1:
        _make_grey(model)
    return model


def _make_grey(model: nn.Module) -> None:
    """Replace the first convolution, so that a grey picture is answered as its copy in three channels was."""
    import torch
    from torch import nn

    name, first = next((name, layer) for name, layer in model.named_modules() if isinstance(layer, nn.Conv2d))
    grey = nn.Conv2d(
        1,
        first.out_channels,
        first.kernel_size,  # type: ignore[arg-type]
        stride=first.stride,  # type: ignore[arg-type]
        padding=first.padding,  # type: ignore[arg-type]
        bias=first.bias is not None,
    )
    with torch.no_grad():
        grey.weight.copy_(first.weight.sum(dim=1, keepdim=True))
        if first.bias is not None and grey.bias is not None:
            grey.bias.copy_(first.bias)
    parent, _, child = name.rpartition(".")
    setattr(model.get_submodule(parent), child, grey)
