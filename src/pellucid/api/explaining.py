"""Asking what an answer rests on: of a run's own examples and of any picture, or of any module."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import KINDS_OF_INPUT, Dataset, TableInputs
from pellucid.errors import DataError, PellucidError, RecipeError, did_you_mean
from pellucid.kinds import ClassTarget, LabelsTarget, ValuesTarget, ValueTarget
from pellucid.preprocessing import ImagePreprocessing, TablePreprocessing, pixels_of, place_canvas, prepare_inputs
from pellucid.preprocessing.table import words
from pellucid.records import Decision

if TYPE_CHECKING:
    from torch import Tensor, nn

    from pellucid.api.run import Run, Source
    from pellucid.attribution import Explainer, Explanation, Neighbour, Score
    from pellucid.prediction import KnownFeatures, Outputs, Prediction
    from pellucid.prediction.unlike import Unlike

MOST_COMPARED = 1_000
"""Training examples whose features are computed to find the nearest, where the run keeps none."""
THUMBNAIL = 160
MEAN_COLOUR, MEAN_ROW = "the mean colour of the pictures the network learned from", "the mean of the training rows"
"""What takes the place of what is removed: 0 after normalisation."""


@dataclass(frozen=True)
class Asked:
    """One example that is asked about.

    Attributes:
        name: for people.
        index: in the run's dataset; None where it is none of it.
        prepared: [1, H, W, C] uint8 canvas, or [1, D] float32 row.
        pixels: as decoded; None of a row.
        unlike: what of a new picture is unlike the training's pictures; None of an example of the dataset, or a row.
        cells: of a row, by the column's name: a number or a word each; None of a picture.
    """

    name: str
    index: int | None
    prepared: NDArray[Any]
    pixels: NDArray[Any] | None
    unlike: Unlike | None = None
    cells: Mapping[str, Any] | None = None

    def mark(self, judged: Prediction) -> Prediction:
        """Return the answer with what is unlike the training."""
        return judged if self.unlike is None else self.unlike.mark(judged)


def explain(
    model: nn.Module,
    inputs: Tensor | NDArray[Any],
    *,
    target: int | None = None,
    method: str | Sequence[str] = (),
    layer: str | None = None,
    baseline: Tensor | NDArray[Any] | float = 0.0,
    names: Sequence[str] = (),
    seed: int = 0,
    checks: bool = True,
) -> Explanation:
    """Show what speaks for one output of any module, and whether the map means anything.

    For many examples of one module make a `pellucid.attribution.Explainer`, which looks at the module once.

    Args:
        model: any module from [N, C, H, W] or [N, D] to [N, K].
        inputs: one example, float32 [C, H, W] or [D], with or without a batch of one; as the module takes it.
        target: which output, counted from 0; None for the largest. Of a single logit: 1 for what it speaks for, 0 for
            the other class, None for the number itself.
        method: one name or several: grad-cam, grad-cam++, layer-cam, saliency, smooth-grad, integrated-gradients,
            occlusion. () for Grad-CAM of a picture, integrated gradients of a row.
        layer: whose maps the first three weigh; None: found by a probe.
        baseline: what shows nothing: like `inputs`, or one number.
        names: of the K outputs.
        seed: of noise, shuffled weights and random orders.
        checks: whether each map is checked against shuffled weights and random orders; a map takes about 300 more
            forward passes with them.

    Raises:
        RecipeError: an unknown method, layer or output, or several examples.
        ModelError: the module does not take the input.

    Example:
        pellucid.explain(net, picture, method=["grad-cam", "occlusion"])
    """
    from pellucid.attribution import Explainer

    methods = [method] if isinstance(method, str) else list(method)
    return Explainer(model, names=names).explain(
        inputs, target=target, methods=methods, layer=layer, baseline=baseline, seed=seed, checks=checks
    )


def explain_run(
    run: Run,
    explainer: Explainer,
    source: Source,
    *,
    target: str | None = None,
    methods: Sequence[str] = (),
    layer: str | None = None,
    seed: int = 0,
    checks: bool = True,
    neighbours: int = 5,
    watch: Callable[[str], None] | None = None,
) -> Explanation:
    """Do what `Run.explain` does; see there."""
    asked = ask(run, source)
    outputs = run.predictor.outputs(asked.prepared)
    score, chosen = _score(run, outputs, target)
    inputs = run.predictor.to_tensor(asked.prepared)
    made = explainer.explain(inputs, target=score, methods=methods, layer=layer, seed=seed, checks=checks, watch=watch)
    near, without = _neighbours(run, asked, outputs, neighbours, watch)
    preprocessing = run.record.preprocessing
    picture, placement = None, None
    columns: tuple[str, ...] = ()
    if isinstance(preprocessing, TablePreprocessing):
        columns = preprocessing.feature_names
    elif asked.pixels is not None:
        picture = preprocessing.shown(asked.pixels)
        placement = place_canvas(preprocessing, *asked.pixels.shape[:2])
    judged = asked.mark(run.predictor.judge(outputs)[0])
    return replace(
        made,
        name=asked.name,
        answer=str(judged).removeprefix(": "),
        right=right_answer(run, asked),
        baseline=MEAN_ROW if isinstance(preprocessing, TablePreprocessing) else MEAN_COLOUR,
        decisions=(*chosen, *made.decisions, *without),
        picture=picture,
        placement=placement,
        columns=columns,
        neighbours=near,
    )


def ask(run: Run, source: Source) -> Asked:
    """Return one input, prepared as the run's network takes it.

    Raises:
        DataError: it cannot be read, or there is no such example.
    """
    preprocessing = run.record.preprocessing
    if isinstance(source, int):
        dataset = run.dataset
        if not 0 <= source < len(dataset):
            raise DataError(
                f"The dataset has no example {source}.", expected=f"0 to {len(dataset) - 1:,}, counted from 0."
            )
        pixels = (
            None
            if isinstance(dataset.inputs, TableInputs) or not isinstance(preprocessing, ImagePreprocessing)
            else pixels_of(dataset.inputs, source, preprocessing)
        )
        prepared = prepare_inputs(dataset, preprocessing, np.array([source]))
        cells = _first(dataset.inputs.rows(np.array([source]))) if isinstance(dataset.inputs, TableInputs) else None
        return Asked(dataset.example_name(source), source, prepared, pixels, cells=cells)
    if isinstance(preprocessing, ImagePreprocessing):
        is_file = isinstance(source, str | Path)
        found = run.predictor.read(source)
        return Asked(str(source) if is_file else "", None, found.canvas[None], found.pixels, found.unlike)
    name = f"{source} row 1" if isinstance(source, str | Path) else "row 1"
    rows = next(rows for rows in run.predictor.read_rows(source) if len(rows.inputs))
    return Asked(name, None, rows.inputs[:1], None, cells=_first(rows.cells))


def _first(columns: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Return the cells of the first row; a blank word as ""."""
    return {name: words(cells[:1])[0] if cells.dtype.kind in "OUS" else cells[0] for name, cells in columns.items()}


