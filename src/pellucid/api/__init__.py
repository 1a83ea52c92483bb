"""The verbs of Pellucid in Python: the only room that knows all others."""

from __future__ import annotations

import sys

from pellucid.api.caching import cache_status, clear_cache
from pellucid.api.descending import descend
from pellucid.api.explaining import explain
from pellucid.api.ladder import ladder
from pellucid.api.landscape import landscape
from pellucid.api.looking import inspect, preview, write_inspection_page, write_preview_page
from pellucid.api.opening import compare, load_predictor, open_run, runs
from pellucid.api.refitting import refit
from pellucid.api.run import Run
from pellucid.api.structure import summary, write_drawing, write_summary_page
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
from pellucid.report import register_displays
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


def _show_results_in_notebooks() -> None:
    """Teach the notebook that this module was imported in, if it was, to show results by their type."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        register_displays(shell)


_show_results_in_notebooks()
