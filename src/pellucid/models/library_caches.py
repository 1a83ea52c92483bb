"""Pretrained weights that timm and torchvision have downloaded before: looked for on this machine, never elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from pellucid.errors import DataError
from pellucid.files import expand, guarded
from pellucid.models import timm_models, torchvision_models
from pellucid.models.published import Published, published
from pellucid.store import Place, StoredWeights, WeightsCard, file_sha256


def cached_weights(name: str, faults: list[str] | None = None) -> list[StoredWeights]:
    """Return what the libraries' caches hold for a model.

    Args:
        name: in full, e.g. "timm:resnet18", "timm:resnet18.a1_in1k", "tv:resnet18".
        faults: a sentence about each file that cannot be read, and is left out, is added.
    """
    found = []
    for one in published(name):
        for path, place in _places(one):
            if not os.path.isfile(path):
                continue
            try:
                with guarded(partial(_unreadable, path)):
                    found.append(StoredWeights(_card(path, one), path, place))
            except DataError as problem:
                if faults is not None:
                    faults.append(str(problem))
    return found


def _unreadable(path: Path, reason: str) -> DataError:
    return DataError(f"The weights {path} cannot be read: {reason}.")


def list_cached(faults: list[str] | None = None) -> list[StoredWeights]:
    """Return every file of pretrained weights of a known model in the libraries' caches, sorted by name.

    Args:
        faults: as of `cached_weights`.
    """
    names = [f"timm:{folder.name.removeprefix('models--timm--')}" for folder in _hub().glob("models--timm--*")]
    found = [stored for name in names for stored in cached_weights(name, faults)]
    if any(_checkpoints().glob("*.pth")):
        found += [stored for name in _names_of_checkpoints() for stored in cached_weights(name, faults)]
    unique = {stored.path: stored for stored in found}
    return sorted(unique.values(), key=lambda stored: stored.card.name)


def _names_of_checkpoints() -> Iterator[str]:
    files = {path.name for path in _checkpoints().glob("*.pth")}
    for name in (
        *(f"tv:{name}" for name in torchvision_models.names()),
        *(f"timm:{name}" for name in timm_models.names()),
    ):
        if any(one.file in files for one in published(name)):
            yield name


def _places(one: Published) -> Iterator[tuple[Path, Place]]:
    if one.repository:
        snapshots = _hub() / f"models--{one.repository.replace('/', '--')}" / "snapshots"
        for file in ("model.safetensors", "pytorch_model.bin"):
            for path in sorted(snapshots.glob(f"*/{file}")):
                yield path, "timm's cache"
    if one.file:
        yield _checkpoints() / one.file, "torch's cache"


def _card(path: Path, one: Published) -> WeightsCard:
    return WeightsCard(
        name=one.name,
        file=path.name,
        bytes=path.stat().st_size,
        sha256=file_sha256(path),
        source=one.source,
        licence=one.licence,
        mean=one.mean,
        std=one.std,
        input_size=one.input_size,
        head=one.head,
    )


def _hub() -> Path:
    """Return where the Hugging Face hub keeps files, by the same variables and in the same order as it does itself."""
    chosen = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    if chosen:
        return expand(chosen, what="HF_HUB_CACHE", error=DataError)
    home = os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "huggingface"
    return expand(home, what="HF_HOME or XDG_CACHE_HOME", error=DataError) / "hub"


def _checkpoints() -> Path:
    """Return where torch's hub keeps checkpoints, likewise."""
    home = os.environ.get("TORCH_HOME") or Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")) / "torch"
    return expand(home, what="TORCH_HOME or XDG_CACHE_HOME", error=DataError) / "hub" / "checkpoints"
