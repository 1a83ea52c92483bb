"""A folder of pictures: what lies there is looked at once, every way to read it is weighed, and the best is taken."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from pellucid.data.dataset import Finding
from pellucid.data.delimited import read_table
from pellucid.data.folder_readings import Reading, read_tree
from pellucid.data.folder_refusals import refuse_folder
from pellucid.data.folder_tree import Folder, plant
from pellucid.data.listings import MOST_BYTES, Listing, agrees, find_listings, find_tables, too_large
from pellucid.data.masks import find_marked, find_masks
from pellucid.data.name_labels import read_names
from pellucid.data.ordering import sort_classes
from pellucid.data.picture_csv import read_picture_csv
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.data.scan import Scan
from pellucid.data.survey import survey_files
from pellucid.data.table_columns import TableChoice
from pellucid.data.table_csv import read_table_csv
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import ClassTarget, listed
from pellucid.late import Late
from pellucid.records import Decision
from pellucid.words import counted

_CLEARLY_MORE = 1.05
"""So many times the pictures must get a label from a table that agrees with the folders, for it to be taken instead."""
_READ_MASKED_FOLDER = Late("pellucid.data.mask_folders", "read_masked_folder")
_READ_PAIRED_FOLDER = Late("pellucid.data.paired_folders", "read_paired_folder")


@dataclass(frozen=True)
class PlaceSurvey:
    """What lies in a folder of pictures.

    Attributes:
        root: the folder.
        scan: its files.
        tree: its pictures without masks.
        masks: places of pictures that are masks, by folder.
        readings: ways in which its folders may label them, the surest first.
        tables: files that may list its pictures.
        listings: those that do, the surest first.
    """

    root: Path
    scan: Scan
    tree: Folder = field(repr=False)
    masks: Mapping[str, Sequence[int]] = field(repr=False)
    readings: Sequence[Reading]
    tables: Sequence[Path]
    listings: Sequence[Listing]

    @property
    def names(self) -> list[str]:
        """The names of all pictures."""
        return [name for name, _ in self.scan.pictures]


def survey_place(root: Path, scan: Scan, choice: TableChoice) -> PlaceSurvey:
    """Look at everything that may say what the pictures of a folder show.

    Raises:
        DataError: a column or a folder that was asked for does not exist.
    """
    names = [name for name, _ in scan.pictures]
    whole = plant(names)
    masks = find_masks(whole, names)
    hidden = {place for places in masks.values() for place in places}
    shown = [place for place in range(len(names)) if place not in hidden]
    tree = plant(names, shown) if masks else whole
    tables = find_tables(root, scan)
    listings = find_listings(root, [scan.pictures[place] for place in shown], tables, choice)
    return PlaceSurvey(root, scan, tree, masks, read_tree(tree), tables, listings)


def read_folder(root: Path, scan: Scan, choice: TableChoice, *, name: str) -> RawDataset:
    """Read a folder of pictures in the way that is likeliest, or that was asked for, and say what else it could be.

    Raises:
        DataError: nothing says what the pictures show, or what does contradicts itself; the message names what was
            found and the ways out.
    """
    if choice.label_from is not None:
        return _named_raw(root, scan, choice, name=name)
    if choice.task == "image-to-image":
        replace(choice, target=None).refuse(f"in {root} each picture becomes another one")
        paired: RawDataset = _READ_PAIRED_FOLDER(root, scan, name=name, wanted=choice.target)
        return paired
    place = survey_place(root, scan, choice)
    if choice.task == "segment":
        return _masked_raw(place, choice, name=name)
    if choice.layout == "table":
        return _read_the_table(place, choice, name=name)
    of_tables = (choice.target, choice.group, choice.weight, choice.picture_column, choice.images_dir)
    wants_list = choice.layout == "list" or any(of_tables)
    reading = _usable_reading(place, choice)
    listing = _usable_listing(place, choice, alone=reading is None or wants_list)
    if wants_list or (choice.layout is None and listing is not None and _is_better(listing, reading, place)):
        if listing is None:
            if choice.layout is None:
                choice.refuse(f"in {root} the folders name the classes, and no table names the pictures")
            raise _refusal(place)
        return _listed_raw(place, listing, reading, choice, name=name)
    if reading is None or (place.masks and len(reading.examples) == len(reading.classes)):
        if place.masks and choice.layout is None and choice.task is None and not choice.unnamed:
            return _masked_raw(place, choice, name=name)
        if choice.unnamed:
            choice.refuse(f"in {root} nothing says what the pictures show")
            return _folder_raw(place, _unnamed(place), name=name)
        raise _refusal(place)
    choice.refuse(f"in {root} the folders name the classes")
    return _folder_raw(place, reading, name=name)


def _named_raw(root: Path, scan: Scan, choice: TableChoice, *, name: str) -> RawDataset:
    """Make the raw dataset of pictures whose names say what they show, because that was asked for."""
    replace(choice, label_from=None).refuse("the labels come from the files' names")
    if choice.layout is not None:
        raise RecipeError(
            f"--layout {choice.layout} (layout=) and --label-from name (label_from=) both say where the labels stand.",
            fix="Leave one of them out.",
        )
    names = [name for name, _ in scan.pictures]
    masks = find_masks(plant(names), names)
    hidden = {place for places in masks.values() for place in places}
    shown = [place for place in range(len(names)) if place not in hidden]
    reading = read_names(names, shown)
    place = PlaceSurvey(root, scan, plant(names, shown), masks, [], [], [])
    return _folder_raw(place, reading, name=name)


def _masked_raw(place: PlaceSurvey, choice: TableChoice, *, name: str) -> RawDataset:
    """Make the raw dataset of pictures with masks: that was asked for, or nothing else can be learned."""
    replace(choice, ignore=None).refuse(f"in {place.root} masks say what each pixel shows")
    asked = choice.task == "segment"
    masks = place.masks or (find_marked(place.names) if asked else {})
    found: RawDataset = _READ_MASKED_FOLDER(place.root, place.scan, masks, name=name, ignore=choice.ignore, asked=asked)
    return found


def _refusal(place: PlaceSurvey) -> DataError:
    best = next(iter(place.listings), None)
    return refuse_folder(place.root, place.tree, place.names, place.masks, place.readings, place.tables, best)


def _unnamed(place: PlaceSurvey) -> Reading:
    """Return all pictures as one kind: of their own nothing is learned but themselves."""
    hidden = {number for numbers in place.masks.values() for number in numbers}
    examples = [(number, "picture", -1) for number in range(len(place.names)) if number not in hidden]
    reason = "each is its own target, so that nothing need say what it shows"
    return Reading("classes", counted(len(examples), "picture"), reason, 1.0, examples)


def _usable_reading(place: PlaceSurvey, choice: TableChoice) -> Reading | None:
    if choice.layout in ("classes", "splits", "parts"):
        return next((reading for reading in place.readings if reading.layout == choice.layout), None)
    usable = [reading for reading in place.readings if not reading.problem]
    return usable[0] if usable and len(usable[0].classes) > 1 else None


def _usable_listing(place: PlaceSurvey, choice: TableChoice, *, alone: bool) -> Listing | None:
    """Return the table that says what the pictures show, if one does.

    Args:
        place: the folder.
        choice: what was said.
        alone: whether nothing but a table can say it.

    Raises:
        DataError: several tables do, and nothing tells them apart.
    """
    labelled = [listing for listing in place.listings if listing.labelled != "no"]
    if len(labelled) > 1 and labelled[0].sure == labelled[1].sure and alone:
        names = ", ".join(listing.name for listing in labelled if listing.sure == labelled[0].sure)
        raise DataError(
            f"{place.root} holds several tables that list pictures: {names}.", fix=f"Give one: {labelled[0].parts[0]}"
        )
    if labelled:
        return labelled[0]
    return place.listings[0] if place.listings and (choice.target or choice.layout == "list") else None


def _is_better(listing: Listing, reading: Reading | None, place: PlaceSurvey) -> bool:
    """Tell whether a table is the better witness of what the pictures show than their folders are."""
    if reading is None:
        return True
    paths = [path for _, path in place.scan.pictures]
    if agrees(listing, {paths[picture]: label for picture, label, _ in reading.examples}):
        return listing.knows_more or len(listing.pictures.files()) > _CLEARLY_MORE * len(reading.examples)
    return listing.sure > reading.sure


def _read_the_table(place: PlaceSurvey, choice: TableChoice, *, name: str) -> RawDataset:
    at_top = [path for path in place.tables if path.parent == place.root]
    if len(at_top) != 1:
        raise DataError(
            f"{place.root} holds {counted(len(at_top), 'table')}, so --layout table (layout=) does not say which.",
            fix="Give the file itself.",
        )
    return read_table_csv(read_table(at_top[0]), choice, name=name)


def _listed_raw(
    place: PlaceSurvey, listing: Listing, reading: Reading | None, choice: TableChoice, *, name: str
) -> RawDataset:
    """Make the raw dataset of a table's pictures; splits that the folders name count where the table names none."""
    raw = read_picture_csv(listing.table, listing.pictures, choice, name=name)
    raw.source = os.fspath(place.root)
    known = {path: number for number, (_, path) in enumerate(place.scan.pictures)}
    rest = sorted(known.keys() - listing.pictures.files(), key=lambda path: known[path])
    hidden = {number for numbers in place.masks.values() for number in numbers}
    unnamed = [place.names[known[path]] for path in rest if known[path] not in hidden]
    if unnamed:
        message = f"{listing.name} does not name {counted(len(unnamed), 'picture')}: no label, left out."
        raw.findings.append(_finding("unlabelled", message, unnamed))
    raw.findings += _mask_findings(place)
    raw.findings += _other_tables(place, listing)
    raw.findings += _large_tables(place)
    if reading is not None:
        message = (
            f"The folders say what {len(reading.examples):,} pictures show ({listed(sorted(reading.classes), 4)}), "
            f"but {listing.name} was used. To use the folders instead: --layout {reading.layout} (layout=)."
        )
        raw.findings.append(_finding("other-reading", message, sorted(reading.classes)))
    return raw


