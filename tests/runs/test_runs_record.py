"""run.json: what is written comes back, and what is not understood is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pellucid.errors import RunError
from pellucid.preprocessing import ImagePreprocessing
from pellucid.runs import SCHEMA_VERSION, Answering, Best, RunFolder, RunRecord
from pellucid.training import AUGMENTATION_FIELDS


@pytest.fixture
def folder(tmp_path: Path, record: RunRecord) -> RunFolder:
    folder = RunFolder.create(tmp_path, "animals-linear")
    folder.write_record(record)
    return folder


def change(folder: RunFolder, **keys: Any) -> None:
    path = folder.path / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | keys))


def test_a_record_comes_back_equal_from_the_disk(folder: RunFolder, record: RunRecord) -> None:
    full = record.model_copy(
        update={
            "status": "finished",
            "best": Best(epoch=2, metric="accuracy", value=0.75, loss=0.5),
            "answering": Answering(temperature=1.5, unsure_below=0.4, unknown_above=0.1),
        }
    )
    folder.write_record(full)
    assert folder.read_record() == full
    assert RunRecord.from_dict(json.loads(json.dumps(full.to_dict())), source="memory") == full


def test_a_planned_record_leaves_no_choice_open(record: RunRecord) -> None:
    missing = [name for name, value in record.recipe.flat().items() if value is None]
    resolved_elsewhere = {"hidden", "activation", "maxout_pieces", "dropout", "batch_norm", "clip", "ema"}
    resolved_elsewhere |= {"time", "gamma", "bounds", "head_lr", "ordered"}
    resolved_elsewhere |= {"teacher", "temperature", "alpha"}  # there is none
    resolved_elsewhere |= {"cache"}  # by the memory that is free when the pictures are read, here or where it resumes
    resolved_elsewhere |= {"positive"}  # of two classes alone
    resolved_elsewhere |= {"threads"}  # by what is free, before each epoch
    resolved_elsewhere |= {
        "embedding",
        "layers",
        "heads",
        "order",
        "ngram_smoothing",
        "network",
        "told",
    }  # the network, or the task, has them
    resolved_elsewhere |= {"unit", "vocabulary", "lower", "longest"}  # of texts alone
    resolved_elsewhere |= {"anchor", "steps"}  # of forecasts alone; and where the user says so
    preprocessing = {"imgsz", "resize", "colour", "scale", "augment"}  # the record of the preprocessing has them
    assert set(missing) <= resolved_elsewhere | preprocessing | set(AUGMENTATION_FIELDS)


def test_an_unknown_key_is_an_error_that_names_the_nearest_known_one(folder: RunFolder) -> None:
    change(folder, statsu="finished")
    with pytest.raises(RunError, match=r"unknown key 'statsu'\. Did you mean 'status'\?"):
        folder.read_record()


@pytest.mark.parametrize("version", [0, SCHEMA_VERSION + 1, "1", None])
def test_another_schema_version_is_refused_by_name(folder: RunFolder, version: object) -> None:
    change(folder, schema_version=version)
    with pytest.raises(RunError, match=f"schema version {version}; this Pellucid reads version {SCHEMA_VERSION}"):
        folder.read_record()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema_version": 1', "\x00\x01"])
def test_a_damaged_record_is_an_error_that_names_the_file(folder: RunFolder, text: str) -> None:
    (folder.path / "run.json").write_text(text)
    with pytest.raises(RunError, match=r"run\.json"):
        folder.read_record()


def test_a_record_that_is_not_text_is_an_error_that_names_the_file(folder: RunFolder) -> None:
    (folder.path / "run.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RunError, match=r"run\.json"):
        folder.read_record()


def test_faults_are_reported_all_at_once(folder: RunFolder) -> None:
    change(folder, status="sleeping", task=3)
    with pytest.raises(RunError, match=r"status.*task"):
        folder.read_record()


@pytest.mark.parametrize(
    ("pillow", "passes"),
    [("12.0.0", "horizontal-first"), ("12.3.0", "as-pillow-12.2"), ("13.0.0", "as-pillow-13"), (None, "as-pillow")],
)
def test_a_record_without_an_order_of_passes_means_that_of_the_pillow_it_names(
    record: RunRecord, pillow: str | None, passes: str
) -> None:
    data = record.to_dict()
    assert data["preprocessing"].pop("passes") == "horizontal-first"
    data["versions"].pop("pillow")
    if pillow is not None:
        data["versions"]["pillow"] = pillow
    read = RunRecord.from_dict(data, source="run.json")
    assert ImagePreprocessing.of(read.preprocessing).passes == passes
    assert RunRecord.from_dict(read.to_dict(), source="run.json") == read


@pytest.mark.parametrize("counts", [{}, {"val": {}, "test": {}}, {"train": {}, "val": {}, "test": {}, "more": {}}])
def test_classes_are_counted_in_each_split(folder: RunFolder, counts: dict[str, object]) -> None:
    data = json.loads((folder.path / "run.json").read_text())
    change(folder, dataset={**data["dataset"], "class_counts": counts})
    with pytest.raises(RunError, match="class_counts: other splits"):
        folder.read_record()


@pytest.mark.parametrize("shape", [[6, 0, 4], [-1], [2**60]])
def test_a_layer_gives_numbers_of_a_size_that_there_is(folder: RunFolder, shape: list[int]) -> None:
    data = json.loads((folder.path / "run.json").read_text())
    layer = {"name": "a", "operator": "Conv2d", "output_shape": shape, "parameters": 0, "multiply_adds": 0}
    change(folder, model={**data["model"], "layers": [layer]})
    with pytest.raises(RunError, match=r"output_shape"):
        folder.read_record()
