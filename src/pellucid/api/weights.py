"""Pretrained weights on this machine: what there is, more of it, and whether it is whole; and what can be fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pellucid.errors import DataError, ModelError
from pellucid.models import (
    About,
    StoredWeights,
    add_weights,
    check_weights,
    fetch_weights,
    find_model,
    list_weights,
    pick,
    plan_weights,
)
from pellucid.store import SOURCES, FetchedFile, Watch, file_sha256, remove_weights, write_bundle
from pellucid.store import fetch as fetch_dataset
from pellucid.store import plan_fetch as plan_dataset

__all__ = [
    "About",
    "Bundle",
    "CheckedWeights",
    "add_weights",
    "bundle_weights",
    "fetch",
    "list_weights",
    "plan_fetch",
    "remove_weights_of",
    "verify_weights",
]


@dataclass(frozen=True)
class CheckedWeights:
    """Weights that were looked at again.

    Attributes:
        weights: the file.
        problem: what is wrong with it; "" for nothing.
    """

    weights: StoredWeights
    problem: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {**self.weights.to_dict(), "ok": not self.problem, "problem": self.problem}


@dataclass(frozen=True)
class Bundle:
    """One file with weights in it, to be carried to another machine.

    Attributes:
        path: of the file.
        sha256: of the file.
        weights: what it holds.
    """

    path: Path
    sha256: str
    weights: tuple[StoredWeights, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        held = [stored.card.to_dict() for stored in self.weights]
        return {"path": str(self.path), "bytes": self.path.stat().st_size, "sha256": self.sha256, "weights": held}


def verify_weights(names: Sequence[str] = (), faults: list[str] | None = None) -> list[CheckedWeights]:
    """Look at weights on this machine again: checksum, and whether names and shapes fit the model.

    Args:
        names: of models; none for all.
        faults: a sentence about each file that cannot even be listed is added.

    Raises:
        DataError: there are none of some name.
    """
    return [CheckedWeights(stored, check_weights(stored)) for stored in pick(list_weights(faults), names)]


def bundle_weights(names: Sequence[str] = (), *, out: str | Path = "weights.zip") -> Bundle:
    """Write one file with weights, which `add_weights` takes back on another machine.

    Args:
        names: of models; none for all that are on this machine.
        out: the file, which must not be there yet.

    Raises:
        DataError: there are none of some name, or the file cannot be written.
    """
    weights = pick(list_weights(), names)
    if not weights:
        raise DataError("There are no pretrained weights on this machine.", fix="See: pellucid weights add --help")
    path = Path(out)
    write_bundle(weights, path)
    return Bundle(path, file_sha256(path), tuple(weights))


def remove_weights_of(name: str) -> StoredWeights:
    """Take a model's weights out of the store.

    Raises:
        DataError: there are none in the store.
    """
    return remove_weights(find_model(name).name)


def plan_fetch(name: str) -> list[FetchedFile]:
    """Return what fetching a dataset, or a model's weights, would do, without using the network.

    Raises:
        DataError: the name is unknown, or a file is there that is not the published one.
        ModelError: the model's weights are not published in a way that can be checked.
    """
    return plan_weights(name) if _is_model(name) else plan_dataset(name)


def fetch(name: str, *, watch: Watch | None = None) -> list[FetchedFile]:
    """Download a dataset, or a model's weights, into the data directory; what is there already stays.

    Args:
        name: one of `SOURCES`, or of a model of timm or torchvision.
        watch: who is told how far it is.

    Raises:
        DataError: the name is unknown, the download fails, a checksum differs, or the place cannot be written.
        ModelError: the model's weights are not published in a way that can be checked.
    """
    return fetch_weights(name, watch=watch) if _is_model(name) else fetch_dataset(name, watch=watch)


def _is_model(name: str) -> bool:
    """Return whether a name is a model's and no dataset's; a name that is neither is left to the datasets."""
    if name in SOURCES:
        return False
    try:
        find_model(name)
    except ModelError:
        return ":" in name
    return True
