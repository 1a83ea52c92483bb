"""What Python hands over to be answered: dicts, rows, data frames and arrays, made into tables and pictures.

Cells become text and pass the one reading of cells, so that a dict is answered as the same row of a CSV file is. Data
frames, pictures of Pillow and tensors are known by what they offer: none of these libraries is imported.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Table, new_rows
from pellucid.errors import DataError, did_you_mean
from pellucid.preprocessing import CategoryColumn, TablePreprocessing
from pellucid.words import counted

Given: TypeAlias = Any
"""A path; a dict or a row; an array; a data frame; a picture of Pillow; a tensor; or a list of these."""

_PNG_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16"})
_TIFF_MODES = frozenset({"CMYK", "F", "I"})
_SHOWN = 8


# --- pictures ---


def given_pictures(given: Given) -> Iterator[str | Path | bytes | NDArray[Any]]:
    """Yield what a run of pictures is to answer, one after another: paths, encoded pictures, arrays of pixels.

    Args:
        given: a path; [H, W], [H, W, 1] or [H, W, 3] pixels; [N, H, W] or [N, H, W, C] of N pictures, of which a last
            axis of 1 or 3 tells [H, W, C] and [N, H, W] apart; a picture of Pillow, as its file would be read; a tensor
            on a CPU; or a list of these.

    Raises:
        DataError: it is none of these.
    """
    if isinstance(given, str | Path | bytes):
        yield given
    elif _is_pillow(given):
        yield _encoded(given)
    elif hasattr(given, "__array__") and not _is_frame(given):
        array = _as_array(given)
        single = array.ndim < 3 or (array.ndim == 3 and array.shape[-1] in (1, 3))
        for picture in [array] if single else array:
            yield picture[..., 0] if picture.ndim == 3 and picture.shape[-1] == 1 else picture
    elif isinstance(given, Sequence) and not _is_numbers(given):
        for one in given:
            yield from given_pictures(one)
    else:
        raise DataError(
            f"This run answers pictures, not {_kind(given)}.",
            expected="Paths, arrays of pixels ([H, W], [H, W, 3], or N of these), pictures of Pillow, or a list of "
            "them.",
            fix="Make an array of nested lists: numpy.array(pixels, dtype='uint8')." if _is_numbers(given) else "",
        )


def one_picture(given: Given) -> str | Path | bytes | NDArray[Any]:
    """Return the one picture that is given, as `given_pictures` yields it.

    Raises:
        DataError: it is none, or there are several.
    """
    found = list(given_pictures(given))
    if len(found) != 1:
        raise DataError(f"There are {len(found)} pictures.", expected="One.")
    return found[0]


def _is_pillow(given: Given) -> bool:
    return all(hasattr(given, name) for name in ("mode", "size", "convert", "save"))


def _encoded(picture: Any) -> bytes:
    """Return a picture of Pillow as a file, so that it is decoded by the one rule for files; without loss."""
    if picture.mode not in _PNG_MODES | _TIFF_MODES:
        picture = picture.convert("RGBA" if picture.mode in ("La", "RGBa", "PA") else "RGB")
    if picture.mode == "LA":
        picture = picture.convert("RGBA")
    file = io.BytesIO()
    exif = picture.getexif()
    picture.save(file, format="PNG" if picture.mode in _PNG_MODES else "TIFF", **({"exif": exif} if exif else {}))
    return file.getvalue()


# --- rows ---


def given_tables(given: Given, preprocessing: TablePreprocessing) -> Iterator[tuple[str, Table]]:
    """Yield what a run on a table is to answer as tables of text, each with what its rows are called after.

    Args:
        given: a path; a dict of cells by column (one row) or of lists (columns); a row, or rows (lists, tuples, arrays
            of one or two axes) in the order of the run's columns; a data frame, or a row of one; or a list of these. A
            list of texts is one of paths.
        preprocessing: of the run, whose columns they are.

    Raises:
        DataError: a row is too long or too short, columns are lacking, or it is none of these.
    """
    if isinstance(given, str | Path):
        yield f"{given} ", new_rows(Path(given))
        return
    rows: list[dict[str, Any]] = []
    for one in _parts(given):
        if isinstance(one, str | Path):
            if rows:
                yield "", _table(rows, preprocessing)
                rows = []
            yield from given_tables(one, preprocessing)
        else:
            rows += _rows(one, preprocessing)
    if rows or not _parts(given):
        yield "", _table(rows, preprocessing)


def _parts(given: Given) -> list[Any]:
    """Return what a list holds; what is one thing, such as a row of cells, as a list of it."""
    if isinstance(given, Sequence) and not isinstance(given, str | bytes):
        listed = list(given)
        all_text = all(isinstance(one, str | Path) for one in listed)
        if not listed or all_text or not all(_is_cell(one) for one in listed):
            return listed
    return [given]


def _rows(given: Given, preprocessing: TablePreprocessing) -> list[dict[str, Any]]:
    """Return rows, cells by the name of their column."""
    names = [column.name for column in preprocessing.columns]
    if _is_frame(given):
        return _of_columns({str(name): list(given[name]) for name in given.columns})
    if hasattr(given, "to_dict") and hasattr(given, "index"):  # a row of a data frame
        given = {str(name): cell for name, cell in given.to_dict().items()}
    if isinstance(given, Mapping):
        columns = {str(name): cells for name, cells in given.items()}
        if all(_is_cell(cells) for cells in columns.values()):
            return [columns]
        return _of_columns({name: _listed(name, cells) for name, cells in columns.items()})
    if hasattr(given, "__array__"):
        array = _as_array(given)
        if array.dtype.names is not None:
            return _of_columns({name: np.atleast_1d(array[name]).tolist() for name in array.dtype.names})
        if array.ndim not in (1, 2):
            raise DataError(
                f"The rows have the shape {array.shape}.",
                expected=f"[N, {len(names)}] cells, or [{len(names)}] of a row.",
            )
        return [_named(row, names) for row in np.atleast_2d(array).tolist()]
    if isinstance(given, Sequence) and not isinstance(given, str | bytes):
        return [_named(list(given), names)]
    raise DataError(
        f"This run answers rows of a table, not {_kind(given)}.",
        expected=f"A CSV file, a dict or a row of the cells {', '.join(names[:_SHOWN])}"
        f"{', ...' if len(names) > _SHOWN else ''}, a data frame, or a list of rows.",
    )


def _named(cells: list[Any], names: Sequence[str]) -> dict[str, Any]:
    strange = next((cell for cell in cells if not _is_cell(cell)), None)
    if strange is not None:
        raise DataError(f"A row holds {_kind(strange)} as a cell.", expected="Numbers and words.")
    if len(cells) != len(names):
        raise DataError(
            f"A row has {counted(len(cells), 'cell')}, but the run reads {counted(len(names), 'column')}.",
            expected=f"In this order: {', '.join(names)}.",
            fix="Leave the target out; or hand over a dict, whose cells have names.",
        )
    return dict(zip(names, cells, strict=True))


def _of_columns(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    lengths = {name: len(cells) for name, cells in columns.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"'{name}' {length:,}" for name, length in list(lengths.items())[:_SHOWN])
        raise DataError(f"The columns differ in length: {said}.", expected="A cell of each column in every row.")
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _listed(name: str, cells: Any) -> list[Any]:
    if _is_cell(cells):
        raise DataError(
            f"'{name}' is one cell, and other columns are lists.",
            expected="A cell for each column, or a list for each.",
        )
    if hasattr(cells, "__array__"):
        cells = _as_array(cells)
        if cells.ndim != 1:
            raise DataError(f"The column '{name}' has the shape {cells.shape}.", expected="[N]: a cell for each row.")
        return list(cells.tolist())
    return list(cells)


def _table(rows: Sequence[Mapping[str, Any]], preprocessing: TablePreprocessing) -> Table:
    """Return rows as a table of text; of their cells only those that the run reads.

    Raises:
        DataError: there is none, or one lacks a column.
    """
    if not rows:
        raise DataError("There is no row to answer.", expected="One or more.")
    names = [column.name for column in preprocessing.columns]
    for place, row in enumerate(rows):
        lacking = [name for name in names if name not in row]
        if lacking:
            others = [name for name in row if name not in names]
            hints = "".join(
                did_you_mean(name, others).replace("Did you mean", f"For '{name}', did you mean")
                for name in lacking[:_SHOWN]
            )
            what = "the column" if len(lacking) == 1 else "the columns"
            raise DataError(
                f"Row {place + 1} lacks {what} {', '.join(lacking)}.{hints}",
                expected=f"Every input column of the training: {', '.join(names)}.",
                fix="An unknown cell may be None where the training had empty cells, too.",
            )
    columns = tuple(
        tuple(
            _as_text(row[column.name], column.categories if isinstance(column, CategoryColumn) else ()) for row in rows
        )
        for column in preprocessing.columns
    )
    return Table(path=Path("rows"), header=tuple(names), columns=columns, delimiter=",")


def _as_text(cell: Any, categories: Sequence[str]) -> str:
    """Return a cell as a CSV file would hold it: "" for None, NaN and other missing values."""
    if isinstance(cell, np.generic):
        cell = cell.item()
    if cell is None or str(cell) in ("<NA>", "NaT") or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, bool):
        return str(cell) if categories else str(int(cell))
    text = str(cell).strip()
    if categories and text not in categories and isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # a data frame keeps whole numbers beside blanks as floats
    return text


# --- kinds of things ---


def _is_cell(value: Any) -> bool:
    if isinstance(value, str | bytes | np.generic):
        return True
    return not (isinstance(value, Path) or _is_frame(value) or hasattr(value, "__len__"))


def _is_frame(value: Any) -> bool:
    return hasattr(value, "columns") and hasattr(value, "__getitem__") and not isinstance(value, Mapping)


def _is_numbers(value: Any) -> bool:
    """Tell whether a list holds numbers, perhaps in lists of lists."""
    while isinstance(value, Sequence) and not isinstance(value, str | bytes) and len(value):
        value = value[0]
    return isinstance(value, int | float)


def _as_array(value: Any) -> NDArray[Any]:
    try:
        return np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as problem:
        raise DataError(f"{_kind(value)} gives no array ({problem}).") from None


def _kind(value: Any) -> str:
    return f"{type(value).__name__}" if not isinstance(value, type) else "a class"
