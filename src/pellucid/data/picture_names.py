"""What in a table names pictures: the column of paths, and the files that its cells mean."""

from __future__ import annotations

import os
from pathlib import Path

from pellucid.data.delimited import Table
from pellucid.decoding import IMAGE_SUFFIXES

_PATH_NAMES = (
    "path",
    "file_name",
    "filename",
    "file",
    "filepath",
    "file_path",
    "image_path",
    "image",
    "image_file",
    "image_name",
    "img_path",
    "img",
    "picture",
    "photo",
    "name",
)
_LOOKED_AT = 200


def find_path_column(table: Table, *, must_exist: bool = False) -> str | None:
    """Return the column of picture paths: one of the usual names, whose cells mostly end like picture files or exist.

    Args:
        table: the CSV, whose paths count from its folder.
        must_exist: whether at least half of the first files must be there.
    """
    for name in sorted(table.header, key=_rank):
        if name.lower() not in _PATH_NAMES:
            return None
        cells = [cell for cell in table.cells(name)[:_LOOKED_AT] if cell]
        existing = sum(os.path.isfile(picture_path(table.path.parent, cell)) for cell in cells)
        named = 0 if must_exist else sum(os.path.splitext(cell)[1].lower() in IMAGE_SUFFIXES for cell in cells)
        if cells and max(existing, named) * 2 >= len(cells):
            return name
    return None


def picture_path(root: Path, cell: str) -> Path:
    """Return the file that a cell means; paths count from `root`."""
    path = root / cell
    return path if "\\" not in cell or os.path.exists(path) else root / cell.replace("\\", "/")


def picture_name(cell: str, root: Path) -> str:
    """Return the name of a picture: its path as the CSV gives it, relative to the CSV where it lies below it."""
    text = cell.replace("\\", "/")
    path = Path(text)
    if path.is_absolute() and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return path.as_posix()


def _rank(name: str) -> int:
    return _PATH_NAMES.index(name.lower()) if name.lower() in _PATH_NAMES else len(_PATH_NAMES)
