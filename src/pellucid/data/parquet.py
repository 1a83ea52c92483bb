"""Parquet files: a table, or pictures in a column as Hugging Face writes them. Needs the optional package pyarrow."""

from __future__ import annotations

import importlib.util
import io
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pellucid.data.csv_intake import read_listed
from pellucid.data.delimited import LIST_SEPARATOR, Table
from pellucid.data.folder_names import SPLIT_WORDS
from pellucid.data.memory import free_memory
from pellucid.data.picture_csv import read_picture_csv
from pellucid.data.picture_names import named_by_paths
from pellucid.data.raw_cache import cached_or_read
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.table_columns import TableChoice
from pellucid.errors import DataError, MissingExtraError
from pellucid.files import check_plain, guarded, parse_json
from pellucid.store import Entry, Unpacked, unpack

_SHARD = re.compile(r"(?P<split>[a-z]+)[-_.]?\d*(-of-\d+)?(-[0-9a-f]+)?\.parquet", re.IGNORECASE)
"""How Hugging Face calls the parts of a dataset: train-00000-of-00002.parquet, test.parquet."""

_CELL_BYTES, _SMALL = 64, 64 << 20  # bytes of a cell as text; bytes that are read however little seems to be free

_SPLIT_COLUMN = "split"
_PATH_COLUMN = "file_name"


def find_shards(folder: Path) -> list[tuple[Path, str]]:
    """Return the Parquet files of a folder, or of its folder data/, each with the word that names its split, or ""."""
    for place in (folder, folder / "data"):
        files = sorted(place.glob("*.parquet")) if os.path.isdir(place) else []
        if files:
            return [(path, _split_word(path)) for path in files]
    return []


def read_parquet(shards: Sequence[tuple[Path, str]], choice: TableChoice, *, source: Path, name: str) -> RawDataset:
    """Read one Parquet file, or several that belong together.

    A column of bytes, or of {bytes, path}, makes a dataset of pictures; anything else is a table, read as a CSV is.

    Args:
        shards: files with the word that names their split ("" for none).
        choice: what was said about the columns.
        source: what the user named.
        name: of the dataset.

    Raises:
        MissingExtraError: pyarrow is not installed.
        DataError: a file is damaged, the files differ in columns, or the table cannot be learned from.
    """
    _check_installed()
    paths = [path for path, _ in shards]
    picture = _picture_column(paths)
    if picture is None:
        table = _table(shards, source)
        return read_listed(table, choice, name=name)
    unpacked = unpack(paths, _pictures(paths, picture))

    def read() -> RawDataset:
        table = _table(shards, source)
        files = tuple(picture_name for picture_name, _ in _rows(paths, picture))
        listing = replace(
            table,
            path=unpacked.root / source.name,
            header=(*table.header, _PATH_COLUMN),
            columns=(*table.columns, files),
        )
        try:
            return read_picture_csv(listing, named_by_paths(listing, _PATH_COLUMN), choice, name=name)
        except DataError as problem:  # the user knows the file by its own name
            raise DataError(str(problem).replace(os.fspath(listing.path), os.fspath(source))) from None

    return cached_or_read(unpacked, choice, read, source=os.fspath(source))


def unpack_new_pictures(path: Path) -> Unpacked:
    """Unpack the pictures of one Parquet file, to be answered.

    Raises:
        MissingExtraError: pyarrow is not installed.
        DataError: it is damaged, or has no column of pictures.
    """
    _check_installed()
    picture = _picture_column([path])
    if picture is None:
        raise DataError(f"{path} has no column of pictures.", expected="A column of bytes, or of {bytes, path}.")
    return unpack([path], _pictures([path], picture))


def read_new_rows(path: Path) -> Table:
    """Read one Parquet file as a table of text, to be answered.

    Raises:
        MissingExtraError: pyarrow is not installed.
        DataError: it is damaged, or has no columns of numbers or text.
    """
    _check_installed()
    return _table([(path, "")], path)


def _check_installed() -> None:
    if importlib.util.find_spec("pyarrow") is None:
        raise MissingExtraError("pyarrow", extra="parquet", feature="Reading Parquet files")


def _table(shards: Sequence[tuple[Path, str]], source: Path) -> Table:
    with guarded(partial(_damaged, source)):
        return read_parquet_table(shards, source)


def read_parquet_table(shards: Sequence[tuple[Path, str]], source: Path) -> Table:
    """Return all rows as text, as if they stood in a CSV; columns of pictures and lists are left out.

    Raises:
        DataError: a file is damaged, the files differ in columns, or no column is left.
    """
    import pyarrow
    import pyarrow.parquet

    parts = []
    words = {word for _, word in shards}
    for path, word in shards:
        file = _open(path)
        with guarded(partial(_damaged, path)):
            kept = [field.name for field in file.schema_arrow if _is_cell(field.type) or _is_list_of_words(field.type)]
            part = file.read(columns=kept)
        if "" not in words and _SPLIT_COLUMN not in kept:
            part = part.append_column(_SPLIT_COLUMN, pyarrow.array([word] * len(part), pyarrow.string()))
        parts.append(part)
    try:
        arrow = pyarrow.concat_tables(parts)
    except pyarrow.ArrowInvalid:
        raise DataError(f"The Parquet files in {source} differ in their columns.") from None
    if not len(arrow) or not arrow.column_names:
        raise DataError(f"{source} has no rows or no columns of numbers or text.", expected="Some to learn from.")
    schema = _open(shards[0][0]).schema_arrow
    names = _class_names(schema)
    lists = {field.name for field in arrow.schema if _is_list_of_words(field.type)}
    cells = {}
    for column in arrow.column_names:
        if column == "__index_level_0__":  # what pandas leaves behind
            continue
        cells[column] = tuple(_as_text(value, names.get(column, ())) for value in arrow[column].to_pylist())
    return Table(
        path=source,
        header=tuple(cells),
        columns=tuple(cells.values()),
        delimiter=",",
        declared={column: tuple(known) for column, known in names.items() if column in cells and column not in lists},
        lists=frozenset(lists),
        unread={
            field.name: "lists" if pyarrow.types.is_list(field.type) else "records"
            for field in schema
            if pyarrow.types.is_nested(field.type) and field.name not in cells and not _has_bytes(field.type)
        },
    )


