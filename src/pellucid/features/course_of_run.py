"""A run's answers over one or two columns of its table: from the weights of the epochs that were kept."""

from __future__ import annotations

import copy

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from pellucid.features.course import Course, CourseEpoch, UnitsSeen
from pellucid.features.ground import GROUNDS, Axis, Ground
from pellucid.features.ifs import learn_ifs
from pellucid.features.layers import by_unit
from pellucid.features.straight import MOST_COLUMNS, MOST_ROWS, find_crossing, say_crossing
from pellucid.models import evaluating, parts_of
from pellucid.prediction import OpenedRun, Predictor
from pellucid.preprocessing import prepare_inputs
from pellucid.training import kept_epochs, load_weights

Floats = NDArray[np.float64]

FINE, GRID = 241, 41
"""Places along one column, and along each of two."""
MOST_MOMENTS = 6
MOST_POINTS = 400
MOST_UNITS = 16
"""Of a layer that are shown; of more, those whose values vary most over the ground."""
MOST_ANSWERS = 12
"""Classes or numbers: more are no picture any more."""
ACTIVATIONS = (nn.Tanh, nn.Sigmoid, nn.ReLU, nn.LeakyReLU, nn.ELU, nn.GELU, nn.SiLU)


def course_of(opened: OpenedRun) -> Course | None:
    """Return how a run's answers came about over its columns of numbers.

    Of more than two columns the two are drawn over along which the answers change most, all others held at their
    medians.

    Returns:
        None where there is nothing to draw: no table, no column of numbers, no answers or more than a dozen.

    Raises:
        RunError, DataError: the run has no weights yet, or its data are gone.
    """
    record = opened.trained
    target = record.dataset.target
    if record.preprocessing.kind not in GROUNDS or len(target.answers) > MOST_ANSWERS or opened.predictor.no_answers:
        return None
    dataset, predictor = opened.dataset, opened.predictor
    ground = GROUNDS[record.preprocessing.kind](record.preprocessing, dataset)
    if not ground.axes:
        return None
    axes = _telling(ground, predictor)
    names = tuple(axis.name for axis in axes)
    places = _grid(axes)
    inputs = ground.at(places, names)
    shape = (FINE,) if len(axes) == 1 else (GRID, GRID)
    train = dataset.splits["train"]
    cells = ground.cells(train)[:, [ground.axes.index(axis) for axis in axes]]
    shown, beyond = _seen(cells, axes)
    has_classes = bool(target.categories) and target.dimensions == 1
    prepared = prepare_inputs(dataset, record.preprocessing, train)

    def moment(epoch: int, answering: Predictor) -> CourseEpoch:
        answers = answering.answer(answering.outputs(inputs)).numbers.astype(np.float64)
        right = None
        if has_classes:
            given = answering.answer(answering.outputs(prepared)).as_targets
            right = float((given == dataset.targets[train]).mean())
        return CourseEpoch(epoch, answers.reshape(*shape, -1), right)

    best = record.best.epoch if record.best is not None else 0
    moments = [moment(best, predictor), *(moment(epoch, other) for epoch, other in _others(opened, best))]
    targets = np.asarray(dataset.targets[train], np.float64)
    is_alone = len(ground.others) == 1 and has_classes
    return Course(
        axes=axes,
        held=tuple((name, _cell(value)) for name, value in ground.others.items() if name not in names),
        target=target.name,
        answers=target.answers,
        has_classes=has_classes,
        places=cells[shown],
        marks=targets[shown] if target.dimensions == 1 else np.zeros(len(shown)),
        moments=tuple(sorted(moments, key=lambda one: one.epoch)),
        best=best,
        units=_units(predictor, inputs, shape),
        straight=straight_border(opened),
        ifs=learn_ifs(cells[:, 0], np.asarray(dataset.targets[train], np.int64), most=2 * len(target.answers))
        if is_alone
        else (),
        beyond=beyond,
    )


def _telling(ground: Ground, predictor: Predictor) -> tuple[Axis, ...]:
    """Return at most two columns: those along which answers change most while all others stay."""
    if len(ground.axes) <= 2:
        return ground.axes
    swings = []
    for axis in ground.axes:
        along = np.linspace(axis.low, axis.high, 21)[:, None]
        numbers = predictor.answer(predictor.outputs(ground.at(along, (axis.name,)))).numbers
        swings.append(float(np.ptp(numbers, axis=0).max()))
    best = sorted(np.argsort(swings)[::-1][:2].tolist())
    return tuple(ground.axes[place] for place in best)


