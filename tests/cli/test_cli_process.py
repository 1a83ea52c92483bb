"""The command line as a process of its own: what it loads, and what a kill leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from tests.apart import Starter

import pellucid
from pellucid import api

MOST_SECONDS = 120
WATCHED = {"torch", "numpy", "pydantic", "scipy", "sklearn", "matplotlib", "PIL", "jinja2", "timm", "torchvision"}


@pytest.mark.parametrize("words", [["--help"], ["--version"], []])
def test_help_and_version_load_nothing_heavy(words: list[str]) -> None:
    code = f"""
import json, sys
from pellucid.cli import main
try:
    main({words!r})
except SystemExit:
    pass
print()
print(json.dumps([name for name in sys.modules if "." not in name]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert set(json.loads(done.stdout.splitlines()[-1])) & WATCHED == set()


def test_help_in_a_pipe_and_a_mistake_leave_with_their_codes(tmp_path: Path) -> None:
    for words, code in (["--help"], 0), (["train", "nowhere"], 2), (["--flag"], 2):
        done = subprocess.run(
            [sys.executable, "-m", "pellucid", *words], capture_output=True, cwd=tmp_path, check=False
        )
        assert done.returncode == code
        assert (done.stderr == b"") == (code == 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("theirs", "spins"),
    [({}, "10000"), ({"GOMP_SPINCOUNT": "7"}, "7"), ({"OMP_WAIT_POLICY": "active"}, None)],
)
def test_waiting_threads_soon_sleep_unless_the_user_says_otherwise(theirs: dict[str, str], spins: str | None) -> None:
    code = """
import os
from pellucid.cli import main
try:
    main(["--version"])
except SystemExit:
    pass
print(os.environ.get("GOMP_SPINCOUNT"))
"""
    plain = {name: value for name, value in os.environ.items() if name not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=plain | theirs, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == str(spins)


def test_the_command_line_uses_timm_without_its_way_to_the_network() -> None:
    code = """
import sys
from pellucid.cli import main
main(["summary", "timm:mobilenetv2_100", "--json"])
print(sys.modules["timm"].models._hub.has_hf_hub())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "False"


def num_epochs(path: Path) -> int:
    return len(path.read_text().splitlines()) if path.exists() else 0


def without_times(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in ("seconds", "examples_per_second")}


def start_and_stop(start: Starter, folder: Path, how: signal.Signals) -> int:
    """Train for thirty epochs in another process, send a signal in the midst of it, and return its exit code."""
    words = ["train", "digits", "--model", "linear", "--epochs", "30", "--runs-dir", str(folder)]
    metrics = folder / "digits-linear" / "metrics.jsonl"
    with start("import runpy; runpy.run_module('pellucid', run_name='__main__')", *words) as process:
        patience = time.monotonic() + MOST_SECONDS
        while num_epochs(metrics) < 2:
            assert process.poll() is None, "the training ended before it could be stopped"
            assert time.monotonic() < patience, "the training did not begin"
            time.sleep(0.01)
        process.send_signal(how)
        return process.wait()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> pellucid.Run:
    """Return the same training, which nothing stopped."""
    return pellucid.train("digits", model="linear", epochs=30, runs_dir=tmp_path_factory.mktemp("whole"))


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
@pytest.mark.parametrize(
    ("how", "code", "status"),
    [
        (signal.SIGKILL, -signal.SIGKILL, "running"),
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "interrupted"),
    ],
    ids=["kill", "ctrl-c", "terminate"],
)
def test_a_stopped_training_goes_on_as_if_nothing_had_happened(
    tmp_path: Path, start: Starter, whole: pellucid.Run, how: signal.Signals, code: int, status: str
) -> None:
    assert start_and_stop(start, tmp_path, how) == code
    stopped = pellucid.open_run(tmp_path / "digits-linear")
    assert stopped.record.status == status
    assert "not trained to its end" in stopped.unfinished
    assert "pellucid train --resume" in stopped.unfinished
    assert 2 <= len(stopped.history) < 30
    resumed = api.resume(stopped.path)
    weights = [(run.path / "checkpoints" / "best.safetensors").read_bytes() for run in (resumed, whole)]
    assert weights[0] == weights[1]
    assert [without_times(row) for row in resumed.history] == [without_times(row) for row in whole.history]
    assert (resumed.record.status, resumed.record.best) == ("finished", whole.record.best)
    assert [path.name for path in tmp_path.rglob("*.partial")] == []
