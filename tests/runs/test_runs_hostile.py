"""A stranger's run: one never ends a list, whatever stands in place of its files, and nothing is written elsewhere."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pellucid.cli.main import main
from pellucid.errors import RecipeError, RunError, WritingError
from pellucid.runs import Exhibit, Recipe, RunFolder, RunRecord, list_runs, read_recipe

posix = pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")


def made(parent: Path, record: RunRecord, name: str = "good") -> RunFolder:
    folder = RunFolder.create(parent, name)
    folder.write_record(record.model_copy(update={"name": name}))
    return folder


def renamed(folder: RunFolder, name: Any) -> None:
    path = folder.path / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "name": name}))


@pytest.mark.parametrize(
    "name", ["/etc/owned", "../owned", "..", ".", "", "a/b", "a\\b", "..\\owned", "a\0b", ["x"], None, {"a": "b"}]
)
def test_a_name_that_is_a_path_is_no_name_of_a_run(tmp_path: Path, record: RunRecord, name: Any) -> None:
    folder = made(tmp_path, record)
    renamed(folder, name)
    with pytest.raises(RunError, match=r"run\.json: name"):
        folder.read_record()


def test_names_that_only_look_odd_are_names(tmp_path: Path, record: RunRecord) -> None:
    folder = made(tmp_path, record)
    for name in ("..a", "größe 7", "a:b", "-", "x" * 200):
        renamed(folder, name)
        assert folder.read_record().name == name


@posix
def test_runs_lists_what_it_can_whatever_else_lies_there(
    tmp_path: Path, record: RunRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    made(tmp_path, record)
    hostile: dict[str, bytes] = {
        "deep": b"[" * 100_000,
        "deep-keys": b'{"a":' * 100_000,
        "bytes": b"\xff\xfe\0",
        "list": b"[]",
        "empty": b"",
        "number": b"9" * 5000,
        "null": b"null",
        "version": b'{"schema_version": {"a": [1]}}',
        "partly": b'{"schema_version": 1, "recipe": {"hidden": "x", "batch": []}}',
    }
    for name, content in hostile.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_bytes(content)
    for name in ("pipe", "zero", "circle", "gone", "folder"):
        (tmp_path / name).mkdir()
    os.mkfifo(tmp_path / "pipe" / "run.json")
    (tmp_path / "zero" / "run.json").symlink_to("/dev/zero")
    (tmp_path / "circle" / "run.json").symlink_to("run.json")
    (tmp_path / "gone" / "run.json").symlink_to("nowhere")
    (tmp_path / "folder" / "run.json").mkdir()
    (tmp_path / "huge").mkdir()
    with (tmp_path / "huge" / "run.json").open("wb") as file:
        file.truncate(1 << 40)
    main(["runs", "--runs-dir", str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    assert sum("damaged" in line for line in lines) == len(hostile) + 6
    assert sum(line.startswith(f"{tmp_path}/good  running") for line in lines) == 1
    assert max(map(len, lines)) < 2500


@posix
@pytest.mark.parametrize("inner", ["evaluations", "exhibits", "checkpoints", "tensorboard"])
def test_a_run_whose_inner_folder_is_a_link_is_read_and_never_written(
    tmp_path: Path, record: RunRecord, inner: str
) -> None:
    folder = made(tmp_path / "runs", record)
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "precious").write_text("untouched")
    if (folder.path / inner).exists():
        (folder.path / inner).rmdir()
    (folder.path / inner).symlink_to(victim)
    writes = (
        lambda: folder.write_record(record),
        lambda: folder.write_evaluation("val", lambda _: {}),
        lambda: folder.write_exhibit(Exhibit(name="a", title="b")),
        folder.sweep,
    )
    for write in writes:
        with pytest.raises(WritingError, match=f"{inner}' is a link"):
            write()
    assert [path.name for path in victim.iterdir()] == ["precious"]
    assert folder.read_record().name == "good"


@posix
@pytest.mark.parametrize(
    "name", ["run.json", "metrics.jsonl", "health.jsonl", "results.csv", "report.html", "checkpoints/last.safetensors"]
)
def test_a_file_of_a_run_that_is_a_link_is_never_written_through(tmp_path: Path, record: RunRecord, name: str) -> None:
    folder = made(tmp_path / "runs", record)
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    (folder.path / name).unlink(missing_ok=True)
    (folder.path / name).symlink_to(victim)
    with pytest.raises(WritingError, match=f"{name}' is a link"):
        folder.refuse_links()
    with pytest.raises(WritingError, match="is a link"):
        folder.write_record(record)
    assert victim.read_text() == "untouched"


@posix
def test_a_run_that_is_reached_through_a_link_is_written_as_any_other(tmp_path: Path, record: RunRecord) -> None:
    made(tmp_path / "runs", record)
    (tmp_path / "link").symlink_to(tmp_path / "runs" / "good")
    RunFolder.open(tmp_path / "link").write_evaluation("val", lambda _: {"a": 1})
    assert (tmp_path / "runs" / "good" / "evaluations" / "val-001.json").exists()


@posix
@pytest.mark.parametrize("name", ["metrics.jsonl", "health.jsonl"])
def test_a_history_that_is_a_pipe_a_circle_or_deep_is_a_fault_of_the_run(
    tmp_path: Path, record: RunRecord, name: str
) -> None:
    folder = made(tmp_path, record)
    path = folder.path / name

    def read() -> object:
        return folder.history() if name == "metrics.jsonl" else folder.health()

    os.mkfifo(path)
    with pytest.raises(RunError, match="no file but a pipe"):
        read()
    path.unlink()
    path.symlink_to(name)
    with pytest.raises(RunError, match="symbolic links"):
        read()
    path.unlink()
    path.write_text('{"epoch": 1}\n' + "[" * 100_000)
    with pytest.raises(RunError, match=r"nested too deeply|of schema version"):
        read()


def test_a_run_that_could_not_be_begun_leaves_no_folder(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "new")
    folder.discard()
    assert list(tmp_path.iterdir()) == []
    kept = RunFolder.create(tmp_path, "kept")
    (kept.checkpoints / "best.safetensors").write_bytes(b"weights")
    kept.discard()
    assert (kept.checkpoints / "best.safetensors").exists()


def test_the_newest_run_comes_first_and_one_without_a_date_last(tmp_path: Path, record: RunRecord) -> None:
    for age, name in ((300, "old"), (100, "new"), (200, "middle")):
        os.utime(made(tmp_path, record, name).path / "run.json", (10**9 - age, 10**9 - age))
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone" / "run.json").symlink_to("nowhere")
    assert [folder.path.name for folder in list_runs(tmp_path)] == ["new", "middle", "old", "gone"]


@posix
def test_recipes_that_are_no_files_are_refused_with_words(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "me.yaml").symlink_to("me.yaml")
    for path, words in (
        (tmp_path / "pipe.yaml", "no file but a pipe"),
        (tmp_path / "me.yaml", "There is no recipe"),
        (tmp_path / ("x" * 300), "There is no recipe"),
        (Path("/dev/zero"), "no file but a pipe, a socket or a device"),
        (Path("~nosuchuser/r.yaml"), "knows no home folder"),
    ):
        with pytest.raises(RecipeError, match=words):
            read_recipe(path)


def test_a_recipe_with_very_much_in_it_is_refused_in_a_few_words(tmp_path: Path) -> None:
    for text in (
        "hidden: [" + "x," * 9999 + "1]",
        f"{'k' * 9999}: 1",
        f"model: [{'y' * 99999}]",
        "hidden: '" + "z" * 9999 + "'",
    ):
        (tmp_path / "r.yaml").write_text(text)
        with pytest.raises(RecipeError) as caught:
            read_recipe(tmp_path / "r.yaml")
        assert len(str(caught.value)) < 3000
    (tmp_path / "r.yaml").write_text("epochs: 3")
    assert read_recipe(tmp_path / "r.yaml") == Recipe(epochs=3)
