"""Series: mean and deviation of each channel measured on the training windows, prepared as they are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, SeriesInputs
from pellucid.errors import RecipeError
from pellucid.kinds import SeriesInput, Wishes
from pellucid.preprocessing.base import Preprocessing
from pellucid.preprocessing.kinds.base import Asked, Fitted, check_wishes
from pellucid.preprocessing.kinds.growing import grows_with_level
from pellucid.preprocessing.prepared import IN_MEMORY, Place, Prepared
from pellucid.preprocessing.series import SeriesPreprocessing, SeriesScale
from pellucid.preprocessing.table import centre_and_spread
from pellucid.records import Decision
from pellucid.words import counted

_DATASET = "The dataset holds series."
_CHUNK = 4096
"""Windows looked at together while deviations from their last value are measured."""
_SAMPLE = 50_000
"""Windows of which these are measured, at most, evenly spread."""
_WORDS: dict[SeriesScale, str] = {
    "standard": "each channel scaled to mean 0, deviation 1",
    "none": "as they stand in the data",
    "window": "each window scaled to mean 0, deviation 1 by itself",
    "last": "each window counted from its last value",
}


class SeriesFitter:
    """The row of series."""

    def fit(self, dataset: Dataset, wishes: Wishes, asked: Asked, *, model: str) -> Fitted:
        """Measure each channel on the training windows."""
        check_wishes(wishes, "series", model=model, dataset=_DATASET, suited="fcn1d, lstm or mlp")
        asked.refuse("imgsz", "resize", "colour", about="pictures", dataset=_DATASET)
        found, inputs = SeriesInput.of(dataset.input), SeriesInputs.of(dataset.inputs)
        train = dataset.splits["train"]
        # Only what a forecast goes on with has to keep growing beyond what was seen.
        growing = dataset.target.continues and asked.scale != "none"
        logarithms = tuple(
            growing and grows_with_level(inputs, train, channel, found.lengths[2])
            for channel in range(len(found.channels))
        )
        return fit_series(found, inputs, train, asked.scale or "standard", logarithms if any(logarithms) else ())

    def open(
        self,
        dataset: Dataset,
        preprocessing: Preprocessing,
        indices: NDArray[np.int64],
        *,
        margin: int,
        workers: int | None,
        keep: Place | None,
    ) -> Prepared:
        """Return windows that are cut and scaled whenever they are asked for: they may overlap."""
        return PreparedSeries(SeriesInputs.of(dataset.inputs), SeriesPreprocessing.of(preprocessing), indices)


@dataclass(frozen=True)
class PreparedSeries:
    """Windows as a network takes them, made when they are asked for.

    Attributes:
        inputs: of the dataset.
        preprocessing: fitted.
        indices: [N] of the examples in the dataset.
        where: in words.
    """

    inputs: SeriesInputs
    preprocessing: SeriesPreprocessing
    indices: NDArray[np.int64]
    where: str = IN_MEMORY

    @property
    def in_memory(self) -> bool:
        """Always."""
        return True

    def __len__(self) -> int:
        return len(self.indices)

    def take(self, indices: NDArray[np.int64]) -> NDArray[Any]:
        """Cut and scale."""
        return self.preprocessing.encode(self.inputs.windows(self.indices[indices], self.preprocessing.length))

    def __getitem__(self, part: slice) -> NDArray[Any]:
        return self.take(np.arange(len(self))[part])


def fit_series(
    found: SeriesInput,
    inputs: SeriesInputs,
    train: NDArray[np.int64],
    scale: SeriesScale,
    logarithms: tuple[bool, ...] = (),
) -> tuple[SeriesPreprocessing, tuple[Decision, ...]]:
    """Return the preprocessing of series, measured on training windows alone.

    Args:
        found: what the dataset holds.
        inputs: of all examples.
        train: [n] indices of the training's.
        scale: of the values.
        logarithms: of each channel whether its logarithm is scaled; () for none.
    """
    count = len(found.channels)
    mean, std = (0.0,) * count, (1.0,) * count
    if scale != "none":
        known = inputs.values[inputs.covered(train)].astype(np.float64)
        if logarithms:
            known[:, np.array(logarithms)] = np.log(known[:, np.array(logarithms)])
        measured = [_centre_and_spread(known[:, channel], found.channels[channel]) for channel in range(count)]
        mean, std = tuple(one[0] for one in measured), tuple(one[1] for one in measured)
    fitted = SeriesPreprocessing(
        channels=found.channels,
        length=found.lengths[2],
        scale=scale,
        mean=mean,
        std=std,
        logarithms=logarithms,
        masked=found.has_gaps,
    )
    if scale == "last":
        fitted = fitted.model_copy(update={"std": _spread_from_last(inputs, train, fitted)})
    shape = f"{counted(count, 'channel')} of {counted(fitted.length, 'step')}"
    value = f"{shape}, and one that says where values are" if fitted.masked else shape
    reason = f"{_WORDS[scale]}; measured on the {len(train):,} training examples"
    decisions = [Decision(name="series", value=value, reason=reason)]
    if logarithms:
        named = ", ".join(name for name, takes in zip(found.channels, logarithms, strict=True) if takes)
        reason = (
            "positive, and the wider spread the higher it stands: growth becomes a straight line (--scale none: not)"
        )
        decisions.append(Decision(name="logarithm", value=named, reason=reason))
    if fitted.masked:
        why = "values are missing" if found.gaps else "lengths differ"
        if found.gaps and found.lengths[0] != found.lengths[2]:
            why = "lengths differ, and values are missing"
        reason = f"{why}: such steps count as the mean, and are marked in a channel of their own"
        decisions.append(Decision(name="filling up", value=f"to {counted(fitted.length, 'step')}", reason=reason))
    return fitted, tuple(decisions)


def _centre_and_spread(values: NDArray[np.float64], channel: str) -> tuple[float, float]:
    known = values[~np.isnan(values)].astype(np.float64)
    if not len(known):
        raise RecipeError(
            f"The channel '{channel}' holds no value in any training example.", fix="Take the channel out of the data."
        )
    return centre_and_spread(known)


def _spread_from_last(inputs: SeriesInputs, train: NDArray[np.int64], fitted: SeriesPreprocessing) -> tuple[float, ...]:
    """Return the root of each channel's mean square, counted from the last values of the windows."""
    chosen = train[:: max(1, len(train) // _SAMPLE)]
    squares, number = np.zeros(len(fitted.channels)), np.zeros(len(fitted.channels))
    for start in range(0, len(chosen), _CHUNK):
        windows = inputs.windows(chosen[start : start + _CHUNK], fitted.length)
        left = windows - fitted.levels(windows)[0][..., None]
        squares += np.nansum(left**2, axis=(0, 2))
        number += (~np.isnan(left)).sum(axis=(0, 2))
    spread = np.sqrt(squares / np.maximum(number, 1))
    return tuple(float(own) if own > 0 else 1.0 for own in spread)
