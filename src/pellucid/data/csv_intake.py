"""A CSV: a list of pictures, a series that is forecast, or a table of cells."""

from __future__ import annotations

from pathlib import Path

from pellucid.data.delimited import Table, read_table
from pellucid.data.forecast_csv import is_series, read_forecast
from pellucid.data.masks import without_masks
from pellucid.data.picture_csv import read_picture_csv
from pellucid.data.picture_names import (
    PictureColumn,
    Place,
    find_path_column,
    find_picture_column,
    may_name_pictures,
    named_by_paths,
    picture_like_column,
)
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.scan import scan_pictures
from pellucid.data.table_columns import TableChoice
from pellucid.data.table_csv import read_table_csv
from pellucid.data.text_tables import find_text_column, read_text_table
from pellucid.errors import DataError

MOST_LOOKED_AT = 300_000
"""Files that are looked at, at most, for those that a table names: a table may lie in a folder of everything."""


def read_csv(path: Path, choice: TableChoice, *, name: str) -> RawDataset:
    """Read a CSV as a list of pictures when a column names some, else as a table.

    Raises:
        DataError: see the two readers.
    """
    return read_listed(read_table(path), choice, name=name)


def read_listed(table: Table, choice: TableChoice, *, name: str) -> RawDataset:
    """Read a table as series, as a list of pictures, as texts, or as a table of cells.

    As series when that was asked for, as pictures when a column names some, as texts where these are all there is.

    Raises:
        DataError: see the readers; or a column names pictures that are nowhere to be found.
    """
    choice.refuse_names(f"{table.path} is a table, whose columns say what is learned")
    if choice.layout not in (None, "list", "table"):
        raise DataError(
            f"--layout {choice.layout} (layout=) is for folders, and {table.path} is a table.",
            expected="list: a column names pictures; table: its cells are the input.",
        )
    if is_series(table, choice):
        return read_forecast(table, choice, name=name)
    if choice.layout == "table" and choice.text is None:
        return read_table_csv(table, choice, name=name)
    if choice.text is not None:
        return read_text_table(table, table.check_column(choice.text, option="text"), choice, name=name)
    pictures = _find_pictures(table, choice)
    if pictures is not None:
        return read_picture_csv(table, pictures, choice, name=name)
    column = find_path_column(table) or picture_like_column(table)
    if column is not None:
        if column.lower() == (choice.target or "").lower():
            return read_table_csv(table, choice, name=name)
        return read_picture_csv(table, named_by_paths(table, column), choice, name=name)
    if choice.layout == "list":
        raise DataError(
            f"No column of {table.path} names pictures that lie below {table.path.parent}.",
            expected=f"Its columns: {', '.join(table.header)}.",
            fix="--images-dir FOLDER (images_dir=) says where the pictures lie.",
        )
    texts = find_text_column(table, choice)
    if texts is not None:
        return read_text_table(table, texts, choice, name=name)
    return read_table_csv(table, choice, name=name)


def images_place(choice: TableChoice, folder: Path) -> Place | None:
    """Return the pictures of the folder that was said to hold them; None where nothing was said.

    Args:
        choice: what the user said.
        folder: that a relative path counts from.

    Raises:
        DataError: there is no such folder, or no picture in it.
    """
    if choice.images_dir is None:
        return None
    root = folder / Path(choice.images_dir).expanduser()
    if not root.is_dir():
        raise DataError(
            f"--images-dir (images_dir=) {choice.images_dir}: there is no folder {root}.",
            expected=f"A folder; a relative path counts from {folder}.",
        )
    pictures = scan_pictures(root).pictures
    if not pictures:
        raise DataError(f"--images-dir (images_dir=) {choice.images_dir}: {root} holds no pictures.")
    return Place(root, without_masks(pictures))


def _find_pictures(table: Table, choice: TableChoice) -> PictureColumn | None:
    """Look for the pictures that a table names: below its folder, then in the folders beside that one."""
    asked = choice.picture_column
    folder = table.path.parent
    said = images_place(choice, folder)
    if said is not None:
        found = find_picture_column(table, said, asked=asked)
        if found is None:
            raise DataError(
                f"No column of {table.path} names pictures in {said.root}.",
                expected=f"Its columns: {', '.join(table.header)}.",
                fix="--picture-column NAME (picture_column=) says which one does.",
            )
        return found
    if asked is None and not may_name_pictures(table) and choice.layout != "list":
        return None
    below = Place(folder, without_masks(scan_pictures(folder, most=MOST_LOOKED_AT).pictures))
    found = find_picture_column(table, below)
    if found is None and folder.parent != folder:
        beside = Place(folder.parent, _pictures_beside(folder))
        found = find_picture_column(table, beside)
        below = beside if found is not None else below
    return find_picture_column(table, below, asked=asked) if asked is not None else found


def _pictures_beside(folder: Path) -> list[tuple[str, Path]]:
    """Return the pictures in the folders beside one, named from the folder above; a few folders only, not a home."""
    try:
        siblings = [path for path in folder.parent.iterdir() if path.is_dir() and path != folder]
    except OSError:
        return []
    if len(siblings) > 8:
        return []
    found: list[tuple[str, Path]] = []
    for sibling in sorted(siblings):
        if sibling.name.startswith("."):
            continue
        pictures = scan_pictures(sibling, most=MOST_LOOKED_AT).pictures
        found += [(f"{sibling.name}/{name}", path) for name, path in pictures]
    return without_masks(found)
