"""The one way from an input to an answer: evaluation, `predict` and everything later that asks goes through here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.data import Dataset, save_memory
from pellucid.errors import DataError, RecipeError, RunError
from pellucid.models import parts_of
from pellucid.prediction.given import Given
from pellucid.prediction.judging import JUDGING, Known
from pellucid.prediction.outputs import BATCH, MOST_FEATURES, Outputs, run_network
from pellucid.prediction.records import Prediction, Verdict
from pellucid.prediction.rows import Rows
from pellucid.prediction.sources import ANSWERING, ReadPicture, read_all, read_one
from pellucid.prediction.unknown import BANK_SIZE, KnownFeatures
from pellucid.preprocessing import Prepared, open_inputs, prepare_inputs
from pellucid.runs import Answering, RunFolder, RunRecord, why_unchecked
from pellucid.tasks import Answer, Batch, Disturbs, Draws, find_task
from pellucid.training import (
    BEST,
    batch_within,
    emphasis_of,
    examples_at,
    framed,
    free_threads,
    halving,
    kept_features,
    learned_targets,
    load_weights,
    rebuild_model,
    task_of,
)

NOT_FINITE_ADVICE = "train anew with a lower --lr, --clip 1, or --precision float32."
NO_NUMBERS = f"The network gives NaN or infinite numbers for it, which are no answer: {NOT_FINITE_ADVICE}"
KNOWN = "known.safetensors"
MOST_NUMBERS = 1 << 24
"""Outputs of a network that are held at once: more examples than give so many are answered in parts."""


class Predictor:
    """A trained model with its preprocessing and its way of answering. Always float32, always in evaluation mode.

    Args:
        record: of the run.
        model: with the trained weights; it is set to evaluation mode.
        known: features of training examples, for "unknown".
        device: where to compute.
    """

    def __init__(
        self, record: RunRecord, model: nn.Module, *, known: KnownFeatures | None = None, device: str = "cpu"
    ) -> None:
        self.record = record
        self.device = torch.device(device)
        self.model = model.to(self.device).float().eval()
        self.known = known
        self.answering = record.answering or Answering()
        self.task = task_of(record, temperature=self.answering.temperature)
        if self.task.output_width != record.model.output_width:
            raise RunError(
                f"The record of '{record.name}' is damaged: its network has {record.model.output_width} outputs, and "
                f"its target needs {self.task.output_width}."
            )
        self.classes: tuple[str, ...] = record.dataset.target.categories
        self._judging = JUDGING[record.dataset.target.kind]
        self._sources = ANSWERING[record.preprocessing.kind]

    def __repr__(self) -> str:
        return f"Predictor('{self.record.name}', {self.record.model.name})"

    @classmethod
    def from_run(cls, folder: RunFolder, *, model: nn.Module | None = None, device: str = "cpu") -> Predictor:
        """Open a run's best weights.

        Args:
            folder: of the run.
            model: the module, where the run was trained with a module of the user's own.
            device: where to compute.

        Raises:
            RunError: no epoch is finished yet, or weights or known features do not fit, or are not finite.
        """
        save_memory()
        record = folder.read_record()
        model = rebuild_model(record, as_it_started=False) if model is None else framed(record, model)
        best = folder.checkpoints / BEST
        if not best.exists():
            raise RunError(
                f"The run '{folder.path}' has no trained weights yet: no epoch is finished.",
                fix=f"Go on with it: pellucid train --resume {folder.path}",
            )
        load_weights(best, parts_of(model))
        predictor, known = cls(record, model, device=device), folder.checkpoints / KNOWN
        if known.exists():
            rows = min(record.dataset.num_examples.get("train", 0), BANK_SIZE)
            predictor.known = KnownFeatures.load(known, shape=(rows, predictor._feature_width()))
        return predictor

    def _feature_width(self) -> int:
        """Return D, how many features the last layer reads; 0 where none are compared."""
        preprocessing = self.record.preprocessing
        read = self._run(np.zeros((1, *preprocessing.prepared_shape), preprocessing.prepared_dtype), 1).features
        return 0 if read is None else read.shape[1]

    def with_temperature(self, temperature: float) -> Predictor:
        """Return the same predictor, but dividing its logits by another temperature."""
        answering = self.answering.model_copy(update={"temperature": temperature})
        record = self.record.model_copy(update={"answering": answering})
        return Predictor(record, self.model, known=self.known, device=str(self.device))

    @property
    def why_unchecked(self) -> tuple[str, ...]:
        """A sentence for each of "unsure" and "unknown" that cannot be said; answers are then "unchecked", not "ok"."""
        if self.known is None and self.answering.unknown_above is not None:
            lost = f'"unknown" is off: the run\'s file {KNOWN}, of what it was trained on, is missing.'
            return (lost, *why_unchecked(self.record))
        return why_unchecked(self.record)

    @property
    def logit_offsets(self) -> tuple[float, ...] | None:
        """What is added to the logits (divided by the temperature) because rare classes were emphasised in training.

        One number per logit; None where they were not.
        """
        return emphasis_of(self.record).offsets(output_width=self.task.output_width)

    @property
    def thresholds(self) -> NDArray[np.float32]:
        """[L] probabilities from which each of several labels is answered; 0.5 where none were fitted."""
        given = self.answering.thresholds
        return np.full(len(self.classes), 0.5, np.float32) if given is None else np.array(given, np.float32)

    @property
    def reads(self) -> str:
        """What the run reads, e.g. "pictures"."""
        return self._sources.reads

    # --- from prepared inputs ---

    def outputs(self, inputs: Prepared | NDArray[Any], *, indices: NDArray[np.int64] | None = None) -> Outputs:
        """Run the network over N prepared inputs, a batch at a time; smaller ones where memory runs out.

        Args:
            inputs: uint8 canvases [N, H, W, C], in memory or not, or float32 rows [N, D]; [N, *prepared_shape].
            indices: [N] of the examples in the dataset, where the network is to see them as they are measured, with the
                noise that its task puts on each; None to see them as they are.

        Raises:
            RunError: the memory does not hold a single example's answer.
        """
        size = batch_within(min(BATCH, max(1, len(inputs))), inputs[:1].size, self.device)
        with free_threads():
            return halving(size, lambda size: self._run(inputs, size, indices))

    def _run(self, inputs: Prepared | NDArray[Any], size: int, indices: NDArray[np.int64] | None = None) -> Outputs:
        lengths = None if find_task(self.record.task).answers_each_place else self.record.preprocessing.lengths(inputs)
        width = self.task.output_width
        return run_network(
            self.model,
            inputs,
            size=size,
            width=width,
            to_tensor=self.to_tensor,
            lengths=lengths,
            seen=self._measured_inputs(indices),
        )

    def _measured_inputs(
        self, indices: NDArray[np.int64] | None
    ) -> Callable[[Tensor, NDArray[np.int64]], Tensor] | None:
        """Return what puts the noise on examples that they are measured with; None where there is none."""
        task, seed = self.task, self.record.recipe.machine.seed
        if indices is None or not isinstance(task, Disturbs):
            return None
        ids = torch.from_numpy(indices).to(self.device)
        return lambda inputs, places: task.given(inputs, Draws(seed, 0, ids[torch.from_numpy(places)]))

    @property
    def no_answers(self) -> str:
        """Why the run's task answers no inputs, a sentence; "" where it does."""
        return find_task(self.record.task).no_answers

    def answer(self, outputs: Outputs) -> Answer:
        """Turn raw outputs into calibrated probabilities, or values in the target's unit.

        Raises:
            RecipeError: the task answers no inputs.
        """
        if self.no_answers:
            raise RecipeError(self.no_answers)
        return self._judging.finish(self.task.answer(torch.from_numpy(outputs.raw)), self.answering)

    def split_outputs(self, dataset: Dataset, indices: NDArray[np.int64]) -> Outputs:
        """Run the network over examples of a dataset, prepared as every other input is.

        Where the backbone was frozen, and the cache still has the features of all of these examples from the training,
        only the head is run: the same answers within 1e-4 in probability.

        Args:
            dataset: what was trained on.
            indices: [N] indices of the examples in it, in any order.

        Raises:
            DecodingError: a picture cannot be decoded.
            DataError: a file changed since the dataset was opened.
            RunError: the network gives no numbers for one.
        """
        outputs = self._kept_features(dataset, indices)
        if outputs is None:
            recipe = self.record.recipe
            outputs = self.outputs(
                open_inputs(
                    dataset,
                    self.record.preprocessing,
                    indices,
                    workers=recipe.machine.workers,
                    keep=recipe.machine.cache,
                ),
                indices=indices,
            )
        lost = np.flatnonzero(~outputs.is_finite)
        if len(lost):
            raise RunError(
                f"The network of '{self.record.name}' gives NaN or infinite numbers for {len(lost):,} of "
                f"{len(indices):,} examples, e.g. {dataset.example_name(int(indices[lost[0]]))}.",
                fix=f"Its weights are too large: {NOT_FINITE_ADVICE}",
            )
        return outputs

    @torch.no_grad()
    def _kept_features(self, dataset: Dataset, indices: NDArray[np.int64]) -> Outputs | None:
        found = kept_features(self.record, self.model, dataset, indices)
        if found is None:
            return None
        features, cut = found
        raw = cut.tail(features.to(self.device)).float().cpu().numpy()
        read = features.flatten(1).numpy()
        return Outputs(raw, read if read.shape[1] <= MOST_FEATURES else None)

    def split_answer(self, dataset: Dataset, indices: NDArray[np.int64]) -> tuple[Answer, NDArray[np.float32] | None]:
        """Answer examples of a dataset whose truth is known, and say how far each is from all that was learned from.

        Where a network gives very many numbers for each, examples are answered a part at a time, and of each answer
        only what is held against the truth is kept; see `Answer.held_against`.

        Args:
            dataset: what was trained on.
            indices: [N] indices of the examples in it, in any order.

        Returns:
            the answers, and [N] distances, or None where "unknown" is not judged.

        Raises:
            DecodingError, DataError, RunError: as of `split_outputs`.
            RecipeError: the task answers no inputs.
        """
        if self.no_answers:
            raise RecipeError(self.no_answers)
        at_once = max(1, MOST_NUMBERS // self.task.output_width)
        answers: list[Answer] = []
        distances: list[NDArray[np.float32] | None] = []
        for start in range(0, max(1, len(indices)), at_once):
            part = indices[start : start + at_once]
            outputs = self.split_outputs(dataset, part)
            answer = self.answer(outputs)
            answers.append(self._held(answer, dataset, part))
            distances.append(self.distances(outputs))
        known = [one for one in distances if one is not None]
        whole = np.concatenate(known) if len(known) == len(distances) else None
        return type(answers[0]).joined(answers), whole

    def _held(self, answer: Answer, dataset: Dataset, indices: NDArray[np.int64]) -> Answer:
        """Return what is needed of an answer beside the truth; the inputs are only prepared where it asks for them."""
        return answer.held_against(
            lambda: prepare_inputs(dataset, self.record.preprocessing, indices),
            lambda: learned_targets(self.record, dataset, indices),
        )

    def distances(self, outputs: Outputs) -> NDArray[np.float32] | None:
        """Return [N] distances to the nearest training features, or None where "unknown" is not judged."""
        if self.known is None or outputs.features is None:
            return None
        return self.known.distances(outputs.features)

    def judge(self, outputs: Outputs, inputs: NDArray[Any] | None = None) -> list[Prediction]:
        """Return a prediction, still without its name, for each of N examples; an error where there are no numbers.

        Args:
            outputs: of the network.
            inputs: [N, ...] prepared, of which they are; None where they are not at hand.
        """
        finite = outputs.is_finite
        if not finite.all():
            lost = Prediction(name="", decision="error", error=NO_NUMBERS)
            judged = self.judge(outputs.with_zeros(), inputs)
            return [one if known else lost for one, known in zip(judged, finite, strict=True)]
        plain: Verdict = "unchecked" if self.why_unchecked else "ok"
        known = Known(self.record.dataset.target, self.answering, plain, self.distances(outputs), inputs)
        return self._judging.judge(self.answer(outputs), known)

    # --- from what is handed over ---

    def predict(self, sources: Given) -> Iterator[Prediction]:
        """Answer files, folders of files, arrays, rows and data frames, in order; what is unreadable is an answer, too.

        Args:
            sources: for a model of pictures: picture files, folders and archives (every picture below, sorted; nothing
                hidden), arrays in .npz and .npy files, Parquet files with a column of pictures, decoded arrays
                [H, W] or [H, W, 3], or N of them, of uint8 or uint16, or of other numbers where the run was trained on
                such, or pictures of Pillow. For a model of tables: CSV and Parquet files with the columns of training,
                an archive of one, a dict of cells or of columns, rows of cells in the order of the columns (lists,
                arrays [N, D] or [D]), or a data frame. Or a list of these.

        Raises:
            DataError: what is handed over is of another kind, or rows have other columns than the training's.
            RecipeError: the run's task answers no inputs.

        Yields:
            one Prediction per picture or row; what of a picture is unlike the training's stands in its notes.
        """
        if self.no_answers:
            raise RecipeError(self.no_answers)
        return self._sources.predict(sources, self.record, lambda inputs: self.judge(self.outputs(inputs), inputs))

    def tensor(self, source: Given) -> Tensor:
        """Return one input as the network takes it, float32 [1, ...].

        Args:
            source: a picture file or pixels as `read` takes them; for a run on a table whatever `predict` takes: the
                first row of it.

        Raises:
            DataError: it cannot be read.
        """
        return self.to_tensor(self._sources.first(source, self.record))

    def read(self, source: Given) -> ReadPicture:
        """Read one picture as the run takes it, and compare it with the training's pictures; see `read_one`.

        Raises:
            DataError: it cannot be read, or the run reads no pictures.
        """
        self._need("image", "pixels")
        return read_one(source, self.record)

    def read_rows(self, source: Given) -> list[Rows]:
        """Return the tables of whatever `predict` takes, of which at least one row can be read.

        Raises:
            DataError: there is none, or the run reads no tables.
        """
        self._need("table", "rows of a table")
        return read_all(source, self.record)

    def rows(self, source: Given) -> NDArray[np.float32]:
        """Return the rows that can be read of whatever `predict` takes, encoded, [N, D] with N > 0; see `read_rows`."""
        return np.concatenate([rows.inputs for rows in self.read_rows(source)])

    def _need(self, kind: str, what: str) -> None:
        if self._sources is not ANSWERING[kind]:
            raise DataError(f"This run reads {self._sources.reads}, not {what}.", fix=self._sources.hand_over)

    def example(self, dataset: Dataset, index: int) -> Tensor:
        """Return one example of a dataset as the network takes it, float32 [1, ...]."""
        return self.to_tensor(prepare_inputs(dataset, self.record.preprocessing, np.array([index])))

    def batch(self, dataset: Dataset, indices: NDArray[np.int64]) -> Batch:
        """Return examples of a dataset as the task measures them: nothing augmented, none weighing more than another.

        Args:
            dataset: what was trained on.
            indices: [N] of the examples in it.
        """
        record, device = self.record, self.device
        inputs = prepare_inputs(dataset, record.preprocessing, indices, workers=record.recipe.machine.workers)
        examples = examples_at(record, dataset, indices)
        ids = examples.ids.to(device)
        return Batch(
            self.to_tensor(inputs),
            examples.targets[torch.arange(len(indices))].to(device),
            ids,
            counts=None if examples.counts is None else examples.counts.to(device),
            draws=Draws(record.recipe.machine.seed, 0, ids),
        )

    def to_tensor(self, inputs: NDArray[Any]) -> Tensor:
        """Return N prepared inputs (uint8 canvases [N, H, W, C], or float32 rows [N, D]) as the network takes them."""
        return self.record.preprocessing.to_tensor(inputs, self.device)
