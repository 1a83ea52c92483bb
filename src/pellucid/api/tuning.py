"""Searching as a call: from data and a space to the best recipe, and whether it was worth it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.data import Dataset, dataset_of
from pellucid.errors import RecipeError
from pellucid.prediction import reopen_dataset
from pellucid.records import Decision
from pellucid.report import NotebookSearchProgress, in_notebook, write_search
from pellucid.runs import Recipe, parse_duration, read_recipe
from pellucid.tuning import Limits, SearchFolder, begin_search, read_search, read_space, run_search

if TYPE_CHECKING:
    from pellucid.tuning import Method, Pruning, Search, SearchFolder, SearchProgress, SearchSpace


def tune(
    data: str | Path | Dataset | None = None,
    *,
    model: str | None = None,
    recipe: Recipe | str | Path | None = None,
    space: SearchSpace | str | Path | Mapping[str, Any] | None = None,
    method: Method = "tpe",
    pruning: Pruning = "halving",
    trials: int | None = None,
    time: float | str | None = None,
    repeats: int | None = None,
    resume: str | Path | None = None,
    runs_dir: str | Path = "runs",
    name: str | None = None,
    progress: SearchProgress | None = None,
    command: str | None = None,
    **choices: Any,
) -> Search:
    """Search for a better recipe than the default, and say whether it was worth it; the test split stays sealed.

    Every trial is a run in the search's folder. The same call goes on with a search that was stopped, and may be made
    by several processes at once. Needs the extra `tune`.

    Args:
        data: a path, a name, or a Dataset. With `resume` it may be left out, unless the data were arrays or were moved:
            then a path says where they are now.
        model: a name (see `pellucid models`); None for the one that suits the data.
        recipe: choices that all trials share, or the path of a file or a run that holds them; `choices` win.
        space: what is searched: a YAML or JSON file, a mapping such as {"batch": [16, 32]}, or None for what suits the
            model and the data.
        method: how trials are proposed: tpe, gp, random or grid.
        pruning: when a trial is ended early: halving, median, hyperband or none.
        trials: how many in all; None for 30, for as many as fit into `time`, or for the whole grid.
        time: for all of it, in seconds or as "20m".
        repeats: fresh seeds from which the winner and the default recipe are trained afterwards; 0 for none, None for
            5. A search that is gone on with keeps to what it was asked for last.
        resume: folder of a search to go on with, with the choices it was begun with.
        runs_dir: where the search's folder is made.
        name: of the folder; None for "dataset-model-search".
        progress: the callback that is told; None for nobody, in a notebook for one table that is kept up to date.
        command: the command line, to be written down.
        **choices: any field of Recipe: what is given is shared by all trials, and not searched.

    Raises:
        PellucidError: a choice is unknown or does not fit, Optuna is missing; nothing is written then.
        KeyboardInterrupt: everything so far is kept, and the page is written.

    Example:
        search = pellucid.tune("digits", model="linear", trials=3, repeats=2, epochs=2)
        print(search.best.choices, search.verdict.summary)
    """
    if (repeats or 0) < 0 or (trials is not None and trials < 1):
        raise RecipeError(
            f"trials is {trials}, repeats {repeats}.", expected="At least one trial, and no fewer repeats than 0."
        )
    progress = progress or _notebook_table()
    seconds = parse_duration(time) if isinstance(time, str) else time
    if seconds is not None and not seconds > 0:
        raise RecipeError(f"--time is '{time}'.", expected="A time above 0, such as 90s, 10m or 1.5h.")
    if resume is not None:
        folder = SearchFolder.open(resume)
        found = folder.read_record().dataset
        dataset = data if isinstance(data, Dataset) else reopen_dataset(found, f"the search '{folder.path}'", data)
    elif data is None:
        raise RecipeError("No data were named.", fix="For example: pellucid tune digits")
    else:
        made_before = read_recipe(recipe) if isinstance(recipe, str | Path) else recipe or Recipe()
        named = {} if model is None else {"model": model}
        resolved = made_before.override(**named, **choices)
        dataset = dataset_of(data, task=resolved.data_task)
        folder = begin_search(
            dataset,
            resolved,
            space=read_space(space) if isinstance(space, str | Path | Mapping) else space,
            method=method,
            pruning=pruning,
            runs_dir=Path(runs_dir),
            name=name,
            command=command,
        )
    if progress is not None:
        _say_choices(folder, progress, is_new=resume is None)
    try:
        run_search(folder, dataset, Limits(trials=trials, seconds=seconds, repeats=repeats), progress=progress)
    except KeyboardInterrupt:
        stopped = write_search_page(folder)  # what was found so far can be looked at, too
        if progress is not None:
            kept = f"{len(stopped.trials)} trials are kept, see {stopped.report}"
            progress.said(f"{kept}. Go on with: pellucid tune --resume {folder.path}")
        raise
    return write_search_page(folder)


def open_search(path: str | Path) -> Search:
    """Open a search that exists, as it stands.

    Raises:
        RunError: there is none, or it is damaged.
        MissingExtraError: Optuna is not installed.
    """
    return read_search(SearchFolder.open(path))


def write_search_page(folder: SearchFolder) -> Search:
    """Write a search's page anew from what is on the disk, and return the search."""
    search = read_search(folder)
    report = write_search(folder.report, search)
    return search.model_copy(update={"report": str(report)})


def _say_choices(folder: SearchFolder, progress: SearchProgress, *, is_new: bool) -> None:
    """Tell a watcher what was chosen, and where the search lies."""
    for decision in folder.read_record().decisions if is_new else ():
        progress.decided(decision)
    has_begun = folder.journal.is_file()
    reason = "it has begun before, and goes on" if has_begun else "the same command goes on with it, should it stop"
    progress.decided(Decision(name="search", value=str(folder.path), reason=reason))


def _notebook_table() -> SearchProgress | None:
    """Return what shows a search in a notebook; None elsewhere."""
    return NotebookSearchProgress() if in_notebook() else None
