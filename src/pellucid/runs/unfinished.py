"""What is missing of a run that did not come to its end, in a sentence that says how to go on."""

from __future__ import annotations

from pellucid.runs.folder import RunFolder


def not_measured(folder: RunFolder) -> str:
    """Return what is missing where a training came to its end and was stopped before it was measured; "" elsewhere."""
    record = folder.read_record()
    if record.status != "finished" or folder.is_measured(record):
        return ""
    return (
        f"'{folder.path}' was trained to its end, but stopped before it was measured: its probabilities are not "
        "calibrated, and nothing is called 'unsure' or 'unknown'. This finishes it: "
        f"pellucid train --resume {folder.path}"
    )


def unfinished(folder: RunFolder) -> str:
    """Return what is missing of a run that was not trained to its end, or not measured after it; "" for nothing."""
    record = folder.read_record()
    status = folder.status_now(record)
    if status == "running":
        return f"'{folder.path}' is still being trained: its best epoch so far answers."
    if status in ("killed", "interrupted"):
        how = "its process is gone" if status == "killed" else f"it was stopped {record.status_note}".rstrip()
        return (
            f"'{folder.path}' was not trained to its end ({how}): its best epoch so far answers. "
            f"This goes on with it: pellucid train --resume {folder.path}"
        )
    if status in ("failed", "pruned"):
        return f"'{folder.path}' was not trained to its end ({status}: {record.status_note})."
    return not_measured(folder)
