"""A run as an object: ask it, measure it, look into it; and opening and comparing runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.api.reopening import reopen_dataset
from pellucid.api.shown import History, ShownList, shown_evaluations, shown_mistakes, shown_predictions
from pellucid.clock import time_now
from pellucid.data import Dataset
from pellucid.doing import doing
from pellucid.errors import RecipeError, RunError
from pellucid.evaluation import Evaluation, Opening
from pellucid.kinds import SPLITS, SplitName
from pellucid.runs import Health, Reproduction, RunFolder, RunRecord, judge

if TYPE_CHECKING:
    from torch import Generator, Tensor, nn

    from pellucid.api.features import RunFeatures
    from pellucid.attribution import Explainer, Explanation
    from pellucid.evaluation import LargeError, Mistake
    from pellucid.landscape import Landscapes
    from pellucid.models import ModelSummary
    from pellucid.prediction import Formula, KnownFeatures, Prediction, Predictor
    from pellucid.prediction.given import Given
    from pellucid.trace import Backward, Rule, SlowMotion, Trace, Weight
    from pellucid.training import Callback, OutputsAndTargets, Progress

Source: TypeAlias = Any
"""An example's place in the run's dataset, or one input in any form that `Run.predict` takes: a file, pixels, a row."""


class Run:
    """One training, on the disk: ask it, measure it, look into it.

    Args:
        folder: of the run.
        model: the module, where the run was trained with a module of the user's own.
        dataset: the dataset, where it cannot be opened again by name or path; or the path to which the data were moved.
    """

    def __init__(
        self, folder: RunFolder, *, model: nn.Module | None = None, dataset: Dataset | str | Path | None = None
    ) -> None:
        self.folder = folder
        self._model = model
        self.computed_features: tuple[KnownFeatures, NDArray[np.int64]] | None = None
        """Features of training examples and which they are, computed once where the run keeps none."""
        self._place = None if isinstance(dataset, Dataset) else dataset
        if isinstance(dataset, Dataset):
            self.__dict__["dataset"] = dataset

    def __repr__(self) -> str:
        return f"Run('{self.folder.path}', {self.folder.status_now(self.record)})"

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
    def not_measured(self) -> str:
        """What is missing where the training came to its end and was stopped before it was measured; "" elsewhere."""
        record = self.record
        if record.status != "finished" or self.folder.is_measured(record):
            return ""
        return (
            f"'{self.path}' was trained to its end, but stopped before it was measured: its probabilities are not "
            "calibrated, and nothing is called 'unsure' or 'unknown'. This finishes it: "
            f"pellucid train --resume {self.path}"
        )

    @property
    def unfinished(self) -> str:
        """What is missing of a run that was not trained to its end, or not measured after it; "" where nothing is."""
        record = self.record
        status = self.folder.status_now(record)
        if status == "running":
            return f"'{self.path}' is still being trained: its best epoch so far answers."
        if status in ("killed", "interrupted"):
            how = "its process is gone" if status == "killed" else f"it was stopped {record.status_note}".rstrip()
            return (
                f"'{self.path}' was not trained to its end ({how}): its best epoch so far answers. "
                f"This goes on with it: pellucid train --resume {self.path}"
            )
        if status in ("failed", "pruned"):
            return f"'{self.path}' was not trained to its end ({status}: {record.status_note})."
        return self.not_measured

    @property
    def history(self) -> History:
        """One dict of numbers per epoch, shown as a table; `history["val_loss"]` is a column of it."""
        return History(self.folder.history())

    @property
    def health(self) -> Health:
        """How gradients, activations and weights fared in the training, and what is wrong with them.

        Raises:
            RunError: the training was not looked at (`--no-health`, or an older Pellucid), or its file is damaged.
        """
        found = self.health_if_looked_at
        if found is None:
            raise RunError(
                f"The health of '{self.record.name}' was not looked at in its training.",
                fix="Train with --health, which is the default of 'pellucid train'.",
            )
        return found

    @property
    def health_if_looked_at(self) -> Health | None:
        """The same, or None where the training was not looked at.

        Raises:
            RunError: the file is damaged.
        """
        record, looks = self.record, self.folder.health()
        if not looks and record.status != "failed":
            return None
        rate = record.recipe.lr if isinstance(record.recipe.lr, float) else None
        return judge(looks, learning_rate=rate, status=record.status, note=record.status_note)

    @property
    def evaluations(self) -> ShownList[Evaluation]:
        """Every evaluation so far, shown as a table."""
        return shown_evaluations(
            Evaluation.from_dict(data, source=str(self.path), error=RunError) for data in self.folder.read_evaluations()
        )

    @cached_property
    def dataset(self) -> Dataset:
        """The data of the training, opened again and checked to be the same; a new place of theirs is written down.

        Raises:
            RunError: they changed, are gone, or were handed over as arrays.
            DataError: they cannot be read.
        """
        from pellucid.training import check_same_data

        record = self.record
        dataset = reopen_dataset(record.dataset, f"'{record.name}'", self._place, task=record.task)
        check_same_data(record, dataset)
        if self._place is not None:
            self._remember(dataset.source)
        return dataset

    def _remember(self, place: str) -> None:
        """Write down where the data are now, for the next command; a run that may not be written is used as it is."""
        record = self.record
        moved_to = None if place == record.dataset.source else place
        if moved_to != record.dataset.moved_to:
            data = record.dataset.model_copy(update={"moved_to": moved_to})
            owner = self.folder.owner()
            is_mine = owner is not None and owner.pid == os.getpid()
            # Whoever else works on the run writes its record, and what we read of it may be old by then.
            with suppress(OSError, RunError), nullcontext() if is_mine else self.folder.owned("measured"):
                self.folder.write_record(record.model_copy(update={"dataset": data}))

    @cached_property
    def predictor(self) -> Predictor:
        """What answers: the best epoch's weights."""
        from pellucid.prediction import Predictor

        return Predictor.from_run(self.folder, model=self._model)

    @property
    def model(self) -> nn.Module:
        """The trained network itself, with the best epoch's weights, in evaluation mode; it wants prepared inputs."""
        return self.predictor.model

    def save_weights(self, path: str | Path) -> Path:
        """Write the model's state dict, the best epoch's, as safetensors; `safetensors.torch.load_file` reads it."""
        from pellucid.api.exporting import save_weights

        return save_weights(self.model, Path(path))

    def mistakes(self, split: SplitName = "val") -> ShownList[Mistake | LargeError]:
        """Return the answers to look at first, the worst first and 24 at most; `index` is what `explain` takes.

        They show themselves as a table.

        Raises:
            RunError: the split was not evaluated yet. This opens nothing: the test split's are there after `evaluate`.

        Example:
            run.explain(run.mistakes()[0].index)
        """
        from pellucid.api.mistakes import mistakes_of

        return shown_mistakes(mistakes_of(self, split))

    def predict(self, sources: Given) -> ShownList[Prediction]:
        """Answer pictures or rows; what cannot be read is an answer with its error.

        Args:
            sources: one or a list of these. For a run on pictures: picture files, folders or archives of them, .npz,
                .npy or Parquet files, arrays of pixels ([H, W] or [H, W, 3], or [N, H, W] or [N, H, W, C] of N
                pictures; uint8 or uint16), pictures of Pillow. For a run on a table: CSV or Parquet files, a dict of
                cells by column or of lists of cells, rows of cells in the order of the columns (lists, or arrays [N, D]
                or [D]), a data frame. The target may be missing; cells that are text are read as those of a CSV.

        Raises:
            DataError: it is of another kind, a row has too many or too few cells, or a column is lacking.

        Example:
            row = {"sepal length (cm)": 5.1, "sepal width (cm)": 3.5, "petal length (cm)": 1.4, "petal width (cm)": 0.2}
            run.predict(row)
            run.predict([[5.1, 3.5, 1.4, 0.2], [6.3, 3.3, 6.0, 2.5]])
        """
        return shown_predictions(self.predictor.predict(sources))

    def evaluate(
        self,
        split: SplitName = "test",
        *,
        reason: str = "asked for",
        baselines: bool = True,
        positive: str | None = None,
    ) -> Evaluation:
        """Measure the run on one split; opening test is written down and counted.

        A run that was stopped between its last epoch and its measuring is finished first. All that can be checked is,
        before the split is opened.

        Args:
            split: train, val or test.
            reason: why the sealed test split is opened.
            baselines: whether to score simple methods beside it.
            positive: of two classes the one whose average precision is told; None: the one that was trained with.

        Raises:
            RunError: the data changed since the training, the split is empty, the run is being trained, or something
                kept with it is damaged.
            RecipeError: there is no such split, or `positive` is none of two classes.
        """
        if split not in SPLITS:
            raise RecipeError(f"Unknown split '{split}'.", expected=f"One of: {', '.join(SPLITS)}.")
        from pellucid.evaluation.split import evaluate_split

        if self.not_measured:
            from pellucid.api.finishing import finish

            with self.folder.owned("measured"):
                if self.not_measured:  # else another process was quicker
                    finish(self)
        self.folder.refuse_links()  # before the seal is broken, not after
        with self.folder.owned("evaluated"):
            with doing("opening the data"):
                self._check_for_evaluation()
            with doing(f"measuring on {split}"):
                evaluation = evaluate_split(self.predictor, self.dataset, split, baselines=baselines, positive=positive)

            def numbered(number: int) -> dict[str, Any]:
                nonlocal evaluation
                if split == "test":
                    evaluation = evaluation.with_opening(Opening(reason=reason, number=number, when=time_now()))
                return evaluation.to_dict()

            self.folder.write_evaluation(split, numbered)
            with doing("writing the report"):
                self.report()
        return evaluation

    def _check_for_evaluation(self) -> None:
        """Read everything that an evaluation and its report need, so that nothing is opened in vain.

        Raises:
            RunError: something is damaged, or there is no place to write.
        """
        _ = self.predictor, self.dataset, self.history, self.evaluations
        place = self.folder.evaluations if self.folder.evaluations.is_dir() else self.path
        if not os.access(place, os.W_OK):
            raise RunError(f"'{place}' may not be written, so an evaluation could not be kept.")

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
        from pellucid.api.finishing import finish
        from pellucid.runs import compare_reproduction
        from pellucid.training import Hooks, repeat

        dataset = self.dataset
        folder = repeat(
            self.folder,
            dataset,
            model=model,
            runs_dir=self.path.parent if runs_dir is None else Path(runs_dir),
            device=device,
            progress=progress,
            hooks=Hooks(loss, metrics or {}, augmentation, callbacks),
            then=lambda repeated: finish(Run(repeated, model=model, dataset=dataset)),
        )
        return compare_reproduction(self.folder, folder)

    def summary(self) -> ModelSummary:
        """Return the run's model layer by layer, as `pellucid.summary` does."""
        from pellucid.api.structure import summary

        return summary(self)

    @property
    def formula(self) -> Formula | None:
        """What a linear model on a table computes, in the units of its columns, e.g. y = 3 x + 1; None of any other.

        Example:
            print(run.formula)
        """
        from pellucid.prediction import formula_of

        return formula_of(self.predictor)

    def trace(self, source: Source) -> Trace:
        """Follow one input to its answer: every value on the way, and the arithmetic behind each.

        It begins with the step from cells or pixels to the network's input, and ends with those from the network's
        outputs to the answer: "input/..." and "answer/...".

        Args:
            source: a picture file, pixels, a CSV file (its first row), a row as `predict` takes it, or an example's
                place in the run's dataset.

        Raises:
            DataError: it cannot be read, or there is no such example.
            ModelError: the model cannot be turned into a graph of operators.

        Example:
            run.trace("new/a.jpg")["conv2"].unit(3, at=(4, 7))
        """
        from pellucid.api.tracing import trace_run

        return trace_run(self, source)

    def backward(
        self, sources: Sequence[Source] | Source, targets: Sequence[str | None] | str | None = None
    ) -> Backward:
        """Follow one or more inputs forward and the loss back: gradients, and the terms that make them.

        Args:
            sources: as of `trace`; several are a batch, whose mean loss is taken.
            targets: the right answer to each, as `pellucid trace --target` takes it: a class, labels with commas
                between them, or a number; None for what the dataset says of its own examples.

        Raises:
            DataError: an input cannot be read.
            RecipeError: there is no such class, or an input from elsewhere has no target.

        Example:
            run.backward([0, 1, 2]).weight("conv1.weight", 0, 0, 2, 2)
        """
        from pellucid.api.tracing import batch_of, criterion_of, targets_of
        from pellucid.trace import backpropagate

        inputs = batch_of(self, sources)
        return backpropagate(
            self.predictor.model, inputs, targets_of(self, sources, targets), criterion=criterion_of(self)
        )

    def slow_motion(
        self,
        sources: Sequence[Source] | Source,
        targets: Sequence[str | None] | str | None = None,
        *,
        steps: int,
        rule: Rule | None = None,
        weights: Sequence[Weight] = (),
    ) -> SlowMotion:
        """Train on a batch for some steps, number by number; the run is not changed.

        Args:
            sources, targets: as of `backward`.
            steps: how many.
            rule: the optimizer; None for the run's own, from an empty state, at its highest learning rate.
            weights: to look at, (parameter's name, position) each.
        """
        from pellucid.api.tracing import batch_of, criterion_of, rule_of, targets_of
        from pellucid.trace import slow_motion

        return slow_motion(
            self.predictor.model,
            batch_of(self, sources),
            targets_of(self, sources, targets),
            steps=steps,
            rule=rule or rule_of(self),
            weights=weights,
            criterion=criterion_of(self),
        )

    @property
    def features(self) -> RunFeatures:
        """What the run has learned: filters, maps, patches, pictures that excite units, an embedding, shifts."""
        from pellucid.api.features import RunFeatures

        return RunFeatures(self)

    @cached_property
    def explainer(self) -> Explainer:
        """What explains answers; it looks at the network once."""
        from pellucid.attribution import Explainer

        return Explainer(self.predictor.model, names=self.predictor.classes)

    def explain(
        self,
        source: Source,
        *,
        method: str | Sequence[str] = (),
        target: str | None = None,
        layer: str | None = None,
        seed: int = 0,
        checks: bool = True,
        neighbours: int = 5,
        watch: Callable[[str], None] | None = None,
    ) -> Explanation:
        """Show what speaks for an answer: where the model looked, whether that means anything, and what it resembles.

        Args:
            source: a picture file, pixels, a CSV file (its first row), a row as `predict` takes it, or an example's
                place in the run's dataset.
            method: one or several of grad-cam, grad-cam++, layer-cam, saliency, smooth-grad, integrated-gradients and
                occlusion; () for Grad-CAM of a picture, integrated gradients of a row.
            target: the class, label or number to explain, by its name; None for what is answered.
            layer: whose maps the first three weigh; None: found by a probe, which says why.
            seed: of noise, shuffled weights and random orders.
            checks: whether each map is checked against shuffled weights and random orders.
            neighbours: how many of the nearest training examples are looked for.
            watch: is told what is done.

        Raises:
            DataError: the example cannot be read, or there is none.
            RecipeError: an unknown method, class or layer.

        Example:
            run.explain("new/a.jpg", method=["grad-cam", "occlusion"])
        """
        from pellucid.api.explaining import explain_run

        return explain_run(
            self,
            self.explainer,
            source,
            target=target,
            methods=[method] if isinstance(method, str) else list(method),
            layer=layer,
            seed=seed,
            checks=checks,
            neighbours=neighbours,
            watch=watch,
        )

    def landscape(self, other: Run | None = None, **choices: Any) -> Landscapes:
        """Return the loss around the weights, as `pellucid.api.landscape` does.

        Args:
            other: another run on the same data, to be measured on the same examples.
            **choices: split, size, reach, limit, seed, watch.
        """
        from pellucid.api.landscape import landscape

        return landscape(self, other, **choices)

    def report(self) -> Path:
        """Write the run's page anew from what is on the disk, and return its path."""
        from pellucid.api.reporting import write_run_report

        return write_run_report(self)
