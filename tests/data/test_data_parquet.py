"""Parquet: tables, and pictures as Hugging Face writes them."""

from __future__ import annotations

import importlib.util
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pellucid.data import TableInputs, load_dataset
from pellucid.errors import DataError, MissingExtraError

pyarrow = pytest.importorskip("pyarrow")
pytest.importorskip("pyarrow.parquet")


def _png(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (6, 5), (shade, 255 - shade, 7)).save(buffer, "PNG")
    return buffer.getvalue()


def _write(path: Path, columns: dict[str, Any], *, classes: dict[str, list[str]] | None = None) -> Path:
    table = pyarrow.table(columns)
    if classes:
        features = {name: {"names": names, "_type": "ClassLabel"} for name, names in classes.items()}
        table = table.replace_schema_metadata({b"huggingface": json.dumps({"info": {"features": features}}).encode()})
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(table, path)
    return path


def _pictures(start: int, count: int) -> list[dict[str, Any]]:
    return [{"bytes": _png(start + number), "path": f"{start + number}.png"} for number in range(count)]


def test_table_is_read_as_a_csv_is(tmp_path: Path) -> None:
    rows = 40
    columns: dict[str, list[Any]] = {
        "size": [number + 0.5 for number in range(rows)],
        "colour": ["red", "blue"] * (rows // 2),
        "label": [f"k{number % 3}" for number in range(rows)],
        "tags": [["a", "b"]] * rows,
    }
    path = _write(tmp_path / "t.parquet", columns)
    dataset = load_dataset(path)
    csv = tmp_path / "t.csv"
    lines = [f"{columns['size'][row]},{columns['colour'][row]},{columns['label'][row]}" for row in range(rows)]
    csv.write_text("\n".join(["size,colour,label", *lines]))
    assert dataset.fingerprint == load_dataset(csv).fingerprint
    assert isinstance(dataset.inputs, TableInputs)
    assert list(dataset.inputs.columns) == ["size", "colour"]


def test_blanks_of_a_table_are_treated_as_in_a_csv(tmp_path: Path) -> None:
    path = _write(tmp_path / "t.parquet", {"a": [None, *range(19)], "target": [0.5 * n for n in range(20)]})
    with pytest.raises(DataError, match="1 empty cell"):
        load_dataset(path)
    assert len(load_dataset(path, impute="median")) == 20


@pytest.mark.parametrize("bare", [False, True])
def test_column_of_pictures_becomes_examples(tmp_path: Path, bare: bool) -> None:
    pictures: list[Any] = _pictures(0, 20)
    cells = [picture["bytes"] for picture in pictures] if bare else pictures
    path = _write(
        tmp_path / "p.parquet", {"image": cells, "label": [n % 2 for n in range(20)]}, classes={"label": ["cat", "dog"]}
    )
    for _ in range(2):
        dataset = load_dataset(path)
        assert dataset.class_counts() == {"cat": 10, "dog": 10}
        assert dataset.source == str(path)
        names = {dataset.example_name(index): index for index in range(20)}
        index = names["4-picture" if bare else "4-3.png"]
        assert not isinstance(dataset.inputs, TableInputs)
        np.testing.assert_array_equal(dataset.inputs.pixels(index), np.broadcast_to([3, 252, 7], (5, 6, 3)))
        assert dataset.targets[index] == 1


def test_weights_come_from_a_column_of_tables_and_of_pictures(tmp_path: Path) -> None:
    weights = [1.0 + number % 4 for number in range(20)]
    table = {"a": list(range(20)), "label": ["x", "y"] * 10, "care": weights}
    pictures = {"image": _pictures(0, 20), "label": ["x", "y"] * 10, "care": weights}
    for path in (_write(tmp_path / "t.parquet", table), _write(tmp_path / "p.parquet", pictures)):
        for _ in range(2):
            dataset = load_dataset(path, target="label", weight="care")
            assert dataset.weights is not None
            assert sorted(dataset.weights.tolist()) == sorted(weights)


def test_shards_of_a_folder_bring_their_splits(tmp_path: Path) -> None:
    for name, start, count in (
        ("train-00000-of-00002.parquet", 0, 10),
        ("train-00001-of-00002.parquet", 10, 10),
        ("validation-00000-of-00001.parquet", 20, 6),
        ("test-00000-of-00001.parquet", 30, 8),
    ):
        labels = ["cat", "dog"] * (count // 2)
        _write(tmp_path / "set" / "data" / name, {"image": _pictures(start, count), "label": labels})
    dataset = load_dataset(tmp_path / "set")
    assert {split: len(indices) for split, indices in dataset.splits.items()} == {"train": 20, "val": 6, "test": 8}


def test_broken_and_absent_pictures_are_listed(tmp_path: Path) -> None:
    pictures: list[dict[str, Any]] = _pictures(0, 20)
    pictures[3]["bytes"], pictures[5]["bytes"] = b"no picture", None
    path = _write(tmp_path / "p.parquet", {"image": pictures, "label": ["a", "b"] * 10})
    dataset = load_dataset(path)
    assert len(dataset) == 18
    assert any(fault.startswith("4-3.png: ") for fault in dataset.faults)
    assert any(fault.startswith("6-5.png: ") for fault in dataset.faults)


def test_names_in_it_never_lead_outside(tmp_path: Path) -> None:
    pictures: list[dict[str, Any]] = _pictures(0, 10)
    for place, name in enumerate(("../../x.png", "/etc/x.png", "C:\\x.png", "..")):
        pictures[place]["path"] = name
    dataset = load_dataset(_write(tmp_path / "p.parquet", {"image": pictures, "label": ["a", "b"] * 5}))
    assert len(dataset) == 10
    assert {"1-x.png", "2-x.png", "3-x.png"} <= {dataset.example_name(index) for index in range(10)}


def test_damaged_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1 and then nothing")
    with pytest.raises(DataError, match="cannot be read"):
        load_dataset(path)


def test_absent_extra_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(tmp_path / "t.parquet", {"a": [1]})
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r'pip install "pellucid\[parquet\]"'):
        load_dataset(path)
