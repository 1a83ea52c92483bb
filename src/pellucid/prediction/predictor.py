"""The one way from an input to an answer: evaluation, `predict` and everything later that asks goes through here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.data import Dataset, save_memory
from pellucid.data.delimited import Table
from pellucid.data.new_inputs import NewPicture, new_pictures
from pellucid.data.pixel_arrays import PixelKind, depth_of
from pellucid.decoding import Pixels
from pellucid.doing import Moved, doing
from pellucid.errors import DataError, RunError
from pellucid.kinds import ClassTarget, LabelsTarget, ValuesTarget
from pellucid.models import head
from pellucid.prediction.given import Given, given_pictures, given_tables, one_picture
from pellucid.prediction.records import Prediction, Verdict
from pellucid.prediction.rows import Rows, read_rows
from pellucid.prediction.unknown import BANK_SIZE, KnownFeatures
from pellucid.prediction.unlike import Unlike, compare_with_training
from pellucid.preprocessing import (
    ImagePreprocessing,
    Prepared,
    TablePreprocessing,
    open_inputs,
    pixel_kind,
    prepare_inputs,
    read_picture,
    read_pixels,
)
from pellucid.runs import Answering, RunFolder, RunRecord, why_unchecked
from pellucid.tasks import Answer
from pellucid.training import (
    BEST,
    emphasis_of,
    free_threads,
    kept_features,
    load_weights,
    rebuild_model,
    task_of,
)
from pellucid.training.memory import batch_within, halving

BATCH = 256
NOT_FINITE_ADVICE = "train anew with a lower --lr, --clip 1, or --precision float32."
NO_NUMBERS = f"The network gives NaN or infinite numbers for it, which are no answer: {NOT_FINITE_ADVICE}"
KNOWN = "known.safetensors"
MOST_FEATURES = 16_384
"""A last layer that reads more numbers than this reads pixels, not features; keeping them all would fill the memory."""


@dataclass(frozen=True)
class Outputs:
    """What the network gives for N examples.

    Attributes:
        raw: [N, outputs] float32, before softmax or scaling.
        features: [N, D] float32, what its last layer reads; None where there is no such layer, or D is too large.
    """

    raw: NDArray[np.float32]
    features: NDArray[np.float32] | None

    @property
    def is_finite(self) -> NDArray[np.bool_]:
        """[N]: whether all numbers of an example are finite; of others nothing can be said."""
        finite = np.asarray(np.isfinite(self.raw).all(axis=1), np.bool_)
        return finite if self.features is None else np.logical_and(finite, np.isfinite(self.features).all(axis=1))


@dataclass(frozen=True)
class ReadPicture:
    """A picture that is ready to be answered.

    Attributes:
        pixels: (H, W) or (H, W, 3), as the run takes them.
        canvas: uint8 [H, W, C].
        unlike: what of it is unlike the training's pictures.
    """

    pixels: Pixels
    canvas: NDArray[np.uint8]
    unlike: Unlike


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
        target = record.dataset.target
        self.classes: tuple[str, ...] = target.classes if isinstance(target, ClassTarget | LabelsTarget) else ()

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
        model = rebuild_model(record, as_it_started=False) if model is None else model
        best = folder.checkpoints / BEST
        if not best.exists():
            raise RunError(
                f"The run '{folder.path}' has no trained weights yet: no epoch is finished.",
                fix=f"Go on with it: pellucid train --resume {folder.path}",
            )
        load_weights(best, {"model": model})
        predictor, known = cls(record, model, device=device), folder.checkpoints / KNOWN
        if known.exists():
            rows = min(record.dataset.num_examples.get("train", 0), BANK_SIZE)
            predictor.known = KnownFeatures.load(known, shape=(rows, predictor._feature_width()))
        return predictor

    def _feature_width(self) -> int:
        """Return D, how many features the last layer reads; 0 where none are compared."""
        preprocessing = self.record.preprocessing
        read = self._outputs(np.zeros((1, *preprocessing.prepared_shape), preprocessing.prepared_dtype), 1).features
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
    def _plain(self) -> Verdict:
        return "unchecked" if self.why_unchecked else "ok"

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

    # --- from prepared inputs ---

    def outputs(self, inputs: Prepared | NDArray[Any]) -> Outputs:
        """Run the network over N prepared inputs, a batch at a time; smaller ones where memory runs out.

        Args:
            inputs: uint8 canvases [N, H, W, C], in memory or not, or float32 rows [N, D].

        Raises:
            RunError: the memory does not hold a single example's answer.
        """
        size = batch_within(min(BATCH, max(1, len(inputs))), inputs[:1].size, self.device)
        with free_threads():
            return halving(size, lambda size: self._outputs(inputs, size))

    @torch.no_grad()
    def _outputs(self, inputs: Prepared | NDArray[Any], size: int) -> Outputs:
        caught: list[Tensor] = []
        last = head(self.model)
        hook = (
            last.register_forward_pre_hook(lambda _, args: caught.append(args[0].flatten(1)))
            if last is not None
            else None
        )
        raw: list[Tensor] = []
        features: list[Tensor] = []
        try:
            for start, moved in _in_steps(len(inputs), size):
                moved(start)
                caught.clear()
                batch = self.to_tensor(inputs[start : start + size])
                raw.append(self.model(batch).float().cpu())
                if caught and len(caught[0]) == len(batch) and caught[0].shape[1] <= MOST_FEATURES:
                    features.append(caught[0].float().cpu())
        finally:
            if hook is not None:
                hook.remove()
        if not raw:
            return Outputs(np.zeros((0, self.task.output_width), np.float32), None)
        whole = len(features) == len(raw)
        return Outputs(torch.cat(raw).numpy(), torch.cat(features).numpy() if whole else None)

    def answer(self, outputs: Outputs) -> Answer:
        """Turn raw outputs into calibrated probabilities, or values in the target's unit."""
        return self.task.answer(torch.from_numpy(outputs.raw))

    def split_outputs(self, dataset: Dataset, indices: NDArray[np.int64]) -> Outputs:
        """Run the network over examples of a dataset, prepared as every other input is.

        Where the backbone was frozen, and the cache still has the features of all of these examples from the training,
        only the head is run: the same answers within 1e-4 in probability.

        Args:
            dataset: what was trained on.
            indices: [N] places of the examples in it, in any order.

        Raises:
            DecodingError: a picture cannot be decoded.
            DataError: a file changed since the dataset was opened.
            RunError: the network gives no numbers for one.
        """
        outputs = self._kept_features(dataset, indices)
        if outputs is None:
            recipe = self.record.recipe
            outputs = self.outputs(
                open_inputs(dataset, self.record.preprocessing, indices, workers=recipe.workers, keep=recipe.cache)
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

    # --- from files ---

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

        Yields:
            one Prediction per picture or row; what of a picture is unlike the training's stands in its notes.
        """
        if isinstance(self.record.preprocessing, TablePreprocessing):
            count = 0
            for word, table in given_tables(sources, self.record.preprocessing):
                yield from self._predict_table(word, table, self.record.preprocessing, after=0 if word else count)
                count += 0 if word else len(table)
            return
        pictures = list(_expand(given_pictures(sources), pixel_kind(self.record.preprocessing)))
        with ThreadPoolExecutor() as pool:
            for start in range(0, len(pictures), BATCH):
                yield from self._predict_pictures(pictures[start : start + BATCH], pool, self.record.preprocessing)

    def _predict_pictures(
        self, pictures: Sequence[NewPicture], pool: ThreadPoolExecutor, preprocessing: ImagePreprocessing
    ) -> Iterator[Prediction]:
        def read(new: NewPicture) -> ReadPicture | str:
            if new.picture is None:
                return new.fault
            try:
                return self.read(new.picture)
            except DataError as problem:
                said = str(problem)
                return said.removeprefix(f"{new.picture}: ") if isinstance(new.picture, Path) else said

        found = list(pool.map(read, pictures))
        canvases = [one.canvas for one in found if not isinstance(one, str)]
        answered = iter(self.judge(self.outputs(np.stack(canvases)))) if canvases else iter(())
        for picture, one in zip(pictures, found, strict=True):
            if isinstance(one, str):
                yield Prediction(name=picture.name, decision="error", error=one)
            else:
                yield one.unlike.mark(next(answered)).model_copy(update={"name": picture.name})

    def read(self, source: Given) -> ReadPicture:
        """Read one picture as the run takes it, and compare it with the training's pictures.

        Args:
            source: a picture file or its bytes, a picture of Pillow, or pixels [H, W] or [H, W, 3]: uint8, uint16, or
                other numbers where the run was trained on such.

        Raises:
            DataError: it cannot be read, or the run reads tables.
        """
        preprocessing = self.record.preprocessing
        if not isinstance(preprocessing, ImagePreprocessing):
            raise DataError("This run reads rows of a table, not pixels.", fix="Hand over a CSV file, or a row.")
        source = one_picture(source)
        if isinstance(source, str | Path | bytes):
            picture = read_picture(source if isinstance(source, bytes) else Path(source), preprocessing)
            pixels, depth = picture.pixels, 32 if picture.wide else depth_of(picture.pixels)
        else:
            pixels = read_pixels(source, preprocessing)
            depth = 8 if preprocessing.unit_floats and pixels.dtype.kind == "f" else depth_of(pixels)
        sized = preprocessing.sized(pixels)
        canvas = preprocessing.framed(sized)
        shown = sized if preprocessing.resize == "pad" else canvas  # bars are no part of the picture
        unlike = compare_with_training(
            pixels, shown, depth=depth, preprocessing=preprocessing, dataset=self.record.dataset
        )
        return ReadPicture(pixels, canvas, unlike)

    def _read_rows(self, table: Table, preprocessing: TablePreprocessing) -> Rows:
        return read_rows(table, preprocessing, impute=bool(self.record.dataset.options.get("impute")))

    def _predict_table(
        self, word: str, table: Table, preprocessing: TablePreprocessing, *, after: int
    ) -> Iterator[Prediction]:
        """Answer the rows of a table, called after a word and their numbers, which go on after others'."""
        rows = self._read_rows(table, preprocessing)
        answered = iter(self.judge(self.outputs(rows.inputs)) if len(rows.inputs) else ())
        for number, error in enumerate(rows.errors, start=1):
            name = f"{word}row {after + number}"
            if error is not None:
                yield Prediction(name=name, decision="error", error=error)
                continue
            update = {"name": name, "notes": rows.notes[number - 1]}
            if rows.unknown[number - 1]:
                update["decision"] = "unknown"
            yield next(answered).model_copy(update=update)

    def judge(self, outputs: Outputs) -> list[Prediction]:
        """Return a prediction, still without its name, for each of N examples; an error where there are no numbers."""
        finite = outputs.is_finite
        if not finite.all():
            zeros = Outputs(
                np.where(finite[:, None], outputs.raw, 0),
                None if outputs.features is None else np.where(finite[:, None], outputs.features, 0),
            )
            lost = Prediction(name="", decision="error", error=NO_NUMBERS)
            return [one if known else lost for one, known in zip(self.judge(zeros), finite, strict=True)]
        answer = self.answer(outputs)
        target = self.record.dataset.target
        if answer.values is not None and isinstance(target, ValuesTarget):
            named = [dict(zip(target.names, map(float, row), strict=True)) for row in answer.values]
            return [Prediction(name="", decision="ok", values=values) for values in named]
        if answer.values is not None:
            return [Prediction(name="", decision="ok", value=float(value)) for value in answer.values]
        if answer.label_probabilities is not None:
            return self._judge_labels(answer.label_probabilities, self.distances(outputs))
        assert answer.probabilities is not None
        assert answer.labels is not None
        distances = self.distances(outputs)
        return [
            self._judge_one(int(label), probabilities, None if distances is None else float(distances[place]))
            for place, (label, probabilities) in enumerate(zip(answer.labels, answer.probabilities, strict=True))
        ]

    def _judge_labels(
        self, probabilities: NDArray[np.float32], distances: NDArray[np.float32] | None
    ) -> list[Prediction]:
        above, judged = self.answering.unknown_above, []
        for place, row in enumerate(probabilities):
            answered = [label for label in np.argsort(-row, kind="stable") if row[label] >= self.thresholds[label]]
            distance = None if distances is None else float(distances[place])
            unknown = distance is not None and above is not None and distance > above
            judged.append(
                Prediction(
                    name="",
                    decision="unknown" if unknown else self._plain,
                    labels=tuple(self.classes[label] for label in answered),
                    probabilities={name: float(value) for name, value in zip(self.classes, row, strict=True)},
                    distance=distance,
                )
            )
        return judged

    def distances(self, outputs: Outputs) -> NDArray[np.float32] | None:
        """Return [N] distances to the nearest training features, or None where "unknown" is not judged."""
        if self.known is None or outputs.features is None:
            return None
        return self.known.distances(outputs.features)

    def _judge_one(self, top: int, probabilities: NDArray[np.float32], distance: float | None) -> Prediction:
        probability = float(probabilities[top])
        answering = self.answering
        unknown = distance is not None and answering.unknown_above is not None and distance > answering.unknown_above
        unsure = answering.unsure_below is not None and probability < answering.unsure_below
        return Prediction(
            name="",
            decision="unknown" if unknown else "unsure" if unsure else self._plain,
            label=self.classes[top],
            probability=probability,
            probabilities={name: float(value) for name, value in zip(self.classes, probabilities, strict=True)},
            distance=distance,
        )

    def tensor(self, source: Given) -> Tensor:
        """Return one input as the network takes it, float32 [1, ...].

        Args:
            source: a picture file or pixels as `read` takes them; for a run on a table whatever `predict` takes: the
                first row of it.

        Raises:
            DataError: it cannot be read.
        """
        preprocessing = self.record.preprocessing
        if isinstance(preprocessing, ImagePreprocessing):
            return self.to_tensor(self.read(source).canvas[None])
        return self.to_tensor(self.rows(source)[:1])

    def rows(self, source: Given) -> NDArray[np.float32]:
        """Return the rows that can be read of whatever `predict` takes, encoded, [N, D] with N > 0; see `read_rows`."""
        return np.concatenate([rows.inputs for rows in self.read_rows(source)])

    def read_rows(self, source: Given) -> list[Rows]:
        """Return the tables of whatever `predict` takes, of which at least one row can be read.

        Raises:
            DataError: there is none, or the run reads pictures.
        """
        preprocessing = self.record.preprocessing
        if isinstance(preprocessing, ImagePreprocessing):
            raise DataError("This run reads pictures, not rows of a table.", fix="Hand over a picture, or its pixels.")
        found = [self._read_rows(table, preprocessing) for _, table in given_tables(source, preprocessing)]
        if not any(len(rows.inputs) for rows in found):
            faults = next(filter(None, (error for rows in found for error in rows.errors)), "")
            what = f"'{source}'" if isinstance(source, str | Path) else "What was handed over"
            raise DataError(f"{what} has no row that can be read.", expected=faults)
        return found

    def example(self, dataset: Dataset, index: int) -> Tensor:
        """Return one example of a dataset as the network takes it, float32 [1, ...]."""
        return self.to_tensor(prepare_inputs(dataset, self.record.preprocessing, np.array([index])))

    def to_tensor(self, inputs: NDArray[Any]) -> Tensor:
        """Return N prepared inputs (uint8 canvases [N, H, W, C], or float32 rows [N, D]) as the network takes them."""
        return self.record.preprocessing.to_tensor(inputs, self.device)


def _in_steps(count: int, size: int) -> Iterator[tuple[int, Moved]]:
    """Yield where each batch begins, and what is told how far the answering has come, where there are several."""
    if count <= size:
        yield from ((start, lambda _done: None) for start in range(0, count, size))
        return
    with doing("answering", count) as moved:
        yield from ((start, moved) for start in range(0, count, size))


def _expand(sources: Iterable[str | Path | bytes | NDArray[Any]], kind: PixelKind) -> Iterator[NewPicture]:
    number = 0
    for source in sources:
        for picture in new_pictures(source, kind=kind) if isinstance(source, str | Path) else [NewPicture("", source)]:
            number += 1
            word = "picture" if isinstance(source, bytes) else "array"
            yield picture if picture.name else replace(picture, name=f"{word} {number}")