def _folder_raw(place: PlaceSurvey, reading: Reading, *, name: str) -> RawDataset:
    """Decode the pictures that a reading labels, and make the raw dataset."""
    pictures = place.scan.pictures
    examples = sorted(
        ((*pictures[number], label, split) for number, label, split in reading.examples),
        key=lambda example: (_first_part(example[0]), example[0]),
    )
    classes = sort_classes(label for _, _, label, _ in examples)
    survey = survey_files([path for _, path, _, _ in examples], [picture for picture, _, _, _ in examples])
    kept = [examples[index] for index in survey.kept]
    number_of = {label: index for index, label in enumerate(classes)}
    split = np.array([split for _, _, _, split in kept], dtype=np.int8)
    layout = Decision(name="layout", value=reading.value, reason=f"{reading.reason}{_rivals(place, reading)}")
    return RawDataset(
        name=name,
        source=os.fspath(place.root),
        input=survey.input,
        target=ClassTarget(classes=classes),
        inputs=survey.images,
        targets=np.array([number_of[label] for _, _, label, _ in kept], dtype=np.int64),
        names=[picture for picture, _, _, _ in kept],
        content=[fact.content for fact in survey.facts],
        equality=[fact.pixels for fact in survey.facts],
        given=split if (split >= 0).any() else None,
        decisions=[layout, *survey.decisions],
        findings=[*_place_findings(place, reading), *survey.findings],
        faults=[*place.scan.unreadable, *survey.faults],
    )


