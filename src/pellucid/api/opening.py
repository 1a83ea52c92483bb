"""Finding runs that exist: opening, listing and comparing them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pellucid.api.run import Run
from pellucid.data import Dataset
from pellucid.errors import RecipeError, RunError
from pellucid.evaluation import PairedComparison, compare_runs
from pellucid.kinds import SplitName
from pellucid.prediction import OpenedRun
from pellucid.runs import RunFolder, list_runs
from pellucid.training import check_same_data

if TYPE_CHECKING:
    from torch import nn

    from pellucid.prediction import Predictor


def open_run(path: str | Path, *, model: nn.Module | None = None, data: Dataset | str | Path | None = None) -> Run:
    """Open a run that exists.

    Args:
        path: of the run folder.
        model: the module, where the run was trained with a module of your own.
        data: the dataset, where it was handed over in Python; or the path to which the data were moved, which is read
            when the data are first needed, as the run read them, and written down in the run.

    Raises:
        RunError: there is no run, it is damaged, or `data` is not what it was trained on.
    """
    run = Run(OpenedRun(RunFolder.open(path), model=model, dataset=data))
    record = run.record  # read now, so that a damaged run is reported here
    if isinstance(data, Dataset):
        check_same_data(record, data)
    return run


def load_predictor(path: str | Path, *, model: nn.Module | None = None) -> Predictor:
    """Return what answers new inputs, from a run folder.

    Raises:
        RunError: there is no run, or it has no trained weights.
    """
    return open_run(path, model=model).predictor


def runs(parent: str | Path = "runs") -> list[Run]:
    """Return the runs under a folder, newest first."""
    return [Run(OpenedRun(folder)) for folder in list_runs(Path(parent))]


def compare(a: Run, b: Run, *, split: SplitName = "val") -> PairedComparison:
    """Say whether the difference between two runs on the same examples is more than chance.

    Args:
        a: one run.
        b: another, trained on the same data and splits.
        split: whose examples to compare on; the test split would count as an opening, so it is refused here.

    Raises:
        RunError: the runs are not of the same data.
    """
    if split == "test":
        raise RecipeError(
            "The test split is sealed: comparing on it would choose by it.", fix="Compare on --split val."
        )
    if (a.record.dataset.fingerprint, a.record.dataset.split_fingerprint) != (
        b.record.dataset.fingerprint,
        b.record.dataset.split_fingerprint,
    ):
        raise RunError(
            f"'{a.path}' and '{b.path}' are not of the same data and splits.", expected="Two runs on the same data."
        )

    made = compare_runs(a.predictor, b.predictor, a.dataset, split, names=(a.record.name, b.record.name))
    return made.model_copy(update={"notes": tuple(run.unfinished for run in (a, b) if run.unfinished)})
