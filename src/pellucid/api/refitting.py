"""Learning once more from all that is not the test, when validation has said how."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pellucid.api.finishing import finish
from pellucid.api.run import Run
from pellucid.data import load_dataset, options_of_dataset
from pellucid.errors import RunError
from pellucid.prediction import OpenedRun
from pellucid.runs import RunFolder
from pellucid.training import refit as refit_run

if TYPE_CHECKING:
    from pellucid.training import Progress


def refit(
    run: Run,
    *,
    runs_dir: str | Path | None = None,
    command: str | None = None,
    progress: Progress | None = None,
) -> Run:
    """Train a finished run again on its training and validation examples together, as a run of its own.

    The epochs are those that validation found best; bands and thresholds are taken over, for nothing is held back that
    could tell them anew. The test split stays sealed, and is the same. Of series the last part is then no longer
    unknown to the network that is used.

    Args:
        run: finished.
        runs_dir: where the new folder, NAME-refit, is made; None for beside the run.
        command: the command line that asked for it, to be written down; None in Python.
        progress: the callback that is told how it goes.

    Raises:
        RunError: the run is not finished, held nothing back, or its data cannot be split so that the test stays.

    Example:
        deployed = pellucid.refit(run)
    """
    dataset, record = run.dataset, run.record
    if record.dataset.source == "arrays":
        raise RunError(
            f"The data of '{run.path}' were handed over in Python.",
            fix="Train on all of them there, with val=0 and the epochs that the run found best.",
        )
    options = options_of_dataset(record.dataset.options, source=record.name)
    merged = load_dataset(dataset.source, **{**options, "val": 0.0})
    made: list[Run] = []

    def measure(folder: RunFolder) -> None:
        made.append(Run(OpenedRun(folder, dataset=merged)))
        finish(made[-1].opened)

    refit_run(
        run.folder,
        dataset,
        merged,
        runs_dir=run.path.parent if runs_dir is None else Path(runs_dir),
        command=command,
        progress=progress,
        then=measure,
    )
    return made[0]
