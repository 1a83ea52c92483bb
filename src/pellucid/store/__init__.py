"""Names come in, paths of files go out: the data directory with its datasets and pretrained weights, and the cache."""

from __future__ import annotations

from pellucid.store.bundles import is_bundle, open_bundle, write_bundle
from pellucid.store.cache import Cache, CacheStatus, Found, content_key, find_cache, from_row, to_row
from pellucid.store.damage import note_damage, tell_damage
from pellucid.store.directory import CACHE_VARIABLE, DIRECTORY_VARIABLE, cache_directory, data_directory
from pellucid.store.fetching import FetchedFile, Watch, fetch, fetch_files, plan_fetch, plan_files
from pellucid.store.files import (
    PHOTO_SETS,
    STORED_DATASETS,
    STORED_TEXTS,
    find_dataset_file,
    find_dataset_files,
    find_dataset_place,
    find_text_file,
)
from pellucid.store.keeping import keep_weights, remove_weights, stored_under
from pellucid.store.known_weights import KNOWN_WEIGHTS
from pellucid.store.sealed import DamagedError, read_sealed, seal, sum_of
from pellucid.store.sources import SOURCES, Remote
from pellucid.store.unpacking import (
    ARCHIVE_SUFFIXES,
    Entry,
    Unpacked,
    archive_stem,
    clear_unpacked,
    is_archive,
    unpack,
    unpack_archive,
    unpacked_bytes,
)
from pellucid.store.weights import Place, StoredWeights, file_sha256, list_stored, weights_directory
from pellucid.store.weights_card import WeightsCard

__all__ = [
    "ARCHIVE_SUFFIXES",
    "CACHE_VARIABLE",
    "DIRECTORY_VARIABLE",
    "KNOWN_WEIGHTS",
    "PHOTO_SETS",
    "SOURCES",
    "STORED_DATASETS",
    "STORED_TEXTS",
    "Cache",
    "CacheStatus",
    "DamagedError",
    "Entry",
    "FetchedFile",
    "Found",
    "Place",
    "Remote",
    "StoredWeights",
    "Unpacked",
    "Watch",
    "WeightsCard",
    "archive_stem",
    "cache_directory",
    "clear_unpacked",
    "content_key",
    "data_directory",
    "fetch",
    "fetch_files",
    "file_sha256",
    "find_cache",
    "find_dataset_file",
    "find_dataset_files",
    "find_dataset_place",
    "find_text_file",
    "from_row",
    "is_archive",
    "is_bundle",
    "keep_weights",
    "list_stored",
    "note_damage",
    "open_bundle",
    "plan_fetch",
    "plan_files",
    "read_sealed",
    "remove_weights",
    "seal",
    "stored_under",
    "sum_of",
    "tell_damage",
    "to_row",
    "unpack",
    "unpack_archive",
    "unpacked_bytes",
    "weights_directory",
    "write_bundle",
]
