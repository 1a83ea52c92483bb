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

from pellucid.data import ImageInputs, TableInputs, load_dataset
from pellucid.errors import DataError, MissingExtraError
from pellucid.kinds import LabelsTarget

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
        np.testing.assert_array_equal(
            ImageInputs.of(dataset.inputs).pixels(index), np.broadcast_to([3, 252, 7], (5, 6, 3))
        )
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


CLASS_NAMES = ["tench, Tinca tinca", "goldfish, Carassius auratus", "hen"]


def _featured(path: Path, columns: dict[str, Any], features: dict[str, Any]) -> Path:
    table = pyarrow.table(columns)
    metadata = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    pyarrow.parquet.write_table(table.replace_schema_metadata(metadata), path)
    return path


def test_declared_names_are_never_split_at_commas(tmp_path: Path) -> None:
    columns = {"image": _pictures(0, 30), "labels": [number % 3 for number in range(30)]}
    dataset = load_dataset(_write(tmp_path / "p.parquet", columns, classes={"labels": CLASS_NAMES}))
    assert dataset.class_counts() == dict.fromkeys(sorted(CLASS_NAMES), 10)


@pytest.mark.parametrize("table", [False, True])
def test_minus_one_beside_declared_classes_is_no_label(tmp_path: Path, table: bool) -> None:
    inputs: dict[str, Any] = {"x": list(range(40))} if table else {"image": _pictures(0, 40)}
    columns = {**inputs, "label": [number % 4 - 1 for number in range(40)]}
    path = _write(tmp_path / "p.parquet", columns, classes={"label": CLASS_NAMES})
    for task in (None, "single-label", "multi-label"):
        dataset = load_dataset(path, task=task)
        assert dataset.class_counts() == dict.fromkeys(sorted(CLASS_NAMES), 10)
        finding = next(finding for finding in dataset.findings if finding.kind == "unlabelled")
        assert (finding.count, finding.examples[:2]) == (10, ("row 1", "row 5"))
    if table:
        assert [load_dataset(path).example_name(index) for index in range(4)] == ["row 2", "row 3", "row 4", "row 6"]


def test_minus_one_without_declared_classes_is_a_class(tmp_path: Path) -> None:
    columns = {"image": _pictures(0, 30), "label": [number % 3 - 1 for number in range(30)]}
    assert load_dataset(_write(tmp_path / "p.parquet", columns)).class_counts() == {"-1": 10, "0": 10, "1": 10}


def test_a_number_beyond_the_declared_classes_is_an_error(tmp_path: Path) -> None:
    columns = {"image": _pictures(0, 40), "label": [number % 4 for number in range(40)]}
    path = _write(tmp_path / "p.parquet", columns, classes={"label": CLASS_NAMES})
    with pytest.raises(DataError, match=r"'label' of .*/p\.parquet holds '3', which is none of the classes"):
        load_dataset(path)


def test_a_declared_class_called_after_a_blank_is_a_class(tmp_path: Path) -> None:
    columns = {"image": _pictures(0, 20), "label": [number % 2 for number in range(20)]}
    path = _write(tmp_path / "p.parquet", columns, classes={"label": ["NA", "EU"]})
    assert load_dataset(path).class_counts() == {"EU": 10, "NA": 10}


@pytest.mark.parametrize(
    ("lists", "feature", "classes"),
    [
        ([["a", "b"], ["a"], [], ["c", "b"]], None, ("a", "b", "c")),
        ([[0, 12], [2], [0], [2, 12]], None, ("0", "2", "12")),
        ([[0, 1], [2], [0], [1, 2]], {"feature": "label", "_type": "Sequence"}, tuple(sorted(CLASS_NAMES))),
        ([[0, 1], [2], [0], [1, 2]], {"feature": "label", "_type": "List"}, tuple(sorted(CLASS_NAMES))),
        ([[0, 1], [2], [0], [1, 2]], ["label"], tuple(sorted(CLASS_NAMES))),
    ],
)
def test_lists_are_several_labels(tmp_path: Path, lists: list[Any], feature: Any, classes: tuple[str, ...]) -> None:
    label = {"names": CLASS_NAMES, "_type": "ClassLabel"}
    if isinstance(feature, dict):
        feature = {**feature, "feature": label}
    elif feature is not None:
        feature = [label]
    columns = {"image": _pictures(0, 40), "labels": lists * 10}
    path = _featured(tmp_path / "p.parquet", columns, {"labels": feature} if feature else {})
    for _ in range(2):
        dataset = load_dataset(path)
        assert dataset.target == LabelsTarget(name="labels", classes=classes)
        assert dataset.targets[:].sum() == 10 * sum(map(len, lists))
    with pytest.raises(DataError, match=r"does not hold one label in each row: rows 1"):
        load_dataset(path, task="single-label")


def test_lists_of_one_label_each_become_classes_when_asked(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "p.parquet", {"image": _pictures(0, 30), "tags": [[["a"], ["b"], ["c"]][n % 3] for n in range(30)]}
    )
    assert load_dataset(path).target.kind == "labels"
    assert load_dataset(path, task="single-label").class_counts() == {"a": 10, "b": 10, "c": 10}


def test_columns_that_no_table_can_hold_are_named(tmp_path: Path) -> None:
    columns = {"emb": [[0.5, 1.5]] * 20, "box": [{"x": 1}] * 20, "x": list(range(20)), "label": ["a", "b"] * 10}
    dataset = load_dataset(_write(tmp_path / "t.parquet", columns))
    left_out = {finding.examples[0] for finding in dataset.findings if finding.kind == "left-out-column"}
    assert left_out == {"emb", "box"}
