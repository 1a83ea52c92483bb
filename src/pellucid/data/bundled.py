"""The datasets with a name: made by a formula, brought by scikit-learn, or lying in the data directory."""

from __future__ import annotations

import gzip
import importlib.util
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data.duplicates import digest_rows
from pellucid.data.generated_pairs import DATES, REVERSE, read_dates, read_reverse
from pellucid.data.generated_texts import WHO_DID_WHAT, read_who_did_what
from pellucid.data.idx import read_idx_files
from pellucid.data.images import ArrayImages, Section
from pellucid.data.made import MADE, table
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.splits import TEST, TRAIN
from pellucid.data.survey import describe_sizes
from pellucid.data.text_files import read_text
from pellucid.data.text_streams import raw_of_stream
from pellucid.data.texts import TextInputs
from pellucid.errors import DataError
from pellucid.kinds import ClassTarget, ValueTarget
from pellucid.late import Late
from pellucid.records import Decision
from pellucid.store import PHOTO_SETS, STORED_TEXTS, find_dataset_files, find_text_file

_DIGIT_MAXIMUM = 16
_READ_PHOTOS = Late("pellucid.data.photo_sets", "read_photo_set")

# The order of the labels in the files; github.com/zalandoresearch/fashion-mnist, README, "Labels".
FASHION_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
_IRIS_COLUMNS = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
_DIABETES_COLUMNS = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")


def read_named(name: str) -> RawDataset:
    """Read a dataset by its name, one of `DATASET_NAMES`."""
    return _READERS[name]()


def _bundled_file(file: str) -> Path:
    """Return a file that scikit-learn brings, without importing scikit-learn: that alone takes most of a second."""
    found = importlib.util.find_spec("sklearn")
    folder = Path(found.origin).parent / "datasets" / "data" if found is not None and found.origin else None
    if folder is None or not (folder / file).is_file():
        raise DataError(
            f"The bundled file {file} was not found in scikit-learn.", fix="Install it again: pip install scikit-learn"
        )
    return folder / file


def _numbers(file: str, *, delimiter: str | None = None, skip_lines: int = 0) -> NDArray[np.float64]:
    """Read a table of numbers, gzipped or not, [rows, columns]."""
    data = _bundled_file(file).read_bytes()
    text = (gzip.decompress(data) if file.endswith(".gz") else data).decode("ascii")
    rows = [line.split(delimiter) for line in text.splitlines()[skip_lines:] if line.strip()]
    return np.array(rows, dtype=np.float64)


def _read_digits() -> RawDataset:
    numbers = _numbers("digits.csv.gz", delimiter=",")
    # 0..16 shades to the full range of 8 bits: 16 becomes 255, and the steps stay nearly even.
    pixels = np.rint(numbers[:, :-1] * (255 / _DIGIT_MAXIMUM)).astype(np.uint8).reshape(-1, 8, 8)
    digests = digest_rows(pixels)
    return RawDataset(
        name="digits",
        source="digits",
        input=describe_sizes(np.array([[8, 8]]), grey=True),
        target=ClassTarget(name="digit", classes=tuple(str(digit) for digit in range(10))),
        inputs=ArrayImages(pixels, sections=(Section("digits", len(pixels), "digit"),)),
        targets=numbers[:, -1].astype(np.int64),
        content=digests,
        equality=digests,
        decisions=[
            Decision(
                name="values",
                value="0..16 scaled to 0..255",
                reason="scikit-learn's digits have 17 shades; pictures here have 256",
            )
        ],
    )


def _read_iris() -> RawDataset:
    numbers = _numbers("iris.csv", delimiter=",", skip_lines=1)
    target = ClassTarget(name="species", classes=("setosa", "versicolor", "virginica"))
    return table("iris", _IRIS_COLUMNS, numbers[:, :-1], target, numbers[:, -1].astype(np.int64))


def _read_diabetes() -> RawDataset:
    numbers = _numbers("diabetes_data_raw.csv.gz")
    targets = _numbers("diabetes_target.csv.gz")[:, 0]
    return table("diabetes", _DIABETES_COLUMNS, numbers, ValueTarget(name="disease progression"), targets)


def _read_stored(name: str, class_names: tuple[str, ...] | None = None) -> RawDataset:
    files = find_dataset_files(name)
    pairs = {
        split: {"images": files[f"{prefix}-images-idx3-ubyte"], "labels": files[f"{prefix}-labels-idx1-ubyte"]}
        for split, prefix in ((TRAIN, "train"), (TEST, "t10k"))
    }
    return read_idx_files(pairs, source=name, name=name, class_names=class_names)


def _read_text(name: str) -> RawDataset:
    path = find_text_file(name)
    return raw_of_stream(TextInputs.of_texts([read_text(path)], names=[path.name]), name, name=name, decisions=())


_READERS: dict[str, Callable[[], RawDataset]] = {
    "digits": _read_digits,
    "iris": _read_iris,
    "diabetes": _read_diabetes,
    **MADE,
    "mnist": lambda: _read_stored("mnist"),
    WHO_DID_WHAT: read_who_did_what,
    REVERSE: read_reverse,
    DATES: read_dates,
    "shapes": Late("pellucid.data.made_shapes", "read_shapes"),
    "fashion-mnist": lambda: _read_stored("fashion-mnist", FASHION_CLASSES),
    **{name: partial(_read_text, name) for name in STORED_TEXTS},
    **{name: partial(_READ_PHOTOS, name) for name in PHOTO_SETS},
}

DATASET_NAMES: tuple[str, ...] = tuple(_READERS)
"""The names that `load_dataset` knows."""
