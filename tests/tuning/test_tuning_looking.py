"""Looking at a search writes nothing, takes no lock, and one bad search never ends a list."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pellucid.cli.main import main
from pellucid.data import Dataset
from pellucid.errors import PellucidError, RunError, WritingError
from pellucid.runs import Recipe
from pellucid.tuning import Limits, SearchFolder, read_search, run_search, summarise_search
from pellucid.tuning.journal import Journal

from .conftest import Begin

pytest.importorskip("optuna")
posix = pytest.mark.skipif(os.name != "posix", reason="links, pipes and locks of POSIX")


def contents(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return every file below a folder with its date and its bytes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_looking_changes_nothing_not_even_where_nothing_has_begun(begin: Begin) -> None:
    folder = begin()
    for path in (folder.path, folder.locks):
        path.chmod(0o555)
    before = contents(folder.path)
    summary = summarise_search(folder)
    assert (summary.trials, summary.status) == (0, "stopped")
    assert contents(folder.path) == before
    for path in (folder.path, folder.locks):
        path.chmod(0o755)


@posix
@pytest.mark.parametrize("target", ["empty", "absent"])
def test_runs_writes_nothing_through_the_links_of_a_strangers_search(
    begin: Begin, tmp_path: Path, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    folder = begin()
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "empty").touch()
    folder.locks.rmdir()
    folder.locks.symlink_to(victim)
    folder.journal.symlink_to(victim / target)
    main(["runs", "--runs-dir", str(tmp_path / "runs")])
    assert "search" in capsys.readouterr().out
    assert contents(victim) == {"empty": ((victim / "empty").stat().st_mtime_ns, b"")}


@posix
@pytest.mark.parametrize("inner", ["locks", "journal.jsonl", "trials", "repeats", "limits.json", "verdict.json"])
def test_a_search_with_a_link_in_it_is_not_gone_on_with(
    begin: Begin, corners: object, tmp_path: Path, inner: str
) -> None:
    folder = begin()
    place = folder.path / inner
    if place.is_dir():
        place.rmdir()
    place.symlink_to(tmp_path)
    with pytest.raises(WritingError, match=f"{inner}' is a link"):
        run_search(folder, corners, Limits(trials=1, repeats=0))  # type: ignore[arg-type]


@posix
def test_a_trials_run_that_is_a_link_is_not_gone_on_with(begin: Begin, corners: object, tmp_path: Path) -> None:
    folder = begin()
    (folder.trials / "trial-0000").symlink_to(tmp_path)
    with pytest.raises(WritingError, match="trial-0000' is a link"):
        run_search(folder, corners, Limits(trials=1, repeats=0))  # type: ignore[arg-type]


@posix
def test_a_journal_that_is_no_plain_file_or_damaged_is_a_fault_of_that_search(begin: Begin) -> None:
    folder = begin()
    os.mkfifo(folder.journal)
    with pytest.raises(RunError, match="no file but a pipe"):
        summarise_search(folder)
    for content in (b"[" * 100_000 + b"\n", b"{}\n", b"\xff\n", b"null\n", b'{"op_code": 0}\n'):
        if folder.journal.exists():
            folder.journal.unlink()
        folder.journal.write_bytes(content)
        with pytest.raises(RunError, match="journal"):
            summarise_search(folder)


@posix
def test_one_bad_search_does_not_end_the_list(begin: Begin, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = begin(name="good"), begin(name="bad")
    os.mkfifo(bad.journal)
    for name in ("deep", "pipe", "circle"):
        (tmp_path / "runs" / name).mkdir()
    (tmp_path / "runs" / "deep" / "search.json").write_bytes(b"[" * 100_000)
    os.mkfifo(tmp_path / "runs" / "pipe" / "search.json")
    (tmp_path / "runs" / "circle" / "search.json").symlink_to("search.json")
    main(["runs", "--runs-dir", str(tmp_path / "runs")])
    lines = capsys.readouterr().out.splitlines()
    assert sum("cannot be read" in line for line in lines) >= 3
    assert any(str(good.path) in line and "stopped" in line for line in lines)


@posix
def test_a_lock_that_another_process_holds_is_seen_without_taking_it(begin: Begin) -> None:
    import fcntl

    folder = begin()
    path = folder.locks / "trial-0000.lock"
    with path.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert summarise_search(folder).status == "running"
    assert summarise_search(folder).status == "stopped"
    os.mkfifo(folder.locks / "trial-0001.lock")
    assert summarise_search(folder).status == "stopped"


def test_a_search_at_an_impossible_path_is_not_there() -> None:
    for path in ("x" * 300, "~nosuchuser/s", "a\0b"):
        with pytest.raises(PellucidError, match=r"There is no search|knows no home folder"):
            SearchFolder.open(path)


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("optimizer", {"choices": ["sgd", "rmsprop"]}),
        ("hidden", {"choices": ["8", "32"]}),
        ("lr", {"low": 0.5, "high": 1.0}),
        ("lr", None),
    ],
)
def test_a_space_that_its_trials_do_not_come_from_is_said_in_words(
    begin: Begin, name: str, parameter: dict[str, object] | None
) -> None:
    space = {"optimizer": ["adamw"], "hidden": ["16"], "lr": {"low": 0.01, "high": 0.1}}
    folder = begin(space=space, recipe=Recipe(model="mlp", epochs=4))
    record = folder.read_record()
    Journal(folder, record).propose()
    assert len(read_search(folder).trials) == 1
    data = json.loads((folder.path / "search.json").read_text())
    if parameter is None:
        del data["space"]["parameters"][name]
    else:
        data["space"]["parameters"][name] = parameter
    (folder.path / "search.json").write_text(json.dumps(data))
    with pytest.raises(RunError, match=r"Trial 0 in .* does not belong to the space"):
        read_search(folder)
    with pytest.raises(RunError, match=r"Trial 0 in .* does not belong to the space"):
        Journal(folder, folder.read_record())


def test_a_space_of_what_no_recipe_has_is_said_in_words(begin: Begin, corners: Dataset) -> None:
    folder = begin(space={"optimizer": ["adamw", "sgd"]})
    data = json.loads((folder.path / "search.json").read_text())
    data["space"]["parameters"]["a\nb\x00"] = data["space"]["parameters"].pop("optimizer")
    (folder.path / "search.json").write_text(json.dumps(data))
    with pytest.raises(RunError, match="which is no choice of its recipe"):
        read_search(folder)
    with pytest.raises(RunError, match="which is no choice of its recipe"):
        run_search(folder, corners, Limits(trials=1))
