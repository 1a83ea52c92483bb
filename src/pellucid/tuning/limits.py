"""How long a search goes on."""

from __future__ import annotations

import json

from pellucid.errors import RunError
from pellucid.records import Record
from pellucid.runs import read_json
from pellucid.tuning.folder import SearchFolder
from pellucid.tuning.records import Method

DEFAULT_TRIALS, DEFAULT_REPEATS = 30, 5


class Limits(Record):
    """How long a search goes on."""

    trials: int | None = None
    """How many in all, those of other processes and of earlier times included; None: as many as fit."""
    seconds: float | None = None
    """From the start of this process' part to its end, the repeats included; None: no limit."""
    repeats: int | None = None
    """Trainings from fresh seeds of the winner, and as many of the default recipe; 0 for none; None: five."""

    def settled(self, folder: SearchFolder, method: Method) -> Limits:
        """Return the same with what was left open: as it was asked for last, or else what is usual; and keep it."""
        path = folder.path / "limits.json"
        last = Limits.from_dict(read_json(path), source=str(path), error=RunError) if path.exists() else Limits()
        trials, seconds = self.trials, self.seconds
        if trials is None and seconds is None:
            trials, seconds = last.trials, last.seconds
        if trials is None and seconds is None and method != "grid":  # a grid ends by itself
            trials = DEFAULT_TRIALS
        repeats = next(one for one in (self.repeats, last.repeats, DEFAULT_REPEATS) if one is not None)
        settled = Limits(trials=trials, seconds=seconds, repeats=repeats)
        if settled != last:
            folder.write(path.name, json.dumps(settled.to_dict()) + "\n")
        return settled
