"""Searches in a list: how far each one is, and whether somebody is at work on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pellucid.data import Dataset
from pellucid.tuning import Limits, NullProgress, SearchFolder, Trial, list_searches, run_search, summarise_search
from pellucid.tuning.watching import Standing

from .conftest import Begin

pytest.importorskip("optuna")
pytestmark = pytest.mark.slow


class Look(NullProgress):
    """Looks at the search from outside while its first trial is trained, and then interrupts it in its second."""

    def __init__(self, folder: SearchFolder) -> None:
        self.folder = folder
        self.seen = ""

    def ended_epoch(self, trial: Trial, epoch: int, num_epochs: int, standing: Standing) -> None:
        """Look, or interrupt."""
        if trial.number == 1:
            raise KeyboardInterrupt
        self.seen = summarise_search(SearchFolder.open(self.folder.path)).status


def test_a_search_is_running_then_stopped_then_finished(begin: Begin, corners: Dataset, tmp_path: Path) -> None:
    folder = begin()
    look = Look(folder)
    with pytest.raises(KeyboardInterrupt):
        run_search(folder, corners, Limits(trials=2, repeats=0), progress=look)
    assert look.seen == "running"
    stopped = summarise_search(folder)
    assert (stopped.status, stopped.trials, stopped.trials_asked) == ("stopped", 1, 2)
    search = run_search(folder, corners, Limits())
    (listed,) = list_searches(tmp_path / "runs")
    finished = summarise_search(listed)
    assert search.best is not None
    assert (finished.status, finished.trials, finished.best) == ("finished", 2, search.best.score)
    assert finished.best_trial == search.winner


def test_a_search_that_was_judged_is_finished_and_says_whether_it_was_worth_it(begin: Begin, corners: Dataset) -> None:
    folder = begin()
    search = run_search(folder, corners, Limits(trials=2, repeats=1))
    assert search.verdict is not None
    summary = summarise_search(folder)
    assert (summary.status, summary.worth_it) == ("finished", search.verdict.worth_it)


def test_a_folder_without_searches_lists_none(tmp_path: Path) -> None:
    assert list_searches(tmp_path) == []
