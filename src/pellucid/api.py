"""The verbs of Pellucid in Python: the only module that knows all rooms."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, load_dataset
from pellucid.errors import DataError, RecipeError, RunError
from pellucid.evaluation import Evaluation, Opening, PairedComparison
from pellucid.runs import EpochRow, Recipe, Reproduction, RunFolder, RunRecord, list_runs, read_recipe
from pellucid.spec import SPLITS, Decision, SplitName
from pellucid.store import SOURCES, FetchedFile, Remote, fetch, plan_fetch

if TYPE_CHECKING:
    from torch import Generator, Tensor, nn

    from pellucid.data import Inspection, PictureInspection, RowInspection
    from pellucid.prediction import Prediction, Predictor
    from pellucid.preprocessing.augmentation.preview import Preview
    from pellucid.store import CacheStatus
    from pellucid.trace import Trace
    from pellucid.training import Callback, OutputsAndTargets, Progress

__all__ = [
    "SOURCES",
    "FetchedFile",
    "Remote",
    "Run",
    "cache_status",
    "clear_cache",
    "compare",
    "fetch",
    "inspect",
    "load_dataset",
    "load_predictor",
    "open_run",
    "plan_fetch",
    "preview",
    "resume",
    "runs",
    "train",
    "write_inspection_page",
    "write_preview_page",
]

BASELINES_AFTER_TRAINING = 2_000_000_000
"""Multiply-adds of the nearest-neighbour baseline up to which a training's report has baselines at once."""


