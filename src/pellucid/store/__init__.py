"""Names come in, paths of files go out: the data directory and the datasets kept in it; and the cache beside them."""

from __future__ import annotations

from pellucid.store.cache import Cache, CacheStatus, Found, content_key, find_cache, from_row, to_row
from pellucid.store.directory import CACHE_VARIABLE, DIRECTORY_VARIABLE, cache_directory, data_directory
from pellucid.store.files import STORED_DATASETS, find_dataset_file, find_dataset_files

__all__ = [
    "CACHE_VARIABLE",
    "DIRECTORY_VARIABLE",
    "STORED_DATASETS",
    "Cache",
    "CacheStatus",
    "Found",
    "cache_directory",
    "content_key",
    "data_directory",
    "find_cache",
    "find_dataset_file",
    "find_dataset_files",
    "from_row",
    "to_row",
]
