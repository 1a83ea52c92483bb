"""A run has one owner at a time, its openings are counted whoever makes them, and what was cut short is finished."""

from __future__ import annotations

import json
import os
import pkgutil
import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import pellucid
from pellucid import api
from pellucid.data import Dataset
from pellucid.errors import RunError
from pellucid.runs import RunFolder
from pellucid.training import Engine, NullProgress

from .conftest import draw


class Stops(NullProgress):
    """Ctrl-C after an epoch."""

    def __init__(self, epoch: int = 1) -> None:
        self.epoch = epoch

    def ended_epoch(self, row: Any, *, num_epochs: int, is_best: bool) -> None:
        if row["epoch"] == self.epoch:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def data() -> Dataset:
    return pellucid.dataset_from_arrays(*draw(1100, ["left", "right"]), name="corners")


@pytest.fixture(scope="module")
def trained(data: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pellucid.train(data, model="linear", epochs=2, runs_dir=tmp_path_factory.mktemp("runs"), name="r").path


@pytest.fixture
def path(trained: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained, tmp_path / "r"))


def edit(path: Path, **fields: object) -> None:
    record = json.loads((path / "run.json").read_text())
    (path / "run.json").write_text(json.dumps(record | fields))


def files(path: Path) -> dict[str, bytes]:
    return {str(one.relative_to(path)): one.read_bytes() for one in sorted(path.rglob("*")) if one.is_file()}


def test_a_run_that_is_being_trained_is_neither_resumed_nor_evaluated_nor_taught_to(
    data: Dataset, tmp_path: Path
) -> None:
    refused: list[str] = []

    def meddle(engine: Engine, row: dict[str, float]) -> bool:
        run = pellucid.open_run(tmp_path / "r", data=data)
        for attempt in (
            lambda: api.resume(run.path, data=data),
            lambda: run.evaluate("test"),
            lambda: run.evaluate("val", baselines=False),
        ):
            with pytest.raises(RunError, match=f"is being trained by process {os.getpid()} on ") as problem:
                attempt()
            refused.append(str(problem.value))
        if row["epoch"] > 1:  # looking is free, once there is something to see
            assert run.predict(data.inputs.pixels(0))[0].decision != "error"  # type: ignore[attr-defined]
        run.report()
        return False

    run = pellucid.train(data, model="linear", epochs=2, runs_dir=tmp_path, name="r", callbacks=[meddle])
    assert len(refused) == 6
    assert [row["epoch"] for row in run.history] == [1, 2]
    assert run.folder.num_openings("test") == 0
    assert run.folder.num_openings("val") == 1
    assert run.folder.owner() is None


def test_eight_evaluations_at_once_are_eight_openings(
    path: Path, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Threads have one process's number, by which files that are not whole are told apart: the page is left out.
    monkeypatch.setattr(pellucid.Run, "report", lambda self: self.folder.report)

    def evaluate(_: int) -> int:
        opening = pellucid.open_run(path, data=data).evaluate("test", baselines=False).opening
        assert opening is not None
        return opening.number

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(evaluate, range(8))) == list(range(1, 9))
    folder = RunFolder(path)
    kept = {
        one.name: json.loads(one.read_text())["opening"]["number"] for one in folder.evaluations.glob("test-*.json")
    }
    assert kept == {f"test-{number:03}.json": number for number in range(1, 9)}
    (folder.evaluations / "test-001.json").unlink()
    before = files(folder.evaluations)
    del before["numbers.txt"]
    run = pellucid.open_run(path, data=data)
    again = run.evaluate("test", baselines=False)
    assert again.opening is not None
    assert again.opening.number == 9
    after = files(folder.evaluations)
    told = set(after.pop("numbers.txt").decode().splitlines())
    assert told == {"val 1", *(f"test {number}" for number in range(1, 10))}
    new = ("test-009.json", "test-009.answers.safetensors")
    assert after == before | {name: (folder.evaluations / name).read_bytes() for name in new}
    run.evaluate("val", baselines=False)
    assert folder.num_openings("val") == 2


def cut_short(path: Path, how: str) -> None:
    """Leave a run as a process does that is killed after its last epoch."""
    measured: bool | None = None if how == "by an older version" else False
    edit(path, measured=measured, answering=None)
    if how != "after all but the last word":
        (path / "report.html").unlink()
    if how in ("before anything", "by an older version"):
        (path / "checkpoints" / "known.safetensors").unlink()
        (path / "evaluations" / "val-001.json").unlink()
        (path / "evaluations" / "numbers.txt").unlink()


