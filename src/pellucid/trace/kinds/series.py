"""Series: from their values to the network's input."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from pellucid.prediction import Asked
from pellucid.preprocessing import SeriesPreprocessing
from pellucid.trace.arithmetic import Factor
from pellucid.trace.call import Explained, Position, one
from pellucid.trace.surroundings import Surrounding, step_around


class SeriesBeginning:
    """A trace of a series begins at its values."""

    def begin(self, preprocessing: SeriesPreprocessing, asked: Asked, inputs: Tensor) -> Surrounding | None:
        """Return the step from the values."""
        return None if asked.series is None else series_to_input(preprocessing, asked.series, inputs)

    def picture(self, asked: Asked) -> None:
        """Return nothing: a series is no picture."""


def series_to_input(preprocessing: SeriesPreprocessing, series: NDArray[np.float32], inputs: Tensor) -> Surrounding:
    """Return the step from a series' values to the network's input.

    Args:
        preprocessing: of the run.
        series: [C, T] values, NaN where one is missing; perhaps of fewer steps than the network takes.
        inputs: [1, C, T] float32, with the mask as last channel where there is one.
    """
    window = np.full((1, len(preprocessing.channels), preprocessing.length), np.nan)
    window[0, :, : series.shape[1]] = series
    scaled = preprocessing.on_their_scale(window)
    shift, divisor = (levels[0] for levels in preprocessing.levels(scaled))

    def explain(at: Position) -> Explained:
        _, channel, step = at
        where = f"step {step + 1}"
        if channel == len(preprocessing.channels):
            known = bool((~np.isnan(window[0, :, step])).any())
            return Explained("1 where a value is, else 0", one(float(known)), note=where)
        value, name = float(window[0, channel, step]), preprocessing.channels[channel]
        if np.isnan(value):
            return Explained("0 where no value is", one(0.0), note=f"'{name}' has no value in {where}")
        less, by = float(shift[channel]), float(divisor[channel])
        taken, logged = float(scaled[0, channel, step]), preprocessing.takes_log(channel)
        factors = (
            Factor("value", np.array(value)),
            *((Factor("ln value", np.array(taken)),) if logged else ()),
            Factor("taken away", np.array(less)),
            Factor("divided by", np.array(by)),
        )
        return Explained(
            f"({'ln value' if logged else 'value'} - shift) / divisor",
            one((taken - less) / by),
            factors,
            note=f"'{name}' in {where}",
            magnitude=(abs(taken) + abs(less)) / by,
        )

    steps = (step_around("input", "standardise", series, inputs, explain, ()),)
    return Surrounding(steps, None, places=tuple(f"step {step + 1}" for step in range(series.shape[1])))
