"""A run's report: its record, and what was kept beside it, of which a damaged file must not stop the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from pellucid.errors import DataError, RunError
from pellucid.evaluation import kept_evaluations
from pellucid.features import GROUNDS
from pellucid.prediction import OpenedRun
from pellucid.report.course_exhibit import course_exhibit
from pellucid.report.run_page import write_report
from pellucid.runs import Exhibit, Health, RunRecord, health_if_looked_at, not_measured


def write_run_report(opened: OpenedRun, *, is_measured: bool = False) -> Path:
    """Write a run's page anew from what is on the disk, and return its path.

    Args:
        opened: the run.
        is_measured: whether all is done that follows a training, though its record does not say so yet.
    """
    from pellucid.training import drawn_weights

    folder, record = opened.folder, opened.record

    def picture(index: int) -> NDArray[Any] | None:
        from pellucid.prediction import ASKING

        return ASKING[record.preprocessing.kind].picture(opened.dataset, index)

    exhibits, health = kept(opened)
    exhibits[:0] = _course(opened)
    missing = not_measured(folder)
    if missing and not is_measured:
        title = "Trained to its end, and not measured"
        exhibits.insert(0, Exhibit(name="not-measured", title=title, paragraphs=(missing,)))
    return write_report(
        folder.report,
        record=_as_it_stands(opened),
        history=folder.history(),
        evaluations=kept_evaluations(folder),
        exhibits=exhibits,
        health=health,
        pictures=picture,
        words=lambda index: opened.dataset.inputs.words(index),
        formula=_formula(opened),
        **drawn_weights(folder, record),
    )


def _formula(opened: OpenedRun) -> tuple[str, ...]:
    """Return a linear model on a table in the data's own units, a line each; () of others, and before its first epoch.

    Only for such models is the network built for it.
    """
    layers = [layer for layer in opened.record.model.layers if layer.parameters]
    if len(layers) != 1 or layers[0].operator != "Linear":
        return ()
    from pellucid.prediction import formula_of

    try:
        found = formula_of(opened.predictor)
    except RunError:  # no weights yet, or damaged ones: answering will say so
        return ()
    return () if found is None else found.lines


def _course(opened: OpenedRun) -> list[Exhibit]:
    """Return how the answers came about over one or two columns; [] where there is nothing to draw, or no data left."""
    from pellucid.features import course_of

    if opened.trained.preprocessing.kind not in GROUNDS:
        return []
    try:
        found = course_of(opened)
    except (RunError, DataError):  # no weights yet, damaged ones, data that are gone: answering will say so
        return []
    return [] if found is None else [course_exhibit(found)]


def _as_it_stands(opened: OpenedRun) -> RunRecord:
    """Return the record, with what it cannot say itself: that its process is gone, and how to go on."""
    record = opened.record
    status, note = record.status, record.status_note
    if opened.folder.is_abandoned(record):
        status, note = "interrupted", "its process is gone"
    if status == "interrupted":
        note = f"{note}; 'pellucid train --resume' with this folder goes on with it".removeprefix("; ")
    return record.model_copy(update={"status": status, "status_note": note})


def kept(opened: OpenedRun) -> tuple[list[Exhibit], Health | None]:
    """Return what was looked at, and the health of the training, where it was looked at.

    What cannot be read is an exhibit that says so: an evaluation that has just opened the sealed test split ends in a
    report, and must not be lost for a file that has nothing to do with it.
    """
    exhibits: list[Exhibit] = []
    health: Health | None = None
    try:
        exhibits = opened.folder.read_exhibits()
    except RunError as problem:
        exhibits = [_unreadable("exhibits-unreadable", problem)]
    try:
        found = health_if_looked_at(opened.folder)
        health = found if found is not None and found.epochs else None
    except RunError as problem:
        exhibits.append(_unreadable("health-unreadable", problem))
    return exhibits, health


def _unreadable(name: str, problem: RunError) -> Exhibit:
    return Exhibit(name=name, title="Something kept with the run cannot be shown", paragraphs=(str(problem),))