class Run:
    """One training, on the disk: ask it, measure it, look into it.

    Args:
        folder: of the run.
        model: the module, where the run was trained with a module of the user's own.
        dataset: the data set, where it cannot be opened again by name or path.
    """

    def __init__(self, folder: RunFolder, *, model: nn.Module | None = None, dataset: Dataset | None = None) -> None:
        self.folder = folder
        self._model = model
        if dataset is not None:
            self.__dict__["dataset"] = dataset

    def __repr__(self) -> str:
        return f"Run('{self.folder.path}', {self.record.status})"

    def _repr_html_(self) -> str:
        from pellucid.report import run_html

        return run_html(self.record, self.history, self.evaluations)

    @property
    def path(self) -> Path:
        """The run's folder."""
        return self.folder.path

    @property
    def record(self) -> RunRecord:
        """What run.json says."""
        return self.folder.read_record()

    @property
    def history(self) -> list[EpochRow]:
        """One row per epoch."""
        return self.folder.history()

    @property
    def evaluations(self) -> list[Evaluation]:
        """Every evaluation so far."""
        return [
            Evaluation.from_dict(data, source=str(self.path), error=RunError) for data in self.folder.read_evaluations()
        ]

    @cached_property
    def dataset(self) -> Dataset:
        """The data of the training, opened again and checked to be the same.

        Raises:
            RunError: they changed, or were handed over as arrays.
            DataError: they are gone.
        """
        from pellucid.training import check_same_data

        record = self.record
        if record.dataset.source == "arrays":
            raise RunError(
                f"The data of '{record.name}' were handed over in Python, so they cannot be opened by name.",
                fix="Open the run in Python: pellucid.open_run(path, data=dataset).",
            )
        dataset = load_dataset(record.dataset.source, **record.dataset.options)
        check_same_data(record, dataset)
        return dataset

    @cached_property
    def predictor(self) -> Predictor:
        """What answers: the best epoch's weights."""
        from pellucid.prediction import Predictor

        return Predictor.from_run(self.folder, model=self._model)

    def predict(self, sources: str | Path | NDArray[Any] | Sequence[str | Path | NDArray[Any]]) -> list[Prediction]:
        """Answer pictures or rows; what cannot be read is an answer with its error.

        Args:
            sources: one or more picture files, folders of them, arrays of pixels ([H, W] or [H, W, 3], uint8 or
                uint16), or CSV files for a run on a table.
        """
        listed = [sources] if isinstance(sources, str | Path | np.ndarray) else list(sources)
        return list(self.predictor.predict(listed))

    def evaluate(self, split: SplitName = "test", *, reason: str = "asked for", baselines: bool = True) -> Evaluation:
        """Measure the run on one split; opening test is written down and counted.

        Args:
            split: train, val or test.
            reason: why the sealed test split is opened.
            baselines: whether to score simple methods beside it.

        Raises:
            RunError: the data changed since the training, or the split is empty.
        """
        if split not in SPLITS:
            raise RecipeError(f"Unknown split '{split}'.", expected=f"One of: {', '.join(SPLITS)}.")
        from pellucid.evaluation.split import evaluate_split

        evaluation = evaluate_split(self.predictor, self.dataset, split, baselines=baselines)
        if split == "test":
            number = self.folder.num_openings("test") + 1
            evaluation = evaluation.with_opening(
                Opening(reason=reason, number=number, when=datetime.now(UTC).isoformat(timespec="seconds"))
            )
        self.folder.write_evaluation(split, evaluation.to_dict())
        self.report()
        return evaluation

    def reproduce(
        self,
        *,
        model: nn.Module | None = None,
        runs_dir: str | Path | None = None,
        device: str | None = None,
        progress: Progress | None = None,
        loss: OutputsAndTargets | None = None,
        metrics: Mapping[str, OutputsAndTargets] | None = None,
        augmentation: Callable[[Tensor, Generator], Tensor] | None = None,
        callbacks: Sequence[Callback] = (),
    ) -> Reproduction:
        """Train the run again from its record into a new folder, and compare weights and numbers bit by bit.

        Args:
            model: a module with the weights that the first training started from, where it was one of your own.
            runs_dir: where the new folder is made; None for beside this one.
            device: another than then; None for the same.
            progress: who watches.
            loss, metrics, augmentation, callbacks: the code of your own that took part, again.

        Raises:
            RunError: the run is not finished, the data changed, or code of your own is missing.
        """
        from pellucid.runs import compare_reproduction
        from pellucid.training import Hooks, repeat

        folder = repeat(
            self.folder,
            self.dataset,
            model=model,
            runs_dir=self.path.parent if runs_dir is None else Path(runs_dir),
            device=device,
            progress=progress,
            hooks=Hooks(loss, metrics or {}, augmentation, callbacks),
        )
        _finish(Run(folder, model=model, dataset=self.dataset))
        return compare_reproduction(self.folder, folder)

    def trace(self, source: int | str | Path | NDArray[Any]) -> Trace:
        """Follow one input through the network: every value, and the arithmetic behind each.

        Args:
            source: a picture file, pixels, a CSV file (its first row), or an example's place in the run's data set.

        Raises:
            DataError: it cannot be read, or there is no such example.
            ModelError: the model cannot be turned into a graph of operators.

        Example:
            run.trace("new/a.jpg")["conv2"].unit(3, at=(4, 7))
        """
        from pellucid.trace import trace as trace_model

        if not isinstance(source, int):
            return trace_model(self.predictor.model, self.predictor.tensor(source))
        if not 0 <= source < len(self.dataset):
            raise DataError(
                f"The data set has no example {source}.", expected=f"0 to {len(self.dataset) - 1:,}, counted from 0."
            )
        return trace_model(self.predictor.model, self.predictor.example(self.dataset, source))

    def report(self) -> Path:
        """Write the run's page anew from what is on the disk, and return its path."""
        from pellucid.report import write_report

        return write_report(
            self.folder.report,
            record=self.record,
            history=self.history,
            evaluations=self.evaluations,
            pictures=self._picture,
        )

    def _picture(self, index: int) -> NDArray[Any] | None:
        """Return the pixels of one example for the report, where there are any."""
        inputs = self.dataset.inputs
        return inputs.pixels(index) if hasattr(inputs, "pixels") else None


