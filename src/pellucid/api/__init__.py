"""The verbs of Pellucid in Python: the only room that knows all others."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from pellucid.late import late_names

if TYPE_CHECKING:
    from pellucid.api.auditing import audit, audited, write_audit_page, write_fixes_of
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
    "audit",
    "audited",
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
    "write_audit_page",
    "write_drawing",
    "write_fixes_of",
    "write_inspection_page",
    "write_preview_page",
    "write_summary_page",
]

# A verb is loaded when it is first used: whoever trains needs neither descents nor searches.
__getattr__ = late_names(
    __name__,
    {
        "About": "weights",
        "add_weights": "weights",
        "as_dense": ".kernels",
        "audit": "auditing",
        "audited": "auditing",
        "bundle_weights": "weights",
        "cache_status": "caching",
        "clear_cache": "caching",
        "compare": "opening",
        "convolve": ".kernels",
        "descend": "descending",
        "explain": "explaining",
        "fetch": "weights",
        "FetchedFile": ".store",
        "inspect": "looking",
        "ladder": "climbing",
        "landscape": "surfaces",
        "list_weights": "weights",
        "load_dataset": ".data",
        "load_predictor": "opening",
        "open_run": "opening",
        "open_search": "tuning",
        "plan_fetch": "weights",
        "pool": ".kernels",
        "preview": "looking",
        "Remote": ".store",
        "refit": "refitting",
        "remove_weights_of": "weights",
        "resume": "training",
        "Run": "run",
        "runs": "opening",
        "SOURCES": ".store",
        "summary": "structure",
        "train": "training",
        "tune": "tuning",
        "verify_weights": "weights",
        "write_audit_page": "auditing",
        "write_drawing": "structure",
        "write_fixes_of": "auditing",
        "write_inspection_page": "looking",
        "write_preview_page": "looking",
        "write_summary_page": "structure",
    },
)


def __dir__() -> list[str]:
    return sorted(__all__)


def _show_results_in_notebooks() -> None:
    """Teach the notebook that this module was imported in, if it was, to show results by their type."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        import_module("pellucid.report").register_displays(shell)


_show_results_in_notebooks()
