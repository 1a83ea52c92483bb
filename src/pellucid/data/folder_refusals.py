"""Why a folder of pictures cannot be read: what was found, and the ways out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pellucid.data.folder_names import split_of
from pellucid.data.folder_readings import Reading
from pellucid.data.folder_tree import Folder
from pellucid.data.listings import Listing
from pellucid.data.name_labels import propose_names
from pellucid.errors import DataError
from pellucid.kinds import listed
from pellucid.words import counted

LAYOUTS = (
    "Expected one folder per class (photos/cat/1.jpg, photos/dog/2.jpg), the same inside train/, val/ and test/, "
    "or a CSV with the columns path,label."
)


def refuse_folder(
    root: Path,
    tree: Folder,
    names: Sequence[str],
    masks: Mapping[str, Sequence[int]],
    readings: Sequence[Reading],
    tables: Sequence[Path],
    listing: Listing | None,
) -> DataError:
    """Return the error for a folder in which nothing says what the pictures show.

    Args:
        root: the folder.
        tree: its pictures without masks.
        names: of all pictures.
        masks: places of pictures that are masks, by folder.
        readings: the ways to read its folders that are not taken.
        tables: files that may list its pictures.
        listing: the best of those that do, which says of none what it shows.
    """
    hidden = {place for places in masks.values() for place in places}
    by_name = propose_names([name for place, name in enumerate(names) if place not in hidden])
    ways = " ".join(filter(None, (_ways_by_table(root, tables, listing), by_name)))
    if masks and not any(len(reading.classes) > 1 and not reading.problem for reading in readings):
        where = listed([f"{folder}/" if folder else "the folder itself" for folder in sorted(masks)], 4)
        return DataError(
            f"{root} holds pictures and masks of them (in {where}): they say which pixels are what, not what a picture "
            "shows.",
            expected="A classifier needs a label for each picture. " + LAYOUTS,
            fix=ways,
        )
    if not tree.folders:
        return DataError(
            f"{root} holds {counted(len(tree.pictures), 'picture')} but no class folders, so nothing says what they "
            "show.",
            expected=LAYOUTS,
            fix=ways or "Sort the pictures into one folder per class.",
        )
    asked = next((reading for reading in readings if reading.problem), None)
    if asked is not None and len(asked.classes) > 1:
        return DataError(
            f"{root} holds {counted(len(names), 'picture')}, but nothing says what they show: {asked.problem}"
            f"{_flat_splits(tree)}.",
            expected=LAYOUTS,
            fix=f"{ways} --layout {asked.layout} (layout=) makes classes of these folders all the same.".strip(),
        )
    return _one_class(root, tree, ways)


def _one_class(root: Path, tree: Folder, ways: str) -> DataError:
    top = tree
    while len(top.folders) == 1 and next(iter(top.folders.values())).folders:
        top = next(iter(top.folders.values()))
    if len(top.folders) != 1:
        return DataError(
            f"In {root} nothing says which of its folders are classes: {listed(sorted(top.folders), 4)}.",
            expected=LAYOUTS,
            fix=ways or "--layout classes (layout=) makes a class of each.",
        )
    (only,) = top.folders.values()
    loose = len(tree.all) - len(only.all)
    beside = f", and {counted(loose, 'picture lies', 'pictures lie')} in no class folder" if loose else ""
    return DataError(
        f"{root} has one class only: '{only.name}' ({counted(len(only.all), 'picture')}){beside}.",
        expected="A classifier needs at least two classes.",
        fix=ways or "Add a folder of another class, e.g. of what it should not be.",
    )


def _ways_by_table(root: Path, tables: Sequence[Path], listing: Listing | None) -> str:
    """Return what can be done with the tables that lie there, in words; "" where there are none."""
    if listing is not None:
        columns = ", ".join(name for name in listing.table.header if name != listing.pictures.name)
        return (
            f"'{listing.pictures.name}' of {listing.name} names them, but {listing.reason or 'nothing holds labels'}: "
            f"--target NAME (target=) says which of its columns does ({columns})."
        )
    likely = [path for path in tables if path.suffix.lower() != ".txt"]
    if not likely:
        return ""
    shown = listed([path.relative_to(root).as_posix() for path in likely], 3)
    return (
        f"{shown} lies beside, but no column names these pictures: --picture-column NAME (picture_column=) says which "
        "one does, --images-dir FOLDER (images_dir=) where they lie."
    )


def _flat_splits(tree: Folder) -> str:
    splits = [name for name in tree.folders if split_of(name, tree.folders) is not None]
    flat = [name for name in splits if not tree.folders[name].folders]
    return f", and {listed(flat, 3)} hold{'s' if len(flat) == 1 else ''} no class folders" if flat else ""
