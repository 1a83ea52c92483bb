"""The loss around one run, or around two on one scale."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pellucid.errors import RunError
from pellucid.kinds import SplitName

if TYPE_CHECKING:
    from pellucid.api.run import Run
    from pellucid.landscape import Landscape, Landscapes

LOSSES = {
    "binary": "cross-entropy",
    "single-label": "cross-entropy",
    "ordered": "cumulative cross-entropy",
    "multi-label": "binary cross-entropy",
}


def landscape(
    run: Run,
    other: Run | None = None,
    *,
    split: SplitName = "train",
    size: int = 25,
    reach: float = 1.0,
    limit: int = 256,
    seed: int = 0,
    watch: Callable[[int, int], None] | None = None,
) -> Landscapes:
    """Return the loss around a run's weights along two random directions, and around another's on the same examples.

    Args:
        run: whose weights are the middle.
        other: a second run, on the same data and splits, e.g. of the same network without skip connections.
        split: whose examples; train or val.
        size: points along each direction, odd.
        reach: how far, in lengths of the filters.
        limit: examples at most, chosen by the seed.
        seed: of directions and examples: the same seed, the same numbers.
        watch: is told (points done, points in all).

    Raises:
        RecipeError: the split is sealed, or the size or the reach is none.
        RunError: the two runs are not of the same data.
    """
    from pellucid.landscape import Landscapes

    runs = [run] if other is None else [run, other]
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
    run: Run,
    split: SplitName,
    size: int,
    reach: float,
    limit: int,
    seed: int,
    watch: Callable[[int, int], None] | None,
) -> Landscape:
    from pellucid.landscape import Landscape, draw_sample, measure_landscape

    predictor, record = run.predictor, run.record
    batch = draw_sample(predictor, run.dataset, split, limit=limit, seed=seed)
    steps, losses, seconds = measure_landscape(
        predictor.model, predictor.task, batch, size=size, reach=reach, seed=seed, watch=watch
    )
    return Landscape(
        run=record.name,
        model=record.model.name,
        split=split,
        n=len(batch),
        seed=seed,
        loss=LOSSES.get(record.task, "mean squared error of the scaled target"),
        steps=steps,
        losses=losses,
        seconds=seconds,
    )