def _seen(cells: Floats, axes: tuple[Axis, ...]) -> tuple[NDArray[np.int64], int]:
    """Return [n] examples within what is drawn, the first of many, and how many with cells of all axes lie beyond."""
    is_known = np.isfinite(cells).all(axis=1)
    inside = [(axis.low <= cells[:, at]) & (cells[:, at] <= axis.high) for at, axis in enumerate(axes)]
    is_within = np.all([is_known, *inside], axis=0)
    return np.flatnonzero(is_within)[:MOST_POINTS], int((is_known & ~is_within).sum())


def _grid(axes: tuple[Axis, ...]) -> Floats:
    """Return [M, axes] places, those of a row along the first axis after one another."""
    if len(axes) == 1:
        return np.linspace(axes[0].low, axes[0].high, FINE)[:, None]
    across, up = (np.linspace(axis.low, axis.high, GRID) for axis in axes)
    return np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)


def _others(opened: OpenedRun, best: int) -> list[tuple[int, Predictor]]:
    """Return the network as it was after a few epochs but the best, evenly among those kept, the first one always."""
    last = len(opened.folder.history())
    kept = {epoch: path for epoch, path in kept_epochs(opened.folder.checkpoints).items() if epoch <= last}
    epochs = [epoch for epoch in kept if epoch != best]
    if len(epochs) > MOST_MOMENTS - 1:
        chosen = np.linspace(0, len(epochs) - 1, MOST_MOMENTS - 1).round().astype(int)
        epochs = [epochs[place] for place in chosen]
    found = []
    for epoch in epochs:
        model = copy.deepcopy(opened.predictor.model)
        load_weights(kept[epoch], parts_of(model))
        found.append((epoch, Predictor(opened.trained, model)))
    return found


@torch.no_grad()
def _units(predictor: Predictor, inputs: NDArray[np.float32], shape: tuple[int, ...]) -> tuple[UnitsSeen, ...]:
    """Return what the units behind each activation give over the ground."""
    caught: dict[str, NDArray[np.float32]] = {}

    def keep(name: str, module: nn.Module, output: torch.Tensor) -> None:
        if isinstance(output, torch.Tensor) and output.ndim == 2:
            caught[name] = by_unit(output, module).float().numpy(force=True)

    handles = [
        module.register_forward_hook(lambda module, _, output, name=name: keep(name, module, output))
        for name, module in predictor.model.named_modules()
        if isinstance(module, ACTIVATIONS)
    ]
    try:
        with evaluating(predictor.model):
            predictor.model(predictor.to_tensor(inputs))
    finally:
        for handle in handles:
            handle.remove()
    found = []
    for name, values in caught.items():
        order = np.sort(np.argsort(-values.std(axis=0), kind="stable")[:MOST_UNITS])
        found.append(UnitsSeen(name, values[:, order].astype(np.float64).reshape(*shape, -1), values.shape[1]))
    return tuple(found)


def straight_border(opened: OpenedRun) -> str:
    """Return what there is to say of a straight border between the two classes that a single layer is to learn.

    Returns:
        whether a straight border has the training examples of both classes on its two sides, and why not where it has
        not; "" where another network learns, or something else, or words, or more than can be looked at.

    Raises:
        RunError, DataError: the data are gone.
    """
    record = opened.trained
    layers = [layer for layer in record.model.layers if layer.parameters]
    target = record.dataset.target
    is_alone = [layer.operator for layer in layers] == ["Linear"] and len(target.categories) == 2
    if not is_alone or target.dimensions != 1 or record.preprocessing.kind not in GROUNDS:
        return ""
    ground = GROUNDS[record.preprocessing.kind](record.preprocessing, opened.dataset)
    if len(ground.axes) != len(ground.others) or len(ground.axes) > MOST_COLUMNS:
        return ""
    train = opened.dataset.splits["train"]
    cells, classes = ground.cells(train), np.asarray(opened.dataset.targets[train], np.int64)
    if len(cells) > MOST_ROWS or not np.isfinite(cells).all():
        return ""
    crossing = find_crossing(cells, classes)
    if crossing is not None:
        return say_crossing(crossing, cells, target.answers, [axis.name for axis in ground.axes])
    return "A straight border has the two classes of the training examples on its two sides."


def _cell(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.4g}"
