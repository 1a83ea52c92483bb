"""How a run's classes were weighed, read back from its record."""

from __future__ import annotations

from pellucid.runs import RunRecord
from pellucid.tasks import Emphasis
from pellucid.training.kinds import TARGET_HABITS


def emphasis_of(record: RunRecord) -> Emphasis:
    """Return how a run's classes were weighed, from its resolved recipe and its class counts."""
    return TARGET_HABITS[record.dataset.target.kind].emphasis(record)
