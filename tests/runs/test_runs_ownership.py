"""Who works on a run: one training alone, evaluations together, and a lock that ends with its process."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.apart import Apart, Starter

from pellucid.errors import RunError
from pellucid.runs.ownership import LOCK, Owner, owned, owner_of

HOLDS = """
import sys
from pathlib import Path
from pellucid.runs.ownership import owned
with owned(Path(sys.argv[1]), sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold(start: Starter, run: Path, doing: str) -> Apart:
    process = start(HOLDS, run, doing)
    assert process.stdout.readline() == "held\n"
    return process


def test_a_training_is_alone_and_who_it_is_is_said(tmp_path: Path) -> None:
    with owned(tmp_path, "trained"):
        owner = owner_of(tmp_path)
        assert owner is not None
        assert (owner.pid, owner.host, owner.doing) == (os.getpid(), socket.gethostname(), "trained")
        said = rf"is taken: it is being trained by process {os.getpid()} on .*, since \d{{4}}-\d\d-\d\d .*One training"
        for doing in ("trained", "measured", "evaluated"):
            with pytest.raises(RunError, match=said), owned(tmp_path, doing):
                pass
        assert owner_of(tmp_path) == owner  # who was refused did not wipe it out
    assert owner_of(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_evaluations_share_a_run_and_keep_a_training_out(tmp_path: Path) -> None:
    with owned(tmp_path, "evaluated"):
        with owned(tmp_path, "evaluated"), pytest.raises(RunError, match="being evaluated"), owned(tmp_path, "trained"):
            pass
        with pytest.raises(RunError, match="being evaluated"), owned(tmp_path, "measured"):
            pass
    with owned(tmp_path, "trained"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX's")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGABRT])
def test_a_lock_ends_with_its_process_however_that_ends(tmp_path: Path, how: signal.Signals, start: Starter) -> None:
    with hold(start, tmp_path, "trained") as process:
        assert owner_of(tmp_path) is not None
        with pytest.raises(RunError, match=f"by process {process.pid} on"), owned(tmp_path, "evaluated"):
            pass
        process.send_signal(how)
    assert (tmp_path / LOCK).exists()  # what it left says nothing
    assert owner_of(tmp_path) is None
    with owned(tmp_path, "trained"):
        assert owner_of(tmp_path) is not None


@pytest.mark.skipif(os.name != "posix" or not hasattr(os, "mkfifo"), reason="links and pipes are POSIX's")
def test_what_a_stranger_put_in_its_place_is_neither_followed_nor_waited_for(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    makers: tuple[Callable[[Path], None], ...] = (
        lambda path: path.symlink_to(elsewhere),
        lambda path: path.symlink_to(tmp_path / "nothing"),
        lambda path: path.mkdir(),
        lambda path: os.mkfifo(path),
    )
    for number, make in enumerate(makers):
        run = tmp_path / f"run-{number}"
        run.mkdir()
        make(run / LOCK)
        assert owner_of(run) is None
        with pytest.raises(RunError, match=r"owner\.lock"), owned(run, "trained"):
            pass
    assert elsewhere.read_text() == "mine"
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "\0" * 5000, '{"pid": -1}', '{"pid": 1e400}', "[" * 9000])
def test_a_lock_with_other_words_in_it_still_keeps_others_out(tmp_path: Path, content: str) -> None:
    with owned(tmp_path, "trained"):
        (tmp_path / LOCK).write_text(content)
        assert owner_of(tmp_path) is not None
        with pytest.raises(RunError, match="another process works on it"), owned(tmp_path, "trained"):
            pass
    (tmp_path / LOCK).write_text(content)
    assert owner_of(tmp_path) is None
    with owned(tmp_path, "evaluated"):
        assert owner_of(tmp_path) is not None


def test_a_clock_beyond_all_calendars_is_left_out(tmp_path: Path) -> None:
    for since in (3e11, 1e300, 0.0):
        owner = Owner(pid=7, host="zeus", since=since, doing="trained")
        assert str(owner).startswith("it is being trained by process 7 on zeus")
    with pytest.raises(ValueError, match="finite"):
        Owner.model_validate(json.loads('{"pid": 7, "host": "zeus", "since": Infinity, "doing": "trained"}'))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_run_that_may_not_be_written_can_be_looked_at_and_not_owned(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert owner_of(tmp_path) is None
    with pytest.raises(RunError, match="may be written"), owned(tmp_path, "evaluated"):
        pass
