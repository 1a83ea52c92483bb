"""The loss around the weights of runs, on one scale."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pellucid.errors import RunError
from pellucid.kinds import SplitName
from pellucid.landscape.records import Landscape, Landscapes
from pellucid.landscape.sample import draw_sample
from pellucid.landscape.surface import measure_landscape
from pellucid.prediction import OpenedRun

Watch = Callable[[int, int], None]


def landscapes_of(
    runs: Sequence[OpenedRun],
    *,
    split: SplitName = "train",
    size: int = 25,
    reach: float = 1.0,
    limit: int = 256,
    seed: int = 0,
    watch: Watch | None = None,
) -> Landscapes:
    """Return the loss around each run's weights along two random directions, on the same examples.

    Args:
        runs: on the same data and splits, with the same task.
        split: whose examples; train or val.
        size: points along each direction, odd.
        reach: how far, in lengths of the filters.
        limit: examples at most, chosen by the seed.
        seed: of directions and examples: the same seed, the same numbers.
        watch: is told (points done, points in all).

    Raises:
        RecipeError: the split is sealed, or the size or the reach is none.
        RunError: the runs are not of the same data.
    """
    data = {(one.record.dataset.fingerprint, one.record.dataset.split_fingerprint, one.record.task) for one in runs}
    if len(data) > 1:
        raise RunError(
            f"'{runs[0].path}' and '{runs[1].path}' are not of the same data, splits and task.",
            expected="Two runs whose losses can be compared.",
        )
    total = size * size * len(runs)
    measured = []
    for number, one in enumerate(runs):
        before = number * size * size
        inner = None if watch is None else (lambda done, _, before=before: watch(before + done, total))
        measured.append(_measure(one, split, size, reach, limit, seed, inner))
    return Landscapes(tuple(measured))


def _measure(
    opened: OpenedRun, split: SplitName, size: int, reach: float, limit: int, seed: int, watch: Watch | None
) -> Landscape:
    predictor, record = opened.predictor, opened.record
    batch = draw_sample(predictor, opened.dataset, split, limit=limit, seed=seed)
    steps, losses, seconds = measure_landscape(
        predictor.model, predictor.task, batch, size=size, reach=reach, seed=seed, watch=watch
    )
    return Landscape(
        run=record.name,
        model=record.model.name,
        split=split,
        n=len(batch),
        seed=seed,
        loss=predictor.task.loss_words,
        steps=steps,
        losses=losses,
        seconds=seconds,
    )
