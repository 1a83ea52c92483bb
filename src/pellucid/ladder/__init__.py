"""A dataset comes in, a ladder of methods goes out: from the trivial to the fine-tuned, on the same splits, compared.

This room fits and scores what is no network, and makes the table of all rungs; `api` trains the networks among them.
Importing it loads neither torch nor scikit-learn.
"""

from __future__ import annotations

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
