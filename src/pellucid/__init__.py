"""Pellucid: image classifiers, and the neural networks behind them, that you can see through."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pellucid.version import VERSION as __version__

# Heavy rooms load when a name is first used, so that `import pellucid` and `pellucid --help` stay quick.
_PUBLIC = {
    "load_dataset": "pellucid.api",
    "train": "pellucid.api",
    "audit": "pellucid.api",
    "resume": "pellucid.api",
    "refit": "pellucid.api",
    "open_run": "pellucid.api",
    "load_predictor": "pellucid.api",
    "compare": "pellucid.api",
    "descend": "pellucid.api",
    "explain": "pellucid.api",
    "preview": "pellucid.api",
    "tune": "pellucid.api",
    "open_search": "pellucid.api",
    "summary": "pellucid.api",
    "as_dense": "pellucid.api",
    "convolve": "pellucid.api",
    "pool": "pellucid.api",
    "Run": "pellucid.api",
    "Dataset": "pellucid.data",
    "dataset_from_arrays": "pellucid.data",
    "dataset_from_masks": "pellucid.data",
    "dataset_from_pairs": "pellucid.data",
    "dataset_from_series": "pellucid.data",
    "Recipe": "pellucid.runs",
    "PellucidError": "pellucid.errors",
}

if TYPE_CHECKING:
    from pellucid.api import (
        Run,
        as_dense,
        audit,
        compare,
        convolve,
        descend,
        explain,
        load_dataset,
        load_predictor,
        open_run,
        open_search,
        pool,
        preview,
        refit,
        resume,
        summary,
        train,
        tune,
    )
    from pellucid.data import Dataset, dataset_from_arrays, dataset_from_masks, dataset_from_pairs, dataset_from_series
    from pellucid.errors import PellucidError
    from pellucid.runs import Recipe

__all__ = [
    "Dataset",
    "PellucidError",
    "Recipe",
    "Run",
    "__version__",
    "as_dense",
    "audit",
    "compare",
    "convolve",
    "dataset_from_arrays",
    "dataset_from_masks",
    "dataset_from_pairs",
    "dataset_from_series",
    "descend",
    "explain",
    "load_dataset",
    "load_predictor",
    "open_run",
    "open_search",
    "pool",
    "preview",
    "refit",
    "resume",
    "summary",
    "train",
    "tune",
]


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(_PUBLIC[name]), name)
    raise AttributeError(f"module 'pellucid' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted(__all__)
