"""Names of datasets to their files under the data directory."""

from __future__ import annotations

from pathlib import Path

from pellucid.errors import DataError, did_you_mean
from pellucid.store.directory import DIRECTORY_VARIABLE, data_directory

STORED_DATASETS: dict[str, tuple[str, ...]] = {
    name: (
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    )
    for name in ("mnist", "fashion-mnist")
}
"""The datasets that the data directory may hold, with the files that make each of them (each may also end in .gz)."""


def find_dataset_file(name: str, file: str) -> Path:
    """Return the path of one file of a stored dataset, e.g. `find_dataset_file("mnist", "train-images-idx3-ubyte")`.

    The plain file is preferred to the one that ends in `.gz`.

    Raises:
        DataError: the name is unknown, or the file is in neither form under the data directory.
    """
    _check_name(name)
    folder = data_directory() / name
    for candidate in (folder / file, folder / f"{file}.gz"):
        if candidate.is_file():
            return candidate
    raise DataError(
        f"The dataset '{name}' is not in the data directory: {folder / file} (or the same with .gz) is missing.",
        expected=f"Expected in {folder}: {', '.join(STORED_DATASETS[name])}, each plain or ending in .gz.",
        fix=f"Put the files there, or set {DIRECTORY_VARIABLE} to the folder that holds '{name}/'.",
    )


def find_dataset_files(name: str) -> dict[str, Path]:
    """Return every file of a stored dataset, by its name without `.gz`.

    Raises:
        DataError: the name is unknown, or a file is missing.
    """
    _check_name(name)
    return {file: find_dataset_file(name, file) for file in STORED_DATASETS[name]}


def _check_name(name: str) -> None:
    if name not in STORED_DATASETS:
        raise DataError(
            f"No stored dataset is called '{name}'.{did_you_mean(name, STORED_DATASETS)}",
            expected=f"Known names: {', '.join(STORED_DATASETS)}.",
        )
