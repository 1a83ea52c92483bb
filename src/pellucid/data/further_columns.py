"""What columns beside input and target say of a table's examples: given splits, groups, and weights in the loss."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.data.delimited import Table
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.split_column import read_splits
from pellucid.data.table_columns import TableChoice, read_groups, read_weights


def add_further_columns(
    raw: RawDataset,
    table: Table,
    choice: TableChoice,
    kept: NDArray[np.int64],
    *,
    split: str | None,
    group: str | None,
    weight: str | None,
) -> None:
    """Read such columns into a raw dataset, whose decisions say so.

    Args:
        raw: what is read so far; of the kept rows alone.
        table: with all its rows.
        choice: what was said about the columns.
        kept: [N] rows of the table that are examples.
        split, group, weight: the columns' names; None where there is none.

    Raises:
        DataError: a column's cells mean no splits, or no weights.
    """
    if split is not None:
        splits, split_decision = read_splits(table, split)
        raw.given = splits[kept]
        raw.decisions.append(split_decision)
    if group is not None:
        groups, group_decision = read_groups(table, group, choice)
        raw.groups = groups[kept]
        raw.decisions.append(group_decision)
    if weight is not None:
        weights, weight_decision = read_weights(table, weight, choice)
        raw.weights = weights[kept]
        raw.decisions.append(weight_decision)
