"""What in a table names pictures: the column, and the files that its cells mean."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pellucid.data.delimited import Table
from pellucid.data.folder_names import words_of
from pellucid.data.scan import plain_name
from pellucid.decoding import IMAGE_SUFFIXES
from pellucid.errors import DataError

How = Literal["paths", "names", "names without their ending"]

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
_NAMING_WORDS = frozenset(
    (
        *("path", "file", "filename", "filepath", "image", "images", "img", "picture", "photo", "pic", "name"),
        *("id", "ids", "index", "code", "key", "uid", "uuid", "scan", "slide", "sample"),
    )
)
_LOOKED_AT = 200
"""Cells of a column that are looked at before all are: large tables have many columns that name no pictures."""
_ENOUGH = 0.5
"""Share of a column's cells that must mean pictures."""
_DISTINCT = 0.2
"""Different pictures per row, at least, that a column of mere names must mean: "cat" beside cat.jpg is a label."""


@dataclass(frozen=True)
class PictureColumn:
    """A column whose cells mean pictures.

    Attributes:
        name: of the column.
        how: what its cells are.
        names: of each row's picture, as the dataset calls it.
        paths: of each row's file, which may not exist.
        share: of the rows whose file was found, 0 to 1.
        root: the folder below which they were looked for.
        others: further columns that name other pictures of the same rows.
    """

    name: str
    how: How
    names: list[str] = field(repr=False)
    paths: list[Path] = field(repr=False)
    share: float
    root: Path
    others: tuple[str, ...] = ()

    def files(self) -> set[Path]:
        """Return the different files that its cells mean."""
        return set(self.paths)


class Place:
    """The pictures below a folder, to be found by what a table calls them.

    Args:
        root: the folder.
        pictures: (relative name, path) of each.

    Attributes:
        files: the paths of the pictures.
    """

    def __init__(self, root: Path, pictures: Sequence[tuple[str, Path]]) -> None:
        self.root = root
        self.pictures = pictures
        self.files = frozenset(os.fspath(path) for _, path in pictures)
        self._by_last: defaultdict[str, list[int]] = defaultdict(list)
        self._by_stem: defaultdict[str, list[int]] = defaultdict(list)
        for number, (name, _) in enumerate(pictures):
            last = name.rpartition("/")[2].casefold()
            self._by_last[last].append(number)
            self._by_stem[os.path.splitext(last)[0]].append(number)

    def find(self, cell: str, hints: Iterable[str] = ()) -> tuple[int, How] | None:
        """Return the picture that a cell means and what the cell is to it; None for none, or for several alike.

        Args:
            cell: a path whose end is a picture's, a picture's name, or a name without its ending.
            hints: other cells of the row and words of the table's name: of several pictures of one name, one in a
                folder called so is meant.
        """
        text = plain_name(cell.replace("\\", "/")).casefold().strip("/")
        last = text.rpartition("/")[2]
        for how, found in (("names", self._by_last.get(last)), ("names without their ending", self._stems(last))):
            if found:
                number = self._nearest(found, text, hints)
                return None if number is None else (number, how)  # type: ignore[return-value]
        return None

    def _stems(self, last: str) -> list[int] | None:
        stem, suffix = os.path.splitext(last)
        return self._by_stem.get(last) or (self._by_stem.get(stem) if suffix in IMAGE_SUFFIXES else None)

    def _nearest(self, found: Sequence[int], text: str, hints: Iterable[str]) -> int | None:
        """Return the one of several pictures whose path ends most like the text, or lies in a folder hinted at."""
        if len(found) == 1:
            return found[0]
        wanted = re.split("/", os.path.splitext(text)[0])[:-1]
        folders = {number: self.pictures[number][0].casefold().split("/")[:-1] for number in found}
        tails = {number: _common_tail(parts, wanted) for number, parts in folders.items()}
        best = [number for number in found if tails[number] == max(tails.values())]
        if len(best) > 1:
            known = {hint.casefold() for hint in hints}
            hinted = {number: sum(part in known for part in folders[number]) for number in best}
            best = [number for number in best if hinted[number] == max(hinted.values()) > 0]
        return best[0] if len(best) == 1 else None


def _common_tail(one: Sequence[str], two: Sequence[str]) -> int:
    length = 0
    while length < min(len(one), len(two)) and one[-1 - length] == two[-1 - length]:
        length += 1
    return length


def find_path_column(table: Table, *, must_exist: bool = False) -> str | None:
    """Return the column of picture paths: one of the usual names, whose cells mostly end like picture files or exist.

    Args:
        table: the CSV, whose paths count from its folder.
        must_exist: whether at least half of the first files must be there.
    """
    columns = table.header if table.nameless else sorted(table.header, key=_rank)
    for name in columns:
        if not table.nameless and name.lower() not in _PATH_NAMES:
            return None
        cells = [cell for cell in table.cells(name)[:_LOOKED_AT] if cell]
        existing = sum(os.path.isfile(picture_path(table.path.parent, cell)) for cell in cells)
        named = 0 if must_exist else sum(_ends_like_picture(cell) for cell in cells)
        if cells and max(existing, named) * 2 >= len(cells):
            return name
    return None


def picture_like_column(table: Table) -> str | None:
    """Return the first column whose cells mostly end like picture files, whatever it is called."""
    for name in table.header:
        cells = [cell for cell in table.cells(name)[:_LOOKED_AT] if cell]
        if cells and sum(map(_ends_like_picture, cells)) * 2 >= len(cells):
            return name
    return None


def may_name_pictures(table: Table) -> bool:
    """Tell whether looking for pictures is worth it: a column whose cells end so, or are names of a single row each."""
    return any(_may_name(table, name) for name in table.header)


