"""The loss around one run, or around two on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pellucid.api.run import Run

if TYPE_CHECKING:
    from pellucid.landscape import Landscapes


def landscape(run: Run, other: Run | None = None, **choices: Any) -> Landscapes:
    """Return the loss around a run's weights along two random directions, and around another's on the same examples.

    Args:
        run: whose weights are the middle.
        other: a second run, on the same data and splits, e.g. of the same network without skip connections.
        **choices: see `Run.landscape`.

    Raises:
        RecipeError: the split is sealed, or the size or the reach is none.
        RunError: the two runs are not of the same data.
    """
    return run.landscape(other, **choices)
