"""Folders of class folders, with or without train/, val/ and test/ above them."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from pellucid.data.assemble import Draft, listed
from pellucid.data.dataset import Finding
from pellucid.data.ordering import sort_classes
from pellucid.data.scan import Scan, scan_folder
from pellucid.data.splits import TEST, TRAIN, VAL
from pellucid.data.survey import survey_files
from pellucid.errors import DataError
from pellucid.spec import SPLITS, ClassTarget, Decision, counted

SPLIT_WORDS: dict[str, int] = {
    **dict.fromkeys(("train", "training"), TRAIN),
    **dict.fromkeys(("val", "valid", "validation", "dev"), VAL),
    **dict.fromkeys(("test", "testing"), TEST),
}
"""The words, lower case, that name splits in folders and in columns."""

LAYOUTS = (
    "Expected one folder per class (photos/cat/1.jpg, photos/dog/2.jpg), the same inside train/, val/ and test/, "
    "or a CSV with the columns path,label."
)


def read_folder(root: Path, scan: Scan, *, name: str) -> Draft:
    """Read a folder whose pictures are labelled by the folders they lie in.

    Raises:
        DataError: the folder is not laid out so; the message says what was found.
    """
    by_top: defaultdict[str, list[tuple[str, Path]]] = defaultdict(list)
    for picture, path in scan.pictures:
        by_top[picture.split("/", 1)[0] if "/" in picture else ""].append((picture, path))
    loose = [picture for picture, _ in by_top.pop("", [])]
    if not by_top:
        raise _no_class_folders(root, loose)
    if has_split_folders(by_top):
        return _read_split_folders(root, scan, by_top, loose, name=name)
    if len(by_top) == 1:
        raise _one_class_folder(root, next(iter(by_top)), scan)
    examples = [(picture, path, top, -1) for top in sorted(by_top) for picture, path in by_top[top]]
    return _draft(root, scan, examples, loose, name=name)


def has_class_folders(scan: Scan) -> bool:
    """Tell whether the pictures lie in two or more folders, or in split folders."""
    by_top: defaultdict[str, list[tuple[str, Path]]] = defaultdict(list)
    for picture, path in scan.pictures:
        if "/" in picture:
            by_top[picture.split("/", 1)[0]].append((picture, path))
    return len(by_top) > 1 or has_split_folders(by_top)


def has_split_folders(by_top: Mapping[str, Sequence[tuple[str, Path]]]) -> bool:
    """Tell whether the first level is splits, not classes: named so, and with folders, not pictures, inside."""
    named = [top for top in by_top if top.lower() in SPLIT_WORDS]
    inner = all(picture.count("/") >= 2 for top in named for picture, _ in by_top[top])
    return bool(named) and inner and (len(named) == len(by_top) or len(named) >= 2)


def _read_split_folders(
    root: Path, scan: Scan, by_top: Mapping[str, Sequence[tuple[str, Path]]], loose: list[str], *, name: str
) -> Draft:
    examples: list[tuple[str, Path, str, int]] = []
    findings = []
    folders: defaultdict[int, list[str]] = defaultdict(list)
    for top in sorted(by_top):
        if top.lower() not in SPLIT_WORDS:
            findings.append(
                Finding(
                    kind="outside-splits",
                    message=f"The folder '{top}' lies beside split folders and is left out.",
                    examples=(top,),
                    count=len(by_top[top]),
                )
            )
            continue
        split = SPLIT_WORDS[top.lower()]
        folders[split].append(top)
        examples.extend((picture, path, picture.split("/")[1], split) for picture, path in by_top[top])
    for split, names in folders.items():
        if len(names) > 1:
            raise DataError(
                f"{root} holds {len(names)} folders for {SPLITS[split]}: {', '.join(names)}.",
                fix="Keep one of them, or put their pictures together.",
            )
    draft = _draft(root, scan, examples, loose, name=name)
    draft.findings.extend(findings)
    return draft


def _draft(
    root: Path, scan: Scan, examples: Sequence[tuple[str, Path, str, int]], loose: list[str], *, name: str
) -> Draft:
    """Decode the pictures and make the draft.

    Args:
        examples: (name, path, class, split or -1) of each picture.
        loose: pictures that lie in no class folder.
    """
    classes = sort_classes(label for _, _, label, _ in examples)
    survey = survey_files([path for _, path, _, _ in examples], [picture for picture, _, _, _ in examples])
    kept = [examples[index] for index in survey.kept]
    place = {label: index for index, label in enumerate(classes)}
    split = np.array([split for _, _, _, split in kept], dtype=np.int8)
    findings = [*scan.findings(), *survey.findings, *_similar_classes(classes)]
    if loose:
        findings.append(
            Finding(
                kind="outside-classes",
                message=f"{counted(len(loose), 'picture')} in no class folder, left out.",
                examples=tuple(loose[:8]),
                count=len(loose),
            )
        )
    return Draft(
        name=name,
        source=os.fspath(root),
        input=survey.input,
        target=ClassTarget(classes=classes),
        inputs=survey.images,
        targets=np.array([place[label] for _, _, label, _ in kept], dtype=np.int64),
        names=[picture for picture, _, _, _ in kept],
        content=[fact.content for fact in survey.facts],
        equality=[fact.pixels for fact in survey.facts],
        given=split if (split >= 0).any() else None,
        decisions=[
            Decision(
                name="layout", value="class folders", reason=f"{len(classes)} folders hold the pictures of a class each"
            ),
            *survey.decisions,
        ],
        findings=findings,
        faults=[*scan.unreadable, *survey.faults],
    )


def _similar_classes(classes: Sequence[str]) -> list[Finding]:
    """Return a finding for class names that differ in case or spaces only: probably one class, misspelt."""
    spelled: defaultdict[str, list[str]] = defaultdict(list)
    for name in classes:
        spelled["".join(name.casefold().replace("_", " ").replace("-", " ").split())].append(name)
    alike = [names for names in spelled.values() if len(names) > 1]
    if not alike:
        return []
    return [
        Finding(
            kind="similar-classes",
            message="Some class names differ in case, spaces or hyphens only; they are kept apart.",
            examples=tuple(" / ".join(names) for names in alike[:8]),
            count=len(alike),
        )
    ]


def _no_class_folders(root: Path, loose: Sequence[str]) -> DataError:
    return DataError(
        f"{root} holds {counted(len(loose), 'picture')} but no class folders, so nothing says what they show.",
        expected=LAYOUTS,
        fix="Sort the pictures into one folder per class.",
    )


def _one_class_folder(root: Path, top: str, scan: Scan) -> DataError:
    inside = Counter(picture.split("/")[1] for picture, _ in scan.pictures if picture.count("/") >= 2)
    if len(inside) >= 2:
        return DataError(
            f"{root} holds one folder with pictures, '{top}', which would be the only class.",
            expected="A classifier needs at least two classes.",
            fix=f"'{top}' itself holds {len(inside)} folders ({listed(sorted(inside), 4)}): is {root / top} meant?",
        )
    return DataError(
        f"{root} has one class only: '{top}' ({len(scan.pictures):,} pictures).",
        expected="A classifier needs at least two classes.",
        fix="Add a folder of another class, e.g. of what it should not be.",
    )


def scan_pictures(root: Path) -> Scan:
    """Walk a folder that should hold pictures.

    Raises:
        DataError: it cannot be read.
    """
    try:
        return scan_folder(root)
    except OSError as problem:
        raise DataError(f"{problem.filename or root} cannot be read ({problem.strerror or problem}).") from None
