"""Pretrained weights by the model's name: what lies in the store and in the data folder, and whether it is whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pellucid.errors import DataError, PellucidError
from pellucid.files import check_plain, load_json, open_plain, reason_of
from pellucid.store.directory import data_directory
from pellucid.store.known_weights import KNOWN_WEIGHTS
from pellucid.store.weights_card import WeightsCard

Place = Literal["store", "data folder", "timm's cache", "torch's cache", "bundle"]
MOST_CARD = 1 << 20
"""Bytes of the largest card that is read: 1 MiB."""
MOST_WEIGHTS = 1 << 36
"""Bytes of the largest file of weights: 64 GiB."""


@dataclass(frozen=True)
class StoredWeights:
    """A file of pretrained weights on this machine.

    Attributes:
        card: what is known about it.
        path: where it lies.
        place: which of the places that are searched it was found in; only the store is ever written to.
    """

    card: WeightsCard
    path: Path
    place: Place

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {**self.card.to_dict(), "path": str(self.path), "place": self.place}

    def check(self) -> None:
        """Raise a DataError when the file is not, byte for byte, the one that its card describes."""
        fix = f"Remove and add them again: pellucid weights remove {self.card.name}"
        try:
            size = check_plain(self.path)
            if size != self.card.bytes:  # before a checksum of what may be without end
                raise DataError(
                    f"The weights {self.path} are damaged: they have {size:,} bytes.",
                    expected=f"{self.card.bytes:,}.",
                    fix=fix,
                )
            found = file_sha256(self.path)
        except OSError as problem:
            raise DataError(f"The weights {self.path} cannot be read: {reason_of(problem)}.") from None
        if found != self.card.sha256:
            raise DataError(
                f"The weights {self.path} are damaged: their sha256 is {found}.",
                expected=f"{self.card.sha256}.",
                fix=fix,
            )


def weights_directory() -> Path:
    """Return the folder of the store of weights, in the data directory; it need not exist."""
    return data_directory() / "weights"


def list_stored(faults: list[str] | None = None) -> list[StoredWeights]:
    """Return what lies in the store, and then what lies in the data directory's folder `pretrained/`, sorted by name.

    What cannot be read is left out: one bad card must not hide the others.

    Args:
        faults: a sentence about each file that is left out is added.
    """
    left_out = faults if faults is not None else []
    store = sorted(_with_cards(weights_directory(), "store", left_out), key=lambda stored: stored.card.name)
    brought = sorted(_brought(data_directory() / "pretrained", left_out), key=lambda stored: stored.card.name)
    return [*store, *brought]


def file_sha256(path: Path) -> str:
    """Return the checksum of a file of weights, in hexadecimal.

    Raises:
        OSError: as of `open_plain`; larger than `MOST_WEIGHTS`, too: a file that is all hole would be read for hours.
    """
    with open_plain(path, most=MOST_WEIGHTS) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_card(path: Path) -> WeightsCard:
    """Read the JSON that lies beside a file of weights.

    Raises:
        DataError: it is no such card.
    """
    data = load_json(path, error=DataError, most=MOST_CARD)
    return WeightsCard.from_dict(data, source=str(path), error=DataError)


def _with_cards(folder: Path, place: Place, faults: list[str]) -> Iterator[StoredWeights]:
    for path in _files(folder, ".json"):
        try:
            card = read_card(path)
        except PellucidError as problem:
            faults.append(str(problem))
            continue
        if os.path.isfile(folder / card.file):
            yield StoredWeights(card, folder / card.file, place)


def _brought(folder: Path, faults: list[str]) -> Iterator[StoredWeights]:
    """Files that somebody put there: with cards of their own, or known by their checksums."""
    described = list(_with_cards(folder, "data folder", faults))
    yield from described
    taken = {stored.path for stored in described}
    sizes = {card.bytes for card in KNOWN_WEIGHTS}
    for path in _files(folder, ".safetensors"):
        if path in taken:
            continue
        try:
            checksum = file_sha256(path) if check_plain(path) in sizes else ""
        except OSError as problem:
            faults.append(f"The weights {path} cannot be read: {reason_of(problem)}.")
            continue
        for card in KNOWN_WEIGHTS:
            if card.sha256 == checksum:
                yield StoredWeights(card.model_copy(update={"file": path.name}), path, "data folder")


def _files(folder: Path, suffix: str) -> list[Path]:
    """Return the files of a kind in a folder, sorted, none hidden; nothing of one that cannot be looked into."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == suffix and not path.name.startswith("."))
    except OSError:
        return []
