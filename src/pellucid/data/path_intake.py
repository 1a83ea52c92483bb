"""What lies at a path becomes a raw dataset: each kind of folder and file is handed to who reads it."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from pellucid.data.array_pairs import find_array_pairs, read_array_pairs
from pellucid.data.bundled import DATASET_NAMES
from pellucid.data.csv_intake import read_csv, read_listed
from pellucid.data.delimited import read_table
from pellucid.data.folder_refusals import LAYOUTS
from pellucid.data.folders import read_folder
from pellucid.data.idx import find_idx_files, read_idx_files
from pellucid.data.json_lines import JSON_LINES_SUFFIXES, read_json_lines
from pellucid.data.listings import TABLE_SUFFIXES
from pellucid.data.npz import load_arrays, raw_of_arrays
from pellucid.data.parquet import find_shards, read_parquet
from pellucid.data.raw_cache import cached_or_read
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.scan import Scan, safe_name, scan_pictures
from pellucid.data.series_folders import read_series_folder
from pellucid.data.series_npz import raw_of_series_arrays
from pellucid.data.series_pairs import find_series_files, read_series_file
from pellucid.data.table_columns import TableChoice
from pellucid.data.text_files import glance_at, is_running_text, is_utf8_file, read_text
from pellucid.data.text_folders import TEXT_SUFFIXES, read_text_folder
from pellucid.data.text_lines import find_labelled_lines, read_labelled_lines
from pellucid.data.text_pairs import find_pair_lines, read_pair_lines
from pellucid.data.text_streams import raw_of_stream
from pellucid.data.texts import TextInputs
from pellucid.decoding import IMAGE_SUFFIXES
from pellucid.errors import DataError, did_you_mean
from pellucid.files import expand, reason_of
from pellucid.kinds import listed
from pellucid.records import Decision
from pellucid.store import archive_stem, is_archive, unpack_archive
from pellucid.words import counted, is_utf8, visible

_READ_ALONE = frozenset({".npz", ".parquet"})
_FOREIGN_ARCHIVES = frozenset({".gz", ".7z", ".rar"})
_GENERIC_STEMS = frozenset({"metadata", "labels", "label", "data", "index", "annotations", "train", "images"})


def read_path(source: str | Path, table: TableChoice) -> RawDataset:
    """Read what lies at a path, whatever it is.

    Args:
        source: as it was given, for messages.
        table: what was said about how it is to be read.

    Raises:
        DataError: there is nothing, or nothing that can be learned from; the message says what to do.
        RecipeError: what was said does not fit what lies there.
    """
    path = expand(source, what="The path", error=DataError).absolute()
    if not is_utf8(str(path)):
        raise DataError(
            f"The path {visible(str(path))} holds bytes that are no UTF-8, so it cannot be written down in a run.",
            expected="Files below a folder may be called so, but not the folder itself.",
            fix="Rename it, or give another path to it (a link).",
        )
    if not os.path.exists(path):
        raise _missing(source, path)
    try:
        return _read_folder(path, table) if os.path.isdir(path) else _read_file(path, table)
    except OSError as problem:
        raise DataError(f"{problem.filename or path} cannot be read ({reason_of(problem)}).") from None


def _read_folder(root: Path, table: TableChoice) -> RawDataset:
    name = safe_name(root.resolve().name)
    idx_files = find_idx_files(root)
    if idx_files:
        table.refuse(f"{root} holds idx files, which bring their labels")
        return read_idx_files(idx_files, source=os.fspath(root), name=name)
    scan = scan_pictures(root)
    if scan.pictures:
        return read_folder(root, scan, table, name=name)
    pairs = find_array_pairs(root)
    if pairs:
        replace(table, weight=None).refuse(f"{root} holds arrays, which bring their labels")
        return read_array_pairs(pairs, root, name=name, weight=table.weight, task=table.task)
    series = _read_series_folder(root, scan, table, name=name)
    if series is not None:
        return series
    shards = find_shards(root)
    if shards:
        return read_parquet(shards, table, source=root, name=name)
    texts = read_text_folder(root, scan.other_files, table, name=name)
    if texts is not None:
        replace(table, layout=None).refuse(f"in {root} folders or files name the classes of texts")
        return texts
    raise _no_pictures(root, scan)


def _read_file(path: Path, table: TableChoice) -> RawDataset:
    suffix = path.suffix.lower()
    texts = _read_text_file(path, table)
    if texts is not None:
        return texts
    series = read_series_file(path, table)
    if series is not None:
        return series
    if suffix in TABLE_SUFFIXES or suffix in JSON_LINES_SUFFIXES:
        generic = path.stem.lower() in _GENERIC_STEMS
        name = safe_name(path.resolve().parent.name if generic else path.stem)
        if suffix in JSON_LINES_SUFFIXES:
            return read_listed(read_json_lines(path), table, name=name)
        return read_csv(path, table, name=name)
    if suffix in IMAGE_SUFFIXES:
        raise DataError(f"{path} is one picture.", expected=LAYOUTS, fix="Give the folder above the class folders.")
    if "idx1-ubyte" in path.name or "idx3-ubyte" in path.name:
        raise DataError(f"{path} is one idx file.", fix=f"Give the folder that holds images and labels: {path.parent}")
    if is_archive(path):
        return _read_archive(path, table)
    if suffix == ".npz":
        replace(table, weight=None).refuse(f"{path} holds arrays, which bring their labels")
        return _read_arrays(path, table, name=safe_name(path.stem))
    if suffix == ".parquet":
        return read_parquet([(path, "")], table, source=path, name=safe_name(path.stem))
    if suffix in _FOREIGN_ARCHIVES:
        raise DataError(
            f"{path} is an archive of a kind that is not unpacked here.",
            expected="A zip or tar archive (.zip, .tar, .tar.gz, .tar.xz, .tar.bz2).",
            fix="Unpack it and give the folder.",
        )
    if suffix == ".npy":
        raise DataError(
            f"{path} holds one NumPy array, and nothing says what its pictures show.",
            expected="An .npz file with images and labels, or a folder with a file of each: X_train.npy beside "
            "y_train.npy, NAME-imgs.npy beside NAME-labels.npy.",
            fix="In Python: pellucid.dataset_from_arrays(images, labels, name=...)",
        )
    raise DataError(
        f"{path} is not a kind of file that is known here.",
        expected=f"{LAYOUTS} Or a CSV table, or a .ts file of series.",
    )


def _read_text_file(path: Path, table: TableChoice) -> RawDataset | None:
    """Return what a text file holds, labelled lines or a stream; None of what is a table, or no text."""
    suffix, name = path.suffix.lower(), safe_name(path.stem)
    if table.layout == "stream":
        pieces = TextInputs.of_texts([read_text(path)], names=[path.name])
        said = Decision(name="layout", value="one stream of text", reason="asked for (--layout stream)")
        return raw_of_stream(pieces, path, name=name, decisions=[said])
    may_be_text = suffix in TEXT_SUFFIXES or suffix in ("", ".tsv")
    if not may_be_text or table.layout is not None:
        return None
    if not is_utf8_file(path):
        seen = glance_at(path)
        is_prose = suffix in TEXT_SUFFIXES and is_running_text(seen) and not _is_table(path)
        if is_prose or find_labelled_lines(seen) is not None:
            read_text(path)  # says what is wrong with it
        return None
    if table.text is None and table.target is None and (lines := find_labelled_lines(read_text(path))) is not None:
        table.refuse(f"{path} has a label and a text in every line")
        return read_labelled_lines(lines, path, name=name)
    if table.text is None and table.target is None and (pairs := find_pair_lines(read_text(path))) is not None:
        table.refuse(f"{path} has a text and its answer in every line")
        return read_pair_lines(pairs, path, name=name)
    if suffix in TEXT_SUFFIXES and is_running_text(read_text(path)) and not _is_table(path):
        pieces = TextInputs.of_texts([read_text(path)], names=[path.name])
        reason = "lines of words, and no columns (--layout table (layout=) reads a table)"
        said = Decision(name="layout", value="one stream of text", reason=reason)
        return raw_of_stream(pieces, path, name=name, decisions=[said])
    return None


def _is_table(path: Path) -> bool:
    """Tell whether a file reads as a table of several columns."""
    try:
        return len(read_table(path).header) > 1
    except DataError:
        return False


def _read_arrays(path: Path, table: TableChoice, *, name: str) -> RawDataset:
    """Read arrays as series where they are called so, else as pictures."""
    arrays = load_arrays(path)
    series = raw_of_series_arrays(path, arrays, table, name=name)
    if series is not None:
        return series
    return raw_of_arrays(path, arrays, name=name, weight=table.weight, task=table.task, used="arrays in one file")


def _read_series_folder(root: Path, scan: Scan, table: TableChoice, *, name: str) -> RawDataset | None:
    """Read a folder of series: files that hold whole datasets, or a file for each series in a folder for its class."""
    files = find_series_files(root)
    if len(files) > 1:
        names = listed([file.name for file in files], 4)
        raise DataError(f"{root} holds several datasets of series: {names}.", fix=f"Give one: {files[0]}")
    if files:
        raw = read_series_file(files[0], table)
        if raw is not None:
            raw.source = os.fspath(root)
            return raw
    return read_series_folder(root, scan.other_files, table, name=name)


def _read_archive(path: Path, table: TableChoice) -> RawDataset:
    unpacked = unpack_archive(path)
    name = safe_name(archive_stem(path))

    def read() -> RawDataset:
        raw = _read_folder(unpacked.root, table)
        raw.name = name
        return raw

    return cached_or_read(unpacked, table, read, source=os.fspath(path))


def _missing(source: str | Path, path: Path) -> DataError:
    """Return the error for a path that does not exist, with the nearest name on the way to it."""
    above, wanted = path.parent, path.name
    while not os.path.exists(above):
        above, wanted = above.parent, above.name
    try:
        siblings = os.listdir(above)
    except OSError:
        siblings = []
    bare = len(Path(source).parts) == 1
    names = DATASET_NAMES if bare else ()
    hint = did_you_mean(wanted, [*names, *siblings])
    missing = f"{source}" if above == path.parent else f"{source} ('{wanted}' is missing in {above})"
    known = f"Known names: {', '.join(DATASET_NAMES)}." if bare else ""
    if os.path.islink(path):
        return DataError(f"{path} is a link that leads nowhere, or in a circle.", fix="Mend it, or give another path.")
    return DataError(f"There is no file or folder {missing:.300}.{hint}", expected=known)


def _no_pictures(root: Path, scan: Scan) -> DataError:
    tables = [name for name in scan.other_files if Path(name).suffix.lower() in TABLE_SUFFIXES]
    if tables:
        return DataError(
            f"{root} holds no pictures, but {counted(len(tables), 'table')}.",
            fix=f"Give the file itself, e.g. {root / tables[0]}",
        )
    others = [name for name in scan.other_files if is_archive(Path(name)) or Path(name).suffix.lower() in _READ_ALONE]
    if others:
        return DataError(f"{root} holds no pictures, but {listed(others, 4)}.", fix=f"Give that: {root / others[0]}")
    empty = not any(root.iterdir())
    return DataError(f"{root} is empty." if empty else f"{root} holds no pictures.", expected=LAYOUTS)
