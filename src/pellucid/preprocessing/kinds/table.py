"""Rows of a table: fitted column by column, prepared as encoded rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, TableInputs
from pellucid.errors import DataError
from pellucid.kinds import Column, TableInput, Wishes
from pellucid.preprocessing.base import Preprocessing
from pellucid.preprocessing.kinds.base import ABOUT_TEXTS, Asked, Fitted, check_wishes
from pellucid.preprocessing.prepared import Place, Prepared, PreparedInMemory
from pellucid.preprocessing.table import (
    CategoryColumn,
    NumberColumn,
    Scale,
    TablePreprocessing,
    centre_and_spread,
    numbers,
    on_log_scale,
    words_of_cells,
)
from pellucid.records import Decision
from pellucid.words import counted

MAX_CATEGORIES = 1000
"""More different words than this in a column name the rows, they do not describe them."""
_ROWS_FOR_A_TAIL = 500  # fewer do not show one; on tables that small it did not help
_LONG_TAIL = 1.0
"""Skewness from which a column may be looked at on a logarithmic scale."""
_DATASET = "The dataset is a table."


class RowFitter:
    """The row of tables."""

    def fit(self, dataset: Dataset, wishes: Wishes, asked: Asked, *, model: str) -> Fitted:
        """Measure each column of numbers, and list the words of the others."""
        check_wishes(wishes, "table", model=model, dataset=_DATASET, suited="mlp or linear")
        asked.refuse("imgsz", "resize", "colour", about="pictures", dataset=_DATASET)
        asked.refuse(*ABOUT_TEXTS, about="texts", dataset=_DATASET)
        spec, inputs = TableInput.of(dataset.input), TableInputs.of(dataset.inputs)
        return _fit_table(spec, inputs, dataset.splits["train"], asked.scale or "standard")

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
        """Encode rows, in memory."""
        cells = TableInputs.of(dataset.inputs).rows(indices)
        return PreparedInMemory(TablePreprocessing.of(preprocessing).encode(cells))


def _fit_table(
    spec: TableInput, inputs: TableInputs, train: NDArray[np.int64], scale: Scale
) -> tuple[TablePreprocessing, tuple[Decision, ...]]:
    cells = inputs.rows(train)
    columns: list[NumberColumn | CategoryColumn] = []
    empty: list[str] = []
    for column in spec.columns:
        if column.kind == "category":
            columns.append(_fit_category(column, cells[column.name]))
            continue
        fitted, num_empty = _fit_number(column, cells[column.name], scale)
        columns.append(fitted)
        empty += [f"{num_empty:,} in '{column.name}'"] if num_empty else []
    preprocessing = TablePreprocessing(scale=scale, columns=tuple(columns))
    num_numbers = sum(column.kind == "number" for column in spec.columns)
    num_features = len(preprocessing.feature_names)
    value = f"{counted(len(columns), 'column')} to {counted(num_features, 'feature')}"
    how = "as they stand in the table (--scale none)" if scale == "none" else "scaled to mean 0, deviation 1"
    scaled = f"{counted(num_numbers, 'column')} of numbers, {how}"
    words = f"; {len(columns) - num_numbers} of words" if len(columns) > num_numbers else ""
    reason = f"{scaled}{words}; measured on the {len(train):,} training rows"
    decisions = [Decision(name="table", value=value, reason=reason)]
    tailed = [f"'{column.name}'" for column in columns if isinstance(column, NumberColumn) and column.log]
    if tailed:
        reason = "their values, none below 0, have a long tail: a few are many times larger than most"
        decisions.append(Decision(name="logarithmic scale", value=", ".join(tailed), reason=reason))
    if empty:
        reason = f"empty cells in the training rows, {', '.join(empty)}, get the median of their column"
        decisions.append(Decision(name="empty cells", value="median", reason=reason))
    return preprocessing, tuple(decisions)


def _fit_number(column: Column, cells: NDArray[np.generic], scale: Scale) -> tuple[NumberColumn, int]:
    values = numbers(column.name, cells)
    known = values[~np.isnan(values)]
    if len(known) == 0:
        raise DataError(
            f"Column '{column.name}' is empty in every training row.",
            expected="A number in some row.",
            fix="Take the column out of the file.",
        )
    fill = float(np.median(known))
    filled = np.where(np.isnan(values), fill, values)
    log = scale != "none" and _has_long_tail(known, fill)
    mean, std = (0.0, 1.0) if scale == "none" else centre_and_spread(on_log_scale(filled, fill) if log else filled)
    fitted = NumberColumn(
        name=column.name, fill=fill, mean=mean, std=std, log=log, low=float(known.min()), high=float(known.max())
    )
    return fitted, int(np.isnan(values).sum())


def _has_long_tail(known: NDArray[np.float64], middle: float) -> bool:
    """Tell whether values, none below 0, lie far more evenly on a logarithmic scale."""
    if len(known) < _ROWS_FOR_A_TAIL or middle <= 0 or known.min() < 0:
        return False
    plain = _skewness(known)
    return plain > _LONG_TAIL and abs(_skewness(on_log_scale(known, middle))) < plain / 2


def _skewness(values: NDArray[np.float64]) -> float:
    mean, std = centre_and_spread(values)
    return float((((values - mean) / std) ** 3).mean())


def _fit_category(column: Column, cells: NDArray[np.generic]) -> CategoryColumn:
    categories = sorted(set(words_of_cells(cells).tolist()))
    if len(categories) > MAX_CATEGORIES:
        raise DataError(
            f"Column '{column.name}' holds {len(categories):,} different words in the training rows.",
            expected=f"At most {MAX_CATEGORIES:,}.",
            fix="It probably names the rows; take it out of the file.",
        )
    return CategoryColumn(name=column.name, categories=tuple(categories))
