"""A run's report: its record, and what was kept beside it, of which a damaged file must not stop the rest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from pellucid.errors import RunError
from pellucid.runs import Exhibit, Health, RunRecord

if TYPE_CHECKING:
    from pellucid.api.run import Run


def write_run_report(run: Run, *, is_measured: bool = False) -> Path:
    """Write a run's page anew from what is on the disk, and return its path.

    Args:
        run: the run.
        is_measured: whether all is done that follows a training, though its record does not say so yet.
    """
    from pellucid.api.structure import drawn_weights
    from pellucid.data.thumbnails import to_eight_bits
    from pellucid.report import write_report

    def picture(index: int) -> NDArray[Any] | None:
        inputs = run.dataset.inputs
        if not hasattr(inputs, "pixels"):
            return None
        pixels: NDArray[Any] = inputs.pixels(index)
        return to_eight_bits(pixels) if pixels.dtype.kind == "f" else pixels

    exhibits, health = kept(run)
    if run.not_measured and not is_measured:
        title = "Trained to its end, and not measured"
        exhibits.insert(0, Exhibit(name="not-measured", title=title, paragraphs=(run.not_measured,)))
    return write_report(
        run.folder.report,
        record=_as_it_stands(run),
        history=run.history,
        evaluations=run.evaluations,
        exhibits=exhibits,
        health=health,
        pictures=picture,
        formula=_formula(run),
        **drawn_weights(run.folder, run.record),
    )


def _formula(run: Run) -> tuple[str, ...]:
    """Return a linear model on a table in the data's own units, a line each; () of others, and before its first epoch.

    Only for such models is the network built for it.
    """
    record = run.record
    layers = [layer for layer in record.model.layers if layer.parameters]
    if record.preprocessing.kind != "table" or len(layers) != 1 or layers[0].operator != "Linear":
        return ()
    try:
        found = run.formula
    except RunError:  # no weights yet, or damaged ones: answering will say so
        return ()
    return () if found is None else found.lines


def _as_it_stands(run: Run) -> RunRecord:
    """Return the record, with what it cannot say itself: that its process is gone, and how to go on."""
    record = run.record
    status, note = record.status, record.status_note
    if run.folder.is_abandoned(record):
        status, note = "interrupted", "its process is gone"
    if status == "interrupted":
        note = f"{note}; 'pellucid train --resume' with this folder goes on with it".removeprefix("; ")
    return record.model_copy(update={"status": status, "status_note": note})


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
        found = run.health_if_looked_at
        health = found if found is not None and found.epochs else None
    except RunError as problem:
        exhibits.append(_unreadable("health-unreadable", problem))
    return exhibits, health


def _unreadable(name: str, problem: RunError) -> Exhibit:
    return Exhibit(name=name, title="Something kept with the run cannot be shown", paragraphs=(str(problem),))
