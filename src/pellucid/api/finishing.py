"""What follows a training: how the run answers, its measure on val, and its report."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from pellucid.api.reporting import write_run_report
from pellucid.api.run import Run
from pellucid.doing import doing

if TYPE_CHECKING:
    from pellucid.evaluation import Evaluation

BASELINES_AFTER_TRAINING = 2_000_000_000
"""Multiply-adds of the nearest-neighbour baseline up to which a training's report has baselines at once."""


def finish(run: Run) -> None:
    """Fit how the run answers, measure it on val, and write its report; where several trained, the first does.

    Only for who owns the run. What a process that was killed in here has done already is done again, and comes out the
    same; not before all of it is done does the record say that the run is measured.

    Args:
        run: trained to its end.
    """
    from pellucid.evaluation.answering import fit_answering
    from pellucid.evaluation.split import evaluate_split
    from pellucid.prediction import KNOWN, Predictor
    from pellucid.training import these_processes

    if not these_processes().is_first:
        return
    run.folder.refuse_links()
    dataset = run.dataset  # first: where the data were moved, opening them writes that into the record
    record = run.record.model_copy(update={"answering": None})
    if len(dataset.splits["val"]):
        plain = Predictor(record, run.predictor.model)
        with doing("fitting 'unsure' and 'unknown'"):
            answering, known = fit_answering(plain, dataset)
        if known is not None:
            known.save(run.folder.checkpoints / KNOWN)
        record = record.model_copy(update={"answering": answering})
        run.folder.write_record(record)
        run.__dict__["predictor"] = Predictor.from_run(run.folder, model=plain.model)
        left_out = _why_no_baselines(run)
        with doing("measuring on val"):
            evaluation = evaluate_split(run.predictor, dataset, "val", baselines=not left_out, left_out=left_out)
        if not _is_kept(run, evaluation):
            run.folder.write_evaluation("val", lambda _number: evaluation.to_dict())
    with doing("writing the report"):
        write_run_report(run, is_measured=True)
    run.folder.write_record(run.record.model_copy(update={"measured": True}))


def _why_no_baselines(run: Run) -> str:
    """Return why baselines would take too long to be scored unasked; "" where they would not."""
    from pellucid.evaluation.picture_baselines import suits_pictures

    record = run.record
    if suits_pictures(record.preprocessing):
        return ""
    train, val = (record.dataset.num_examples[split] for split in ("train", "val"))
    numbers = int(np.prod(record.model.input_shape))
    if train * val * numbers <= BASELINES_AFTER_TRAINING:
        return ""
    return (
        f"comparing {val:,} examples with {train:,}, {numbers:,} numbers each, takes long after a training; "
        "'pellucid evaluate RUN --split val' scores them"
    )


def _is_kept(run: Run, evaluation: Evaluation) -> bool:
    """Tell whether the last evaluation of val is this very one: then a process was killed right after it."""
    before = [kept for kept in run.evaluations if kept.split == evaluation.split]
    return bool(before) and _timeless(before[-1]) == _timeless(evaluation)


def _timeless(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation in plain types, as it comes back from a file, without how long it took."""
    baselines = tuple(one.model_copy(update={"seconds": 0.0}) for one in evaluation.baselines)
    timeless = evaluation.model_copy(update={"seconds": 0.0, "baselines": baselines})
    plain: dict[str, Any] = json.loads(json.dumps(timeless.to_dict()))
    return plain
