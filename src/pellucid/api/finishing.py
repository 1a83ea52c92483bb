"""What follows a training: how the run answers, its measure on val, and its report."""

from __future__ import annotations

import numpy as np

from pellucid.api.run import Run

BASELINES_AFTER_TRAINING = 2_000_000_000
"""Multiply-adds of the nearest-neighbour baseline up to which a training's report has baselines at once."""


def finish(run: Run) -> None:
    """Fit how the run answers, measure it on val, and write its report; where several trained, the first does."""
    from pellucid.evaluation.answering import fit_answering
    from pellucid.evaluation.split import evaluate_split
    from pellucid.prediction import KNOWN, Predictor
    from pellucid.training import these_processes

    if not these_processes().is_first:
        return
    run.folder.refuse_links()
    record, dataset = run.record, run.dataset
    if len(dataset.splits["val"]):
        answering, known = fit_answering(run.predictor, dataset)
        if known is not None:
            known.save(run.folder.checkpoints / KNOWN)
        run.folder.write_record(record.model_copy(update={"answering": answering}))
        run.__dict__["predictor"] = Predictor.from_run(run.folder, model=run.predictor.model)
        cost = len(dataset.splits["val"]) * len(dataset.splits["train"]) * int(np.prod(record.model.input_shape))
        evaluation = evaluate_split(run.predictor, dataset, "val", baselines=cost <= BASELINES_AFTER_TRAINING)
        run.folder.write_evaluation("val", evaluation.to_dict())
    run.report()
