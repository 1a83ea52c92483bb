"""Simple methods become baselines: trained, timed, scored on the evaluated examples, and compared with the model."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from numpy.typing import NDArray

from pellucid.doing import doing
from pellucid.evaluation.kinds import SCORING, Truth
from pellucid.evaluation.records import Baseline, PairedComparison
from pellucid.evaluation.simple import Method

MODEL = "the model"


def score_methods(
    methods: Iterable[Method], truth: Truth, *, model_answers: NDArray[Any] | None
) -> tuple[Baseline, ...]:
    """Train simple methods, score their answers, and compare them with a model's.

    Args:
        methods: to train, one after another.
        truth: of the examples that they answer.
        model_answers: [N, ...] what the model answers to the same examples, in the form of targets; None for no
            comparison.
    """
    scoring = SCORING[truth.target.kind]
    scored = []
    for method in methods:
        started = time.perf_counter()
        with doing(f"scoring a simple method beside it: {method.name}"):
            answered, description = method.answer()
        seconds = time.perf_counter() - started
        metrics = scoring.metrics(answered, truth)
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


def _as_sentence(versus: PairedComparison) -> PairedComparison:
    return versus.model_copy(update={"summary": versus.summary[:1].upper() + versus.summary[1:]})
