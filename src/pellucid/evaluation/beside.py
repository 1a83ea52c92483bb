"""Simple methods become baselines: trained, timed, scored on the evaluated examples, and compared with the model.

What a simple method answers does not depend on the model beside it. So within a process it learns the same rows once:
a ladder, restarts, and a notebook in which several models are trained on the same data wait for it a single time.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from typing import Any, NamedTuple

from numpy.typing import NDArray

from pellucid.doing import doing
from pellucid.evaluation.kinds import SCORING, Truth
from pellucid.evaluation.records import Baseline, PairedComparison
from pellucid.evaluation.simple import Method

MODEL = "the model"
_MOST_KEPT = 64
"""Answers of methods that are kept; each is as large as the targets of the split that was evaluated."""


class _Answered(NamedTuple):
    """What a method answered, in which words it describes itself, and how long it learned and answered."""

    answers: NDArray[Any]
    description: str
    seconds: float


_kept: OrderedDict[Hashable, _Answered] = OrderedDict()


def score_methods(
    methods: Iterable[Method], truth: Truth, *, model_answers: NDArray[Any] | None
) -> tuple[Baseline, ...]:
    """Train simple methods, score their answers, and compare them with a model's.

    Args:
        methods: to train, one after another; of one that knows what it learns from, answers are kept.
        truth: of the examples that they answer.
        model_answers: [N, ...] what the model answers to the same examples, in the form of targets; None for no
            comparison.
    """
    scoring = SCORING[truth.target.kind]
    scored = []
    for method in methods:
        with doing(f"scoring a simple method beside it: {method.name}"):
            answered, description, seconds = _answered(method)
        metrics = scoring.metrics(answered, truth)
        # A method that gives no probabilities has no area under a curve: then its first figure is shown.
        shown = truth.headline if truth.headline in metrics else next(iter(metrics))
        versus = None
        if model_answers is not None:
            versus = _as_sentence(scoring.compare(answered, model_answers, truth, names=(method.name, MODEL)))
        scored.append(
            Baseline(
                name=method.name,
                description=description,
                metric_name=shown,
                metric=metrics[shown],
                metrics=metrics,
                versus=versus,
                seconds=seconds,
            )
        )
    return tuple(scored)


def _answered(method: Method) -> _Answered:
    key = (method.name, method.learned_from)
    known = None if method.learned_from is None else _kept.get(key)
    if known is None:
        started = time.perf_counter()
        answers, description = method.answer()
        known = _Answered(answers, description, time.perf_counter() - started)
    if method.learned_from is not None:
        _kept[key] = known
        _kept.move_to_end(key)
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return known


def _as_sentence(versus: PairedComparison) -> PairedComparison:
    return versus.model_copy(update={"summary": versus.summary[:1].upper() + versus.summary[1:]})
