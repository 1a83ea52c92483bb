"""The run folder: its name, its history, its openings, its place in the list."""

from __future__ import annotations

import csv
import math
import os
from pathlib import Path

import pytest

from pellucid.errors import RecipeError, RunError
from pellucid.runs import EpochRow, RunFolder, RunRecord, list_runs


def row(epoch: int) -> EpochRow:
    return {"epoch": epoch, "train_loss": 1 / epoch, "val_loss": 0.1 * epoch}


def test_taken_names_are_numbered_and_nothing_is_overwritten(tmp_path: Path) -> None:
    names = [RunFolder.create(tmp_path / "runs", "digits-mlp").path.name for _ in range(3)]
    assert names == ["digits-mlp", "digits-mlp-2", "digits-mlp-3"]


def test_a_file_of_that_name_is_not_overwritten_either(tmp_path: Path) -> None:
    (tmp_path / "digits-mlp").write_text("mine")
    assert RunFolder.create(tmp_path, "digits-mlp").path.name == "digits-mlp-2"
    assert (tmp_path / "digits-mlp").read_text() == "mine"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a", "a\\b"])
def test_a_name_that_is_no_folder_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecipeError, match="cannot be the name of a run"):
        RunFolder.create(tmp_path, name)
    assert list(tmp_path.iterdir()) == []


def test_a_parent_that_is_a_file_is_an_error_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(RunError, match=r"Cannot make the run folder .* --runs-dir"):
        RunFolder.create(tmp_path / "runs", "digits-mlp")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_parent_that_may_not_be_written_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(RunError, match=r"Cannot make the run folder .*Permission denied"):
        RunFolder.create(tmp_path, "digits-mlp")


def test_opening_what_is_no_run_says_so_and_names_a_near_one(tmp_path: Path, record: RunRecord) -> None:
    RunFolder.create(tmp_path, "digits-mlp").write_record(record)
    with pytest.raises(RunError, match=r"There is no run at .*digit-mlp'\. Did you mean 'digits-mlp'\?"):
        RunFolder.open(tmp_path / "digit-mlp")
    with pytest.raises(RunError, match=r"is not a run: it has no run\.json"):
        RunFolder.open(tmp_path)
    with pytest.raises(RunError, match="There is no run at"):
        RunFolder.open(tmp_path / "no" / "such" / "place")


def test_the_history_keeps_what_was_appended_also_as_a_table(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "run")
    assert folder.history() == []
    for epoch in (1, 2, 3):
        folder.append_epoch(row(epoch))
    assert folder.history() == [row(1), row(2), row(3)]
    with (folder.path / "results.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert [float(line["train_loss"]) for line in table] == [1.0, 0.5, pytest.approx(1 / 3)]
    assert list(table[0]) == ["epoch", "train_loss", "val_loss"]


def test_appending_leaves_what_writing_all_of_it_would(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "run")
    rows = [row(1), row(2), {**row(3), "learning_rate": 0.5}, {**row(4), "learning_rate": math.nan}]
    for number, one in enumerate(rows, start=1):
        folder.append_epoch(one)
        kept = [(folder.path / name).read_bytes() for name in ("metrics.jsonl", "results.csv")]
        folder.truncate_history(number)
        assert kept == [(folder.path / name).read_bytes() for name in ("metrics.jsonl", "results.csv")]
    (folder.path / "metrics.jsonl").write_text('{"epoch": 1}')  # somebody's editor took the line's end away
    folder.append_epoch(row(2))
    assert [one["epoch"] for one in folder.history()] == [1, 2]
    folder.truncate_history(0)
    folder.append_epoch(row(1))
    assert len((folder.path / "results.csv").read_text().splitlines()) == 2


def test_truncating_forgets_what_came_after_the_checkpoint(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "run")
    for epoch in (1, 2, 3):
        folder.append_epoch(row(epoch))
    folder.truncate_history(2)
    assert folder.history() == [row(1), row(2)]
    assert len((folder.path / "results.csv").read_text().splitlines()) == 3
    folder.truncate_history(0)
    assert folder.history() == []


def test_sweeping_removes_what_a_kill_left_half_written_and_nothing_else(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "run")
    folder.append_epoch(row(1))
    (folder.path / ".results.csv.77.partial").write_text("ha")
    (folder.checkpoints / ".last.safetensors.77.partial").write_text("ha")
    (folder.path / "my.partial").write_text("mine")
    folder.sweep()
    files = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert files == ["metrics.jsonl", "my.partial", "results.csv"]


def test_a_damaged_history_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "run")
    (folder.path / "metrics.jsonl").write_text('{"epoch": 1}\n{"epo')
    with pytest.raises(RunError, match=r"metrics\.jsonl' is damaged"):
        folder.history()


def test_openings_of_a_split_are_counted_and_kept(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "run")
    values = iter((1, 2, 3))
    for split in ("val", "test", "test"):
        folder.write_evaluation(split, lambda number: {"value": next(values), "number": number})
    assert (folder.num_openings("test"), folder.num_openings("val"), folder.num_openings("train")) == (2, 1, 0)
    assert [data["value"] for data in folder.read_evaluations()] == [2, 3, 1]
    assert [data["number"] for data in folder.read_evaluations()] == [1, 2, 1]


def test_runs_are_listed_newest_first_and_other_folders_are_not(tmp_path: Path, record: RunRecord) -> None:
    for name, when in (("old", 1000), ("new", 3000), ("middle", 2000)):
        folder = RunFolder.create(tmp_path, name)
        folder.write_record(record)
        os.utime(folder.path / "run.json", (when, when))
    (tmp_path / "notes").mkdir()
    assert [folder.path.name for folder in list_runs(tmp_path)] == ["new", "middle", "old"]
    assert list_runs(tmp_path / "nowhere") == []
