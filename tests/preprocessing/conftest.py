"""Small datasets made in memory, for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.data import ArrayImages, Dataset, ImageInputs, TableInputs
from pellucid.kinds import ClassTarget, Column, ImageInput, TableInput, ValueTarget

MakePictures = Callable[..., Dataset]
MakeTable = Callable[..., Dataset]


class PictureList(ImageInputs):
    """Pictures of any sizes, read one by one, as files are."""

    def __init__(self, pictures: Sequence[NDArray[Any]]) -> None:
        self.pictures = list(pictures)
        self.read: list[int] = []

    def __len__(self) -> int:
        return len(self.pictures)

    def pixels(self, index: int) -> NDArray[Any]:
        self.read.append(index)
        return self.pictures[index]

    def name(self, index: int) -> str:
        return f"picture {index}"


def _describe(pictures: Sequence[NDArray[Any]]) -> ImageInput:
    sizes = np.array([picture.shape[:2] for picture in pictures])
    ratios = np.percentile(sizes[:, 1] / sizes[:, 0], [5, 50, 95])
    low, middle, high = sizes.min(axis=0), np.median(sizes, axis=0).astype(int), sizes.max(axis=0)
    return ImageInput(
        channels=3 if any(picture.ndim == 3 for picture in pictures) else 1,
        bit_depth=16 if any(picture.dtype == np.uint16 for picture in pictures) else 8,
        min_size=(int(low[0]), int(low[1])),
        median_size=(int(middle[0]), int(middle[1])),
        max_size=(int(high[0]), int(high[1])),
        aspect_ratios=(float(ratios[0]), float(ratios[1]), float(ratios[2])),
    )


def _dataset(inputs: Any, spec: ImageInput | TableInput, num: int, num_train: int | None, **more: Any) -> Dataset:
    train = num if num_train is None else num_train
    target = more.get("target", ClassTarget(classes=tuple(more.get("classes", ("cat", "dog")))))
    splits = {"train": np.arange(train), "val": np.arange(train, num), "test": np.arange(0)}
    return Dataset(
        name=more.get("name", "made"),
        source="arrays",
        input=spec,
        target=target,
        inputs=inputs,
        targets=np.zeros(num) if isinstance(target, ValueTarget) else np.zeros(num, np.int64),
        splits=splits,  # type: ignore[arg-type]  # the keys are the three split names
        groups=None,
        fingerprint="sha256:0",
        split_fingerprint="sha256:0",
    )


@pytest.fixture
def make_pictures() -> MakePictures:
    """Make a dataset of pictures; an array [N, H, W(, 3)] lies in memory, a list is read one by one."""

    def make(pictures: NDArray[Any] | Sequence[NDArray[Any]], *, num_train: int | None = None, **more: Any) -> Dataset:
        stacked = isinstance(pictures, np.ndarray)
        inputs = ArrayImages(pictures) if isinstance(pictures, np.ndarray) else PictureList(pictures)
        spec = _describe(list(pictures[:1] if stacked else pictures))
        return _dataset(inputs, spec, len(pictures), num_train, **more)

    return make


@pytest.fixture
def make_table() -> MakeTable:
    """Make a dataset of a table from its columns."""

    def make(columns: dict[str, Sequence[Any]], *, num_train: int | None = None, **more: Any) -> Dataset:
        cells: dict[str, NDArray[Any]] = {}
        specs = []
        for name, values in columns.items():
            number = all(isinstance(value, (int, float)) for value in values)
            cells[name] = np.array(values, np.float64 if number else object)
            specs.append(Column(name=name, kind="number" if number else "category"))
        num = len(next(iter(cells.values())))
        return _dataset(TableInputs(cells), TableInput(columns=tuple(specs)), num, num_train, **more)

    return make