def train(
    data: str | Path | Dataset,
    *,
    model: str | nn.Module | None = None,
    recipe: Recipe | str | Path | None = None,
    runs_dir: str | Path = "runs",
    name: str | None = None,
    progress: Progress | None = None,
    command: str | None = None,
    restarts: int = 1,
    loss: OutputsAndTargets | str | None = None,
    metrics: Mapping[str, OutputsAndTargets] | None = None,
    augmentation: Callable[[Tensor, Generator], Tensor] | None = None,
    callbacks: Sequence[Callback] = (),
    **choices: Any,
) -> Run:
    """Train a network and leave a run folder with a report.

    Args:
        data: a path, a name, or a Dataset.
        model: a name (see `pellucid models`), or a module of your own; None for the one that suits the data.
        recipe: choices made before, or the path of a YAML or JSON file or of a run that holds them; `choices` win.
        runs_dir: where the run folder is made.
        name: of the run folder; None for "dataset-model".
        progress: who watches; None for nobody, in a notebook for one table that is kept up to date.
        command: the command line, to be written down.
        restarts: how many trainings, each from other random weights (seed, seed + 1, ...); the one that validation
            finds best is returned, the others stay as runs beside it.
        loss: a function of your own, from outputs [N, width] and targets [N] to the mean loss, a scalar tensor.
        metrics: functions of your own by name, from the same two to the mean over the batch; shown epoch by epoch.
        augmentation: a function of your own, from a normalised training batch and a generator to one of the same shape.
        callbacks: called after every epoch with (engine, row); True from one of them ends the training.
        **choices: any field of Recipe, e.g. epochs=5, lr=0.01.

    Raises:
        PellucidError: a choice is unknown or does not fit; nothing is written then.

    Example:
        run = pellucid.train("digits", model="cnn", epochs=5)
    """
    import torch

    from pellucid.training import Hooks
    from pellucid.training import train as train_run

    if restarts < 1:
        raise RecipeError(f"--restarts is {restarts}.", expected="1 or more trainings.")
    dataset = data if isinstance(data, Dataset) else load_dataset(data)
    own = model if isinstance(model, torch.nn.Module) else None
    if own is not None and restarts > 1:
        raise RecipeError(
            "A module of your own cannot be restarted: its weights are where you left them.",
            fix="Make a new module for each training, and train them one by one.",
        )
    progress = progress or _notebook_table()
    hooks = Hooks(loss if callable(loss) else None, metrics or {}, augmentation, callbacks)
    choices |= {"loss": loss} if isinstance(loss, str) else {}
    named = {} if model is None or own is not None else {"model": model}
    made_before = read_recipe(recipe) if isinstance(recipe, str | Path) else recipe or Recipe()
    resolved = made_before.override(**named, **choices)
    finished = []
    for number in range(restarts):
        folder = train_run(
            dataset,
            resolved.override(seed=resolved.seed + number),
            model=own,
            runs_dir=Path(runs_dir),
            name=name,
            command=command,
            progress=progress,
            hooks=hooks,
        )
        run = Run(folder, model=own, dataset=dataset)
        _finish(run)
        finished.append(run)
    return _best_of(finished, progress)


def _notebook_table() -> Progress | None:
    """Return what shows a training in a notebook; None elsewhere."""
    from pellucid.report import NotebookProgress, in_notebook

    return NotebookProgress() if in_notebook() else None


def _best_of(finished: Sequence[Run], progress: Progress | None) -> Run:
    """Return the run that validation finds best: by the metric that chose its epoch, then by the loss."""
    if len(finished) == 1:
        return finished[0]

    def rank(run: Run) -> tuple[float, float]:
        best = run.record.best
        assert best is not None  # a finished training has an epoch
        return (-best.value if best.metric != "loss" else best.value), best.loss

    chosen = min(finished, key=rank)
    best = chosen.record.best
    if progress is not None and best is not None:
        values = ", ".join(f"{run.record.best.value:.4f}" for run in finished if run.record.best)
        reason = f"best validation {best.metric} of {values}; chosen by it, so it flatters a little (--restarts)"
        progress.decided(Decision(name="restarts", value=str(chosen.path), reason=reason))
    return chosen


