"""The loss around one run, or around two on one scale."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pellucid.api.run import Run
from pellucid.kinds import SplitName

if TYPE_CHECKING:
    from pellucid.landscape import Landscapes


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
    return run.landscape(other, split=split, size=size, reach=reach, limit=limit, seed=seed, watch=watch)
