"""The verbs of Pellucid in Python: the only room that knows all others."""

from __future__ import annotations

import sys

from pellucid.api.caching import cache_status, clear_cache
from pellucid.api.looking import inspect, preview, write_inspection_page, write_preview_page
from pellucid.api.run import Run, compare, load_predictor, open_run, runs
from pellucid.api.training import resume, train
from pellucid.data import load_dataset
from pellucid.store import SOURCES, FetchedFile, Remote, fetch, plan_fetch

__all__ = [
    "SOURCES",
    "FetchedFile",
    "Remote",
    "Run",
    "cache_status",
    "clear_cache",
    "compare",
    "fetch",
    "inspect",
    "load_dataset",
    "load_predictor",
    "open_run",
    "plan_fetch",
    "preview",
    "resume",
    "runs",
    "train",
    "write_inspection_page",
    "write_preview_page",
]


def _show_results_in_notebooks() -> None:
    """Teach the notebook that this module was imported in, if it was, to show results by their type."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        from pellucid.report import register_displays

        register_displays(shell)


_show_results_in_notebooks()
