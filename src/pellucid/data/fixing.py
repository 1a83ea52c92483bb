"""Fixes take effect on a raw dataset, before anything is checked or split; the files themselves are never touched."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from pellucid.data.addressed import AddressedTargets
from pellucid.data.dataset import Finding
from pellucid.data.duplicates import join_units
from pellucid.data.fixes import Fix, Fixes, tell
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.errors import DataError, RecipeError, did_you_mean
from pellucid.kinds import SPLITS
from pellucid.records import Decision
from pellucid.words import counted

Placed = tuple[Fix, list[int]]


def apply_fixes(raw: RawDataset, fixes: Fixes) -> None:
    """Do to a raw dataset what a manifest says, and say that it was done.

    A line whose example is not there, or has another content than when it was written, is listed and ignored.

    Args:
        raw: of the dataset; it is changed.
        fixes: that were read.

    Raises:
        DataError: a class or a split that there is not, or examples that do not stand alone.
    """
    if raw.spans is not None or raw.pieces is not None:
        raise DataError(
            f"The {raw.input.plural} of '{raw.name}' follow one another, and fixes are about examples that stand "
            "alone.",
            fix="Mend the file itself, and leave --fixes (fixes=) out.",
        )
    placed, stale, unread = _place(raw, fixes.decided)
    by_action: defaultdict[str, list[Placed]] = defaultdict(list)
    for fix, indices in placed:
        by_action[fix.action].append((fix, indices))
    _relabel(raw, by_action["relabel"], fixes.file)
    _put_into_splits(raw, by_action["split"], fixes.file)
    _put_into_groups(raw, by_action["group"])
    gone = {index for _, indices in by_action["exclude"] for index in indices}
    if len(gone) == len(raw.targets):
        raise DataError(f"{fixes.file} excludes every example of '{raw.name}'.", fix="Take lines out of it.")
    if gone:
        raw.keep_only(np.array([index for index in range(len(raw.targets)) if index not in gone], np.int64))
    _forget_unread(raw, unread)
    numbers = Counter(fix.action for fix, _ in placed)
    numbers["exclude"] += len(unread)
    _say(raw, fixes, numbers, stale)


def _place(raw: RawDataset, decided: Sequence[Fix]) -> tuple[list[Placed], list[Fix], list[Fix]]:
    """Return each decision with the examples it is about, those that are stale, and those about unreadable files."""
    wanted = {fix.name for fix in decided}
    places: defaultdict[str, list[int]] = defaultdict(list)
    for index in range(len(raw.targets)):
        name = raw.inputs.name(index)
        if name in wanted:
            places[name].append(index)
    faults = _fault_names(raw)
    placed, stale, unread = [], [], []
    for fix in decided:
        found = [index for index in places[fix.name] if raw.content[index].hex().startswith(fix.content)]
        if found:
            placed.append((fix, found))
        elif fix.action == "exclude" and fix.name in faults:
            unread.append(fix)
        else:
            stale.append(fix)
    return placed, stale, unread


def _fault_names(raw: RawDataset) -> set[str]:
    return {fault.partition(": ")[0] for fault in raw.faults}


def _forget_unread(raw: RawDataset, unread: Sequence[Fix]) -> None:
    """Say no longer of files that cannot be read what somebody has decided."""
    names = {fix.name for fix in unread}
    if not names:
        return
    raw.faults = [fault for fault in raw.faults if fault.partition(": ")[0] not in names]
    left = len(raw.faults)
    message = f"{counted(left, 'file is', 'files are')} unreadable, and left out."
    raw.findings = [
        one.model_copy(update={"message": message, "examples": tuple(raw.faults[:EXAMPLES_SHOWN]), "count": left})
        if one.kind == "unreadable"
        else one
        for one in raw.findings
        if left or one.kind != "unreadable"
    ]


def _relabel(raw: RawDataset, placed: Sequence[Placed], file: str) -> None:
    if not placed:
        return
    if isinstance(raw.targets, AddressedTargets) or raw.target.on_pixels is not None:
        raise DataError(
            f"Line {placed[0][0].line} of {file} relabels, but '{raw.target.name}' is a {raw.target.noun}.",
            expected="Classes, labels and numbers can be relabelled.",
        )
    targets = raw.targets.copy()
    for fix, indices in placed:
        try:
            targets[indices] = raw.target.parse(fix.value)
        except RecipeError as problem:
            raise DataError(f"Line {fix.line} of {file}: {problem.what}", expected=problem.expected) from None
    raw.targets = targets


def _put_into_splits(raw: RawDataset, placed: Sequence[Placed], file: str) -> None:
    if not placed:
        return
    pinned = np.full(len(raw.targets), -1, np.int8) if raw.given is None else raw.given.copy()
    for fix, indices in placed:
        if fix.value not in SPLITS:
            raise DataError(
                f"Line {fix.line} of {file}: there is no split '{fix.value:.40}'.{did_you_mean(fix.value, SPLITS)}",
                expected=f"One of: {', '.join(SPLITS)}.",
            )
        pinned[indices] = SPLITS.index(fix.value)
    if raw.given is None:
        raw.pinned = pinned
    else:
        raw.given = pinned


def _put_into_groups(raw: RawDataset, placed: Sequence[Placed]) -> None:
    if not placed:
        return
    members: defaultdict[str, list[int]] = defaultdict(list)
    for fix, indices in placed:
        members[fix.value] += indices
    raw.groups = join_units(len(raw.targets), list(members.values()), raw.groups)


def _say(raw: RawDataset, fixes: Fixes, numbers: Counter[str], stale: Sequence[Fix]) -> None:
    told = tell(numbers)
    raw.decisions.append(Decision(name="fixes", value=told, reason=f"{fixes.file} says so (--fixes, fixes=)"))
    raw.findings.append(Finding(kind="fixes", message=f"fixes: {told}, by {fixes.file}.", count=sum(numbers.values())))
    if stale:
        examples = tuple(f"line {fix.line}: {fix.action} {fix.name}" for fix in stale[:EXAMPLES_SHOWN])
        verb = "are" if len(stale) > 1 else "is"
        message = (
            f"{counted(len(stale), 'line')} of {fixes.file} {verb} about examples that are not there or have another "
            "content now, and ignored."
        )
        raw.findings.append(Finding(kind="stale-fixes", message=message, examples=examples, count=len(stale)))
