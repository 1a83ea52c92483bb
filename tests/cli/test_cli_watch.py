"""Watching a run: its curves, where it stands, and that watching ends when the run does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pellucid.cli.plain_curves import draw_curves
from pellucid.cli.watching import WatchedRun, follow, frame, headline, look
from pellucid.runs import RunFolder

Type = Callable[..., Any]


def test_curves_by_hand() -> None:
    assert draw_curves("loss", [4.0, 2.0, 0.0], [4.0, 3.0, 1.0], width=24, height=5) == [
        "loss",
        "4 |x",
        "  | v",
        "  | t",
        "  |  v",
        "0 |  t",
        "  +" + "-" * 21,
        "   1 3",
    ]


def test_curves_of_many_epochs_fit_and_odd_values_are_left_out() -> None:
    lines = draw_curves("loss", [1 / (1 + epoch) for epoch in range(500)], [float("nan"), None] * 250, width=60)
    assert max(map(len, lines)) == 60
    assert lines[-1].endswith("500")
    assert "v" not in "".join(lines)
    assert draw_curves("loss", [float("nan")], [], width=60) == ["loss", "  no finite values yet"]
    assert "t" in "".join(draw_curves("x", [0.5, 0.5], [], width=40))


@pytest.fixture
def owned_run(run: Path) -> Iterator[Path]:
    """Return a run that a process works on: this one."""
    with RunFolder.open(run).owned("trained"):
        yield run


def running(folder: RunFolder, epochs: int = 30) -> None:
    record = folder.read_record()
    recipe = record.recipe.override(epochs=epochs)
    folder.write_record(record.model_copy(update={"status": "running", "status_note": "", "recipe": recipe}))


def test_a_finished_run_is_shown_once(pellucid_: Type, run: Path) -> None:
    said = pellucid_("watch", run)
    assert said.code == 0
    assert said.out.startswith("digits-linear: finished (all 3 epochs), epoch 3 of 3\n")
    assert "t training, v validation, x both" in said.out
    assert "epoch 3: train loss" in said.out
    assert "best: epoch" in said.out
    assert max(map(len, said.out.splitlines()[1:-3])) <= 76


def test_watching_ends_with_the_run_and_tells_each_epoch(owned_run: Path) -> None:
    folder = RunFolder.open(owned_run)
    finished, rows = folder.read_record(), folder.history()
    folder.truncate_history(1)
    running(folder, epochs=3)

    def work(seconds: float) -> None:
        assert seconds == 0.5
        num = len(folder.history())
        if num < 3:
            folder.append_epoch(rows[num])
        else:
            folder.write_record(finished)

    moments = list(follow(folder, every=0.5, sleep=work))
    assert [len(moment.history) for moment in moments] == [1, 2, 3, 3]
    assert [moment.is_over for moment in moments] == [False, False, False, True]


def test_the_time_left_is_that_of_the_epochs_to_come(run: Path) -> None:
    folder = RunFolder.open(run)
    running(folder, epochs=13)
    history = [row | {"seconds": 6.0} for row in folder.history()]
    moment = WatchedRun(folder.read_record(), history, silent_seconds=0.0)
    assert moment.seconds_left == 60
    assert headline(moment) == "digits-linear: running, epoch 3 of 13, about 1 min 00 s left"
    silent = WatchedRun(moment.record, history, silent_seconds=400.0)
    assert "it may have been killed" in headline(silent)


def test_a_run_without_an_epoch_says_so(owned_run: Path) -> None:
    folder = RunFolder.open(owned_run)
    folder.truncate_history(0)
    running(folder)
    assert frame(look(folder), width=80)[-1] == "The first epoch has not ended yet."


def test_json_looks_once_also_at_a_run_that_goes_on(pellucid_: Type, owned_run: Path) -> None:
    running(RunFolder.open(owned_run))
    said = pellucid_("watch", owned_run, "--json")
    assert '"status": "running"' in said.out
    assert '"epochs": 30' in said.out


def test_there_must_be_a_run(pellucid_: Type) -> None:
    said = pellucid_("watch", "runs/nothing")
    assert said.code == 2
    assert "There is no run at 'runs/nothing'" in said.err


@pytest.mark.parametrize("name", ["train", "val"])
def test_a_lost_split_is_no_error(name: str) -> None:
    values = {"train": [1.0, 0.5], "val": [1.0, 0.5]} | {name: [None, None]}
    assert len(draw_curves("loss", values["train"], values["val"], width=40)) == 11


def test_a_pipe_gets_a_line_for_every_epoch_and_the_curves_at_the_end(
    pellucid_: Type, owned_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RunFolder.open(owned_run)
    finished, rows = folder.read_record(), folder.history()
    folder.truncate_history(1)
    running(folder, epochs=3)

    def work(_seconds: float) -> None:
        for row in rows[1:]:
            folder.append_epoch(row)
        folder.write_record(finished)

    monkeypatch.setattr(follow, "__kwdefaults__", {"sleep": work})
    lines = pellucid_("watch", owned_run).out.splitlines()
    assert lines[0].startswith("digits-linear: running, epoch 1 of 3")
    assert [line.partition(":")[0] for line in lines[1:5]] == ["epoch 1", "epoch 2", "epoch 3", "digits-linear"]


def test_a_run_whose_process_is_gone_is_called_killed_and_watching_it_ends(pellucid_: Type, run: Path) -> None:
    folder = RunFolder.open(run)
    running(folder)
    said = pellucid_("watch", run)
    assert said.out.startswith("digits-linear: killed, epoch 3 of 30; its process is gone (pellucid train --resume")
    assert '"status": "killed"' in pellucid_("watch", run, "--json").out
    listed = pellucid_("runs", "--runs-dir", run.parent).out
    assert "killed  linear  best epoch 3" in listed
    assert f"go on with: pellucid train --resume {run}" in listed
    with folder.owned("evaluated"):  # an evaluation is no training
        assert look(folder).is_abandoned
    with folder.owned("trained"):
        assert not look(folder).is_abandoned
        assert "running" in pellucid_("runs", "--runs-dir", run.parent).out


def test_what_an_older_version_says_is_running_may_be(pellucid_: Type, run: Path) -> None:
    folder = RunFolder.open(run)
    running(folder)
    folder.write_record(folder.read_record().model_copy(update={"measured": None}))
    assert look(folder).status == "running"
