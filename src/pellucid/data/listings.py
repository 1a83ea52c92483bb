"""The tables in a folder that name its pictures, each with how well it does and whether it says what they show."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from pellucid.data.csv_intake import images_place
from pellucid.data.delimited import Table, read_table
from pellucid.data.folder_names import split_of, words_of
from pellucid.data.label_columns import choose_label, is_label_name
from pellucid.data.marks import UnclearLabelsError
from pellucid.data.picture_names import PictureColumn, Place, find_picture_column
from pellucid.data.scan import Scan
from pellucid.data.split_column import find_split_column
from pellucid.data.splits import TRAIN
from pellucid.data.table_columns import TableChoice, find_group_column
from pellucid.data.target_column import is_class_like
from pellucid.errors import DataError
from pellucid.kinds import SPLITS

TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
_DEEPEST = 2
"""Folders below the root in which tables are looked for."""
MOST_BYTES = 256 << 20
"""Of a table that is looked at for names of pictures unasked: 256 MiB, a list of some millions."""
_MOST_IN_A_FOLDER = 8
"""Tables in one folder, at most: where each picture has a text file of its own, these are no lists."""
_SPLIT_COLUMN = "split"
_SAMPLE_WORDS = frozenset(["submission", "submissions", "sample", "example", "template"])
"""In names of tables that show how answers are handed in to a competition: their labels are made up."""
_MAJORITY = 0.95
"""Share of the pictures whose label in the table must agree with their folder: a few wrong rows are usual."""

Labelled = Literal["named", "guessed", "no"]


@dataclass(frozen=True)
class Listing:
    """A table that names pictures of a folder.

    Attributes:
        table: its cells; of several tables with the same columns, one for each split, all rows and a column split.
        pictures: the column that names pictures, and the files meant.
        labelled: whether a column holds labels: called so or asked for, guessed by its cells, or none.
        labels: the columns of labels.
        reason: why there is none.
        parts: the files it was put together from.
        knows_more: whether it has a column of splits or of groups, which folders of classes cannot tell.
    """

    table: Table = field(repr=False)
    pictures: PictureColumn
    labelled: Labelled
    labels: tuple[str, ...]
    reason: str
    parts: tuple[Path, ...]
    knows_more: bool

    @property
    def name(self) -> str:
        """The names of its files."""
        return ", ".join(path.name for path in self.parts)

    @property
    def sure(self) -> float:
        """How sure it is that this table says what the pictures show, 0 to 1."""
        # On the scale of `folder_readings.py`: a column called a label is as sure as folders are, a guess is less.
        return {"named": 0.95, "guessed": 0.5, "no": 0.0}[self.labelled] * min(1.0, self.pictures.share + 0.1)

    def label_of(self) -> dict[Path, tuple[str, ...]]:
        """Return the cells of the label columns by the file they belong to."""
        cells = [self.table.cells(column) for column in self.labels]
        return dict(zip(self.pictures.paths, zip(*cells, strict=True), strict=True)) if cells else {}


def find_tables(root: Path, scan: Scan) -> list[Path]:
    """Return the tables in a folder and a little below it that may list its pictures."""
    by_folder: defaultdict[str, list[Path]] = defaultdict(list)
    for name in scan.other_files:
        folder, _, last = name.rpartition("/")
        if Path(last).suffix.lower() in TABLE_SUFFIXES and (folder.count("/") + bool(folder)) <= _DEEPEST:
            by_folder[folder].append(root / name)
    return [
        path
        for folder, paths in sorted(by_folder.items())
        if not folder or len(paths) <= _MOST_IN_A_FOLDER
        for path in paths
        if os.path.isfile(path)
    ]


def find_listings(
    root: Path, pictures: Sequence[tuple[str, Path]], tables: Sequence[Path], choice: TableChoice
) -> list[Listing]:
    """Return the tables that name pictures of a folder, the surest first.

    Args:
        root: the folder.
        pictures: (relative name, path) of its pictures, without masks.
        tables: that may name them; those that are `too_large` are passed over.
        choice: what the user said.

    Raises:
        DataError: the column or the folder that was asked for does not exist.
    """
    if not tables:
        return []
    place = images_place(choice, root) or Place(root, pictures)
    small = [path for path in tables if path not in too_large(tables)]
    found = [listing for path in small if (listing := _listing(path, place, choice)) is not None]
    found = _joined(root, found, choice)
    return sorted(found, key=lambda listing: (-listing.sure, -listing.pictures.share, listing.name))


def too_large(tables: Sequence[Path]) -> list[Path]:
    """Return the tables that are not looked at: some other file of gigabytes must not fill the memory unasked."""
    return [path for path in tables if os.path.isfile(path) and os.path.getsize(path) > MOST_BYTES]


def agrees(listing: Listing, labels: Mapping[Path, str]) -> bool:
    """Tell whether a table says the same as folders do: one label to each folder, another one to another folder.

    Args:
        listing: the table.
        labels: what the folders say, by file.
    """
    by_folder: defaultdict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for path, cells in listing.label_of().items():
        if path in labels:
            by_folder[labels[path]][cells] += 1
    if not by_folder:
        return False
    common = [counts.most_common(1)[0] for counts in by_folder.values()]
    total = sum(sum(counts.values()) for counts in by_folder.values())
    return sum(times for _, times in common) >= _MAJORITY * total and len({cells for cells, _ in common}) == len(common)


def _listing(path: Path, place: Place, choice: TableChoice) -> Listing | None:
    try:
        table = read_table(path)
    except DataError:
        return None  # a README.txt or some other text
    if choice.picture_column is not None and choice.picture_column not in table.header:
        return None
    try:
        pictures = find_picture_column(table, place, asked=choice.picture_column)
    except DataError:
        return None
    if pictures is None:
        return None
    return _weighed(table, pictures, choice, (path,))


def _weighed(table: Table, pictures: PictureColumn, choice: TableChoice, parts: tuple[Path, ...]) -> Listing:
    labelled, labels, reason = _labels(table, pictures, choice)
    columns = {pictures.name, *labels}
    try:
        more = find_split_column(table, columns) or find_group_column(table, choice, columns, also="group")
    except DataError:
        more = None
    return Listing(table, pictures, labelled, labels, reason, parts, more is not None)


def _labels(table: Table, pictures: PictureColumn, choice: TableChoice) -> tuple[Labelled, tuple[str, ...], str]:
    if words_of(table.path.stem) and _SAMPLE_WORDS & set(words_of(table.path.stem)):
        return "no", (), "it is called after an example of answers"
    try:
        others = {name for name in pictures.others if not is_class_like(name)}  # class 7 is not the picture 7.png
        taken = {pictures.name, *others, find_split_column(table, {pictures.name})}
        taken.add(find_group_column(table, choice, {pictures.name}, also="group"))
        columns, _ = choose_label(table, pictures.name, choice, taken)
    except UnclearLabelsError as problem:
        return "guessed", (), problem.what  # reading it will say what is wrong
    except DataError as problem:
        plain = problem.what.startswith("Nothing says")
        return "no", (), "nothing says which column holds labels" if plain else problem.what.rstrip(".")
    if any(len({*table.cells(column)}) < 2 for column in columns):
        return "no", tuple(columns), f"its column '{columns[0]}' says the same of all"
    named = choice.target is not None or len(columns) > 1 or is_label_name(columns[0])
    return "named" if named or len(table.header) == 2 else "guessed", tuple(columns), ""


def _joined(root: Path, listings: Sequence[Listing], choice: TableChoice) -> list[Listing]:
    """Put tables with the same columns together that are called after different splits, or lie in folders called so."""
    alike: defaultdict[tuple[object, ...], list[Listing]] = defaultdict(list)
    for listing in listings:
        alike[(listing.table.header, listing.pictures.name, listing.table.delimiter)].append(listing)
    result: list[Listing] = []
    for group in alike.values():
        roles = [_role(root, listing) for listing in group]
        distinct = len(set(roles)) == len(roles) > 1 and None not in roles and TRAIN in roles
        if not distinct or any(listing.labelled == "no" for listing in group):
            result += group
            continue
        result.append(_join(root, group, [SPLITS[role] for role in roles if role is not None], choice))
    return result


def _role(root: Path, listing: Listing) -> int | None:
    path = listing.parts[0]
    own = split_of(_without_label_words(path.stem))
    return own if own is not None or path.parent == root else split_of(path.parent.name)


def _without_label_words(stem: str) -> str:
    dull = {"label", "labels", "annotation", "annotations", "metadata", "meta", "list", "csv", "index", "df", "info"}
    return " ".join(word for word in words_of(stem) if word not in dull)


def _join(root: Path, group: Sequence[Listing], splits: Sequence[str], choice: TableChoice) -> Listing:
    first = group[0]
    header, columns = first.table.header, list(zip(*(listing.table.columns for listing in group), strict=True))
    cells = [tuple(cell for part in parts for cell in part) for parts in columns]
    if find_split_column(first.table, set()) is None and _SPLIT_COLUMN not in header:
        header = (*header, _SPLIT_COLUMN)
        cells.append(tuple(split for split, part in zip(splits, group, strict=True) for _ in range(len(part.table))))
    path = root / " and ".join(part.parts[0].name for part in group)
    table = replace(first.table, path=path, header=header, columns=tuple(cells))
    rows = sum(len(part.table) for part in group)
    pictures = replace(
        first.pictures,
        names=[name for part in group for name in part.pictures.names],
        paths=[path for part in group for path in part.pictures.paths],
        share=sum(part.pictures.share * len(part.table) for part in group) / rows,
    )
    parts = tuple(path for part in group for path in part.parts)
    return _weighed(table, pictures, choice, parts)
