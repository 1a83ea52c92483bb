"""The ways in which folders may label pictures, each with how sure it is and why; nothing is chosen here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from pellucid.data.folder_names import is_mask_word, is_picture_word, split_of, what_names_say
from pellucid.data.folder_tree import Folder
from pellucid.data.splits import TEST, TRAIN, VAL
from pellucid.kinds import SPLITS, listed
from pellucid.words import counted

FolderLayout = Literal["classes", "splits", "parts"]
_WHOLE = 0.8
"""Share of all pictures from which on one folder is the dataset, and what lies beside it is not."""


@dataclass(frozen=True)
class Reading:
    """One way to read a folder.

    Attributes:
        layout: as `--layout` calls it.
        value, reason: for people.
        sure: 0 to 1; comparable between readings of one folder.
        examples: (place of a picture, label, split or -1) of each that gets a label.
        unlabelled: places of pictures that get none, by where they lie.
        notes: sentences that must be said when this reading is taken.
        problem: why it is not taken unless asked for; "" for nothing.
    """

    layout: FolderLayout
    value: str
    reason: str
    sure: float
    examples: list[tuple[int, str, int]] = field(repr=False)
    unlabelled: dict[str, list[int]] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()
    problem: str = ""

    @property
    def classes(self) -> set[str]:
        """The names of its classes."""
        return {label for _, label, _ in self.examples}


def read_tree(tree: Folder) -> list[Reading]:
    """Return the ways to read a tree of pictures (masks taken out), the surest first; none where no folder labels them.

    Args:
        tree: of the pictures that count.
    """
    top, covers = _unwrap(tree)
    notes: list[str] = []
    outside: dict[str, list[int]] = {}
    for cover, inner in covers:
        if cover.pictures:
            outside[_place(cover)] = cover.pictures
        others = [folder for folder in cover.folders.values() if folder is not inner]
        outside |= {_place(folder): folder.all for folder in others}
        if others:
            shown = listed([_place(folder) for folder in others])
            notes.append(f"The dataset is taken to lie in {_place(inner)}; {shown} beside it is left out.")
    found = [reading for reading in (read(top) for read in _READERS) if reading is not None]
    whole = [
        replace(reading, unlabelled={**outside, **reading.unlabelled}, notes=(*notes, *reading.notes))
        for reading in found
    ]
    return sorted(whole, key=lambda reading: -reading.sure)


def _unwrap(tree: Folder) -> tuple[Folder, list[tuple[Folder, Folder]]]:
    """Return the folder that the dataset begins in, and the covers around it, each with the folder inside it."""
    covers: list[tuple[Folder, Folder]] = []
    while (inner := _dataset_inside(tree)) is not None:
        covers.append((tree, inner))
        tree = inner
    return tree, covers


def _dataset_inside(folder: Folder) -> Folder | None:
    """Return the one folder inside that holds folders of its own, where that is the dataset and this one its cover."""
    with_folders = [inner for inner in folder.folders.values() if inner.folders]
    if len(with_folders) != 1 or split_of(with_folders[0].name, folder.folders) is not None:
        return None
    inner = with_folders[0]
    if any(split_of(name, folder.folders) is not None for name in folder.folders):
        return None
    if len(folder.folders) == 1:
        return inner if len(inner.all) >= len(folder.pictures) else None
    structured = len(inner.folders) >= 2
    whole = len(inner.all) >= _WHOLE * len(folder.all) or is_picture_word(inner.name)
    return inner if structured and whole else None


def _read_splits(top: Folder) -> Reading | None:
    """Read folders called after splits, with class folders inside."""
    roles = _roles(top)
    if not roles:
        return None
    inside = {name: _split_content(top.folders[name], top) for name in roles}
    labelled = {name: content for name, content in inside.items() if content.folders}
    in_train = {label for name, content in labelled.items() if roles[name] == TRAIN for label in content.inner_names()}
    examples: list[tuple[int, str, int]] = []
    unlabelled: defaultdict[str, list[int]] = defaultdict(list)
    for name, role in roles.items():
        content = inside[name]
        inner = content.folders
        if len(inner) == 1 and in_train and role != TRAIN and not content.inner_names() & in_train:
            inner = {}  # e.g. test/unknown/1.jpg: a cover for pictures whose class nobody says
        got = [(place, label, role) for label, folder in inner.items() for place in folder.all]
        examples += got
        rest = sorted(set(top.folders[name].all) - {place for place, _, _ in got})
        if rest:
            unlabelled[_place(top.folders[name])] += rest
    outside = [name for name in top.folders if name not in roles]
    for name in outside:
        unlabelled[_place(top.folders[name])] += top.folders[name].all
    if top.pictures:
        unlabelled[_place(top)] += top.pictures
    if not examples:
        return None
    alike = [name for name in outside if in_train and top.folders[name].inner_names() & in_train]
    notes = [
        f"'{name}' holds folders of the same names as train, but is called after no split: it is left out. "
        "Call it train, val or test to use it."
        for name in alike
    ]
    notes += [
        f"'{name}' is taken for {SPLITS[role]}; call it train, val or test if it is something else."
        for name, role in roles.items()
        if name.lower().startswith("eval")
    ]
    problem = ""
    if in_train and all(is_picture_word(label) or is_mask_word(label) for label in in_train):
        problem = f"the folders inside, {listed(sorted(in_train))}, are called after what they hold, not after classes"
    elif in_train and (like := what_names_say(sorted(in_train))) not in ("", "sides"):
        problem = f"the folders inside, {listed(sorted(in_train), 4)}, are called like {like}, not like classes"
    return Reading(
        layout="splits",
        value="class folders",
        reason=f"the same in {listed([f'{name} ({SPLITS[role]})' for name, role in roles.items()])}",
        sure=0.97 if len(labelled) > 1 else 0.9,
        examples=examples,
        unlabelled=dict(unlabelled),
        notes=tuple(notes),
        problem=problem,
    )


def _roles(top: Folder) -> dict[str, int]:
    """Return the split of each folder that is called after one, where that is what the folders are."""
    roles = {name: role for name in top.folders if (role := split_of(name, top.folders)) is not None}
    if VAL in roles.values() and TEST not in roles.values():
        spare = [name for name in roles if roles[name] == VAL and name.lower().startswith("eval")]
        if spare and sum(role == VAL for role in roles.values()) > len(spare):
            roles |= dict.fromkeys(spare, TEST)
    enough = len(roles) == len(top.folders) or len(set(roles.values())) > 1 or TRAIN in roles.values()
    structured = any(_split_content(top.folders[name], top).folders for name in roles)
    return roles if roles and enough and structured else {}


def _split_content(folder: Folder, top: Folder) -> Folder:
    """Return where the class folders of a split begin: past covers such as train/train/ or train/images/."""
    while len(folder.folders) == 1:
        inner = next(iter(folder.folders.values()))
        named = is_picture_word(inner.name) or split_of(inner.name) is not None or inner.name in top.folders
        if not named and len(inner.folders) < 2:
            return folder
        if not inner.folders:
            return Folder(inner.path, list(folder.all), {}, list(folder.all))
        folder = inner
    return folder


def _read_splits_in_classes(top: Folder) -> Reading | None:
    """Read class folders that hold a folder for each split (cat/train/1.jpg)."""
    inner = Counter(name for folder in top.folders.values() for name in folder.folders)
    named = {name for name in inner if split_of(name, inner) is not None}
    holders = [name for name, folder in top.folders.items() if named & folder.folders.keys()]
    if len(holders) < 2 or len(holders) < _WHOLE * len(top.folders) or not named:
        return None
    examples: list[tuple[int, str, int]] = []
    unlabelled: defaultdict[str, list[int]] = defaultdict(list)
    for label, folder in top.folders.items():
        for name, part in folder.folders.items():
            role = split_of(name, inner)
            if role is None:
                unlabelled[_place(part)] += part.all
            else:
                examples += [(place, label, role) for place in part.all]
        if folder.pictures:
            unlabelled[_place(folder)] += folder.pictures
    if top.pictures:
        unlabelled[_place(top)] += top.pictures
    return Reading(
        layout="splits",
        value="split folders in class folders",
        reason=f"each of {len(top.folders)} folders holds {listed(sorted(named))}",
        sure=0.95,
        examples=examples,
        unlabelled=dict(unlabelled),
    )


def _read_parts(top: Folder) -> Reading | None:
    """Read folders that hold the same class folders: parts of one set, or splits whose names say nothing."""
    if len(top.folders) < 2 or _roles(top):
        return None
    contents = {name: _part_content(folder) for name, folder in top.folders.items()}
    shared = Counter(label for content in contents.values() for label in content.inner_names())
    inner = [label for label in shared if not is_picture_word(label) and not is_mask_word(label)]
    common = [label for label in inner if shared[label] > 1]
    if len(inner) < 2 or len(common) < 0.5 * len(inner) or not all(content.folders for content in contents.values()):
        return None
    if any(split_of(label, shared) is not None for label in inner) or what_names_say(inner):
        return None
    examples = [
        (place, label, -1)
        for content in contents.values()
        for label, folder in content.folders.items()
        for place in folder.all
    ]
    taken = {place for place, _, _ in examples}
    said = what_names_say(list(top.folders))
    shown = listed(sorted(top.folders), 4)
    return Reading(
        layout="parts",
        value=f"class folders in {counted(len(top.folders), 'part')}",
        reason=f"{shown} hold folders of the same names, {listed(sorted(common), 4)}, which are the classes",
        sure=0.9 if said else 0.6,
        examples=examples,
        unlabelled=_rest(top, taken),
        notes=() if said else (f"{shown} are taken for parts of one set; --layout classes makes classes of them.",),
    )


def _part_content(folder: Folder) -> Folder:
    while len(folder.folders) == 1 and next(iter(folder.folders.values())).folders:
        folder = next(iter(folder.folders.values()))
    return folder


def _read_classes(top: Folder) -> Reading | None:
    """Read folders that are called after what their pictures show."""
    if not top.folders:
        return None
    names = list(top.folders)
    examples = [(place, label, -1) for label, folder in top.folders.items() for place in folder.all]
    after_splits = [name for name in names if split_of(name, names) is not None]
    said = what_names_say(names) if len(names) > 1 or is_picture_word(names[0]) else ""
    problem, notes = "", []
    if after_splits:
        problem = (
            f"{listed(after_splits, 4)} {'is' if len(after_splits) == 1 else 'are'} called after splits, not classes"
        )
    elif said in ("parts", "dates", "kinds of files"):
        problem = f"{listed(names, 4)} are called like {said}, not like what pictures show"
    elif said:
        notes.append(
            f"The classes are the folders {listed(names, 4)}, which are called like {said}; if something else is to be "
            "learned, a table that names the pictures can say it."
        )
    shared = Counter(inner for folder in top.folders.values() for inner in folder.inner_names())
    crossed = sum(times > 1 for times in shared.values()) > 1
    return Reading(
        layout="classes",
        value="class folders",
        reason=f"{len(names)} folders hold the pictures of a class each",
        sure=0.05 if problem else 0.4 if said or crossed else 0.9,
        examples=examples,
        unlabelled=_rest(top, {place for place, _, _ in examples}),
        notes=tuple(notes),
        problem=problem,
    )


_READERS: tuple[Callable[[Folder], Reading | None], ...] = (
    _read_splits,
    _read_splits_in_classes,
    _read_parts,
    _read_classes,
)


def _rest(top: Folder, taken: set[int]) -> dict[str, list[int]]:
    """Return the pictures below a folder that were not taken, by the folder they lie in."""
    found: dict[str, list[int]] = {}
    if top.pictures:
        found[_place(top)] = list(top.pictures)
    for folder in top.folders.values():
        rest = [place for place in folder.all if place not in taken]
        if rest:
            found[_place(folder)] = rest
    return found


def _place(folder: Folder) -> str:
    return f"{folder.path}/" if folder.path else "the folder itself"
