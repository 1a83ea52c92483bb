"""A CSV: either a list of pictures or a table of cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pellucid.data.assemble import Draft
from pellucid.data.delimited import Table, read_table
from pellucid.data.picture_csv import read_picture_csv
from pellucid.data.picture_names import find_path_column
from pellucid.data.table_columns import TableChoice
from pellucid.data.table_csv import read_table_csv
from pellucid.errors import DataError


def read_csv(path: Path, choice: TableChoice, *, name: str) -> Draft:
    """Read a CSV as a list of pictures when a column holds their paths, else as a table.

    Raises:
        DataError: see the two readers.
    """
    return read_listed(read_table(path), choice, name=name)


def read_listed(table: Table, choice: TableChoice, *, name: str) -> Draft:
    """Read a table as a list of pictures when a column holds their paths, else as a table.

    Raises:
        DataError: see the two readers.
    """
    column = find_path_column(table)
    if column is not None:
        return read_picture_csv(table, column, choice, name=name)
    return read_table_csv(table, choice, name=name)


def find_picture_tables(tables: Sequence[Path]) -> list[Path]:
    """Return the CSVs among `tables` that list pictures which exist."""
    return [path for path in tables if _lists_pictures(path)]


def _lists_pictures(path: Path) -> bool:
    try:
        table = read_table(path)
    except DataError:
        return False  # a README.txt or some other text
    return find_path_column(table, must_exist=True) is not None
