"""Preprocessing, fitted: data, wishes and flags reconciled, the rest measured on the training split alone."""

from __future__ import annotations

from typing import Literal

from pellucid.data import Dataset
from pellucid.kinds import Wishes
from pellucid.preprocessing.base import Preprocessing
from pellucid.preprocessing.framing import ResizePolicy
from pellucid.preprocessing.kinds import FITTERS, Asked
from pellucid.preprocessing.table import Scale
from pellucid.preprocessing.tokenising import Unit
from pellucid.records import Decision


def fit_preprocessing(
    dataset: Dataset,
    wishes: Wishes,
    *,
    imgsz: int | None = None,
    resize: ResizePolicy | None = None,
    colour: Literal["grey", "rgb"] | None = None,
    scale: Scale | None = None,
    unit: Unit | None = None,
    vocabulary: int | None = None,
    lower: bool | None = None,
    longest: int | None = None,
    model: str = "the model",
) -> tuple[Preprocessing, tuple[Decision, ...]]:
    """Choose how the examples come to the model, and measure what that needs on the training split.

    Args:
        dataset: only the inputs of its training split are read.
        wishes: what the model can take.
        imgsz: side of the square input, in pixels; None to choose.
        resize: how a picture of another shape gets there; None to choose by the measured shapes.
        colour: planes the model sees; None to choose by the data.
        scale: of a table: whether its numbers are standardised; None for yes.
        unit: of texts: what a token is; None to choose by the texts.
        vocabulary: of texts: how many different tokens there are at most; None to choose by the unit.
        lower: of texts: whether capital letters count as small ones; None to choose by the unit.
        longest: of texts: how many tokens of each a network is given at most; None to choose by the texts.
        model: its name, for messages and reasons.

    Returns:
        The preprocessing, and every choice with its reason and the flag that chooses otherwise.

    Raises:
        RecipeError: a flag that does not fit the data, or a value out of range.
        ModelError: the model cannot take this kind of input, this size or these channels.
        DataError: a column cannot be encoded.
    """
    asked = Asked(
        imgsz=imgsz,
        resize=resize,
        colour=colour,
        scale=scale,
        unit=unit,
        vocabulary=vocabulary,
        lower=lower,
        longest=longest,
    )
    return FITTERS[dataset.input.kind].fit(dataset, wishes, asked, model=model)
