"""Pictures and labels in files of one array each: NAME-train-imgs.npz beside NAME-train-labels.npz, X.npy and y.npy."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from pellucid.data.folder_names import SPLIT_WORDS, words_of
from pellucid.data.npz import load_array, load_arrays, raw_of_arrays
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.splits import TRAIN
from pellucid.data.table_columns import TaskName
from pellucid.errors import DataError
from pellucid.kinds import SPLITS, SplitName

_IMAGE_WORDS = frozenset(["x", "img", "imgs", "image", "images", "picture", "pictures", "pixels", "data"])
_LABEL_WORDS = frozenset(["y", "label", "labels", "lbl", "lbls", "target", "targets", "class", "classes"])
_HALVES = ("images", "labels")

Pairs = dict[SplitName, dict[str, Path]]


def find_array_pairs(folder: Path) -> Pairs:
    """Return the files of arrays in a folder by split, {"images": path, "labels": path}; {} where no pair is called so.

    The words of a name say which they are: imgs, images, X, ... or labels, y, targets, ...; train, val, test; without a
    word for a split it is train.

    Raises:
        DataError: two files want to be the same, or files belong to several datasets.
    """
    found: Pairs = {}
    named: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in (".npz", ".npy") or path.is_dir():
            continue
        words = words_of(path.stem)
        half = "labels" if _LABEL_WORDS & set(words) else "images" if _IMAGE_WORDS & set(words) else None
        if half is None:
            continue
        roles = [SPLIT_WORDS[word] for word in words if word in SPLIT_WORDS]
        split = SPLITS[roles[0] if roles else TRAIN]
        files = found.setdefault(split, {})
        if half in files:
            raise DataError(
                f"{folder} holds two files for the {half} of {split}: {files[half].name} and {path.name}.",
                fix="Keep one dataset per folder.",
            )
        files[half] = path
        rest = tuple(word for word in words if word not in _IMAGE_WORDS | _LABEL_WORDS | SPLIT_WORDS.keys())
        named[rest].append(path.name)
    if {half for files in found.values() for half in files} != set(_HALVES):
        return {}
    if len(named) > 1:
        names = " and ".join(files[0] for files in list(named.values())[:2])
        raise DataError(
            f"{folder} holds arrays of several datasets by their names, e.g. {names}.",
            fix="Keep one dataset per folder.",
        )
    return found


def read_array_pairs(pairs: Pairs, root: Path, *, name: str, weight: str | None, task: TaskName | None) -> RawDataset:
    """Read the pictures and labels that `find_array_pairs` found; splits that the names say are kept.

    Raises:
        DataError: a half is missing, a file holds several arrays, or as `raw_of_arrays`.
    """
    arrays: dict[str, NDArray[Any]] = {}
    for split, files in pairs.items():
        for half in _HALVES:
            if half not in files:
                other = next(iter(files.values()))
                raise DataError(
                    f"{root} holds {other.name}, but not the {half} of {split} that belong to it.",
                    expected="Pairs of files with one array each: NAME-train-imgs.npz beside NAME-train-labels.npz, "
                    "X_train.npy beside y_train.npy; the same for val and test.",
                )
            arrays[f"{split}_{half}"] = _only_array(files[half])
    used = ", ".join(file.name for files in pairs.values() for file in files.values())
    return raw_of_arrays(root, arrays, name=name, weight=weight, task=task, used=f"arrays in pairs of files: {used}")


def _only_array(path: Path) -> NDArray[Any]:
    if path.suffix.lower() == ".npy":
        return load_array(path)
    arrays = load_arrays(path)
    if len(arrays) != 1:
        names = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise DataError(f"{os.fspath(path)} holds {len(arrays)} arrays: {names or 'none'}.", expected="One array.")
    return next(iter(arrays.values()))
