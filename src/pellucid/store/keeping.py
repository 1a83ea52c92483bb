"""Putting pretrained weights into the store, and taking them out again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from pellucid.errors import DataError
from pellucid.files import write_atomically, write_text
from pellucid.store.directory import DIRECTORY_VARIABLE
from pellucid.store.weights import StoredWeights, list_stored, weights_directory
from pellucid.store.weights_card import WeightsCard

SUFFIX = ".safetensors"


def stored_under(name: str) -> StoredWeights | None:
    """Return what the store, which alone can be written to, has under exactly this name; None for nothing."""
    return next((one for one in list_stored() if one.place == "store" and one.card.name == name), None)


def keep_weights(card: WeightsCard, write: Callable[[Path], object]) -> StoredWeights:
    """Put a file of weights into the store, beside its card; both are whole, or neither is there.

    Args:
        card: what is known about it; its file name is chosen here.
        write: makes the file at a path; its content must have the card's checksum.

    Raises:
        DataError: other weights have this name already, or the store cannot be written.
    """
    there = stored_under(card.name)
    if there is not None and there.card.sha256 == card.sha256:
        return there
    if there is not None:
        raise DataError(
            f"The store has other weights under the name {card.name} already (sha256 {there.card.sha256[:12]}).",
            expected="One file to a name; a tag after a dot tells several of one timm model apart.",
            fix=f"Remove those first (pellucid weights remove {card.name}), or give a name with a tag.",
        )
    card = card.model_copy(update={"file": f"{card.name.replace(':', '-')}-{card.sha256[:12]}{SUFFIX}"})
    folder = weights_directory()
    path = folder / card.file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, write)
        stored = StoredWeights(card, path, "store")
        stored.check()
        text = json.dumps(card.to_dict(), indent=2) + "\n"
        # The card last: a file without one is not in the store.
        write_text(path.with_suffix(".json"), text)
    except OSError as problem:
        raise DataError(
            f"The weights cannot be kept: {problem.filename or folder}: {problem.strerror or problem}.",
            fix=f"Make room or a place that can be written; {DIRECTORY_VARIABLE} chooses another data directory.",
        ) from None
    return stored


def remove_weights(name: str) -> StoredWeights:
    """Take weights out of the store, and return what they were.

    Raises:
        DataError: there are none of this name in the store, or they may not be removed.
    """
    stored = stored_under(name)
    if stored is None:
        names = [one.card.name for one in list_stored() if one.place == "store"]
        elsewhere = [one for one in list_stored() if one.card.name == name]
        where = f" They lie in {elsewhere[0].path}, which is not the store's to change." if elsewhere else ""
        raise DataError(
            f"The store has no weights under the name {name}.{where}",
            expected=f"One of: {', '.join(names)}." if names else "It is empty.",
        )
    try:
        stored.path.with_suffix(".json").unlink()
        stored.path.unlink()
    except OSError as problem:
        raise DataError(f"{problem.filename}: {problem.strerror}.") from None
    return stored
