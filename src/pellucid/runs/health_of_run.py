"""The health of a run's training, read from its folder and judged."""

from __future__ import annotations

from pellucid.errors import RunError
from pellucid.runs.folder import RunFolder
from pellucid.runs.health import Health
from pellucid.runs.health_findings import judge


def health_if_looked_at(folder: RunFolder) -> Health | None:
    """Return how the training fared and what is wrong with it, or None where it was not looked at.

    Raises:
        RunError: the file is damaged.
    """
    record, looks = folder.read_record(), folder.health()
    if not looks and record.status != "failed":
        return None
    rate = record.recipe.learning_rate.lr if isinstance(record.recipe.learning_rate.lr, float) else None
    return judge(looks, learning_rate=rate, status=record.status, note=record.status_note)


def health_of(folder: RunFolder) -> Health:
    """Return the same.

    Raises:
        RunError: the training was not looked at (`--no-health`, or an older Pellucid), or its file is damaged.
    """
    found = health_if_looked_at(folder)
    if found is None:
        raise RunError(
            f"The health of '{folder.read_record().name}' was not looked at in its training.",
            fix="Train with --health, which is the default of 'pellucid train'.",
        )
    return found
