"""The verbs of Pellucid in Python: the only room that knows all others."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pellucid.api.caching import cache_status, clear_cache
    from pellucid.api.climbing import ladder
    from pellucid.api.descending import descend
    from pellucid.api.explaining import explain
    from pellucid.api.looking import inspect, preview, write_inspection_page, write_preview_page
    from pellucid.api.opening import compare, load_predictor, open_run, runs
    from pellucid.api.refitting import refit
    from pellucid.api.run import Run
    from pellucid.api.structure import summary, write_drawing, write_summary_page
    from pellucid.api.surfaces import landscape
    from pellucid.api.training import resume, train
    from pellucid.api.tuning import open_search, tune
    from pellucid.api.weights import (
        About,
        add_weights,
        bundle_weights,
        fetch,
        list_weights,
        plan_fetch,
        remove_weights_of,
        verify_weights,
    )
    from pellucid.data import load_dataset
    from pellucid.kernels import as_dense, convolve, pool
    from pellucid.store import SOURCES, FetchedFile, Remote

__all__ = [
    "SOURCES",
    "About",
    "FetchedFile",
    "Remote",
    "Run",
    "add_weights",
    "as_dense",
    "bundle_weights",
    "cache_status",
    "clear_cache",
    "compare",
    "convolve",
    "descend",
    "explain",
    "fetch",
    "inspect",
    "ladder",
    "landscape",
    "list_weights",
    "load_dataset",
    "load_predictor",
    "open_run",
    "open_search",
    "plan_fetch",
    "pool",
    "preview",
    "refit",
    "remove_weights_of",
    "resume",
    "runs",
    "summary",
    "train",
    "tune",
    "verify_weights",
    "write_drawing",
    "write_inspection_page",
    "write_preview_page",
    "write_summary_page",
]

# A verb is loaded when it is first used: whoever trains needs neither descents nor searches.
_VERBS = {
    "About": "pellucid.api.weights",
    "add_weights": "pellucid.api.weights",
    "as_dense": "pellucid.kernels",
    "bundle_weights": "pellucid.api.weights",
    "cache_status": "pellucid.api.caching",
    "clear_cache": "pellucid.api.caching",
    "compare": "pellucid.api.opening",
    "convolve": "pellucid.kernels",
    "descend": "pellucid.api.descending",
    "explain": "pellucid.api.explaining",
    "fetch": "pellucid.api.weights",
    "FetchedFile": "pellucid.store",
    "inspect": "pellucid.api.looking",
    "ladder": "pellucid.api.climbing",
    "landscape": "pellucid.api.surfaces",
    "list_weights": "pellucid.api.weights",
    "load_dataset": "pellucid.data",
    "load_predictor": "pellucid.api.opening",
    "open_run": "pellucid.api.opening",
    "open_search": "pellucid.api.tuning",
    "plan_fetch": "pellucid.api.weights",
    "pool": "pellucid.kernels",
    "preview": "pellucid.api.looking",
    "Remote": "pellucid.store",
    "refit": "pellucid.api.refitting",
    "remove_weights_of": "pellucid.api.weights",
    "resume": "pellucid.api.training",
    "Run": "pellucid.api.run",
    "runs": "pellucid.api.opening",
    "SOURCES": "pellucid.store",
    "summary": "pellucid.api.structure",
    "train": "pellucid.api.training",
    "tune": "pellucid.api.tuning",
    "verify_weights": "pellucid.api.weights",
    "write_drawing": "pellucid.api.structure",
    "write_inspection_page": "pellucid.api.looking",
    "write_preview_page": "pellucid.api.looking",
    "write_summary_page": "pellucid.api.structure",
}


def __getattr__(name: str) -> Any:
    if name not in _VERBS:
        raise AttributeError(f"module 'pellucid.api' has no attribute '{name}'")
    value = globals()[name] = getattr(import_module(_VERBS[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


def _show_results_in_notebooks() -> None:
    """Teach the notebook that this module was imported in, if it was, to show results by their type."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        import_module("pellucid.report").register_displays(shell)


_show_results_in_notebooks()
