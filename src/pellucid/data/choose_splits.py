"""Which examples are for learning, for choosing and for the final test: as the data says, or seeded and stratified."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Finding, Targets
from pellucid.data.duplicates import join_units
from pellucid.data.ordering import shuffle_keys
from pellucid.data.proposals import ProposedSplits
from pellucid.data.splits import TEST, TRAIN, VAL, Shares, as_splits, quotas, share_out
from pellucid.data.splits_in_order import CROSSING, Borders, check_filled, find_borders, split_in_order
from pellucid.data.unseen import unseen_classes
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import SPLITS, SplitName, Target
from pellucid.late import Late
from pellucid.records import Decision
from pellucid.words import counted, plural

_MAX_CARVED = 1 / 3  # of train, when other splits come with the data: more would starve the training
_SHOWN = 8
_STRADDLING_GROUPS = Late("pellucid.data.leaks", "straddling_groups")
_TINY = 10
"""Examples below which a split of them measures nothing."""
_IN_ORDER = {"time": "in time", "stretch": "in stretches"}
"""How targets are split whose examples follow one another, in words."""


@dataclass(frozen=True)
class SplitChoice:
    """What the user may say about splits.

    Args:
        seed: of the shuffle.
        val: share of all examples, from 0 on and below 1; of 0 there is no such split.
        test: the same; together below 1.
        ignore_given: whether splits that the data brings are drawn anew.
        drop_unseen: whether classes that train lacks, in splits that the data brings, are left out.
        allow_leaks: whether what is in train and in splits that the data brings is accepted (`data/leaks.py`).
        reason: why the data propose these shares; "" where they do not.

    Raises:
        RecipeError: out of range.
    """

    seed: int = 0
    val: float = 0.1
    test: float = 0.2
    ignore_given: bool = False
    drop_unseen: bool = False
    allow_leaks: bool = False
    reason: str = ""

    def __post_init__(self) -> None:
        for flag, share in (("val", self.val), ("test", self.test)):
            if not 0 <= share < 1:
                raise RecipeError(
                    f"--{flag} ({flag}=) is {share:g}.", expected="A share below 1, e.g. 0.2; 0 for no such split."
                )
        if self.val + self.test >= 1:
            raise RecipeError(
                f"--val {self.val:g} and --test {self.test:g} leave nothing to train on.",
                expected="Together they must stay below 1.",
            )
        if self.ignore_given and self.drop_unseen:
            raise RecipeError(
                "--splits ignore (splits=) draws the splits anew from all examples, so --drop-unseen (drop_unseen=) "
                "finds no class that train lacks.",
                fix="Leave one of them out.",
            )
        if self.seed < 0:
            raise RecipeError(f"--seed (seed=) is {self.seed}.", expected="It must be 0 or larger.")

    def override(self, *, val: float | None, test: float | None) -> SplitChoice:
        """Return the choice with those shares that are named.

        Raises:
            RecipeError: out of range.
        """
        return replace(self, val=self.val if val is None else val, test=self.test if test is None else test)

    def proposed(self, by: ProposedSplits | None, *, val: float | None, test: float | None) -> SplitChoice:
        """Return the choice with what the data propose in place of shares that nobody named.

        Args:
            by: what they propose; None: nothing.
            val, test: as they were named.

        Raises:
            RecipeError: together with the other share it leaves nothing to train on.
        """
        if by is None or (val is not None and test is not None):
            return self
        reason = by.reason if val is None and test is None else ""
        return replace(self.override(val=by.val, test=by.test).override(val=val, test=test), reason=reason)


@dataclass(frozen=True)
class ChosenSplits:
    """The splits, and what there is to say about them."""

    splits: dict[SplitName, NDArray[np.int64]]
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]


def choose_splits(
    *,
    target: Target,
    targets: Targets,
    names: Sequence[str] | None,
    given: NDArray[np.int8] | None,
    groups: NDArray[np.int64] | None,
    equal: Sequence[Sequence[int]],
    label: Callable[[int], str],
    noun: str,
    choice: SplitChoice,
    spans: NDArray[np.int64] | None = None,
    least_held: int = 0,
    dataset: str = "",
    copies: Sequence[Sequence[int]] | None = None,
    pinned: NDArray[np.int8] | None = None,
) -> ChosenSplits:
    """Return the splits of a dataset.

    Splits that the data brings are kept as they are, and what leaks across them is a finding. Splits that are missing
    are carved from train, or from all when the data brings none; equal pictures and groups then stay on one side.
    What is split in time, or by stretches, is cut at two places of the axis instead, the same for all examples; those
    that cross a border are in no split.

    Args:
        target, targets: what is learned, [N].
        names: relative names, which decide the order of the shuffle; None for the examples' indices.
        given: [N] split that the data names, -1 for examples that are to be in none; or None.
        groups: [N] or None.
        equal: sets of examples that are equal.
        label: the name of an example, for findings.
        noun: what an example is called, e.g. "picture".
        choice: shares and seed.
        spans: [N, 2] first and last place of what each example's target covers, where it is split in order.
        least_held: places that val and test have at least there, where they are wanted.
        dataset: its name, for messages.
        copies: sets of examples that are told where they lie in several given splits; None for `equal`.
        pinned: [N] split that an example is wanted in, with all that it must stay together with; -1 where it does not
            matter. Only where the data bring no splits.

    Raises:
        DataError: two that must stay together are wanted in different splits; the data brings splits without train, or
            a class that train lacks; or what follows one another is too short to be cut.
    """
    count = len(targets)
    assignment = np.zeros(count, dtype=np.int8) if given is None else given.copy()
    if given is not None:
        _check_given(target, targets, assignment)
    present = [place for place in (TRAIN, VAL, TEST) if given is not None and bool((given == place).any())]
    missing = [place for place in (VAL, TEST) if place not in present]
    if missing:
        pool = np.flatnonzero(assignment == TRAIN)
        shares = _shares_of_pool(choice, missing, count=count, pool=len(pool), alone=given is None)
        if target.splitting in _IN_ORDER:
            if spans is None:
                raise ValueError(f"A target of the kind '{target.kind}' is split in order, which needs spans.")
            return _in_order(
                assignment, spans, shares, present=present, target=target, least_held=least_held, dataset=dataset
            )
        strata = target.strata(targets) if target.splitting == "strata" else np.zeros(count, np.int64)
        keys = shuffle_keys(count if names is None else names, seed=choice.seed)
        units = join_units(count, equal, groups)
        wanted = quotas(np.bincount(strata[pool], minlength=int(strata.max()) + 1), shares)
        assignment[pool] = share_out(strata[pool], units[pool], keys[pool], wanted)
        if pinned is not None:
            _pin(assignment, pinned, units, label)
    splits = as_splits(assignment)
    decisions = [_describe(splits, target, present=present, missing=missing, choice=choice)]
    together = [members for members in equal if len(set(assignment[list(members)].tolist())) == 1]
    if together and missing:
        decisions.append(_describe_equal(together, noun))
    told = equal if copies is None else copies
    findings = [*_leaks(assignment, told, groups, label, present, noun), *_gaps(target, targets, splits)]
    if count < _TINY and missing and choice.val and choice.test:
        findings.append(_tiny(count, splits))
    return ChosenSplits(splits=splits, decisions=tuple(decisions), findings=tuple(findings))


def _pin(
    assignment: NDArray[np.int8], pinned: NDArray[np.int8], units: NDArray[np.int64], label: Callable[[int], str]
) -> None:
    """Put examples where they are wanted, each with its unit; writes to `assignment`."""
    wanted: dict[int, int] = {}
    for index in np.flatnonzero(pinned >= 0).tolist():
        first = wanted.setdefault(int(units[index]), index)
        if pinned[first] != pinned[index]:
            raise DataError(
                f"{label(first)} and {label(index)} are equal or of one group, and are wanted in "
                f"{SPLITS[pinned[first]]} and {SPLITS[pinned[index]]}.",
                expected="What belongs together stays in one split.",
                fix="Take one of the two lines out of the fixes.",
            )
    for unit, index in wanted.items():
        assignment[units == unit] = pinned[index]


def _in_order(
    assignment: NDArray[np.int8],
    spans: NDArray[np.int64],
    shares: Shares,
    *,
    present: Sequence[int],
    target: Target,
    least_held: int,
    dataset: str,
) -> ChosenSplits:
    """Return splits whose borders are two places of the axis; splits that the data bring stay as they are."""
    pool = np.flatnonzero(assignment == TRAIN)
    borders = find_borders(int(spans[pool, 0].min()), int(spans[pool, 1].max()), shares, least=least_held)
    assignment[pool] = split_in_order(spans[pool], borders)
    wanted = [TRAIN, *(place for place, share in ((VAL, shares.val), (TEST, shares.test)) if share), *present]
    check_filled(assignment, wanted, spans, dataset=dataset)
    splits = as_splits(assignment)
    decision = _describe_in_order(splits, spans, borders, shares, target, crossing=int((assignment == CROSSING).sum()))
    return ChosenSplits(splits=splits, decisions=(decision,), findings=())


def _describe_in_order(
    splits: dict[SplitName, NDArray[np.int64]],
    spans: NDArray[np.int64],
    borders: Borders,
    shares: Shares,
    target: Target,
    *,
    crossing: int,
) -> Decision:
    value = ", ".join(f"{name} {len(splits[name]):,}" for name in SPLITS)
    first = int(spans[:, 0].min())
    begins = [
        f"{name} begins at {target.place_words(border - first)}"
        for name, border, share in (("val", borders.val, shares.val), ("test", borders.test, shares.test))
        if share
    ]
    left = f"; {counted(crossing, 'example')} across a border left out" if crossing else ""
    told = f": {', '.join(begins)}" if begins else ""
    reason = f"{_IN_ORDER[target.splitting]}, the last parts held back{told}{left} (--val and --test choose otherwise)"
    return Decision(name="splits", value=value, reason=reason)


def _tiny(count: int, splits: dict[SplitName, NDArray[np.int64]]) -> Finding:
    """Say of a handful of examples that what is held back measures nothing, and how to learn from all."""
    held = " and ".join(f"{len(splits[split])} for {split}" for split in SPLITS[1:])
    message = f"only {counted(count, 'example')}: {held} measure next to nothing; --val 0 --test 0 learns from all."
    return Finding(kind="few-examples", message=message)


def _shares_of_pool(choice: SplitChoice, missing: Sequence[int], *, count: int, pool: int, alone: bool) -> Shares:
    """Return the wanted shares of all examples as shares of the pool that they are carved from."""
    scale = count / pool
    val = choice.val * scale if VAL in missing else 0.0
    test = choice.test * scale if TEST in missing else 0.0
    if not alone and val + test > _MAX_CARVED:
        limit = _MAX_CARVED / (val + test)
        val, test = val * limit, test * limit
    return Shares(val=val, test=test)


def _check_given(target: Target, targets: Targets, assignment: NDArray[np.int8]) -> None:
    if not (assignment == TRAIN).any():
        brought = " and ".join(SPLITS[place] for place in (VAL, TEST) if (assignment == place).any())
        raise DataError(
            f"The data brings {brought}, but nothing to train on.",
            fix="Add a train folder (or rows of the split 'train').",
        )
    unseen = unseen_classes(target, targets, assignment)
    if unseen:
        more = f" and {len(unseen) - _SHOWN:,} more" if len(unseen) > _SHOWN else ""
        raise DataError(
            f"No training example shows {', '.join(repr(name) for name in unseen[:_SHOWN])}{more}, "
            "which other splits of the data hold.",
            expected="Every class needs examples in train.",
            fix="--splits ignore (splits=) draws all splits anew, so that train gets some; --drop-unseen "
            "(drop_unseen=) leaves these classes out.",
        )


def _describe(
    splits: dict[SplitName, NDArray[np.int64]],
    target: Target,
    *,
    present: Sequence[int],
    missing: Sequence[int],
    choice: SplitChoice,
) -> Decision:
    value = ", ".join(f"{name} {len(splits[name]):,}" for name in SPLITS)
    how = f", stratified {target.strata_words}" if target.splitting == "strata" else ""
    change = ", ".join(f"--{SPLITS[place]}" for place in missing)
    if not missing:
        reason = "as the data brings them"
    elif present:
        brought, carved = (" and ".join(SPLITS[place] for place in places) for places in (present, missing))
        reason = (
            f"{brought} as the data brings them; {carved} drawn at random from train{how}, "
            f"seed {choice.seed} ({change} and --split-seed choose otherwise)"
        )
    elif not choice.val and not choice.test:
        reason = f"{choice.reason or 'as asked for'} ({change} hold some back)"
    else:
        reason = f"drawn at random{how}, seed {choice.seed} ({change} and --split-seed choose otherwise)"
        reason = f"{choice.reason}; {reason}" if choice.reason else reason
    return Decision(name="splits", value=value, reason=reason)


def _describe_equal(equal: Sequence[Sequence[int]], noun: str) -> Decision:
    many, sets = f"{sum(map(len, equal)):,} {plural(noun)}", f"{len(equal):,} sets"
    return Decision(
        name="duplicates",
        value=f"{many} in {sets} of equal ones, each set kept on one side",
        reason=f"a {noun} seen in training would make the score look better than it is",
    )


def _leaks(
    assignment: NDArray[np.int8],
    equal: Sequence[Sequence[int]],
    groups: NDArray[np.int64] | None,
    label: Callable[[int], str],
    present: Sequence[int],
    noun: str,
) -> list[Finding]:
    """Return what lies on both sides of splits that came with the data."""
    if not present:
        return []
    findings = []
    inside = [[index for index in members if assignment[index] >= 0] for members in equal]
    torn = [members for members in inside if len(set(assignment[members].tolist())) > 1]
    if torn:
        findings.append(
            Finding(
                kind="leak",
                message=f"{counted(len(torn), 'set')} of equal {plural(noun)} in more than one split, as the data "
                "brings them: scores on val and test look better than they are.",
                examples=tuple(
                    " = ".join(f"{label(index)} ({SPLITS[assignment[index]]})" for index in members[:4])
                    for members in torn[:_SHOWN]
                ),
                count=len(torn),
            )
        )
    if groups is not None:
        across = _STRADDLING_GROUPS(groups, assignment)
        if len(across):
            firsts = [label(int(np.flatnonzero(groups == group)[0])) for group in across[:_SHOWN]]
            findings.append(
                Finding(
                    kind="leak",
                    message=f"{counted(len(across), 'group')} with examples in more than one split, as the data "
                    "brings them.",
                    examples=tuple(f"the group of {name}" for name in firsts),
                    count=len(across),
                )
            )
    return findings


def _gaps(target: Target, targets: Targets, splits: dict[SplitName, NDArray[np.int64]]) -> list[Finding]:
    """Return which classes cannot be measured in val or test because no example of them is there."""
    findings = []
    for split in (SPLITS[VAL], SPLITS[TEST]):
        if not len(splits[split]):
            continue  # there is no such split, so nothing is measured there at all
        counts = target.counts(targets[splits[split]])
        absent = [name for name, number in zip(target.categories, counts, strict=True) if number == 0]
        if absent:
            findings.append(
                Finding(
                    kind="class-missing-in-split",
                    message=f"{split} holds no example of {len(absent):,} of {len(target.categories):,} classes: "
                    "how well they are told apart is not measured there.",
                    examples=tuple(absent[:_SHOWN]),
                    count=len(absent),
                )
            )
    return findings
