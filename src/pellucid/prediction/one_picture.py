"""A picture that is given back as the one answer that is looked into."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.prediction.asked import Asked
from pellucid.prediction.opened import OpenedRun
from pellucid.prediction.outputs import Outputs
from pellucid.prediction.predictor import Predictor
from pellucid.preprocessing import prepare_inputs
from pellucid.runs import RunRecord


class OnePicture:
    """The row of pictures."""

    def asked(self, record: RunRecord, whole: Asked) -> Asked:
        """Return all of the picture."""
        return whole

    def names(self, record: RunRecord) -> tuple[str, ...]:
        """Return nothing: the levels have no names."""
        return ()

    def words(self, predictor: Predictor, asked: Asked, outputs: Outputs) -> str:
        """Return how far what is given back is from the picture."""
        return str(asked.mark(predictor.judge(outputs, asked.prepared)[0])).removeprefix(": ")

    def right(self, opened: OpenedRun, index: int) -> str:
        """Return that it is the picture itself."""
        return "the picture itself"

    def known(self, opened: OpenedRun, index: int) -> NDArray[np.float32]:
        """Return [C x H x W] its levels."""
        prepared = prepare_inputs(opened.dataset, opened.trained.preprocessing, np.array([index]))
        levels: NDArray[np.float32] = (np.moveaxis(prepared[0], 2, 0).astype(np.float32) / np.float32(255)).ravel()
        return levels

    def typed(self, record: RunRecord, text: str) -> NDArray[np.float32]:
        """Refuse.

        Raises:
            RecipeError: always.
        """
        found: NDArray[np.float32] = record.dataset.target.parse(text)
        return found
