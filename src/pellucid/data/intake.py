"""The front door: a path or a name to a Dataset."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pellucid.data.assemble import finish
from pellucid.data.bundled import DATASET_NAMES, read_named
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.dataset import ARRAYS_SOURCE, Dataset
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.table_columns import OWN_TASKS, Axes, DataTask, Layout, TableChoice, task_of_cells
from pellucid.data.text_streams import with_block
from pellucid.errors import DataError, RecipeError
from pellucid.late import Late
from pellucid.records import Decision
from pellucid.words import counted

_READ_PATH = Late("pellucid.data.path_intake", "read_path")
"""Named datasets need none of what reads folders and files."""
_READ_FIXES = Late("pellucid.data.fixes", "read_fixes")
_IS_MANIFEST = Late("pellucid.data.fixes", "is_manifest")
_SOURCE_OF = Late("pellucid.data.fixes", "source_of")
_APPLY_FIXES = Late("pellucid.data.fixing", "apply_fixes")
_MAKE_OWN_TARGET = Late("pellucid.data.kinds.itself", "make_own_target")
_WITH_OWN_TARGET = Late("pellucid.data.kinds.itself", "with_own_target")


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
    task: DataTask | None = None,
    keep_na: bool = False,
    layout: Layout | None = None,
    picture_column: str | None = None,
    images_dir: str | None = None,
    drop: str | None = None,
    label_from: Literal["name"] | None = None,
    splits: Literal["ignore"] | None = None,
    drop_unseen: bool = False,
    allow_leaks: bool = False,
    fixes: str | Path | None = None,
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
    ignore: str | None = None,
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
        target: the column to learn, for CSV files; of pairs of pictures what those are called that others are to
            become.
        seed: of the shuffle that makes the splits.
        val: share of all examples for validation, where the data brings none; None for what the data propose, else 0.1.
        test: share of all examples for the final test, where the data brings none; None likewise, else 0.2.
        group: the column of a CSV whose equal values must stay in one split, e.g. the patient.
        impute: "median" to accept missing cells in input columns of a table.
        strict: whether to stop at pictures that cannot be read, instead of listing them and going on without them.
        weight: the column of a CSV or Parquet file, or the word in the names of an .npz file's arrays, by which each
            example's loss is multiplied.
        task: how the target is to be learned, where its cells could mean several things: "single-label" and "binary"
            make classes of whole numbers, "regression" amounts, "multi-label" labels of lists and columns,
            "segment" a class for each pixel of pictures with masks, "image-to-image" the picture that each is to
            become. Or the pictures themselves are the target: "reconstruct" gives each back, "generate" draws such
            pictures.
        keep_na: whether cells such as NA, null or nan in the target column are words, not blanks.
        layout: how a folder is to be read, where several readings fit; None for the likeliest.
        picture_column: the column of a list that names the pictures.
        images_dir: the folder that the names in `picture_column` count from, relative to the table's own folder.
        drop: columns of a table that are left out of its input, with commas between them.
        label_from: "name": a picture's label is the text in its file's name, without numbers (crazing_1.jpg: crazing).
        splits: "ignore": splits that the data brings are merged, and new ones drawn.
        axes: what the axes of an array of series are: "NTC" (examples, steps, channels) or "NCT"; None: the longer
            is time.
        ignore: of masks: values that mean "not labelled", with commas between them, e.g. "255" or "#e0e0c0".
        drop_unseen: whether classes that train lacks, in splits that the data brings, are left out.
        allow_leaks: whether what splits that the data bring share with train is accepted. Otherwise training examples
            that equal more than 1 % of val or test are in no split, and `Dataset.refusals` says what no training may be
            begun with: groups on both sides, equal pictures with different labels, a fifth of train gone.
        fixes: a manifest of decisions about single examples (`data/fixes.py`): its path, or its text, as a record keeps
            it. Or give the manifest in place of the data: it names them.
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
    if str(source).lower().endswith(".csv") and _IS_MANIFEST(source):
        if fixes is not None:
            raise RecipeError(
                f"{source} is a file of fixes itself, and --fixes (fixes=) names another.",
                fix="Give the data in its place, or leave --fixes out; lines of both can stand in one file.",
            )
        source, fixes = _SOURCE_OF(source), source
    said = (("label-from", label_from, "name"), ("splits", splits, "ignore"), ("gaps", gaps, "fill"))
    for option, given, only in said:
        if given not in (None, only):
            raise RecipeError(
                f"--{option} ({option.replace('-', '_')}=) is '{given}'.", expected=f"It can only be '{only}'."
            )
    choice = SplitChoice(
        seed=seed, ignore_given=splits == "ignore", drop_unseen=drop_unseen, allow_leaks=allow_leaks
    ).override(val=val, test=test)
    if impute not in (None, "median"):
        raise RecipeError(f"--impute (impute=) is '{impute}'.", expected="It can only be 'median'.")
    table = TableChoice(
        target=target,
        group=group,
        impute=impute,
        weight=weight,
        task=task_of_cells(task),
        unnamed=task in OWN_TASKS,
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
        ignore=ignore,
    )
    raw = _read(source, table)
    if block is not None:
        raw = with_block(raw, block)
    decided = _READ_FIXES(fixes) if fixes is not None else None
    if decided is not None:
        _APPLY_FIXES(raw, decided)
    if strict and raw.faults:
        _refuse_faults(raw)
    choice = choice.proposed(raw.proposed_splits, val=val, test=test)
    shares = {"val": choice.val, "test": choice.test}
    raw.options = {"target": target, "seed": seed, **shares, "group": group, "impute": impute}
    # Written down even where it is not: a record without it is of a time when everything was allowed.
    raw.options = {**raw.options, "allow_leaks": allow_leaks}
    raw.options = {**raw.options, "fixes": decided.text} if decided is not None else raw.options
    raw.options = {**raw.options, **table.later_options()}
    if task in OWN_TASKS:
        _MAKE_OWN_TARGET(raw, task)
        raw.options = {**raw.options, "task": task}
    return finish(raw, choice=choice)


def dataset_of(data: str | Path | Dataset, *, task: DataTask | None = None) -> Dataset:
    """Return the data of a training, with the target that its task has.

    Args:
        data: a path, a name, or a dataset.
        task: as of `load_dataset`.

    Raises:
        DataError, RecipeError: as of `load_dataset`.
    """
    if not isinstance(data, Dataset):
        return load_dataset(data, task=task)
    if task not in OWN_TASKS or data.options.get("task") == task:
        return data
    if data.source == ARRAYS_SOURCE:
        made: Dataset = _WITH_OWN_TARGET(data, task)
        return made
    options: dict[str, Any] = {**data.options, "task": task}
    return load_dataset(data.source, **options)


def _refuse_faults(raw: RawDataset) -> None:
    raise DataError(
        f"{counted(len(raw.faults), 'picture')} of '{raw.name}' cannot be read:\n  " + "\n  ".join(raw.faults) + "\n",
        fix="Mend them or take them out; without --strict (strict=) they are listed and left out.",
    )


def _read(source: str | Path, table: TableChoice) -> RawDataset:
    if isinstance(source, str) and source in DATASET_NAMES:
        table.refuse(f"the dataset '{source}' comes with its inputs and its target")
        raw = read_named(source)
        if os.path.exists(source):
            reason = f"a known name; the folder of the same name is meant by .{os.sep}{source}"
            raw.decisions.insert(0, Decision(name="source", value=f"the bundled '{source}'", reason=reason))
        return raw
    found: RawDataset = _READ_PATH(source, table)
    return found