def _open(path: Path) -> Any:
    import pyarrow.parquet

    with guarded(lambda reason: DataError(f"{path} cannot be read ({reason}).", expected="A Parquet file.")):
        check_plain(path)
        # One plain file: ParquetDataset would also look for others, and understand addresses.
        file = pyarrow.parquet.ParquetFile(os.fspath(path))
        # A column of one value takes a few bytes, however many rows it is written down for.
        if file.metadata.num_rows * file.metadata.num_columns * _CELL_BYTES > max(_SMALL, free_memory()):
            raise MemoryError
        names = Counter(file.schema_arrow.names)
        if twice := [name for name, times in names.items() if times > 1]:
            raise DataError(f"{path} names columns twice: {', '.join(twice)[:200]}.", expected="One name to a column.")
        return file


def _damaged(path: Path, reason: str) -> DataError:
    return DataError(f"{path} is damaged ({reason}).", fix="Fetch or copy the file again.")


def _picture_column(paths: Sequence[Path]) -> str | None:
    """Return the column of encoded pictures: of bytes, or of {bytes, path}; the same one in every file."""
    import pyarrow

    found = []
    for path in paths:
        for field in _open(path).schema_arrow:
            inner = field.type.field("bytes").type if _has_bytes(field.type) else field.type
            if pyarrow.types.is_binary(inner) or pyarrow.types.is_large_binary(inner):
                found.append(field.name)
                break
        else:
            found.append("")
    return found[0] if found and found[0] and len(set(found)) == 1 else None


def _rows(paths: Sequence[Path], picture: str) -> Iterator[tuple[str, bytes | None]]:
    """Yield the name and the bytes of each row's picture; a picture that is only named is looked for nowhere."""
    row = 0
    for path in paths:
        with guarded(partial(_damaged, path)):
            for batch in _open(path).iter_batches(batch_size=64, columns=[picture]):
                for value in batch.column(0).to_pylist():
                    row += 1
                    data, said = (value.get("bytes"), value.get("path")) if isinstance(value, dict) else (value, None)
                    base = re.split(r"[/\\]", said)[-1] if said else "picture"
                    yield f"{row}-{_cut(base)}", data


def _cut(name: str) -> str:
    """Return a name of at most 200 bytes, with its ending: no file's name may have more than 255."""
    stem, ending = os.path.splitext(name)
    return os.fsencode(stem)[: 200 - len(os.fsencode(ending[:20]))].decode("utf-8", "ignore") + ending[:20]


def _pictures(paths: Sequence[Path], picture: str) -> Iterator[Entry]:
    for name, data in _rows(paths, picture):
        yield Entry(name, None if data is None else io.BytesIO(data), "the file holds no bytes for it")


def _is_cell(kind: Any) -> bool:
    import pyarrow

    types = pyarrow.types
    return not (types.is_nested(kind) or types.is_binary(kind) or types.is_large_binary(kind))


def _is_list_of_words(kind: Any) -> bool:
    """Tell whether cells are lists of text or whole numbers, as labels are."""
    import pyarrow

    types = pyarrow.types
    if not (types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)):
        return False
    inner = kind.value_type.value_type if types.is_dictionary(kind.value_type) else kind.value_type
    return bool(types.is_string(inner) or types.is_large_string(inner) or types.is_integer(inner))


def _has_bytes(kind: Any) -> bool:
    import pyarrow

    return bool(pyarrow.types.is_struct(kind)) and kind.get_field_index("bytes") >= 0


def _class_names(schema: Any) -> dict[str, list[str]]:
    """Return the names of classes that Hugging Face writes beside numbered labels, by column; also of lists of them."""
    try:
        features = parse_json((schema.metadata or {})[b"huggingface"])["info"]["features"]
        labels = {column: _class_label(feature) for column, feature in features.items()}
        return {
            column: [str(name) for name in feature["names"]]
            for column, feature in labels.items()
            if feature is not None and feature.get("names")
        }
    except (KeyError, ValueError, TypeError, AttributeError):
        return {}


def _class_label(feature: Any) -> Mapping[str, Any] | None:
    """Return the ClassLabel that a feature is, or a list of which it is; None for other features."""
    if isinstance(feature, list):
        return _class_label(feature[0]) if len(feature) == 1 else None
    if not isinstance(feature, dict):
        return None
    kind = feature.get("_type")
    if kind in ("Sequence", "List", "LargeList"):
        return _class_label(feature.get("feature"))
    return feature if kind == "ClassLabel" else None


def _as_text(value: Any, names: Sequence[str]) -> str:
    """Return a value as a CSV would hold it; a list as its members, joined by `LIST_SEPARATOR`."""
    if isinstance(value, list):
        return LIST_SEPARATOR.join(_as_text(member, names) for member in value if member is not None)
    text = "" if value is None else repr(value) if isinstance(value, float) else str(value).strip()
    return names[int(text)] if names and text.isdecimal() and int(text) < len(names) else text


def _split_word(path: Path) -> str:
    match = _SHARD.fullmatch(path.name)
    word = match["split"].lower() if match else ""
    return word if word in SPLIT_WORDS else ""
