"""Putting pretrained weights into the store, and taking them out again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from pellucid.errors import DataError
from pellucid.files import make_folder, remove_file, write_atomically, write_text
from pellucid.store.directory import DIRECTORY_VARIABLE, data_directory
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
        WritingError: the store is reached through a link in the data directory.
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
    home, folder = data_directory(), weights_directory()
    path = folder / card.file
    try:
        make_folder(folder, within=home)
        write_atomically(path, write, within=home)
        stored = StoredWeights(card, path, "store")
        stored.check()
        text = json.dumps(card.to_dict(), indent=2) + "\n"
        # The card last: a file without one is not in the store.
        write_text(path.with_suffix(".json"), text, within=home)
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
        WritingError: the store is reached through a link in the data directory.
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
        remove_file(stored.path.with_suffix(".json"), within=data_directory())
        remove_file(stored.path, within=data_directory())
    except OSError as problem:
        raise DataError(f"{problem.filename}: {problem.strerror}.") from None
    return stored