def resume(
    path: str | Path,
    *,
    model: nn.Module | None = None,
    data: Dataset | None = None,
    progress: Progress | None = None,
    loss: OutputsAndTargets | None = None,
    metrics: Mapping[str, OutputsAndTargets] | None = None,
    augmentation: Callable[[Tensor, Generator], Tensor] | None = None,
    callbacks: Sequence[Callback] = (),
) -> Run:
    """Go on with an interrupted training as if nothing had happened.

    Args:
        path: of the run folder.
        model: the module, where the run was trained with a module of your own.
        data: the data set, where it was handed over in Python.
        progress: who watches.
        loss, metrics, augmentation, callbacks: the code of your own that took part, again.

    Raises:
        RunError: there is nothing to resume, the data changed, or code of your own is missing.
    """
    from pellucid.training import Hooks
    from pellucid.training import resume as resume_run

    progress = progress or _notebook_table()
    run = Run(RunFolder.open(path), model=model, dataset=data)
    cut_short = run.record.status == "finished" and not run.folder.report.exists()
    if not cut_short:  # else it was trained to the end, and stopped before it was measured
        hooks = Hooks(loss, metrics or {}, augmentation, callbacks)
        resume_run(run.folder, run.dataset, model=model, progress=progress, hooks=hooks)
    _finish(run)
    return run


def open_run(path: str | Path, *, model: nn.Module | None = None, data: Dataset | None = None) -> Run:
    """Open a run that exists.

    Args:
        path: of the run folder.
        model: the module, where the run was trained with a module of your own.
        data: the data set, where it was handed over in Python.

    Raises:
        RunError: there is no run, it is damaged, or `data` is not what it was trained on.
    """
    run = Run(RunFolder.open(path), model=model, dataset=data)
    record = run.record  # read now, so that a damaged run is reported here
    if data is not None:
        from pellucid.training import check_same_data

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
    return [Run(folder) for folder in list_runs(Path(parent))]


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
    from pellucid.evaluation.split import compare_runs

    return compare_runs(a.predictor, b.predictor, a.dataset, split, names=(a.record.name, b.record.name))


def inspect(
    data: str | Path | Dataset,
    *,
    picture: int | str | Path | None = None,
    target: str | None = None,
    strict: bool = False,
) -> Inspection | PictureInspection | RowInspection:
    """Look at a data set, or at one example as its numbers.

    Args:
        data: a path, a name, a Dataset, or the path of one picture.
        picture: an example of the data set: its place, counted from 0, or its name; None for the whole.
        target: a table's target column, or the label column of a list of pictures.
        strict: whether a picture that cannot be read is an error.

    Raises:
        DataError: the data cannot be read, or have no such example.
    """
    from pellucid.data import inspect_dataset, inspect_example, inspect_pixels
    from pellucid.decoding import IMAGE_SUFFIXES, decode

    if isinstance(data, str | Path) and Path(data).is_file() and Path(data).suffix.lower() in IMAGE_SUFFIXES:
        return inspect_pixels(decode(Path(data)), name=str(data))
    dataset = data if isinstance(data, Dataset) else load_dataset(data, target=target, strict=strict)
    return inspect_dataset(dataset) if picture is None else inspect_example(dataset, picture)


def cache_status() -> CacheStatus:
    """Return what the pixel cache holds, where it lies, and how large it may grow; and what unpacked archives take."""
    from dataclasses import replace

    from pellucid.store import find_cache, unpacked_bytes

    status, unpacked = find_cache().status(), unpacked_bytes()
    return replace(status, unpacked=unpacked)


def clear_cache() -> int:
    """Empty the cache, and return how many bytes that freed; the next training unpacks and decodes again."""
    from pellucid.store import clear_unpacked, find_cache

    return find_cache().clear() + clear_unpacked()


