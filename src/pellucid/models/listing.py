"""The models that can be asked for, for `pellucid models`."""

from __future__ import annotations

from fnmatch import fnmatchcase

from pellucid.kinds import Wishes
from pellucid.models import timm_models, torchvision_models
from pellucid.models.catalogue import OWN
from pellucid.models.entry import InputShape, Library, ModelEntry, Option
from pellucid.records import Record

_COUNTED = 30
"""Up to so many models of the libraries are built to count their parameters (a tenth of a second each)."""


class ModelInfo(Record):
    """One line of the list of models."""

    name: str
    description: str
    library: Library
    parameters: int | None
    """At `example`; None where it was not counted."""
    example: tuple[InputShape, int]
    """Input shape and outputs."""
    wishes: Wishes
    options: tuple[Option, ...]


def list_models(
    pattern: str | None = None, *, with_timm: bool = False, with_torchvision: bool = False
) -> list[ModelInfo]:
    """Return our own models, and on request the libraries', whose names hold the pattern.

    Args:
        pattern: part of a name ("resnet"), or with * and ? the whole of it ("*resnet1?"); None for all.
        with_timm: also timm's, as "timm:...".
        with_torchvision: also torchvision's, as "tv:...".
    """
    own = [entry for entry in OWN.values() if _fits(entry.name, pattern)]
    foreign: list[ModelEntry] = []
    if with_timm:
        foreign += [timm_models.entry(name) for name in timm_models.names() if _fits(f"timm:{name}", pattern)]
    if with_torchvision:
        foreign += [
            torchvision_models.entry(name) for name in torchvision_models.names() if _fits(f"tv:{name}", pattern)
        ]
    counted = len(foreign) <= _COUNTED
    return [_info(entry, count=True) for entry in own] + [_info(entry, count=counted) for entry in foreign]


def _fits(name: str, pattern: str | None) -> bool:
    if pattern is None:
        return True
    return fnmatchcase(name, pattern if set(pattern) & set("*?[") else f"*{pattern}*")


def _info(entry: ModelEntry, *, count: bool) -> ModelInfo:
    return ModelInfo(
        name=entry.name,
        description=entry.description,
        library=entry.library,
        parameters=_parameters(entry) if count else None,
        example=(entry.example[0].shape, entry.example[1]),
        wishes=entry.wishes,
        options=entry.options,
    )


def _parameters(entry: ModelEntry) -> int | None:
    """Count on torch's meta device, where tensors have shapes and no numbers: no memory is filled."""
    import torch

    from pellucid.models.summary import count_parameters

    form, outputs = entry.example
    try:
        with torch.device("meta"):
            return count_parameters(entry.build(form, outputs, entry.defaults))
    except Exception:
        if entry.library == "pellucid":
            raise
        return None  # A model that needs numbers while it is built; its name is still worth listing.
