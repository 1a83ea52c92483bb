"""The named sets equal what scikit-learn loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import ArrayImages, TableInputs, load_dataset
from pellucid.kinds import ClassTarget, ValueTarget


def test_digits_equal_scikit_learns_scaled_to_8_bits() -> None:
    from sklearn.datasets import load_digits

    reference = load_digits()
    dataset = load_dataset("digits")
    assert isinstance(dataset.inputs, ArrayImages)
    assert dataset.inputs.array.dtype == np.uint8
    np.testing.assert_array_equal(dataset.inputs.array, np.rint(reference.images * 255 / 16))
    np.testing.assert_array_equal(dataset.targets, reference.target)
    assert any(decision.value == "0..16 scaled to 0..255" for decision in dataset.decisions)
    assert {split: len(indices) for split, indices in dataset.splits.items()} == {
        "train": 1258,
        "val": 180,
        "test": 359,
    }


def test_iris_equals_scikit_learns() -> None:
    from sklearn.datasets import load_iris

    reference = load_iris()
    dataset = load_dataset("iris")
    assert isinstance(dataset.inputs, TableInputs)
    assert list(dataset.inputs.columns) == reference.feature_names
    np.testing.assert_array_equal(np.stack(list(dataset.inputs.columns.values()), axis=1), reference.data)
    np.testing.assert_array_equal(dataset.targets, reference.target)
    assert dataset.target == ClassTarget(name="species", classes=tuple(reference.target_names))


def test_diabetes_equals_scikit_learns_unscaled() -> None:
    from sklearn.datasets import load_diabetes

    reference = load_diabetes(scaled=False)
    dataset = load_dataset("diabetes")
    assert isinstance(dataset.inputs, TableInputs)
    assert list(dataset.inputs.columns) == reference.feature_names
    np.testing.assert_array_equal(np.stack(list(dataset.inputs.columns.values()), axis=1), reference.data)
    np.testing.assert_array_equal(dataset.targets, reference.target)
    assert dataset.target == ValueTarget(name="disease progression")


def test_bundled_sets_load_without_scikit_learn_or_torch() -> None:
    program = (
        "import sys, pellucid.data as data\n"
        "for name in ('digits', 'iris', 'diabetes'): data.load_dataset(name)\n"
        "print([name for name in ('sklearn', 'torch', 'pandas', 'scipy', 'matplotlib') if name in sys.modules])\n"
    )
    source = Path(__file__).parents[2] / "src"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(source)}
    )
    assert done.stdout.strip() == "[]"


def test_a_folder_of_the_same_name_is_pointed_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "digits").mkdir()
    monkeypatch.chdir(tmp_path)
    decision = load_dataset("digits").decisions[0]
    assert decision.name == "source"
    assert "./digits" in decision.reason


def test_mnist_is_looked_for_in_the_data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pellucid.errors import DataError

    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"'mnist' is not in the data directory.*PELLUCID_DATA"):
        load_dataset("mnist")
