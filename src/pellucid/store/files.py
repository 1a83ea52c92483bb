"""Names of datasets to their files under the data directory."""

from __future__ import annotations

import os
from pathlib import Path

from pellucid.errors import DataError, did_you_mean
from pellucid.store.directory import DIRECTORY_VARIABLE, data_directory
from pellucid.store.sources import SOURCES
from pellucid.store.unpacking import is_archive

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

STORED_TEXTS: dict[str, tuple[str, str]] = {"shakespeare": ("tinyshakespeare", "input.txt")}
"""Texts that the data directory may hold, with the folder and the file that each of them is."""

PHOTO_SETS: tuple[str, ...] = ("cifar10", "flowers", "hymenoptera", "imagenette")
"""Datasets of class folders that the data directory may hold, as an archive or as a folder."""


def find_dataset_file(name: str, file: str) -> Path:
    """Return the path of one file of a stored dataset, e.g. `find_dataset_file("mnist", "train-images-idx3-ubyte")`.

    The plain file is preferred to the one that ends in `.gz`.

    Raises:
        DataError: the name is unknown, or the file is in neither form under the data directory.
    """
    _check_name(name)
    folder = data_directory() / name
    for candidate in (folder / file, folder / f"{file}.gz"):
        if os.path.isfile(candidate):
            return candidate
    raise DataError(
        f"The dataset '{name}' is not in the data directory: {folder / file} (or the same with .gz) is missing.",
        expected=f"Expected in {folder}: {', '.join(STORED_DATASETS[name])}, each plain or ending in .gz.",
        fix=f"Run: pellucid fetch {name}. Or set {DIRECTORY_VARIABLE} to the folder that holds '{name}/'.",
    )


def find_dataset_place(name: str) -> Path:
    """Return where a dataset of `PHOTO_SETS` lies: the one archive in its folder, or the folder itself.

    Raises:
        DataError: the name is unknown, or nothing of it is under the data directory.
    """
    if name not in PHOTO_SETS:
        raise DataError(f"No photo set is called '{name}'.{did_you_mean(name, PHOTO_SETS)}")
    folder = data_directory() / name
    if os.path.isdir(folder):
        fetched = [folder / file.file for file in SOURCES[name].files] if name in SOURCES else []
        if fetched and all(os.path.isfile(path) for path in fetched):
            return fetched[0]
        archives = sorted(path for path in folder.iterdir() if is_archive(path) and not path.name.startswith("."))
        if len(archives) == 1:
            return archives[0]
        if any(os.path.isdir(path) for path in folder.iterdir()):
            return folder
    how = f"Run: pellucid fetch {name}. Or set" if name in SOURCES else "Put it there, or set"
    raise DataError(
        f"The dataset '{name}' is not in the data directory: {folder} is missing or empty.",
        expected="Expected there: one archive of class folders, or the folders themselves.",
        fix=f"{how} {DIRECTORY_VARIABLE} to the folder that holds '{name}/'.",
    )


def find_text_file(name: str) -> Path:
    """Return the path of a text of `STORED_TEXTS`; the plain file is preferred to the one that ends in `.gz`.

    Raises:
        DataError: the name is unknown, or there is no such file under the data directory.
    """
    if name not in STORED_TEXTS:
        raise DataError(f"No stored text is called '{name}'.{did_you_mean(name, STORED_TEXTS)}")
    folder, file = STORED_TEXTS[name]
    for place in (data_directory() / folder / file, data_directory() / name / file):
        if os.path.isfile(place):
            return place
    raise DataError(
        f"The text '{name}' is not in the data directory: {data_directory() / folder / file} is missing.",
        fix=f"Run: pellucid fetch {name}. Or set {DIRECTORY_VARIABLE} to the folder that holds '{folder}/'.",
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