@pytest.mark.parametrize(
    "how", ["before anything", "before its report", "after all but the last word", "by an older version"]
)
@pytest.mark.parametrize("looked", ["", "report", "evaluate", "predict"])
def test_a_run_killed_after_its_last_epoch_is_finished_whoever_looked_at_it(
    path: Path, data: Dataset, how: str, looked: str
) -> None:
    before, record = files(path), pellucid.open_run(path).record
    cut_short(path, how)
    run = pellucid.open_run(path, data=data)
    assert run.folder.status_now(run.record) == "finished, not measured"
    assert "pellucid train --resume" in run.not_measured
    if looked == "report":
        assert "not measured" in run.report().read_text()
    elif looked == "predict":
        run.predict(data.inputs.pixels(0))  # type: ignore[attr-defined]
    elif looked == "evaluate":
        assert run.evaluate("test", baselines=False).opening is not None
    if looked != "evaluate":
        run = api.resume(path, data=data)
    assert run.not_measured == ""
    assert (run.record.answering, run.record.measured) == (record.answering, True)
    after = files(path)
    for name in ("checkpoints/known.safetensors", "checkpoints/best.safetensors", "metrics.jsonl", "health.jsonl"):
        assert after[name] == before[name]
    assert run.folder.num_openings("val") == 1  # what was there is not made twice
    assert "not measured" not in run.folder.report.read_text()
    with pytest.raises(RunError, match="nothing to resume"):
        api.resume(path, data=data)


def test_a_report_that_was_taken_away_makes_no_run_unfinished(path: Path, data: Dataset) -> None:
    (path / "report.html").unlink()
    with pytest.raises(RunError, match="nothing to resume"):
        api.resume(path, data=data)
    assert pellucid.open_run(path, data=data).report().exists()


@pytest.mark.parametrize(
    "place",
    [
        "pellucid.runs.folder.RunFolder.write_record",
        "pellucid.training.executing.build_engine",
        "pellucid.training.executing.save_checkpoint",
        "pellucid.training.executing.compute_ahead",
        "pellucid.training.executing.watch_health",
        "pellucid.training.engine.Engine.run_epoch",
    ],
)
def test_ctrl_c_before_the_first_epoch_is_written_down_and_gone_on_with(
    data: Dataset, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    target, name = place.rsplit(".", 1)
    owner: Any = pkgutil.resolve_name(target)
    real = getattr(owner, name)

    stopped = False

    def stops(*given: Any, **named: Any) -> Any:
        nonlocal stopped
        if stopped:
            return real(*given, **named)
        stopped = True
        if name != "run_epoch":
            real(*given, **named)  # it was done, and then came Ctrl-C
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, stops)
        with pytest.raises(KeyboardInterrupt):
            pellucid.train(data, model="linear", epochs=2, runs_dir=tmp_path, name="r")
    run = pellucid.open_run(tmp_path / "r", data=data)
    assert run.record.status == "interrupted"
    assert run.folder.owner() is None
    resumed = api.resume(run.path, data=data)
    assert resumed.record.status == "finished"
    for file in ("checkpoints/best.safetensors", "health.jsonl"):
        assert (resumed.path / file).read_bytes() == (trained / file).read_bytes(), file
    assert resumed.health.epochs[0].epoch == 0


def test_ctrl_c_before_there_is_a_record_leaves_no_folder(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for problem in (KeyboardInterrupt(), OSError(28, "No space left on device")):

        def fails(*_: object, problem: BaseException = problem) -> None:
            raise problem

        with monkeypatch.context() as patch:
            patch.setattr(RunFolder, "write_record", fails)
            with pytest.raises(type(problem)):
                pellucid.train(data, model="linear", epochs=1, runs_dir=tmp_path / "runs", name="r")
        assert list((tmp_path / "runs").iterdir()) == []


def test_a_run_killed_between_its_first_checkpoint_and_its_first_look_gets_that_look(
    data: Dataset, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["pellucid.training.executing"], "compute_ahead", stop)
        with pytest.raises(KeyboardInterrupt):
            pellucid.train(data, model="linear", epochs=2, runs_dir=tmp_path, name="r")
    path = tmp_path / "r"
    assert (path / "checkpoints" / "last.safetensors").exists()
    assert not (path / "health.jsonl").exists()
    resumed = api.resume(path, data=data)
    assert (path / "health.jsonl").read_bytes() == (trained / "health.jsonl").read_bytes()
    assert resumed.record.status == "finished"


def test_a_resumption_that_is_refused_leaves_the_run_as_it_was(data: Dataset, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(data, model="linear", epochs=3, runs_dir=tmp_path, name="r", progress=Stops(2))
    path = tmp_path / "r"
    (path / "checkpoints" / "last.safetensors").write_bytes(b"damaged")
    before = files(path)
    for _ in range(2):
        with pytest.raises(RunError, match="Cannot read the checkpoint"):
            api.resume(path, data=data)
        assert files(path) == before


def test_a_history_that_lacks_epochs_of_the_checkpoint_is_said(data: Dataset, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(data, model="linear", epochs=4, runs_dir=tmp_path, name="r", progress=Stops(3))
    path = tmp_path / "r"
    lines = (path / "metrics.jsonl").read_text().splitlines(keepends=True)
    for kept in ([], lines[1:], lines[:1]):
        (path / "metrics.jsonl").write_text("".join(kept))
        with pytest.raises(RunError, match=r"metrics\.jsonl lacks epoch"):
            api.resume(path, data=data)


def test_a_clock_beyond_all_calendars_breaks_no_training(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: 301_803_000_000.0)  # the year 11533
    run = pellucid.train(data, model="linear", epochs=1, runs_dir=tmp_path, name="r")
    assert run.evaluate("test", baselines=False).opening is not None
    assert "an unknown time" in run.report().read_text()
