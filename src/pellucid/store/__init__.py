"""Names come in, paths of files go out: the data directory and the datasets kept in it."""

from __future__ import annotations

from pellucid.store.directory import DIRECTORY_VARIABLE, data_directory
from pellucid.store.files import STORED_DATASETS, find_dataset_file, find_dataset_files

__all__ = ["DIRECTORY_VARIABLE", "STORED_DATASETS", "data_directory", "find_dataset_file", "find_dataset_files"]
