"""What timm and torchvision publish about pretrained weights: where they lie, how they were trained, their licence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pellucid.models.libraries import import_library

_PER_CHANNEL = tuple[float, float, float]
_IMAGENET: tuple[_PER_CHANNEL, _PER_CHANNEL] = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
_TORCHVISION_LICENCE = "none stated for the weights (the code: BSD-3-Clause)"


@dataclass(frozen=True)
class Published:
    """Weights that a library names for one of its models.

    Attributes:
        name: of the model, in full, with the tag where the library has one.
        url: of a file; "" where there is none.
        file: its name; "" likewise.
        checksum: the first digits of its sha256, as its publisher has put them into its name; "" where he has not.
        repository: on the Hugging Face hub; "" where there is none.
        source: for people.
        licence: as the library states it.
        mean: of the pictures it was trained on, per channel, in 0..1.
        std: likewise.
        input_size: their side, in pixels.
        head: whether the layer that gives the classes is among them.
    """

    name: str
    url: str
    file: str
    checksum: str
    repository: str
    source: str
    licence: str
    mean: _PER_CHANNEL
    std: _PER_CHANNEL
    input_size: int
    head: bool = True


def published(name: str) -> list[Published]:
    """Return the weights that its library names for a model, the library's favourite first; [] where it names none.

    Args:
        name: in full, e.g. "timm:resnet18", "timm:resnet18.a1_in1k" or "tv:resnet18".
    """
    library, _, word = name.partition(":")
    if library == "timm":
        return _of_timm(word)
    return _of_torchvision(word) if library == "tv" else []


def _of_timm(word: str) -> list[Published]:
    timm = import_library("timm")
    # timm raises for a name that it does not know, and for a tag: a newer one may have downloaded it.
    try:
        config: Any = timm.get_pretrained_cfg(word) if timm.is_model(word.partition(".")[0]) else None
    except RuntimeError:
        return []
    if config is None or not (config.url or config.hf_hub_id):
        return []
    _, height, width = config.input_size
    tag = f".{config.tag}" if config.tag else ""
    # Weights that other programs made come in those programs' own layout; only timm's reader takes them.
    url = config.url if config.url and not config.custom_load and config.url.endswith(".pth") else ""
    return [
        Published(
            name=f"timm:{word.partition('.')[0]}{tag}",
            url=url,
            file=url.rpartition("/")[2],
            checksum=_checksum(url),
            repository=config.hf_hub_id or "",
            source=f"timm: {config.hf_hub_id or url}",
            licence=config.license or "none stated",
            mean=_three(config.mean),
            std=_three(config.std),
            input_size=max(height, width),
            head=config.num_classes > 0,
        )
    ]


def _of_torchvision(word: str) -> list[Published]:
    models = import_library("torchvision").models
    if word not in models.list_models():
        return []
    known = models.get_model_weights(word)
    found = []
    for weights in (known.DEFAULT, *(one for one in known if one is not known.DEFAULT)) if len(known) else ():
        made_for: Any = weights.transforms()
        mean, std = getattr(made_for, "mean", _IMAGENET[0]), getattr(made_for, "std", _IMAGENET[1])
        found.append(
            Published(
                name=f"tv:{word}",
                url=weights.url,
                file=weights.url.rpartition("/")[2],
                checksum=_checksum(weights.url),
                repository="",
                source=f"torchvision: {weights}",
                licence=_TORCHVISION_LICENCE,
                mean=_three(mean),
                std=_three(std),
                input_size=int(getattr(made_for, "crop_size", [224])[0]),
            )
        )
    return found


def _checksum(url: str) -> str:
    found = re.search(r"-([0-9a-f]{8,64})\.pth$", url)
    return found[1] if found else ""


def _three(values: Any) -> _PER_CHANNEL:
    first, second, third = (float(value) for value in values)
    return first, second, third
