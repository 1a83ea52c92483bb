"""Measuring a run: on val right after its training, and on any split when it is asked for."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import Any

import numpy as np

from pellucid.clock import time_now
from pellucid.doing import doing
from pellucid.errors import RecipeError, RunError, WritingError
from pellucid.evaluation.answer_files import keep_answers, place_of
from pellucid.evaluation.answering import fit_answering
from pellucid.evaluation.kept import kept_evaluations
from pellucid.evaluation.picture_baselines import suits_pictures
from pellucid.evaluation.records import Opening
from pellucid.evaluation.result import Evaluation
from pellucid.evaluation.rivals import RIVALS
from pellucid.evaluation.split import answer_and_evaluate
from pellucid.kinds import SPLITS, SplitName
from pellucid.prediction import OpenedRun

BASELINES_AFTER_TRAINING = 2_000_000_000
"""Multiply-adds of the nearest-neighbour baseline up to which a training's report has baselines at once."""


def measure_after_training(opened: OpenedRun) -> None:
    """Fit on val how a run answers, and measure it there; nothing where there is no val, or the task answers no inputs.

    Only for who owns the run. What a process that was killed in here has done already is done again, and comes out the
    same.

    Args:
        opened: trained to its end.
    """
    from pellucid.prediction import KNOWN, Predictor

    folder = opened.folder
    dataset = opened.dataset  # first: where the data were moved, opening them writes that into the record
    if not len(dataset.splits["val"]) or opened.predictor.no_answers:
        return
    # As if it had never been fitted: what a killed process left half done must not leak into what is fitted now.
    record = opened.record.model_copy(update={"answering": None})
    with doing("fitting 'unsure' and 'unknown'"):
        answering, known = fit_answering(Predictor(record, opened.predictor.model), dataset)
    if known is not None:
        known.save(folder.checkpoints / KNOWN)
    folder.write_record(record.model_copy(update={"answering": answering}))
    opened.answer_anew()
    left_out = _why_no_baselines(opened)
    with doing("measuring on val"):
        evaluation, answer = answer_and_evaluate(
            opened.predictor, dataset, "val", baselines=not left_out, left_out=left_out
        )
    # An opening is never overwritten; one that is written twice would count as two looks.
    if not _is_kept(opened, evaluation):
        folder.write_evaluation("val", lambda _number: evaluation.to_dict())
    last = folder.last_evaluation("val")
    if last is not None and not place_of(last).exists():  # also where a process was killed between the two
        keep_answers(last, answer, dataset.splits["val"])


def measure_split(
    opened: OpenedRun, split: SplitName, *, reason: str, baselines: bool = True, positive: str | None = None
) -> Evaluation:
    """Measure a run on one split and keep that; opening test is written down and counted.

    Only for who shares the run with others that evaluate it. All that can be checked is, before the split is opened.

    Raises:
        RunError: the data changed since the training, the split is empty, or something kept with the run is damaged.
        RecipeError: `positive` is none of two classes.
    """
    with doing("opening the data"):
        _check_before(opened)
    with doing(f"measuring on {split}"):
        evaluation, answer = answer_and_evaluate(
            opened.predictor, opened.dataset, split, baselines=baselines, positive=positive
        )

    def numbered(number: int) -> dict[str, Any]:
        nonlocal evaluation
        if split == "test":
            evaluation = evaluation.with_opening(Opening(reason=reason, number=number, when=time_now()))
        return evaluation.to_dict()

    written = opened.folder.write_evaluation(split, numbered)
    # The split is open now: a disk that has no room for the answers must not cost its report. `kept_answers` says that
    # there are none.
    with suppress(OSError, WritingError):
        keep_answers(written, answer, opened.dataset.splits[split])
    return evaluation


def check_split(split: str) -> None:
    """Raise RecipeError where there is no such split."""
    if split not in SPLITS:
        raise RecipeError(f"Unknown split '{split}'.", expected=f"One of: {', '.join(SPLITS)}.")


def _check_before(opened: OpenedRun) -> None:
    """Read everything that an evaluation and its report need, so that nothing is opened in vain.

    Raises:
        RunError: something is damaged, or there is no place to write.
        RecipeError: the run's task answers no inputs.
    """
    folder = opened.folder
    if why := opened.predictor.no_answers:
        raise RecipeError(why)
    _ = opened.dataset, folder.history(), kept_evaluations(folder)
    place = folder.evaluations if folder.evaluations.is_dir() else folder.path
    if not os.access(place, os.W_OK):
        raise RunError(f"'{place}' may not be written, so an evaluation could not be kept.")


def _why_no_baselines(opened: OpenedRun) -> str:
    """Return why baselines would take too long to be scored unasked; "" where they would not."""
    record = opened.record
    if record.dataset.target.kind in RIVALS:  # they take seconds: of series a second or two each, and of 50 at most
        return ""
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


def _is_kept(opened: OpenedRun, evaluation: Evaluation) -> bool:
    """Tell whether the last evaluation of val is this very one: then a process was killed right after it."""
    before = [kept for kept in kept_evaluations(opened.folder) if kept.split == evaluation.split]
    return bool(before) and _timeless(before[-1]) == _timeless(evaluation)


def _timeless(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation in plain types, as it comes back from a file, without how long it took."""
    baselines = tuple(one.model_copy(update={"seconds": 0.0}) for one in evaluation.baselines)
    timeless = evaluation.model_copy(update={"seconds": 0.0, "baselines": baselines})
    plain: dict[str, Any] = json.loads(json.dumps(timeless.to_dict()))
    return plain
