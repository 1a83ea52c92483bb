"""A dataset comes in, a ladder of methods goes out: from the trivial to the fine-tuned, on the same splits, compared.

This room fits and scores what is no network, and makes the table of all rungs; `api` trains the networks among them.
Importing it loads neither torch nor scikit-learn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names
from pellucid.printed import said_in

if TYPE_CHECKING:
    from pellucid.ladder.climbing import climb_classical
    from pellucid.ladder.networks import Network, networks_of
    from pellucid.ladder.records import Climbed, Rung, Score
    from pellucid.ladder.result import Ladder
    from pellucid.ladder.tabulating import check_target, tabulate
    from pellucid.ladder.wording import score_words, size_words, summarise, time_words, verdict_words

__all__ = [
    "Climbed",
    "Ladder",
    "Network",
    "Rung",
    "Score",
    "check_target",
    "climb_classical",
    "networks_of",
    "score_words",
    "size_words",
    "summarise",
    "tabulate",
    "time_words",
    "verdict_words",
]

__getattr__ = late_names(
    __name__,
    {
        "Climbed": "records",
        "Ladder": "result",
        "Network": "networks",
        "Rung": "records",
        "Score": "records",
        "check_target": "tabulating",
        "climb_classical": "climbing",
        "networks_of": "networks",
        "score_words": "wording",
        "size_words": "wording",
        "summarise": "wording",
        "tabulate": "tabulating",
        "time_words": "wording",
        "verdict_words": "wording",
    },
)

said_in(__name__, "wording")
