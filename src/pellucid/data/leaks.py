"""What of the data's own val and test is in its train, too: left out of train, or a reason not to train at all.

A copy that is learned from and asked about makes a score look better than it is. What the data hold back stays as it
is, so that scores stay comparable with those that others published; what is learned from gives way. Only what cannot be
mended so is refused: groups on both sides, one example under two labels on both sides, and a train that would shrink
to nothing like itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Finding, Targets
from pellucid.data.duplicates import equal_sets
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.data.splits import LEFT_OUT, TEST, TRAIN, VAL
from pellucid.kinds import SPLITS, Input
from pellucid.records import Decision
from pellucid.words import counted, percent, plural

WORTH_MENDING = 0.01
"""The share of a split whose copies are in train, above which they are left out of it."""
MOST_LEFT_OUT = 0.2
"""The share of train that may be left out; what would cost more is refused."""
BY_NATURE = 2.0
"""Of rows and texts: how many times more often val or test must repeat train than train itself does to be copied."""


@dataclass(frozen=True)
class Leaks:
    """What the gate says.

    Attributes:
        left_out: [n] indices of training examples that are in no split.
        sets: of examples that count as equal, for what is still to be said of them.
        decisions, findings: what is said of it.
        refusals: why nothing may be trained on these data, a sentence each; () where it may.
    """

    left_out: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    sets: Sequence[Sequence[int]] = ()
    decisions: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def told(self) -> tuple[Finding, ...]:
        """All findings: what is left out, and what `train` refuses, for whoever only looks at the data."""
        message = "train refuses this unless --allow-leaks (allow_leaks=) is said: "
        refused = (Finding(kind="refused", message=f"{message}{one[:1].lower()}{one[1:]}") for one in self.refusals)
        return (*self.findings, *refused)


@dataclass(frozen=True)
class Copies:
    """Sets of equal examples that lie in train and beside it.

    Attributes:
        sets: of examples, all splits.
        held: by split, [n] indices of its examples that equal one of train.
        train: [n] indices of the training examples that equal one of val or test.
        contradicting: sets whose members in different splits have different labels.
        repeated: how many training examples equal another training example.
    """

    sets: tuple[tuple[int, ...], ...]
    held: dict[int, NDArray[np.int64]]
    train: NDArray[np.int64]
    contradicting: tuple[tuple[int, ...], ...]
    repeated: int

    def share(self, place: int, assignment: NDArray[np.int8]) -> float:
        """Return which part of a split equals something in train, 0..1."""
        return len(self.held[place]) / max(1, int((assignment == place).sum()))


class Compared(Protocol):
    """What is compared: a dataset, raw or not."""

    @property
    def input(self) -> Input:
        """What its examples are."""

    @property
    def targets(self) -> Targets:
        """[N] what is known of them."""

    @property
    def content(self) -> Sequence[bytes]:
        """[N] a digest of each."""

    @property
    def equality(self) -> Sequence[bytes] | None:
        """[N] a digest that equal ones share, where they are kept together."""


def copies_at_gate(raw: Compared, equal: Sequence[Sequence[int]]) -> Sequence[Sequence[int]]:
    """Return the sets of examples that count as one: equal pictures and series; texts and rows with an equal target.

    Args:
        raw: a dataset.
        equal: sets of examples whose `equality` is the same.
    """
    if not raw.input.repeats_by_nature:
        return equal
    # Rows are not kept together when splits are drawn, so they have no equality of their own.
    same = equal if raw.equality is not None else equal_sets(raw.content)
    return [members for one in same for members in _of_one_target(one, raw.targets)]


def examine_leaks(
    raw: RawDataset, equal: Sequence[Sequence[int]], assignment: NDArray[np.int8], *, allowed: bool
) -> Leaks:
    """Look at what splits that the data bring share with train.

    Args:
        raw: of the dataset; its splits are the data's own, and no order of time.
        equal: sets of examples whose `equality` is the same.
        assignment: [N] the split of each example, as the data bring it.
        allowed: whether all of it is accepted.
    """
    sets = copies_at_gate(raw, equal)
    copies = find_copies(sets, assignment, _classes(raw))
    straddling = straddling_groups(raw.groups, assignment)
    noun = raw.input.example
    if allowed:
        accepted = _accepted(copies, straddling, assignment, noun)
        return Leaks(sets=sets, decisions=(accepted,) if accepted is not None else ())
    refusals = _refused(raw, copies, straddling, assignment)
    worst = max((copies.share(place, assignment) for place in (VAL, TEST)), default=0.0)
    if raw.input.repeats_by_nature and _repeats(copies, assignment, worst):
        return Leaks(refusals=tuple(refusals))
    if worst <= WORTH_MENDING:
        return Leaks(sets=sets, refusals=tuple(refusals))
    shares, learned = _shares(copies, assignment), int((assignment == TRAIN).sum())
    if len(copies.train) > MOST_LEFT_OUT * learned or _takes_a_class(raw, copies.train, assignment):
        refusals.append(
            f"{len(copies.train):,} of {learned:,} training {plural(noun)} equal one of val or test ({shares}): "
            "without them too little is left to learn from."
        )
        return Leaks(sets=sets, refusals=tuple(refusals))
    decision = Decision(
        name="leaks",
        value=f"{counted(len(copies.train), noun)} left out of train",
        reason=f"they are val's or test's own: {shares}; --allow-leaks (allow_leaks=) keeps them",
    )
    told = _left_out(raw, copies, assignment, shares)
    return Leaks(copies.train, sets, (decision,), (told,), tuple(refusals))


def _left_out(raw: RawDataset, copies: Copies, assignment: NDArray[np.int8], shares: str) -> Finding:
    """Return in one line what is left out of train, and the flag that keeps it."""
    noun, count, name = raw.input.example, len(copies.train), raw.inputs.name
    message = (
        f"{count:,} training {noun if count == 1 else plural(noun)} left out of train: val or test hold the same, "
        f"{shares}. --allow-leaks (allow_leaks=) keeps them."
    )
    firsts = [
        [next(one for one in members if assignment[one] == TRAIN), next(one for one in members if assignment[one] > 0)]
        for members in copies.sets
        if any(assignment[one] == TRAIN for one in members)
    ]
    examples = tuple(f"{name(learned)} = {name(held)}" for learned, held in firsts[:EXAMPLES_SHOWN])
    return Finding(kind="left-out", message=message, examples=examples, count=count)


def _refused(raw: RawDataset, copies: Copies, straddling: NDArray[np.int64], assignment: NDArray[np.int8]) -> list[str]:
    """Return what leaving out examples cannot mend, a sentence each."""
    noun = raw.input.example
    refusals = []
    if raw.groups is not None and len(straddling):
        one = int(np.flatnonzero(raw.groups == straddling[0])[0])
        verb = "lies" if len(straddling) == 1 else "lie"
        refusals.append(
            f"{counted(len(straddling), 'group')} of {plural(noun)} {verb} in more "
            f"than one split, such as that of {raw.inputs.name(one)}: what is known of a group answers for its others."
        )
    if copies.contradicting and not raw.input.repeats_by_nature:
        shown = " = ".join(f"{raw.inputs.name(one)} ({SPLITS[assignment[one]]})" for one in copies.contradicting[0][:2])
        verb = "has" if len(copies.contradicting) == 1 else "have"
        refusals.append(
            f"{counted(len(copies.contradicting), 'set')} of equal {plural(noun)} across the splits {verb} different "
            f"labels: {shown}."
        )
    return refusals


def find_copies(
    sets: Sequence[Sequence[int]], assignment: NDArray[np.int8], classes: NDArray[np.int64] | None
) -> Copies:
    """Return which examples are in train and beside it.

    Args:
        sets: of equal examples.
        assignment: [N] the split of each.
        classes: [N] or [N, L] what is known of each; None where nothing can contradict it.
    """
    across, contradicting = [], []
    held: dict[int, list[int]] = {VAL: [], TEST: []}
    train: list[int] = []
    repeated = 0
    for members in sets:
        places = assignment[list(members)]
        learned = [one for one, place in zip(members, places, strict=True) if place == TRAIN]
        repeated += len(learned) if len(learned) > 1 else 0
        if len(set(places.tolist()) - {LEFT_OUT}) < 2:
            continue
        across.append(tuple(members))
        if classes is not None and len(np.unique(classes[list(members)], axis=0)) > 1:
            contradicting.append(tuple(members))
        if learned:
            train += learned
            for place in (VAL, TEST):
                held[place] += [one for one, where in zip(members, places, strict=True) if where == place]
    return Copies(
        sets=tuple(across),
        held={place: np.array(sorted(found), np.int64) for place, found in held.items()},
        train=np.array(sorted(train), np.int64),
        contradicting=tuple(contradicting),
        repeated=repeated,
    )


def straddling_groups(groups: NDArray[np.int64] | None, assignment: NDArray[np.int8]) -> NDArray[np.int64]:
    """Return the groups that have examples in more than one split, [n] sorted."""
    if groups is None:
        return np.empty(0, np.int64)
    inside = assignment >= 0
    pairs = np.unique(np.stack([groups[inside], assignment[inside].astype(np.int64)]), axis=1)
    found, times = np.unique(pairs[0], return_counts=True)
    return found[times > 1].astype(np.int64)


def _of_one_target(members: Sequence[int], targets: Targets) -> list[list[int]]:
    """Return the members with equal targets together, where there are two or more of them."""
    found: dict[bytes, list[int]] = {}
    for one in members:
        found.setdefault(np.ascontiguousarray(targets[one]).tobytes(), []).append(one)
    return [same for same in found.values() if len(same) > 1]


def _classes(raw: RawDataset) -> NDArray[np.int64] | None:
    """Return what is known of each example, where it is classes or labels of whole examples; else None."""
    if not raw.target.categories or raw.target.on_pixels is not None or not isinstance(raw.targets, np.ndarray):
        return None
    return raw.targets.astype(np.int64)


def _repeats(copies: Copies, assignment: NDArray[np.int8], share: float) -> bool:
    """Tell whether train repeats itself about as often as val and test repeat it: rows of few values, short texts."""
    return share <= BY_NATURE * copies.repeated / int((assignment == TRAIN).sum())


def _takes_a_class(raw: RawDataset, leaving: NDArray[np.int64], assignment: NDArray[np.int8]) -> bool:
    """Tell whether a class would lose its last training example."""
    if not raw.target.categories or raw.target.on_pixels is not None:
        return False
    stay = np.setdiff1d(np.flatnonzero(assignment == TRAIN), leaving)
    return not all(raw.target.counts(raw.targets[stay]))


def _shares(copies: Copies, assignment: NDArray[np.int8]) -> str:
    """Return which part of each split is in train, in words."""
    told = []
    for place in (VAL, TEST):
        if len(copies.held[place]):
            total = int((assignment == place).sum())
            share = percent(copies.share(place, assignment), 1)
            told.append(f"{len(copies.held[place]):,} of {total:,} of {SPLITS[place]} ({share})")
    return " and ".join(told)


def _accepted(
    copies: Copies, straddling: NDArray[np.int64], assignment: NDArray[np.int8], noun: str
) -> Decision | None:
    """Return what was accepted; None where there was nothing."""
    told = [f"{_shares(copies, assignment)} equal training {plural(noun)}"] if len(copies.train) else []
    told += [f"{counted(len(straddling), 'group')} in more than one split"] if len(straddling) else []
    if not told:
        return None
    return Decision(name="leaks", value="; ".join(told), reason="as asked for (--allow-leaks, allow_leaks=)")
