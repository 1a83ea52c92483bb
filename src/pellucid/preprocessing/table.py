"""From the columns of a table to one row of numbers per example, and the scaling of a numeric target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from pellucid.errors import DataError
from pellucid.preprocessing.base import PREPROCESSINGS, Preprocessing
from pellucid.records import Record

if TYPE_CHECKING:
    import torch

_SQUARES_VANISH = 1e-140
"""Distances from the mean below this are measured in units of the largest: their squares are no float64 any more."""
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Scale = Literal["standard", "none"]
"""What is done to the numbers of a table before they are learned from."""


class NumberColumn(Record):
    """A numeric column: empty cells become `fill`, then (x - mean) / std. One feature.

    With `log`, x becomes ln(1 + x / fill) first, values below 0 counting as 0; mean and std are those of the result.
    """

    kind: Literal["number"] = "number"
    name: str
    fill: Finite
    """Median of the training split."""
    mean: Finite
    std: Positive
    """1 when the column is constant on the training split."""
    log: bool = False
    """Whether the column is looked at on a logarithmic scale, for it has no negative values and a long tail."""
    low: Finite | None = None
    """Lowest and highest value of the training split; None in runs that did not keep them. Nothing is clipped."""
    high: Finite | None = None

    def how_far_outside(self, value: float) -> float:
        """Return how far a value lies outside of the training's range, in widths of that range; 0 within it.

        Infinite where the training had one value only; 0 also where a run did not keep the range.
        """
        if self.low is None or self.high is None or self.low <= value <= self.high:
            return 0.0
        width, beyond = self.high - self.low, max(self.low - value, value - self.high)
        return beyond / width if width else math.inf

    def scaled(self, values: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return [N] numbers, NaN for an empty cell, as the feature that they are; infinite where float32 ends."""
        filled = np.where(np.isnan(values), self.fill, values)
        if self.log:
            filled = on_log_scale(filled, self.fill)
        with np.errstate(over="ignore"):
            feature: NDArray[np.float32] = ((filled - self.mean) / self.std).astype(np.float32)
        return feature


class CategoryColumn(Record):
    """A column of words: one feature per category, 1 where the cell holds it. An unknown word gives zeros."""

    kind: Literal["category"] = "category"
    name: str
    categories: Annotated[tuple[str, ...], Field(min_length=1)]
    """Sorted; an empty cell is the category ""."""


ColumnPreprocessing = Annotated[NumberColumn | CategoryColumn, Field(discriminator="kind")]


@PREPROCESSINGS.register
class TablePreprocessing(Preprocessing):
    """The one fixed way from a table's cells to a model's input: imputing, scaling, one-hot."""

    kind: Literal["table"] = "table"
    scale: Scale = "standard"
    """"standard": each number less its mean, divided by its deviation; "none": as it stands in the table."""
    columns: Annotated[tuple[ColumnPreprocessing, ...], Field(min_length=1)]

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Name of each of the D features: "age", and "colour=red" for a category."""
        names: list[str] = []
        for column in self.columns:
            if isinstance(column, NumberColumn):
                names.append(column.name)
            else:
                names += [f"{column.name}={category}" for category in column.categories]
        return tuple(names)

    @property
    def input_shape(self) -> tuple[int]:
        """(D,) of one example."""
        return (len(self.feature_names),)

    @property
    def prepared_shape(self) -> tuple[int]:
        """(D,): a row is prepared when it is encoded."""
        return self.input_shape

    @property
    def prepared_dtype(self) -> np.dtype[Any]:
        """Of an encoded row."""
        return np.dtype(np.float32)

    def to_tensor(self, prepared: NDArray[Any], device: torch.device) -> torch.Tensor:
        """Return encoded rows [N, D] float32 as they are."""
        import torch

        return torch.from_numpy(np.require(prepared, requirements=["C", "W"])).to(device)

    def encode(self, columns: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        """Encode rows; columns that were not there in training are ignored.

        Args:
            columns: one array of length N per column: numbers (NaN for an empty cell) or words.

        Returns:
            [N, D] float32.

        Raises:
            DataError: a column is missing, holds words where numbers are due, or has another length.
        """
        missing = [column.name for column in self.columns if column.name not in columns]
        if missing:
            raise DataError(
                f"The table lacks {_listed(missing)}.",
                expected=f"The columns {_listed([column.name for column in self.columns])}, as in training.",
                fix="Add them; an unknown cell may stay empty.",
            )
        length = len(columns[self.columns[0].name])
        parts = []
        for column in self.columns:
            values = columns[column.name]
            if len(values) != length:
                raise DataError(
                    f"Column '{column.name}' has {len(values)} cells, '{self.columns[0].name}' has {length}."
                )
            parts.append(_scaled(column, values) if isinstance(column, NumberColumn) else _one_hot(column, values))
        return np.concatenate(parts, axis=1)


def centre_and_spread(values: NDArray[np.float64]) -> tuple[float, float]:
    """Return mean and population deviation of [N] values; 1 for the deviation where all are equal but for rounding."""
    mean, std = float(values.mean()), float(values.std())
    if 0 < (farthest := float(np.abs(values - mean).max())) < _SQUARES_VANISH:
        std = farthest * float(((values - mean) / farthest).std())
    negligible = 1e-12 * max(abs(mean), float(np.abs(values).max()))
    return mean, std if std > negligible else 1.0


def on_log_scale(values: NDArray[np.float64], middle: float) -> NDArray[np.float64]:
    """Return ln(1 + x / middle): about linear below the middle, logarithmic far above, whatever the unit."""
    result: NDArray[np.float64] = np.log1p(np.maximum(values, 0.0) / middle)
    return result


def words_of_cells(values: NDArray[Any]) -> NDArray[np.str_]:
    """Return [N] cells as strings; None and NaN become ""."""
    return np.array(["" if value is None or value != value else str(value) for value in values.tolist()], dtype=np.str_)


def numbers(name: str, values: NDArray[Any]) -> NDArray[np.float64]:
    """Return the [N] cells of a column as float64, NaN where they are empty.

    Raises:
        DataError: a cell is not a number, or infinite.
    """
    try:
        result = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise DataError(
            f"Column '{name}' holds something that is not a number.",
            expected="Numbers, or empty cells.",
            fix="Correct the cells, or take the column out.",
        ) from None
    if np.isinf(result).any():
        row = int(np.flatnonzero(np.isinf(result))[0])
        raise DataError(
            f"Column '{name}' is infinite in row {row}.", expected="Finite numbers.", fix="Correct or empty the cell."
        )
    return result


def _scaled(column: NumberColumn, values: NDArray[Any]) -> NDArray[np.float32]:
    scaled = column.scaled(numbers(column.name, values))
    if not np.isfinite(scaled).all():
        row = int(np.flatnonzero(~np.isfinite(scaled))[0])
        raise DataError(
            f"Column '{column.name}' holds {values[row]:g}, too far beyond the numbers of training ({column.mean:g}).",
            fix="Correct or empty the cell.",
        )
    return scaled.reshape(-1, 1)


def _one_hot(column: CategoryColumn, values: NDArray[Any]) -> NDArray[np.float32]:
    cells = words_of_cells(values).reshape(-1, 1)
    return np.asarray(cells == np.array(column.categories, dtype=np.str_), dtype=np.float32)


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:8])
    return shown + (f" and {len(names) - 8} more" if len(names) > 8 else "")
