"""Texts that are asked about."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from pellucid.data import Dataset, TextInputs
from pellucid.errors import DataError
from pellucid.prediction.asked import Asked
from pellucid.prediction.given import Given
from pellucid.prediction.predictor import Predictor
from pellucid.prediction.sources.texts import compare_with_vocabulary, texts_for
from pellucid.preprocessing import TextPreprocessing, prepare_inputs


class AskedText:
    """A text is its words."""

    def of_dataset(self, preprocessing: TextPreprocessing, dataset: Dataset, index: int) -> Asked:
        """Return a text of the dataset."""
        prepared = prepare_inputs(dataset, preprocessing, np.array([index]))
        return Asked(dataset.example_name(index), index, prepared, text=TextInputs.of(dataset.inputs).text(index))

    def of_new(self, predictor: Predictor, source: Given) -> Asked:
        """Return the first text of what is handed over: a text, or the path of a file, also typed as a string."""
        if isinstance(source, str) and not any(map(str.isspace, source)) and os.path.isfile(source):
            source = Path(source)
        new = next(texts_for(source, predictor.record))
        if new.fault:
            raise DataError(f"{new.name}: {new.fault}.")
        preprocessing = TextPreprocessing.of(predictor.record.preprocessing)
        unlike = compare_with_vocabulary(new.text, preprocessing)
        return Asked(new.name, None, preprocessing.encode([new.text]), unlike=unlike, text=new.text)

    def picture(self, dataset: Dataset, index: int) -> None:
        """Return nothing: a text is no picture."""
