"""The future: simple forecasts of the same series."""

from __future__ import annotations

from pellucid.evaluation.forecast_baselines import forecast_methods
from pellucid.evaluation.rivals.base import Beside
from pellucid.evaluation.simple import Method


def of_futures(beside: Beside) -> list[Method]:
    """Return simple forecasts of the same series."""
    return forecast_methods(beside.dataset, beside.split)
