"""A search space -> trials, which are runs; the winner is trained again from fresh seeds beside the default recipe.

In: a Dataset, a recipe with open choices, a space to search. Out: a folder with every trial as a run, and a `Search`.
Optuna proposes and prunes (the extra `tune`); what is learned, scored and kept is Pellucid's own. Scores are
validation's: the test split stays sealed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names

if TYPE_CHECKING:
    from pellucid.tuning.beginning import begin_search
    from pellucid.tuning.folder import SearchFolder
    from pellucid.tuning.limits import Limits
    from pellucid.tuning.listing import SearchStatus, SearchSummary, list_searches, summarise_search
    from pellucid.tuning.records import (
        METHODS,
        PRUNINGS,
        Importance,
        Method,
        Pruning,
        Repeat,
        Search,
        SearchRecord,
        Trial,
        TrialStatus,
        Verdict,
    )
    from pellucid.tuning.search import read_search, run_search
    from pellucid.tuning.space import Parameter, Scalar, SearchSpace, read_space
    from pellucid.tuning.watching import NullProgress, SearchProgress, Standing

__all__ = [
    "METHODS",
    "PRUNINGS",
    "Importance",
    "Limits",
    "Method",
    "NullProgress",
    "Parameter",
    "Pruning",
    "Repeat",
    "Scalar",
    "Search",
    "SearchFolder",
    "SearchProgress",
    "SearchRecord",
    "SearchSpace",
    "SearchStatus",
    "SearchSummary",
    "Standing",
    "Trial",
    "TrialStatus",
    "Verdict",
    "begin_search",
    "list_searches",
    "read_search",
    "read_space",
    "run_search",
    "summarise_search",
]

__getattr__ = late_names(
    __name__,
    {
        "Importance": "records",
        "Limits": "limits",
        "METHODS": "records",
        "Method": "records",
        "NullProgress": "watching",
        "PRUNINGS": "records",
        "Parameter": "space",
        "Pruning": "records",
        "Repeat": "records",
        "Scalar": "space",
        "Search": "records",
        "SearchFolder": "folder",
        "SearchProgress": "watching",
        "SearchRecord": "records",
        "SearchSpace": "space",
        "SearchStatus": "listing",
        "SearchSummary": "listing",
        "Standing": "watching",
        "Trial": "records",
        "TrialStatus": "records",
        "Verdict": "records",
        "begin_search": "beginning",
        "list_searches": "listing",
        "read_search": "search",
        "read_space": "space",
        "run_search": "search",
        "summarise_search": "listing",
    },
)
