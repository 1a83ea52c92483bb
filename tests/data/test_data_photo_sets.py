"""Photo sets by name: CIFAR-10 in its binary form, archives and folders in the data directory."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import load_dataset
from pellucid.data.photo_sets import CIFAR_CLASSES
from pellucid.errors import DataError
from pellucid.kinds import ClassTarget

MakeFolder = Callable[[Path, Mapping[str, int]], Path]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def _cifar(path: Path, *, cut: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Write a small archive laid out as CIFAR-10's binary version; return its records."""
    records = np.random.default_rng(0).integers(0, 256, (60, 3073), dtype=np.uint8)
    records[:, 0] = np.arange(60) % 10
    path.parent.mkdir(parents=True)
    with tarfile.open(path, "w:gz") as archive:
        for place, file in enumerate([*(f"data_batch_{n}.bin" for n in range(1, 6)), "test_batch.bin"]):
            body = records[place * 10 : place * 10 + 10].tobytes()
            info = tarfile.TarInfo(f"cifar-10-batches-bin/{file}")
            info.size = len(body) - cut
            archive.addfile(info, io.BytesIO(body))
    return records


def test_cifar10_is_read_from_its_binary_archive(data: Path) -> None:
    records = _cifar(data / "cifar10" / "cifar-10-binary.tar.gz")
    dataset = load_dataset("cifar10")
    assert (dataset.source, dataset.target) == ("cifar10", ClassTarget(classes=CIFAR_CLASSES))
    assert [len(dataset.splits[split]) for split in ("train", "val", "test")] == [40, 10, 10]
    assert dataset.example_name(50) == "picture 50 (test_batch 0)"
    pixels = dataset.inputs.pixels(51)  # type: ignore[attr-defined]
    row = records[51, 1:]
    np.testing.assert_array_equal(pixels[3, 5], [row[3 * 32 + 5], row[1024 + 3 * 32 + 5], row[2048 + 3 * 32 + 5]])


def test_cut_off_cifar10_is_an_error(data: Path) -> None:
    _cifar(data / "cifar10" / "cifar-10-binary.tar.gz", cut=5)
    with pytest.raises(DataError, match=r"data_batch_1\.bin of CIFAR-10 has 30,725 bytes"):
        load_dataset("cifar10")


def test_folder_or_archive_of_class_folders_does(data: Path, make_folder: MakeFolder) -> None:
    make_folder(data / "hymenoptera" / "train", {"ants": 6, "bees": 6})
    make_folder(data / "hymenoptera" / "val", {"ants": 3, "bees": 3})
    dataset = load_dataset("hymenoptera")
    assert dataset.source == "hymenoptera"
    assert dataset.class_counts() == {"ants": 9, "bees": 9}
    folder = make_folder(data.parent / "packed", {"daisy": 4, "rose": 4})
    (data / "flowers").mkdir()
    with tarfile.open(data / "flowers" / "flower_photos.tgz", "w:gz") as archive:
        archive.add(folder, "flower_photos")
    flowers = [load_dataset("flowers") for _ in range(2)]
    assert [dataset.class_counts() for dataset in flowers] == [{"daisy": 4, "rose": 4}] * 2
    assert {(dataset.name, dataset.source) for dataset in flowers} == {("flowers", "flowers")}


@pytest.mark.parametrize(
    ("name", "way"), [("cifar10", "Run: pellucid fetch cifar10"), ("hymenoptera", "Put it there, or set PELLUCID_DATA")]
)
def test_absent_set_says_how_to_get_it(data: Path, name: str, way: str) -> None:
    with pytest.raises(DataError, match=way):
        load_dataset(name)


def test_a_known_name_beside_it_is_not_taken_for_data(data: Path, make_folder: MakeFolder) -> None:
    (data / "cifar10").mkdir(parents=True)
    with pytest.raises(DataError, match="missing or empty"):
        load_dataset("cifar10")