def right_answer(run: Run, asked: Asked) -> str:
    """Return an example's target in words; "" of a new input, and of the test split while it is sealed."""
    if asked.index is None or (asked.index in run.dataset.splits["test"] and not run.folder.num_openings("test")):
        return ""
    return _in_words(run.dataset.target.say(run.dataset.targets[asked.index]))


def _score(run: Run, outputs: Outputs, wanted: str | None) -> tuple[Score, list[Decision]]:
    """Return what is explained: the class, label or number that was asked for, or the one that is answered."""
    from pellucid.attribution.score import score_of_task

    target, predictor = run.record.dataset.target, run.predictor
    if isinstance(target, ValueTarget):
        names: tuple[str, ...] = (target.name,)
    else:
        names = target.names if isinstance(target, ValuesTarget) else target.classes
    if wanted is not None and wanted not in names:
        kind = "class" if isinstance(target, ClassTarget) else "label" if isinstance(target, LabelsTarget) else "target"
        raise RecipeError(
            f"The run has no {kind} '{wanted}'.{did_you_mean(wanted, names)}",
            expected=f"One of: {', '.join(names[:30])}{' ...' if len(names) > 30 else ''}.",
        )
    if wanted is not None:
        return score_of_task(predictor.task, names.index(wanted), name=wanted), []
    index, reason = predictor.answer(outputs).foremost()
    decisions = [Decision(name="explained", value=names[index], reason=reason)] if len(names) > 1 else []
    return score_of_task(predictor.task, index, name=names[index]), decisions


def _neighbours(
    run: Run, asked: Asked, outputs: Outputs, count: int, watch: Callable[[str], None] | None
) -> tuple[tuple[Neighbour, ...], list[Decision]]:
    """Return the nearest training examples, or why there are none."""
    if count == 0:
        return (), []
    if outputs.features is None:
        reason = "the model has no last dense layer whose input could be compared"
        return (), [Decision(name="neighbours", value="none", reason=reason)]
    try:
        dataset = run.dataset
    except PellucidError as problem:
        return (), [Decision(name="neighbours", value="none", reason=str(problem).rstrip("."))]
    if watch is not None:
        watch("Nearest training examples")
    known, examples = _known(run, dataset)
    decisions = []
    if len(examples) < len(dataset.splits["train"]):
        value = f"among {len(examples):,} training examples"
        reason = f"of {len(dataset.splits['train']):,}, drawn by the seed, to answer soon"
        decisions.append(Decision(name="neighbours", value=value, reason=reason))
    places, distances = known.nearest(outputs.features[0], count + 1)
    found = [
        _neighbour(dataset, int(examples[place]), float(distance))
        for place, distance in zip(places, distances, strict=True)
        if examples[place] != asked.index
    ]
    return tuple(found[:count]), decisions


def _known(run: Run, dataset: Dataset) -> tuple[KnownFeatures, NDArray[np.int64]]:
    """Return features of training examples, and which they are: those the run keeps, or computed once."""
    from pellucid.prediction import KnownFeatures, bank_examples

    seed, train = run.record.recipe.seed, dataset.splits["train"]
    examples = bank_examples(train, seed=seed)
    if run.predictor.known is not None and len(run.predictor.known.bank) == len(examples):
        return run.predictor.known, examples
    if run.computed_features is None:
        chosen = np.sort(np.random.default_rng(seed).permutation(train)[:MOST_COMPARED])
        features = run.predictor.split_outputs(dataset, chosen).features
        assert features is not None, "the model gave features of one example"
        run.computed_features = (KnownFeatures.of(features), chosen)
    return run.computed_features


def _neighbour(dataset: Dataset, index: int, distance: float) -> Neighbour:
    from pellucid.attribution import Neighbour

    picture = KINDS_OF_INPUT[dataset.input.kind].thumbnail(dataset, index, side=THUMBNAIL)
    target = _in_words(dataset.target.say(dataset.targets[index]))
    return Neighbour(dataset.example_name(index), index, target, distance, picture)


def _in_words(target: Any) -> str:
    if isinstance(target, list):
        return ", ".join(target) or "no label"
    if isinstance(target, dict):
        return ", ".join(f"{name} {value:.5g}" for name, value in target.items())
    return target if isinstance(target, str) else f"{target:.5g}"
