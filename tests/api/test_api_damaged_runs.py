"""Runs from strangers: whatever is wrong in them is said in words, and no test split is opened for it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

import pellucid
from pellucid.data import Dataset
from pellucid.errors import PellucidError, RunError

from .conftest import draw

NAN, INF = float("nan"), float("inf")


@pytest.fixture(scope="module")
def data() -> Dataset:
    return pellucid.dataset_from_arrays(*draw(1100, ["left", "right"]), name="corners")


@pytest.fixture(scope="module")
def trained(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pellucid.train(data, model="linear", epochs=1, runs_dir=tmp_path_factory.mktemp("runs"), name="r").path


@pytest.fixture
def path(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "r"))


def refused(path: Path, data: Dataset, match: str) -> None:
    """See to it that nothing answers, and that the test split stays sealed."""
    run = pellucid.open_run(path, data=data)
    for attempt in (
        lambda: run.evaluate("test"),
        lambda: run.evaluate("val"),
        lambda: run.predict(data.inputs.pixels(0)),  # type: ignore[attr-defined]
        lambda: run.landscape(size=3),
        lambda: run.features.embedding(),
        lambda: run.explain(0),
        lambda: run.trace(0),
        lambda: pellucid.load_predictor(path),
    ):
        with pytest.raises(PellucidError, match=match):
            attempt()
    assert run.folder.num_openings("test") == 0


WEIGHTS: dict[str, Callable[[dict[str, Tensor]], object]] = {
    "NaN": lambda t: [value.fill_(NAN) for value in t.values()],
    "one NaN": lambda t: next(iter(t.values())).view(-1)[:1].fill_(NAN),
    "infinity": lambda t: next(iter(t.values())).fill_(-INF),
    "infinite in float32": lambda t: t.update(
        dict.fromkeys([k for k in t if "bias" in k], torch.full((1,), 1e300, dtype=torch.float64))
    ),
    "another shape": lambda t: t.update({name: value[..., :1].clone() for name, value in t.items()}),
    "whole numbers": lambda t: t.update({name: value.long() for name, value in t.items()}),
    "nothing": lambda t: t.clear(),
    "more": lambda t: t.update({"model/model/extra": torch.zeros(1)}),
}


@pytest.mark.parametrize("damage", WEIGHTS.values(), ids=WEIGHTS)
def test_weights_that_do_not_fit_answer_nothing(
    path: Path, data: Dataset, damage: Callable[[dict[str, Tensor]], object]
) -> None:
    file = path / "checkpoints" / "best.safetensors"
    tensors = load_file(file)
    damage(tensors)
    save_file(tensors, file)
    refused(path, data, r"best\.safetensors' do not fit the model")
    assert pellucid.open_run(path, data=data).report().exists()  # the page shows what there is


BANKS: dict[str, dict[str, Tensor]] = {
    "fewer rows": {"bank": torch.zeros(5, 64)},
    "other features": {"bank": torch.zeros(770, 3)},
    "one row": {"bank": torch.zeros(64)},
    "no row": {"bank": torch.zeros(0, 64)},
    "another name": {"known": torch.zeros(770, 64)},
    "more": {"bank": torch.zeros(770, 64), "more": torch.zeros(1)},
    "whole numbers": {"bank": torch.zeros(770, 64, dtype=torch.int64)},
    "NaN": {"bank": torch.full((770, 64), NAN)},
    "too long": {"bank": torch.ones(770, 64)},
}


@pytest.mark.parametrize("bank", BANKS.values(), ids=BANKS)
def test_known_features_that_do_not_fit_answer_nothing(path: Path, data: Dataset, bank: dict[str, Tensor]) -> None:
    file = path / "checkpoints" / "known.safetensors"
    assert load_file(file)["bank"].shape == (770, 64)
    save_file(bank, file)
    refused(path, data, r"known\.safetensors' do not fit the run")


def test_weights_that_are_numbers_and_answer_with_none_are_an_error_per_row(path: Path, data: Dataset) -> None:
    file = path / "checkpoints" / "best.safetensors"
    tensors = load_file(file)
    for name, value in tensors.items():
        tensors[name] = torch.where(torch.arange(value.numel()).view(value.shape) % 2 == 0, 3e38, -3e38)
    save_file(tensors, file)
    run = pellucid.open_run(path, data=data)
    (answer,) = run.predict(np.full((8, 8), 255, np.uint8))
    assert (answer.decision, answer.probability, answer.label) == ("error", None, None)
    assert "no answer" in str(answer.error)
    json.dumps(answer.to_dict(), allow_nan=False)
    with pytest.raises(RunError, match="gives NaN or infinite numbers"):
        run.evaluate("test")
    assert run.folder.num_openings("test") == 0


def changed(record: dict[str, Any], key: str, value: object) -> dict[str, Any]:
    place = record
    *above, last = key.split(".")
    for step in above:
        place = place[step]
    place[last] = value
    return record


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("answering.temperature", 0),
        ("answering.temperature", -1.0),
        ("answering.temperature", "NaN"),
        ("answering.temperature", 1e400),
        ("answering.unsure_below", 7),
        ("answering.unknown_above", "NaN"),
        ("answering.thresholds", [0.5]),
        ("answering", []),
        ("dataset.num_examples", {"train": -1}),
        ("dataset.num_examples", {"all": 1}),
        ("dataset.target.classes", []),
        ("model.output_width", 0),
        ("model.output_width", 10**12),
        ("model.input_shape", [1, 8, 10**9]),
        ("model.input_shape", [3, 8, 8]),
        ("model.input_shape", []),
        ("preprocessing.std", [0.0]),
        ("preprocessing.mean", ["NaN"]),
        ("best.epoch", 0),
        ("timings.training_seconds", -1),
        ("measured", "perhaps"),
    ],
)
def test_a_record_that_cannot_be_is_said_when_it_is_opened(path: Path, data: Dataset, key: str, value: object) -> None:
    file = path / "run.json"
    file.write_text(json.dumps(changed(json.loads(file.read_text()), key, value)))
    with pytest.raises(RunError, match=r"run\.json"):
        pellucid.open_run(path, data=data)


def test_a_target_of_other_classes_than_the_network_has_is_said(path: Path, data: Dataset) -> None:
    file = path / "run.json"
    record = json.loads(file.read_text())
    for classes in (["left"], ["left", "middle", "right"]):
        file.write_text(json.dumps(changed(record, "dataset.target.classes", classes)))
        with pytest.raises(PellucidError, match=r"outputs|classes"):
            pellucid.load_predictor(path)


@pytest.mark.parametrize(
    "options",
    [
        {"taget": "x"},
        {"target": 7},
        {"target": ["x"]},
        {"seed": "0"},
        {"seed": 1.5},
        {"seed": True},
        {"seed": None},
        {"val": "0.1"},
        {"val": [0.1]},
        {"test": {"a": 1}},
        {"impute": "mean"},
        {"impute": True},
        {"strict": "yes"},
        {"weight": 1},
        {"task": "guess"},
        {"task": 3},
        {"keep_na": "no"},
        {"layout": "circle"},
        {"picture_column": {}},
        {"images_dir": 5},
        {"source": "iris"},
        {"": None},
    ],
    ids=str,
)
def test_options_of_the_data_that_there_are_not_are_said(path: Path, options: dict[str, object]) -> None:
    file = path / "run.json"
    record = json.loads(file.read_text())
    record["dataset"] |= {"source": "iris", "options": options}
    file.write_text(json.dumps(record))
    with pytest.raises(RunError, match="options of the data"):
        pellucid.open_run(path).evaluate("test")
    assert not list((path / "evaluations").glob("test-*"))


@pytest.mark.parametrize("name", ["metrics.jsonl", "evaluations/val-001.json"])
@pytest.mark.parametrize("content", ["[]", "{", "null", '{"epoch": "x"}', "\x00", '{"split": 1}'])
def test_a_damaged_file_is_found_before_the_test_split_is_opened(
    path: Path, data: Dataset, name: str, content: str
) -> None:
    (path / name).write_text(content)
    with pytest.raises(RunError, match=r"metrics\.jsonl|val-001|r'?: "):
        pellucid.open_run(path, data=data).evaluate("test")
    assert not list((path / "evaluations").glob("test-*"))


@pytest.mark.parametrize("threads", ["²", "999999999", "-1", "1e3", "", "٣", "4" * 5000])
def test_a_number_of_threads_that_no_machine_has_is_said(path: Path, data: Dataset, threads: str) -> None:
    file = path / "run.json"
    record = json.loads(file.read_text())
    record["hardware"]["threads"] = threads
    file.write_text(json.dumps(record))
    before = torch.get_num_threads()
    with pytest.raises(RunError, match=r"hardware\.threads"):
        pellucid.open_run(path, data=data).reproduce()
    assert torch.get_num_threads() == before
    assert [one.name for one in path.parent.iterdir()] == ["r"]
