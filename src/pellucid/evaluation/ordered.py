"""Metrics of classes that are steps in an order: how far off, and the agreement beyond chance."""

from __future__ import annotations

import numpy as np

from pellucid.evaluation import intervals
from pellucid.evaluation.answers import ClassAnswers
from pellucid.evaluation.checking import FloatArray, IntArray
from pellucid.evaluation.records import Method, Metric
from pellucid.evaluation.resampling import Statistic, bootstrap

LEADS = "rank_mae"
"""The metric of ordered classes that leads."""


def ordered_metrics(answers: ClassAnswers) -> dict[str, Metric]:
    """Return the mean error in steps and the quadratic weighted kappa, with their intervals."""
    off = np.abs(answers.predicted - answers.targets).astype(np.float64)
    return {LEADS: intervals.mean_of(answers, off), "quadratic_kappa": _kappa(answers)}


def kappa_statistic(targets: IntArray, predicted: IntArray) -> Statistic:
    """Return the quadratic weighted kappa of N examples as a function of their weights, NaN where all are one step.

    Squared distances between steps need no table of counts: if answers and targets were independent, their mean would
    be E t^2 + E p^2 - 2 E t E p. Source: J. Cohen (1968), "Weighted kappa", Psychological Bulletin 70.

    Args:
        targets: int64 [N], step of each.
        predicted: int64 [N], likewise.
    """
    truth, given = targets.astype(np.float64), predicted.astype(np.float64)
    columns = np.stack([(truth - given) ** 2, truth**2 + given**2, truth, given], axis=1)

    def kappa(weights: FloatArray) -> FloatArray:
        seen, squares, first, second = (weights @ columns / weights.sum(axis=1, keepdims=True)).T
        by_chance = squares - 2 * first * second
        with np.errstate(divide="ignore", invalid="ignore"):
            values: FloatArray = np.where(by_chance > 1e-12, 1 - seen / by_chance, np.nan)
        return values

    return kappa


def _kappa(answers: ClassAnswers) -> Metric:
    statistic = kappa_statistic(answers.targets, answers.predicted)
    value = float(statistic(np.ones((1, answers.n)))[0])
    if not np.isfinite(value):
        return Metric(value=0.0, note="not defined: all answers and targets are one step; counts as 0")
    note = intervals.too_few_mistakes(answers)
    ends = None if note else bootstrap(statistic, answers.n, groups=answers.groups, seed=answers.seed)
    if ends is None:
        return Metric(value=value, note=note or "too few to say")
    method: Method = "bootstrap" if answers.groups is None else "clustered-bootstrap"
    return Metric(value=value, low=ends[0], high=ends[1], method=method)
