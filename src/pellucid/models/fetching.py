"""Pretrained weights from where their library publishes them, into the store, by way of `store`'s one door."""

from __future__ import annotations

from pellucid.errors import DataError, ModelError
from pellucid.files import remove_file
from pellucid.models.catalogue import find_model
from pellucid.models.published import Published, published
from pellucid.models.weights_intake import About, add_weights
from pellucid.store import (
    FetchedFile,
    Remote,
    Watch,
    data_directory,
    fetch_files,
    plan_files,
    stored_under,
    weights_directory,
)

_DOWNLOADS = "downloads"


def plan_weights(name: str) -> list[FetchedFile]:
    """Return what fetching a model's pretrained weights would do, without using the network.

    Raises:
        ModelError: there is no such model, or nothing of it is published in a way that can be checked.
    """
    one, remote = _published(name)
    stored = stored_under(one.name)
    if stored is not None:
        return [FetchedFile(stored.path, one.url, stored.card.bytes, "there", stored.card.bytes)]
    return plan_files(weights_directory() / _DOWNLOADS, [remote])


def fetch_weights(name: str, *, watch: Watch | None = None) -> list[FetchedFile]:
    """Download a model's pretrained weights, check them, convert them to safetensors, and keep them in the store.

    Raises:
        ModelError: as `plan_weights`; or what was published does not fit the model.
        DataError: the download fails, the checksum differs, or the place cannot be written.
    """
    one, remote = _published(name)
    planned = plan_weights(name)
    if planned[0].state == "there":
        return planned
    (fetched,) = fetch_files(weights_directory() / _DOWNLOADS, [remote], watch=watch)
    about = About(source=one.source, licence=one.licence, mean=one.mean, std=one.std, input_size=one.input_size)
    (stored,) = add_weights(fetched.path, model=one.name, about=about)
    remove_file(fetched.path, within=data_directory(), missing_ok=True)
    return [FetchedFile(stored.path, one.url, stored.card.bytes, "fetched", fetched.had)]


def _published(name: str) -> tuple[Published, Remote]:
    entry = find_model(name)
    if entry.library == "pellucid":
        raise ModelError(f"'{entry.name}' is one of ours, and starts from scratch.", fix="Name a model of timm's.")
    for one in published(entry.name):
        if one.url and one.checksum:
            return one, Remote(one.url, one.file, None, "sha256", one.checksum)
    raise DataError(
        f"For '{entry.name}' nothing is published with a checksum in its address.",
        fix=f"Download it yourself, and add it: pellucid weights add FILE --model {entry.name}",
    )
