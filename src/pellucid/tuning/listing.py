"""The searches of a folder at a glance: how far each one is, what it found, whether a process is at work on it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pellucid.errors import RunError
from pellucid.files import guarded
from pellucid.records import Record
from pellucid.runs import newest_first, read_json
from pellucid.tuning.folder import SearchFolder, is_locked
from pellucid.tuning.records import Search
from pellucid.tuning.search import read_search

SearchStatus = Literal["running", "finished", "stopped"]
"""running: a process is at work on it; finished: it has all it was asked for last; stopped: it can be gone on with."""


class SearchSummary(Record):
    """One search in a list."""

    search: str
    """Path of its folder."""
    status: SearchStatus
    model: str
    method: str
    trials: int
    """That ended, however they did."""
    trials_asked: int | None = None
    """How many there are to be in all; None where only time or the grid limits them."""
    metric: str
    """The validation metric that chooses."""
    best: float | None = None
    """The best trial's score; None while no trial was trained to its end."""
    best_trial: int | None = None
    worth_it: bool | None = None
    """Whether the winner beat the default recipe on fresh seeds; None: not known, or it cannot be told."""


def list_searches(parent: Path) -> list[SearchFolder]:
    """Return the searches directly under `parent`, newest first."""
    return [SearchFolder(path.parent) for path in newest_first(parent.glob("*/search.json"))]


def summarise_search(folder: SearchFolder) -> SearchSummary:
    """Return where a search stands; nothing is written, and processes that are at work on it are not held up.

    Raises:
        MissingExtraError: Optuna is not installed.
        RunError: the search is damaged.
    """
    # What a stranger's journal holds may break more than its reader: one search never ends a list.
    with guarded(lambda reason: RunError(f"The search '{folder.path}' is damaged: {reason}.")):
        return _summary(folder)


def _summary(folder: SearchFolder) -> SearchSummary:
    search, limits = read_search(folder), folder.path / "limits.json"
    asked = read_json(limits) if limits.exists() else {}
    best, trials = search.best, asked.get("trials")
    return SearchSummary(
        search=str(folder.path),
        status=_status(folder, search, trials, asked.get("repeats")),
        model=search.record.model,
        method=search.record.method,
        trials=len(search.trials) - search.count("running"),
        trials_asked=trials if isinstance(trials, int) else None,
        metric=search.record.metric,
        best=None if best is None else best.score,
        best_trial=search.winner,
        worth_it=None if search.verdict is None else search.verdict.worth_it,
    )


def _status(folder: SearchFolder, search: Search, trials: object, repeats: object) -> SearchStatus:
    if _is_held(folder):
        return "running"
    ended = len(search.trials) - search.count("running")
    has_all = not search.count("running") and (not isinstance(trials, int) or ended >= trials)
    is_judged = search.verdict is not None or (repeats == 0 and ended > 0)
    return "finished" if has_all and is_judged else "stopped"


def _is_held(folder: SearchFolder) -> bool:
    """Return whether a process holds a piece of the search's work; a lock that a killed process left is free."""
    return any(is_locked(path) for pattern in ("trial-*.lock", "repeat-*.lock") for path in folder.locks.glob(pattern))
