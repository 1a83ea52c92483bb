"""Equal examples: across splits, under other labels, within one split; and groups that lie in several."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pellucid.auditing.naming import NOWHERE, Examined
from pellucid.auditing.records import AuditFinding, Named, Severity
from pellucid.data import BY_NATURE, WORTH_MENDING, Copies, copies_at_gate, equal_sets, find_copies, straddling_groups
from pellucid.kinds import SPLITS
from pellucid.words import counted, plural

_EXACT = "equal digests: files byte for byte, pixels of pictures, values of series, letters of texts, cells of rows"


def find_equal(examined: Examined) -> Iterator[AuditFinding]:
    """Find equal examples.

    Args:
        examined: the dataset.

    Yields:
        A finding for each split that shares examples with train, for val and test where they share some, for equal
        examples with different labels, and for repeats within a split.
    """
    dataset = examined.dataset
    digests = dataset.equality if dataset.equality is not None else dataset.content
    sets = examined.open_sets(equal_sets(digests))
    yield from _other_labels(examined, sets)
    # Rows and texts that repeat by nature count only with an equal target.
    alike = copies_at_gate(dataset, sets) if dataset.equality is not None or dataset.input.repeats_by_nature else []
    copies = find_copies(alike, examined.assignment, None)
    yield from _across(examined, copies)
    yield from _held_back(examined, alike)
    yield from _within(examined, alike)


def find_straddling(examined: Examined) -> Iterator[AuditFinding]:
    """Find groups with examples in more than one split."""
    dataset = examined.dataset
    found = straddling_groups(dataset.groups, examined.assignment)
    if dataset.groups is None or not len(found):
        return
    sets = []
    for group in found.tolist():
        members = np.flatnonzero((dataset.groups == group) & (examined.assignment != NOWHERE))
        firsts = [
            int(members[examined.assignment[members] == place][0]) for place in np.unique(examined.assignment[members])
        ]
        sets.append(tuple(examined.named(index) for index in firsts))
    total = len(np.unique(dataset.groups))
    yield AuditFinding(
        kind="straddling-groups",
        severity="high",
        message=f"{counted(len(found), 'group')} with examples in more than one split",
        count=len(found),
        share=len(found) / total,
        of="groups",
        sets=tuple(sets),
        method="the groups that the data name",
        mend="--splits ignore draws splits that keep groups whole",
    )


def _across(examined: Examined, copies: Copies) -> Iterator[AuditFinding]:
    dataset, noun = examined.dataset, examined.dataset.input.example
    by_nature = dataset.input.repeats_by_nature
    learned = int((examined.assignment == 0).sum())
    for place in (1, 2):
        held = set(copies.held[place].tolist())
        if not held:
            continue
        share = copies.share(place, examined.assignment)
        usual = copies.repeated / max(1, learned)
        total = int((examined.assignment == place).sum())
        natural = by_nature and share <= BY_NATURE * usual
        sets = [one for one in copies.sets if held & set(one) and any(examined.assignment[index] == 0 for index in one)]
        severity: Severity = "info" if natural else "high" if share > WORTH_MENDING else "medium"
        yield AuditFinding(
            kind="leak",
            severity=severity,
            message=f"{len(held):,} of {total:,} {SPLITS[place]} {plural(noun)} are also in train"
            + (", about as often as train repeats itself" if natural else ""),
            count=len(held),
            share=share,
            of=SPLITS[place],
            sets=tuple(tuple(_leaking(examined, one, certain=not natural)) for one in sets),
            certain=not natural,
            evidence={"share": share, "share of train that repeats itself": usual},
            method=_EXACT,
            mend="none needed" if natural else "exclude the train copies (train does above 1 %)",
        )


def _leaking(examined: Examined, members: Sequence[int], *, certain: bool) -> Iterator[Named]:
    """Yield a set, what is held back first; its training copies are to go."""
    ordered = sorted(members, key=lambda index: (examined.assignment[index] == 0, index))
    first = examined.dataset.example_name(ordered[0])
    for index in ordered:
        goes = certain and examined.assignment[index] == 0
        yield examined.named(index, note=f"equal to {first}" if goes else "", fix="exclude" if goes else "")


def _other_labels(examined: Examined, sets: Sequence[Sequence[int]]) -> Iterator[AuditFinding]:
    dataset, noun = examined.dataset, examined.dataset.input.example
    if not dataset.target.categories or dataset.target.on_pixels is not None:
        return
    torn = [one for one in sets if len(np.unique(dataset.targets[np.array(one)], axis=0)) > 1]
    if not torn:
        return
    yield AuditFinding(
        kind="other-label",
        severity="medium" if dataset.input.repeats_by_nature else "high",
        message=f"{counted(len(torn), 'set')} of equal {plural(noun)} with different labels: one at most is right",
        count=len(torn),
        share=sum(map(len, torn)) / len(dataset),
        of=f"all {plural(noun)}",
        sets=tuple(
            tuple(examined.named(index, note="equal, with another label", fix="exclude") for index in one)
            for one in torn
        ),
        method=_EXACT,
        mend="you decide: relabel, or exclude all of a set",
    )


def _held_back(examined: Examined, sets: Sequence[Sequence[int]]) -> Iterator[AuditFinding]:
    """Yield what val and test share beside train: the choice of the epoch then knew some of the test."""
    noun = examined.dataset.input.example
    both = [one for one in sets if {1, 2} <= {int(examined.assignment[index]) for index in one}]
    if not both or examined.dataset.input.repeats_by_nature:
        return
    count = sum(int(examined.assignment[index] == 2) for one in both for index in one)
    yield AuditFinding(
        kind="val-in-test",
        severity="medium",
        message=f"{count:,} test {noun if count == 1 else plural(noun)} {'is' if count == 1 else 'are'} also in val",
        count=count,
        share=count / int((examined.assignment == 2).sum()),
        of="test",
        sets=tuple(tuple(examined.named(index) for index in one) for one in both),
        method=_EXACT,
        mend="exclude the val copies, or leave as published",
    )


def _within(examined: Examined, sets: Sequence[Sequence[int]]) -> Iterator[AuditFinding]:
    dataset, noun = examined.dataset, examined.dataset.input.example
    repeats = []
    for members in sets:
        for place in range(len(SPLITS)):
            inside = [index for index in members if examined.assignment[index] == place]
            if len(inside) > 1:
                repeats.append(inside)
    if not repeats:
        return
    count = sum(len(one) - 1 for one in repeats)
    share = count / len(dataset)
    yield AuditFinding(
        kind="repeat",
        severity="info" if dataset.input.repeats_by_nature else "look",
        message=f"{counted(count, noun)} equal{'s' if count == 1 else ''} another one of the same split",
        count=count,
        share=share,
        of=f"all {plural(noun)}",
        sets=tuple(
            tuple(
                examined.named(
                    index,
                    note=f"equal to {dataset.example_name(one[0])}" if place else "",
                    fix="exclude" if place else "",
                )
                for place, index in enumerate(one)
            )
            for one in repeats
        ),
        evidence={"share": share},
        method=_EXACT,
        mend="keep one, or leave: each counts as often as it is there",
    )
