"""progress.json: where a training stands within its epoch, for whoever looks at the run from outside."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pellucid.errors import PellucidError, WritingError
from pellucid.files import load_json, remove_file, write_text
from pellucid.records import Record
from pellucid.words import percent

NAME = "progress.json"
_Count = Annotated[int, Field(ge=0, le=2**53)]


class RunProgress(Record):
    """Where a training stands, about a second ago at most while it steps."""

    epoch: _Count
    """Counted from 1: the epoch that is being trained."""
    num_epochs: _Count
    step: _Count
    """Within the epoch, counted from 1."""
    num_steps: _Count
    train_loss: float
    """Mean over the epoch so far."""
    examples_per_second: float
    seconds_left: float
    """Until the last epoch's end, at the pace so far."""
    when: str
    """ISO 8601, in UTC."""

    @property
    def words(self) -> str:
        """Where it stands, within a line."""
        share = self.step / self.num_steps if self.num_steps else 0.0
        return f"epoch {self.epoch} of {self.num_epochs}, {percent(share)} of it"


def write_progress(folder: Path, progress: RunProgress) -> None:
    """Replace a run's progress.json; where that cannot be, nothing is written: a training does not end for it.

    It is renamed into place, so that readers see the old one or the new one, but not waited for until it is on the
    disk: after a kill it says no more than nothing.
    """
    text = json.dumps(progress.to_dict()) + "\n"
    with suppress(OSError, WritingError):
        write_text(folder / NAME, text, durable=False)


def clear_progress(folder: Path) -> None:
    """Remove a run's progress.json: nothing is being trained."""
    with suppress(OSError):
        remove_file(folder / NAME, within=folder, missing_ok=True)


def read_progress(folder: Path) -> RunProgress | None:
    """Return where a training stands; None where it has not said, or what it said cannot be read."""
    path = folder / NAME
    try:
        return RunProgress.from_dict(load_json(path), source=str(path)) if path.exists() else None
    except (PellucidError, OSError):
        return None
