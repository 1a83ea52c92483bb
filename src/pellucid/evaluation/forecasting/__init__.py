"""Forecasts of series, measured: simple methods beside a model, their scores, and the intervals of these."""

from __future__ import annotations

from pellucid.evaluation.forecasting.blocks import block_interval, block_length
from pellucid.evaluation.forecasting.climatology import Climatology
from pellucid.evaluation.forecasting.errors import Mase, coverage, mase, mean_absolute, pinball, root_mean_square, smape
from pellucid.evaluation.forecasting.holt_winters import HoltWinters
from pellucid.evaluation.forecasting.naive import Drift, Naive, SeasonalNaive, SeasonalNaiveWithDrift
from pellucid.evaluation.forecasting.rolling import Forecaster, origins_within, windows_after

__all__ = [
    "Climatology",
    "Drift",
    "Forecaster",
    "HoltWinters",
    "Mase",
    "Naive",
    "SeasonalNaive",
    "SeasonalNaiveWithDrift",
    "block_interval",
    "block_length",
    "coverage",
    "mase",
    "mean_absolute",
    "origins_within",
    "pinball",
    "root_mean_square",
    "smape",
    "windows_after",
]
