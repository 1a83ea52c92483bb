"""The last step of every intake: check the targets, find equal examples, choose the splits, and make the Dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pellucid.data.choose_splits import SplitChoice, choose_splits
from pellucid.data.dataset import Dataset
from pellucid.data.duplicates import equal_sets
from pellucid.data.fingerprint import fingerprint_data, fingerprint_splits
from pellucid.data.kinds import KINDS_OF_INPUT
from pellucid.data.magnitudes import check_magnitudes
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.similar_classes import find_similar_classes
from pellucid.data.splits import LEFT_OUT, TRAIN
from pellucid.data.unseen import without_unseen
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import SPLITS, SplitName
from pellucid.late import Late
from pellucid.records import Decision

if TYPE_CHECKING:
    from pellucid.data.leaks import Leaks

_EXAMINE_LEAKS = Late("pellucid.data.leaks", "examine_leaks")
"""Only data that bring splits have leaks to look for; others keep together what belongs together."""
_STRADDLING_GROUPS = Late("pellucid.data.leaks", "straddling_groups")


def finish(raw: RawDataset, *, choice: SplitChoice) -> Dataset:
    """Return the Dataset of a raw dataset.

    Raises:
        DataError: the targets cannot be learned from: one class, a class with one example, a constant value, ...
    """
    _settle_given_splits(raw, choice)
    kind = KINDS_OF_INPUT[raw.input.kind]
    kind.check_magnitudes(raw.inputs)
    check_magnitudes(raw.target, raw.targets, raw.weights, raw.inputs.name)
    raw.target.check(raw.targets, dataset=raw.name)
    if raw.given is not None or choice.val or choice.test:
        raw.target.check_held_out(raw.targets, dataset=raw.name)
    _check_weights(raw)
    raw.findings += find_similar_classes(raw.target)
    equal = equal_sets(raw.equality) if raw.equality is not None else []
    raw.findings += kind.equal_findings(raw, equal)
    leaks = _leaks(raw, equal, choice)
    result = choose_splits(
        target=raw.target,
        targets=raw.targets,
        names=raw.names,
        given=raw.given,
        groups=raw.groups,
        equal=equal,
        label=raw.inputs.name,
        noun=raw.input.example,
        choice=choice,
        spans=raw.spans,
        least_held=raw.least_held,
        dataset=raw.name,
        copies=None if leaks is None else leaks.sets,
        pinned=raw.pinned,
    )
    _tell_of_groups(raw, result.splits)
    train = result.splits["train"]
    telling = kind.telling(raw.inputs, raw.target, raw.targets, train)
    header = {"target": raw.target.to_dict(), **kind.header(raw.input)}
    return Dataset(
        name=raw.name,
        source=raw.source,
        input=raw.input,
        target=raw.target,
        inputs=raw.inputs,
        targets=raw.targets,
        splits=result.splits,
        groups=raw.groups,
        fingerprint=fingerprint_data(
            header, names=raw.names, content=raw.content, targets=raw.targets, weights=raw.weights
        ),
        split_fingerprint=fingerprint_splits(result.splits, len(raw.targets)),
        options=dict(raw.options),
        decisions=(*raw.decisions, *result.decisions, *(() if leaks is None else leaks.decisions)),
        findings=(*raw.findings, *result.findings, *(() if leaks is None else leaks.told), *telling),
        faults=tuple(raw.faults),
        weights=raw.weights,
        spans=raw.spans,
        proposals=raw.proposals,
        content=raw.content,
        equality=raw.equality,
        refusals=() if leaks is None else leaks.refusals,
    )


def _leaks(raw: RawDataset, equal: Sequence[Sequence[int]], choice: SplitChoice) -> Leaks | None:
    """Look at what the data's own splits share, and leave out of train what is left out; None: they bring none."""
    given = raw.given
    if given is None or not (given == TRAIN).any() or raw.target.splitting not in ("strata", "plain"):
        return None
    leaks: Leaks = _EXAMINE_LEAKS(raw, equal, given, allowed=choice.allow_leaks)
    if len(leaks.left_out):
        raw.given = given.copy()
        raw.given[leaks.left_out] = LEFT_OUT
    return leaks


def _tell_of_groups(raw: RawDataset, splits: Mapping[SplitName, NDArray[np.int64]]) -> None:
    """Say of groups that were read whether each is in one split: of splits that the data bring, nobody saw to that."""
    if raw.groups is None:
        return
    assignment = np.full(len(raw.targets), LEFT_OUT, np.int8)
    for place, name in enumerate(SPLITS):
        assignment[splits[name]] = place
    across = len(_STRADDLING_GROUPS(raw.groups, assignment))
    told = f"{across:,} of them in more than one split" if across else "each kept in one split"
    raw.decisions = [
        one.model_copy(update={"value": f"{one.value}, {told}"}) if one.name == "group" else one
        for one in raw.decisions
    ]


def _settle_given_splits(raw: RawDataset, choice: SplitChoice) -> None:
    """Do what was said about splits that the data brings: forget them, or the classes that train lacks."""
    if choice.ignore_given:
        if raw.given is None:
            raise RecipeError(
                f"--splits ignore (splits=) is for data that bring splits, and '{raw.name}' brings none.",
                fix="Leave it out.",
            )
        counts = ", ".join(f"{name} {int((raw.given == place).sum()):,}" for place, name in enumerate(SPLITS))
        reason = "--splits ignore (splits=): all examples are merged, and new splits are drawn"
        raw.decisions.append(Decision(name="given splits", value=f"ignored ({counts})", reason=reason))
        raw.given = None
    elif choice.drop_unseen and raw.given is not None:
        left = without_unseen(raw.target, raw.targets, raw.given)
        if left is not None:
            raw.keep_only(left.kept, targets=left.targets)
            raw.target = left.target
            raw.decisions.append(left.decision)


def _check_weights(raw: RawDataset) -> None:
    if raw.weights is None:
        return
    bad = ~(np.isfinite(raw.weights) & (raw.weights >= 0))
    if bad.any() or not (raw.weights > 0).any():
        first = int(bad.argmax())
        raise DataError(
            f"The weights of {bad.sum():,} examples are no weights, e.g. {raw.weights[first]:g} of "
            f"{raw.inputs.name(first)}."
            if bad.any()
            else f"All weights of '{raw.name}' are 0.",
            expected="Numbers from 0 on; an example of weight 2 counts as two of weight 1.",
        )
