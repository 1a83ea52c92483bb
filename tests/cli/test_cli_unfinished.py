"""A run that was not trained to its end says so wherever it is looked at, and how to go on with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pellucid
from pellucid.runs import RunFolder

Type = Callable[..., Any]


@pytest.fixture
def leave(run: Path) -> Callable[..., None]:
    """Write into the record of a run what a process that ended in this way leaves."""

    def write(**fields: Any) -> None:
        folder = RunFolder.open(run)
        folder.write_record(folder.read_record().model_copy(update={"measured": False, **fields}))

    return write


STOPPED = {"status": "interrupted", "status_note": "after epoch 3 of 30"}
KILLED = {"status": "running"}


@pytest.mark.parametrize(
    ("fields", "why"), [(STOPPED, "it was stopped after epoch 3 of 30"), (KILLED, "its process is gone")]
)
def test_a_comparison_with_it_says_so(
    pellucid_: Type, run: Path, leave: Callable[..., None], fields: dict[str, str], why: str
) -> None:
    leave(**fields)
    lines = pellucid_("compare", run, run).out.splitlines()
    assert lines[-1].startswith(f"Note: '{run}' was not trained to its end ({why})")
    assert lines[-1].endswith(f"pellucid train --resume {run}")
    assert len(json.loads(pellucid_("compare", run, run, "--json").out)["notes"]) == 2


def test_a_comparison_of_finished_runs_has_no_note(pellucid_: Type, run: Path) -> None:
    assert "Note:" not in pellucid_("compare", run, run).out


@pytest.mark.parametrize("fields", [STOPPED, KILLED])
def test_its_report_says_so(pellucid_: Type, run: Path, leave: Callable[..., None], fields: dict[str, str]) -> None:
    leave(**fields)
    pellucid_("report", run)
    page = (run / "report.html").read_text()
    assert "This training is interrupted" in page
    assert "pellucid train --resume" in page


def test_the_list_in_python_calls_it_killed(run: Path, leave: Callable[..., None]) -> None:
    leave(**KILLED)
    assert repr(pellucid.open_run(run)) == f"Run('{run}', killed)"
    assert "its process is gone" in pellucid.open_run(run).unfinished


def test_a_training_that_goes_on_is_called_so(run: Path, leave: Callable[..., None]) -> None:
    leave(**KILLED)
    with RunFolder.open(run).owned("trained"):
        assert pellucid.open_run(run).unfinished == f"'{run}' is still being trained: its best epoch so far answers."
