"""A run trained again exactly as its record says, and held against the first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pellucid.api.finishing import finish
from pellucid.prediction import OpenedRun
from pellucid.runs import Reproduction, compare_reproduction
from pellucid.training import Hooks, repeat

if TYPE_CHECKING:
    from torch import nn

    from pellucid.training import Progress


def reproduce_run(
    opened: OpenedRun,
    *,
    model: nn.Module | None,
    runs_dir: Path,
    device: str | None,
    progress: Progress | None,
    hooks: Hooks,
) -> Reproduction:
    """Train a run again into a new folder and compare the two bit by bit; see `Run.reproduce`."""
    dataset = opened.dataset
    folder = repeat(
        opened.folder,
        dataset,
        model=model,
        runs_dir=runs_dir,
        device=device,
        progress=progress,
        hooks=hooks,
        then=lambda repeated: finish(OpenedRun(repeated, model=model, dataset=dataset)),
    )
    return compare_reproduction(opened.folder, folder)
