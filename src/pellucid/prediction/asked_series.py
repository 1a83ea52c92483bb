"""Series that are asked about."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, SeriesInputs, draw_example
from pellucid.errors import DataError
from pellucid.prediction.asked import Asked
from pellucid.prediction.given import Given
from pellucid.prediction.predictor import Predictor
from pellucid.prediction.sources.forecasts import encode_window, windows_of
from pellucid.prediction.sources.series import first_series
from pellucid.preprocessing import SeriesPreprocessing, prepare_inputs


class AskedSeries:
    """A series has values."""

    def of_dataset(self, preprocessing: SeriesPreprocessing, dataset: Dataset, index: int) -> Asked:
        """Return a series of the dataset."""
        prepared = prepare_inputs(dataset, preprocessing, np.array([index]))
        values = SeriesInputs.of(dataset.inputs).one(index)
        return Asked(dataset.example_name(index), index, prepared, series=values.T)

    def of_new(self, predictor: Predictor, source: Given) -> Asked:
        """Return the first series that can be read; of one that goes on the last window."""
        if predictor.record.dataset.target.continues:
            window = windows_of(source, predictor.record)[0]
            encoded = encode_window(window, predictor.record)
            if isinstance(encoded, str):
                raise DataError(f"The series '{window.series}' cannot be gone on with: {encoded}")
            return Asked(f"{window.series} after {window.stamp}", None, encoded, series=np.asarray(window.values))
        found, prepared = first_series(source, predictor.record)
        name = found.name or (str(source) if isinstance(source, str | Path) else "series 1")
        return Asked(name, None, prepared, series=np.asarray(found.values))

    def picture(self, dataset: Dataset, index: int) -> NDArray[np.uint8]:
        """Return the series as lines."""
        return draw_example(dataset, index)
