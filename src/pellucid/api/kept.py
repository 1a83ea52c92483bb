"""What a run's report shows besides its record: exhibits and health, of which a damaged file must not stop the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.errors import RunError
from pellucid.runs import Exhibit, Health

if TYPE_CHECKING:
    from pellucid.api.run import Run


def kept(run: Run) -> tuple[list[Exhibit], Health | None]:
    """Return what was looked at, and the health of the training, where it was looked at.

    What cannot be read is an exhibit that says so: an evaluation that has just opened the sealed test split ends in a
    report, and must not be lost for a file that has nothing to do with it.
    """
    exhibits: list[Exhibit] = []
    health: Health | None = None
    try:
        exhibits = run.folder.read_exhibits()
    except RunError as problem:
        exhibits = [_unreadable("exhibits-unreadable", problem)]
    try:
        health = run.health if run.folder.health() else None
    except RunError as problem:
        exhibits.append(_unreadable("health-unreadable", problem))
    return exhibits, health


def _unreadable(name: str, problem: RunError) -> Exhibit:
    return Exhibit(name=name, title="Something kept with the run cannot be shown", paragraphs=(str(problem),))