def _first_part(name: str) -> str:
    return name.split("/", 1)[0]


def _rivals(place: PlaceSurvey, taken: Reading) -> str:
    """Return what else the folders could be, in words."""
    others = [reading for reading in place.readings if reading.layout != taken.layout and reading.sure >= 0.3]
    return "".join(f"; --layout {other.layout} (layout=) reads {listed(sorted(other.classes), 4)}" for other in others)


def _place_findings(place: PlaceSurvey, reading: Reading) -> list[Finding]:
    """Return what was passed over, left out, or could be read otherwise."""
    found = place.scan.findings()
    found += [Finding(kind="layout", message=note) for note in reading.notes]
    for where, numbers in sorted(reading.unlabelled.items()):
        found.append(_left_out(place, where, numbers))
    found += _mask_findings(place)
    if place.listings:
        best = place.listings[0]
        message = f"{best.name} also lists pictures, but the class folders were used."
        if best.labelled != "no":
            message += " To use it instead: --layout list (layout=)."
        found.append(_finding("unused-table", message, [best.name]))
    return found + _large_tables(place)


def _left_out(place: PlaceSurvey, where: str, numbers: Sequence[int]) -> Finding:
    """Return the finding about pictures in a place that get no label, with the table that names them, if one does."""
    names = sorted(place.names[number] for number in numbers)
    folder = where.rstrip("/")
    if folder in {name.split("/", 1)[0] for name in place.names} and all(name.startswith(where) for name in names):
        outside = all(number in set(numbers) for number in _below(place.tree, folder))
    else:
        outside = False
    kind = "outside-splits" if outside else "outside-classes"
    message = f"{counted(len(names), 'picture')} in {where}, in no class folder: no label, left out."
    paths = {place.scan.pictures[number][1] for number in numbers}
    naming = [listing.name for listing in place.listings if len(paths & listing.pictures.files()) * 2 >= len(paths)]
    if naming:
        message += f" {naming[0]} names them."
    return _finding(kind, message, [folder] if outside else names)


def _below(tree: Folder, folder: str) -> list[int]:
    inner = tree.folders.get(folder)
    return [] if inner is None else inner.all


def _mask_findings(place: PlaceSurvey) -> list[Finding]:
    return [
        _finding(
            "masks",
            f"{counted(len(numbers), 'picture')} in {f'{folder}/' if folder else 'the folder itself'} "
            f"{'is a mask' if len(numbers) == 1 else 'are masks'} of others by name and folder, left out "
            "(--task segment (task=) learns them, pixel by pixel).",
            sorted(place.names[number] for number in numbers),
        )
        for folder, numbers in sorted(place.masks.items())
    ]


def _other_tables(place: PlaceSurvey, used: Listing) -> list[Finding]:
    others = [listing for listing in place.listings if listing is not used]
    return [
        _finding(
            "unused-table",
            f"{listing.name} names pictures, too, but {listing.reason or f'{used.name} was used'}. To use it, give "
            "that file.",
            [listing.name],
        )
        for listing in others
    ]


def _large_tables(place: PlaceSurvey) -> list[Finding]:
    return [
        _finding(
            "unused-table",
            f"{path.name} has more than {MOST_BYTES >> 20} MiB and was not looked at. If it lists the pictures, give "
            "that file.",
            [path.name],
        )
        for path in too_large(place.tables)
    ]


def _finding(kind: str, message: str, names: Sequence[str]) -> Finding:
    return Finding(kind=kind, message=message, examples=tuple(names[:EXAMPLES_SHOWN]), count=len(names))