def find_picture_column(table: Table, place: Place, *, asked: str | None = None) -> PictureColumn | None:
    """Return the column whose cells mean pictures of a place, whatever it is called; None where there is none.

    Args:
        table: paths in it count from its folder; else their ends, names and stems are looked for below the place.
        place: where pictures lie.
        asked: the column to take.

    Raises:
        DataError: the column asked for does not exist, or names no picture.
    """
    if asked is not None:
        column = table.check_column(asked, option="picture-column")
        found = locate(table, column, place)
        if found.share == 0:
            raise _no_pictures_named(table, column, place)
        return found
    likely = [name for name in table.header if _may_name(table, name) and _probe(table, name, place) >= _ENOUGH]
    columns = [found for name in likely if (found := locate(table, name, place)).share >= _ENOUGH and _tell_rows(found)]
    if not columns:
        return None
    order: dict[str, int] = {"paths": 0, "names": 1, "names without their ending": 2}
    best = min(columns, key=lambda found: (-round(found.share, 1), order[found.how], _rank(found.name)))
    others = tuple(
        found.name for found in columns if found is not best and len(found.files() & best.files()) < len(best.files())
    )
    return replace(best, others=others)


def named_by_paths(table: Table, column: str) -> PictureColumn:
    """Return a column whose cells are paths that count from the table's folder, looked for nowhere else."""
    return locate(table, column, Place(table.path.parent, ()))


def locate(table: Table, column: str, place: Place) -> PictureColumn:
    """Return the files that the cells of a column mean: as paths from the table's folder, else found below a place.

    Where half of the cells are paths, the others are missing files, and are looked for nowhere else.
    """
    root, cells = table.path.parent, table.cells(column)
    names = [plain_name(picture_name(cell, root)) for cell in cells]
    paths = [picture_path(root, cell) for cell in cells]
    there = [
        bool(cell) and (os.path.normpath(path) in place.files or os.path.isfile(path))
        for cell, path in zip(cells, paths, strict=True)
    ]
    how: How = "paths"
    if sum(there) < _ENOUGH * len(cells):
        found, how = _found_by_name(table, column, place)
        for row, number in found.items():
            names[row], paths[row] = place.pictures[number]
            there[row] = True
    return PictureColumn(column, how, names, paths, sum(there) / max(1, len(names)), place.root)


def _found_by_name(table: Table, column: str, place: Place) -> tuple[dict[int, int], How]:
    """Return the numbers of pictures by the rows whose cells name them; none that two different cells name."""
    words = words_of(table.path.stem)
    found: dict[int, int] = {}
    cells_of: defaultdict[int, set[str]] = defaultdict(set)
    hows: set[How] = set()
    for row, cell in enumerate(table.cells(column)):
        hit = place.find(cell, (*words, *(cells[row] for cells in table.columns))) if cell else None
        if hit is not None:
            found[row] = hit[0]
            cells_of[hit[0]].add(cell)
            hows.add(hit[1])
    sure = {row: number for row, number in found.items() if len(cells_of[number]) == 1}
    return sure, "names" if hows == {"names"} else "names without their ending"


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


def _may_name(table: Table, column: str) -> bool:
    """Tell from some cells alone whether a column may name pictures: numbers do where it is called like names."""
    cells = [cell for cell in table.cells(column)[:_LOOKED_AT] if cell]
    if not cells:
        return False
    if sum(map(_ends_like_picture, cells)) * 2 >= len(cells):
        return True
    if any(re.search(r"[\n\r]", cell) or len(cell) > 255 for cell in cells):
        return False
    numbers = all(re.fullmatch(r"[+-]?\d*[.,]?\d+", cell) for cell in cells)
    whole = all(cell.isdecimal() for cell in cells)
    if numbers and not (whole and (table.nameless or any(word in _NAMING_WORDS for word in words_of(column)))):
        return False
    return len(set(cells)) >= _ENOUGH * len(cells)


def _probe(table: Table, column: str, place: Place) -> float:
    """Return which share of some cells means a picture; the rows' other cells are asked only where few do alone."""
    cells = [cell for cell in table.cells(column)[:_LOOKED_AT] if cell]
    root = table.path.parent
    hit = sum(place.find(cell, ("",)) is not None or os.path.isfile(picture_path(root, cell)) for cell in cells)
    if hit >= _ENOUGH * len(cells):
        return hit / len(cells)
    rows = list(zip(*(cells[:_LOOKED_AT] for cells in table.columns), strict=True))
    stem = words_of(table.path.stem)
    at = table.header.index(column)
    found = sum(bool(row[at]) and place.find(row[at], (*stem, *row)) is not None for row in rows)
    return found / max(1, len(rows))


def _tell_rows(found: PictureColumn) -> bool:
    """Tell whether a column of mere names means different pictures in different rows, as names do and labels do not."""
    return found.how == "paths" or len(found.files()) >= max(2, _DISTINCT * len(found.paths))


def _ends_like_picture(cell: str) -> bool:
    return os.path.splitext(cell)[1].lower() in IMAGE_SUFFIXES


def _no_pictures_named(table: Table, column: str, place: Place) -> DataError:
    cell = next((cell for cell in table.cells(column) if cell), "")
    return DataError(
        f"Not one of the {len(table):,} cells of '{column}' in {table.path} names a picture below {place.root}, "
        f"e.g. '{cell:.60}'.",
        expected="Paths, names or stems of pictures; paths count from the folder that holds the table.",
        fix="--images-dir FOLDER (images_dir=) says where they lie, --picture-column NAME (picture_column=) which "
        "column names them.",
    )


def _rank(name: str) -> int:
    return _PATH_NAMES.index(name.lower()) if name.lower() in _PATH_NAMES else len(_PATH_NAMES)
