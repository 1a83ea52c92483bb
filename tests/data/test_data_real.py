"""Real datasets, as they lie in the data directory; each test is skipped where its set is absent."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pellucid.data import Dataset, FileImages, load_dataset
from pellucid.kinds import ClassTarget, ImageInput, ValueTarget

pytestmark = pytest.mark.slow


def _load(root: Path, name: str, **options: object) -> Dataset:
    if not (root / name).exists():
        pytest.skip(f"{name} is not in {root}")
    return load_dataset(root / name, **options)  # type: ignore[arg-type]


def _sizes(dataset: Dataset) -> dict[str, int]:
    return {split: len(indices) for split, indices in dataset.splits.items()}


def test_mnist_has_its_published_counts(real_data: Path) -> None:
    if not (real_data / "mnist").is_dir():
        pytest.skip(f"mnist is not in {real_data}")
    dataset = load_dataset("mnist")
    assert _sizes(dataset) == {"train": 53000, "val": 7000, "test": 10000}
    assert list(dataset.class_counts("test").values()) == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert not [finding for finding in dataset.findings if finding.kind == "leak"]
    assert dataset.fingerprint == _load(real_data, "mnist").fingerprint


def test_fashion_mnist_has_names_in_the_published_order(real_data: Path) -> None:
    if not (real_data / "fashion-mnist").is_dir():
        pytest.skip(f"fashion-mnist is not in {real_data}")
    dataset = load_dataset("fashion-mnist")
    assert isinstance(dataset.target, ClassTarget)
    assert dataset.target.classes[0] == "T-shirt/top"
    assert dataset.target.classes[9] == "Ankle boot"
    assert set(dataset.class_counts().values()) == {7000}


def test_chest_x_rays_keep_their_splits_and_are_grey(real_data: Path) -> None:
    dataset = _load(real_data, "chest-xray-224")
    assert _sizes(dataset) == {"train": 1176, "val": 164, "test": 362}
    assert isinstance(dataset.input, ImageInput)
    assert (dataset.input.channels, dataset.input.median_size) == (1, (224, 224))
    assert any(finding.kind == "equal-files" for finding in dataset.findings)
    assert not any(finding.kind == "leak" for finding in dataset.findings)


def test_flowers_get_a_test_split_from_train(real_data: Path) -> None:
    dataset = _load(real_data, "flowers5")
    assert _sizes(dataset) == {"train": 220, "val": 100, "test": 80}
    assert set(dataset.class_counts("test").values()) == {16}
    assert isinstance(dataset.inputs, FileImages)
    assert dataset.inputs.pixels(0).ndim == 3


def test_hymenoptera_with_its_odd_gif_loads(real_data: Path) -> None:
    dataset = _load(real_data, "hymenoptera")
    assert len(dataset) == 357
    assert len(dataset.splits["val"]) == 153
    assert "train/ants/imageNotFound.gif" in {dataset.example_name(index) for index in range(357)}


def test_skin_lesions_load_from_the_folder_and_the_csv_without_a_flag(real_data: Path) -> None:
    folder = _load(real_data, "ham10000")
    file = _load(real_data, "ham10000/metadata.csv")
    assert folder.fingerprint == file.fingerprint
    assert folder.name == file.name == "ham10000"
    assert folder.target == ClassTarget(name="dx", classes=("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc"))
    assert _sizes(folder) == {"train": 1008, "val": 144, "test": 288}
    assert folder.groups is not None
    reasons = " ".join(decision.reason for decision in folder.decisions)
    assert "--target" in reasons
    assert "--group" in reasons


def test_tables_load_as_published(real_data: Path) -> None:
    housing = _load(real_data, "tabular/california_housing.csv", target="median_house_value", impute="median")
    assert housing.target == ValueTarget(name="median_house_value")
    assert len(housing) == 20640
    assert np.isclose(housing.targets[:].mean(), 206855.8169)
    cars = _load(real_data, "tabular/auto-mpg.csv", target="mpg", impute="median")
    assert len(cars) == 398
