"""Series whose splits lie in two files, NAME_TRAIN and NAME_TEST: what one of them is given for."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pellucid.data.raw_dataset import RawDataset
from pellucid.data.scan import safe_name
from pellucid.data.series_reading import ReadSeries, Source, raw_of_series, split_words
from pellucid.data.splits import TEST, TRAIN
from pellucid.data.table_columns import TableChoice
from pellucid.data.ts_files import read_ts
from pellucid.data.ucr_files import SUFFIXES, looks_like_ucr, read_ucr
from pellucid.errors import DataError
from pellucid.records import Decision

_PART = re.compile(r"(?P<name>.+?)(?P<mark>[_-])(?P<part>train|test)", re.IGNORECASE)
_PARTS = {"train": TRAIN, "test": TEST}
SERIES_SUFFIX = ".ts"


@dataclass(frozen=True)
class Files:
    """The files of one dataset.

    Attributes:
        name: of the dataset.
        parts: by split; a single one of TRAIN where nothing is split.
    """

    name: str
    parts: Mapping[int, Path]


def files_beside(path: Path) -> Files:
    """Return a file with the one that holds its other split, where its name says which it is.

    Raises:
        DataError: it holds what is for testing, and what is for training is not there.
    """
    found = _PART.fullmatch(path.stem)
    if found is None:
        return Files(path.stem, {TRAIN: path})
    part = found["part"].lower()
    other = next((file for file in _called(path, found) if file.is_file()), None)
    if other is None:
        if part == "train":
            return Files(found["name"], {TRAIN: path})
        raise DataError(
            f"{path} is named as the part for testing, and there is no part for training beside it.",
            expected=f"{_called(path, found)[0].name} in the same folder.",
            fix="Rename it, if it is all there is.",
        )
    own = _PARTS[part]
    both = {own: path, TEST if own == TRAIN else TRAIN: other}
    return Files(found["name"], {split: both[split] for split in (TRAIN, TEST)})


def _called(path: Path, found: re.Match[str]) -> list[Path]:
    """Return the names that the other part may have, in the same folder."""
    said = found["part"]
    other = "test" if said.lower() == "train" else "train"
    words = [other.upper() if said.isupper() else other.capitalize() if said[0].isupper() else other]
    return [path.with_name(f"{found['name']}{found['mark']}{word}{path.suffix}") for word in words]


def read_series_file(path: Path, choice: TableChoice) -> RawDataset | None:
    """Read a file of whole series, with its other split where there is one; None of what is no such file.

    Args:
        path: of a .ts file, or of one as the UCR archive has them.
        choice: what the user said.

    Raises:
        DataError: it cannot be read, or the part for training is missing.
        RecipeError: an option is for tables.
    """
    if path.suffix.lower() == SERIES_SUFFIX:
        choice.refuse(f"{path} holds series with their labels")
        said = Decision(name="format", value="series as sktime and aeon write them", reason="its ending")
        return _read(path, choice, lambda file: read_ts(file)[1], said)
    asked = choice.layout == "series" and path.suffix.lower() in (*SUFFIXES, ".csv")
    if not asked and (choice.layout is not None or not looks_like_ucr(path)):
        return None
    choice.refuse(f"{path} holds a series a line, its class first")
    because = (
        "asked for (--layout series)"
        if asked
        else "its name, and numbers alone; --layout table (layout=) reads columns of a table"
    )
    said = Decision(name="layout", value="a series a line, its class first (UCR)", reason=because)
    return _read(path, choice, read_ucr, said)


def _read(path: Path, choice: TableChoice, read: Callable[[Path], ReadSeries], layout: Decision) -> RawDataset:
    files = files_beside(path)
    parts = {split: read(file) for split, file in files.parts.items()}
    decisions = []
    if len(parts) > 1:
        names = " and ".join(file.name for file in files.parts.values())
        reason = f"{names} lie side by side; --splits ignore (splits=) merges them and draws new ones"
        decisions.append(Decision(name="given splits", value=split_words(parts), reason=reason))
    source = Source(path, safe_name(files.name), layout, decisions=decisions)
    return raw_of_series(parts, source, task=choice.task)


def find_series_files(root: Path) -> list[Path]:
    """Return the files of whole series in a folder, one for each dataset: of two parts the one for training."""
    files = sorted(file for file in root.iterdir() if file.is_file() and not file.name.startswith("."))
    found = [file for file in files if file.suffix.lower() == SERIES_SUFFIX or _is_ucr(file)]
    chosen: dict[tuple[str, str], Path] = {}
    for file in found:
        match = _PART.fullmatch(file.stem)
        key = (match["name"] if match else file.stem, file.suffix.lower())
        if key not in chosen or (match and match["part"].lower() == "train"):
            chosen[key] = file
    return list(chosen.values())


def _is_ucr(file: Path) -> bool:
    try:
        return looks_like_ucr(file)
    except OSError:
        return False