def write_inspection_page(
    result: Inspection | PictureInspection | RowInspection, path: Path | None = None
) -> Path | None:
    """Write what `inspect` returned as one self-contained page; a table's row has none.

    Args:
        result: of `inspect`.
        path: of the page; None for inspect-NAME.html in this folder.
    """
    from pellucid.data import Inspection, PictureInspection
    from pellucid.report import write_inspection, write_picture_inspection

    place = path or Path(f"inspect-{Path(result.name).stem}.html")
    if isinstance(result, Inspection):
        return write_inspection(place, result)
    return write_picture_inspection(place, result) if isinstance(result, PictureInspection) else None


def preview(
    data: str | Path | Dataset,
    *,
    model: str | nn.Module | None = None,
    recipe: Recipe | str | Path | None = None,
    **choices: Any,
) -> Preview:
    """Draw what the first epochs of a training would see of some examples, without training.

    Args:
        data: a path, a name, or a Dataset of pictures.
        model: as in `train`: it decides the size of the pictures.
        recipe: as in `train`.
        **choices: any field of Recipe, e.g. augment="photo", mixup=0.2.

    Raises:
        PellucidError: a choice is unknown or does not fit, or the data are a table.
    """
    from pellucid.preprocessing import ImagePreprocessing
    from pellucid.preprocessing.augmentation.preview import preview_augmentation
    from pellucid.training import plan_run

    dataset = data if isinstance(data, Dataset) else load_dataset(data)
    named = {"model": model} if isinstance(model, str) else {}
    made_before = read_recipe(recipe) if isinstance(recipe, str | Path) else recipe or Recipe()
    resolved = made_before.override(**named, **choices)
    plan = plan_run(
        dataset,
        resolved.override(lr=None) if resolved.lr == "auto" else resolved,
        model=None if model is None or isinstance(model, str) else model,
    )
    record = plan.record
    if not isinstance(record.preprocessing, ImagePreprocessing) or record.augmentation is None:
        raise RecipeError(
            "--preview shows what augmentation makes of pictures.", expected="The data set is a table, which has none."
        )
    decision = next(one for one in record.decisions if one.name == "augment")
    return preview_augmentation(dataset, record.preprocessing, record.augmentation, decision, seed=record.recipe.seed)


def write_preview_page(preview: Preview, path: Path | None = None) -> Path:
    """Write what `preview` returned as one self-contained page.

    Args:
        preview: of `preview`.
        path: of the page; None for preview-NAME.html in this folder.
    """
    from pellucid.report import write_preview

    return write_preview(path or Path(f"preview-{preview.name}.html"), preview)


def _finish(run: Run) -> None:
    """Fit how the run answers, measure it on val, and write its report; where several trained, the first does."""
    from pellucid.evaluation.answering import fit_answering
    from pellucid.evaluation.split import evaluate_split
    from pellucid.prediction import KNOWN
    from pellucid.training import these_processes

    if not these_processes().is_first:
        return
    record, dataset = run.record, run.dataset
    if len(dataset.splits["val"]):
        answering, known = fit_answering(run.predictor, dataset)
        if known is not None:
            known.save(run.folder.checkpoints / KNOWN)
        run.folder.write_record(record.model_copy(update={"answering": answering}))
        run.__dict__.pop("predictor", None)
        cost = len(dataset.splits["val"]) * len(dataset.splits["train"]) * int(np.prod(record.model.input_shape))
        evaluation = evaluate_split(run.predictor, dataset, "val", baselines=cost <= BASELINES_AFTER_TRAINING)
        run.folder.write_evaluation("val", evaluation.to_dict())
    run.report()


def _show_results_in_notebooks() -> None:
    """Teach the notebook that this module was imported in, if it was, to show results by their type."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        from pellucid.report import register_displays

        register_displays(shell)


_show_results_in_notebooks()
