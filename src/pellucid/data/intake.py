"""The front door: a path or a name to a Dataset."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pellucid.data.array_pairs import find_array_pairs, read_array_pairs
from pellucid.data.assemble import finish
from pellucid.data.bundled import DATASET_NAMES, read_named
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.csv_intake import read_csv, read_listed
from pellucid.data.dataset import Dataset
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
from pellucid.data.table_columns import Axes, Layout, TableChoice, TaskName
from pellucid.data.text_files import glance_at, is_running_text, is_utf8_file, read_text
from pellucid.data.text_folders import TEXT_SUFFIXES, read_text_folder
from pellucid.data.text_lines import find_labelled_lines, read_labelled_lines
from pellucid.data.text_pairs import find_pair_lines, read_pair_lines
from pellucid.data.text_streams import raw_of_stream, with_block
from pellucid.data.texts import TextInputs
from pellucid.decoding import IMAGE_SUFFIXES
from pellucid.errors import DataError, RecipeError, did_you_mean
from pellucid.files import expand, reason_of
from pellucid.kinds import listed
from pellucid.records import Decision
from pellucid.store import archive_stem, is_archive, unpack_archive
from pellucid.words import counted, is_utf8, visible

_READ_ALONE = frozenset({".npz", ".parquet"})
_FOREIGN_ARCHIVES = frozenset({".gz", ".7z", ".rar"})
_GENERIC_STEMS = frozenset({"metadata", "labels", "label", "data", "index", "annotations", "train", "images"})


def load_dataset(
    source: str | Path,
    *,
    target: str | None = None,
    seed: int = 0,
    val: float | None = None,
    test: float | None = None,
    group: str | None = None,
    impute: Literal["median"] | None = None,
    strict: bool = False,
    weight: str | None = None,
    task: TaskName | None = None,
    keep_na: bool = False,
    layout: Layout | None = None,
    picture_column: str | None = None,
    images_dir: str | None = None,
    drop: str | None = None,
    label_from: Literal["name"] | None = None,
    splits: Literal["ignore"] | None = None,
    drop_unseen: bool = False,
    text: str | None = None,
    block: int | None = None,
    horizon: int | None = None,
    window: int | None = None,
    season: int | None = None,
    time_column: str | None = None,
    series: str | None = None,
    gaps: Literal["fill"] | None = None,
    future: str | None = None,
    axes: Axes | None = None,
) -> Dataset:
    """Load a dataset from a folder of pictures, a table, texts, arrays, an archive, or by name.

    Read as, in this order: a known name (`DATASET_NAMES`: line, spiral, digits, iris, mnist, ...); a folder with idx
    files; a folder with train/, val/, test/ of class folders; a folder of class folders; a folder with a CSV that lists
    its pictures; a folder of Parquet files; a CSV or Parquet file of pictures (a column of paths or bytes, a column of
    labels); a CSV, Parquet or JSON lines table, whose rows are texts where a column of free text is all there is beside
    the target; a folder of class folders of .txt files, or of a file for each class with a text a line; a file with a
    label, a tab and a text a line; an .npz file as MedMNIST lays it out; a .ts file of series, a file of the UCR
    archive, a folder of class folders of CSV files; a zip or tar archive of any such folder.

    Args:
        source: a name or a path.
        target: the column to learn, for CSV files.
        seed: of the shuffle that makes the splits.
        val: share of all examples for validation, where the data brings none; None for what the data propose, else 0.1.
        test: share of all examples for the final test, where the data brings none; None likewise, else 0.2.
        group: the column of a CSV whose equal values must stay in one split, e.g. the patient.
        impute: "median" to accept missing cells in input columns of a table.
        strict: whether to stop at pictures that cannot be read, instead of listing them and going on without them.
        weight: the column of a CSV or Parquet file, or the word in the names of an .npz file's arrays, by which each
            example's loss is multiplied.
        task: how the target is to be learned, where its cells could mean several things: "single-label" and "binary"
            make classes of whole numbers, "regression" amounts, "multi-label" labels of lists and columns.
        keep_na: whether cells such as NA, null or nan in the target column are words, not blanks.
        layout: how a folder is to be read, where several readings fit; None for the likeliest.
        picture_column: the column of a list that names the pictures.
        images_dir: the folder that the names in `picture_column` count from, relative to the table's own folder.
        drop: columns of a table that are left out of its input, with commas between them.
        label_from: "name": a picture's label is the text in its file's name, without numbers (crazing_1.jpg: crazing).
        splits: "ignore": splits that the data brings are merged, and new ones drawn.
        axes: what the axes of an array of series are: "NTC" (examples, steps, channels) or "NCT"; None: the longer
            is time.
        drop_unseen: whether classes that train lacks, in splits that the data brings, are left out.
        text: the column of a table whose texts are learned from, instead of all other columns.
        block: characters of each window of a text that is read on and on; None for 128.
        horizon: how many steps ahead a series is forecast; makes of a CSV with a time column a series.
        window: how many steps of it are seen; None for two seasons, or twice what is forecast.
        season: the steps after which it resembles itself; None to look for them.
        time_column: the column of times; None for the one that holds some.
        series: the column that tells several series of one file apart.
        gaps: "fill" puts the straight line where stamps or values are missing.
        future: columns of a series that are known of the steps to come, with commas between them.

    Raises:
        DataError: the data cannot be read or learned from; the message says what to do.
        RecipeError: an option is out of range.
    """
    if not isinstance(source, str | Path):
        raise DataError(
            f"The data are a {type(source).__name__}.",
            expected="A path, a name, or a Dataset.",
            fix="Arrays become one by pellucid.dataset_from_arrays(images, labels, name='mine').",
        )
    said = (("label-from", label_from, "name"), ("splits", splits, "ignore"), ("gaps", gaps, "fill"))
    for option, given, only in said:
        if given not in (None, only):
            raise RecipeError(
                f"--{option} ({option.replace('-', '_')}=) is '{given}'.", expected=f"It can only be '{only}'."
            )
    choice = SplitChoice(seed=seed, ignore_given=splits == "ignore", drop_unseen=drop_unseen).override(
        val=val, test=test
    )
    if impute not in (None, "median"):
        raise RecipeError(f"--impute (impute=) is '{impute}'.", expected="It can only be 'median'.")
    table = TableChoice(
        target=target,
        group=group,
        impute=impute,
        weight=weight,
        task=task,
        keep_na=keep_na,
        layout=layout,
        picture_column=picture_column,
        images_dir=images_dir,
        drop=drop,
        label_from=label_from,
        splits=splits,
        drop_unseen=drop_unseen,
        text=text,
        block=block,
        horizon=horizon,
        window=window,
        season=season,
        time_column=time_column,
        series=series,
        gaps=gaps,
        future=future,
        axes=axes,
    )
    raw = _read(source, table)
    if block is not None:
        raw = with_block(raw, block)
    if strict and raw.faults:
        _refuse_faults(raw)
    choice = choice.proposed(raw.proposed_splits, val=val, test=test)
    shares = {"val": choice.val, "test": choice.test}
    raw.options = {"target": target, "seed": seed, **shares, "group": group, "impute": impute}
    raw.options = {**raw.options, **table.later_options()}
    return finish(raw, choice=choice)


def _refuse_faults(raw: RawDataset) -> None:
    raise DataError(
        f"{counted(len(raw.faults), 'picture')} of '{raw.name}' cannot be read:\n  " + "\n  ".join(raw.faults) + "\n",
        fix="Mend them or take them out; without --strict (strict=) they are listed and left out.",
    )


def _read(source: str | Path, table: TableChoice) -> RawDataset:
    if isinstance(source, str) and source in DATASET_NAMES:
        table.refuse(f"'{source}' is a dataset with a known target")
        raw = read_named(source)
        if os.path.exists(source):
            reason = f"a known name; the folder of the same name is meant by .{os.sep}{source}"
            raw.decisions.insert(0, Decision(name="source", value=f"the bundled '{source}'", reason=reason))
        return raw
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
