"""Kernels over pictures, pooling, and a convolution as a dense layer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pellucid.api.run import Run
from pellucid.kernels import as_dense, convolve, pool

if TYPE_CHECKING:
    from pellucid.kernels import Convolved, Pooled
    from pellucid.runs import Exhibit

__all__ = ["as_dense", "convolve", "keep_kernels", "pool", "write_kernel_page"]


def write_kernel_page(
    results: Sequence[Convolved | Pooled],
    path: Path,
    *,
    places: Sequence[tuple[int, int]] | None = None,
    command: str = "",
) -> Path:
    """Write what `convolve` and `pool` returned as one self-contained page.

    Args:
        results: in their order, a section each.
        path: of the page.
        places: (row, column) of the numbers of the last result whose arithmetic is shown; None for a few that say
            something.
        command: what to type to see it again.
    """
    from pellucid.report import write_exhibits

    exhibits = _exhibits(results, places, command)
    return write_exhibits(path, exhibits[0].title, exhibits, eyebrow="A kernel over a picture")


def keep_kernels(
    run: Run,
    results: Sequence[Convolved | Pooled],
    *,
    places: Sequence[tuple[int, int]] | None = None,
    command: str = "",
) -> Path:
    """Keep what `convolve` and `pool` returned with a run, write its report anew, and return the report's path.

    Args:
        run: in whose report they are shown.
        results: as in `write_kernel_page`.
        places: likewise.
        command: likewise.
    """
    for exhibit in _exhibits(results, places, command):
        run.folder.write_exhibit(exhibit)
    return run.report()


def _exhibits(
    results: Sequence[Convolved | Pooled], places: Sequence[tuple[int, int]] | None, command: str
) -> list[Exhibit]:
    from pellucid.kernels import Convolved
    from pellucid.report import convolution_exhibit, pooling_exhibit

    exhibits = []
    for number, result in enumerate(results, start=1):
        is_last = number == len(results)
        chosen = list(places) if places and is_last else None
        words = command if is_last else ""
        exhibits.append(
            convolution_exhibit(result, places=chosen, command=words)
            if isinstance(result, Convolved)
            else pooling_exhibit(result, places=chosen, command=words)
        )
    return exhibits
