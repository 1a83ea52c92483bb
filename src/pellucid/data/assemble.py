"""The last step of every intake: check the targets, find equal examples, choose the splits, and make the Dataset."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.data.choose_splits import SplitChoice, choose_splits
from pellucid.data.dataset import Dataset
from pellucid.data.draft import Draft
from pellucid.data.duplicates import equal_sets
from pellucid.data.fingerprint import fingerprint_data, fingerprint_splits
from pellucid.data.kinds import KINDS_OF_INPUT
from pellucid.data.magnitudes import check_magnitudes
from pellucid.data.similar_classes import find_similar_classes
from pellucid.data.unseen import without_unseen
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import SPLITS
from pellucid.records import Decision


def finish(draft: Draft, *, choice: SplitChoice) -> Dataset:
    """Return the Dataset of a draft.

    Raises:
        DataError: the targets cannot be learned from: one class, a class with one example, a constant value, ...
    """
    _settle_given_splits(draft, choice)
    kind = KINDS_OF_INPUT[draft.input.kind]
    kind.check_magnitudes(draft.inputs)
    check_magnitudes(draft.target, draft.targets, draft.weights, draft.inputs.name)
    draft.target.check(draft.targets, dataset=draft.name)
    if draft.given is not None or choice.val or choice.test:
        draft.target.check_held_out(draft.targets, dataset=draft.name)
    _check_weights(draft)
    draft.findings += find_similar_classes(draft.target)
    equal = equal_sets(draft.equality) if draft.equality is not None else []
    draft.findings += kind.equal_findings(draft, equal)
    result = choose_splits(
        target=draft.target,
        targets=draft.targets,
        names=draft.names,
        given=draft.given,
        groups=draft.groups,
        equal=equal,
        label=draft.inputs.name,
        noun=draft.input.example,
        choice=choice,
        spans=draft.spans,
        least_held=draft.least_held,
        dataset=draft.name,
    )
    train = result.splits["train"]
    telling = kind.telling(draft.inputs, draft.target, draft.targets, train)
    header = {"target": draft.target.to_dict(), **kind.header(draft.input)}
    return Dataset(
        name=draft.name,
        source=draft.source,
        input=draft.input,
        target=draft.target,
        inputs=draft.inputs,
        targets=draft.targets,
        splits=result.splits,
        groups=draft.groups,
        fingerprint=fingerprint_data(
            header, names=draft.names, content=draft.content, targets=draft.targets, weights=draft.weights
        ),
        split_fingerprint=fingerprint_splits(result.splits, len(draft.targets)),
        options=dict(draft.options),
        decisions=(*draft.decisions, *result.decisions),
        findings=(*draft.findings, *result.findings, *telling),
        faults=tuple(draft.faults),
        weights=draft.weights,
        spans=draft.spans,
        proposals=draft.proposals,
    )


def _settle_given_splits(draft: Draft, choice: SplitChoice) -> None:
    """Do what was said about splits that the data brings: forget them, or the classes that train lacks."""
    if choice.ignore_given:
        if draft.given is None:
            raise RecipeError(
                f"--splits ignore (splits=) is for data that bring splits, and '{draft.name}' brings none.",
                fix="Leave it out.",
            )
        counts = ", ".join(f"{name} {int((draft.given == place).sum()):,}" for place, name in enumerate(SPLITS))
        reason = "--splits ignore (splits=): all examples are merged, and new splits are drawn"
        draft.decisions.append(Decision(name="given splits", value=f"ignored ({counts})", reason=reason))
        draft.given = None
    elif choice.drop_unseen and draft.given is not None:
        left = without_unseen(draft.target, draft.targets, draft.given)
        if left is not None:
            _keep_only(draft, left.kept)
            draft.target, draft.targets = left.target, left.targets
            draft.decisions.append(left.decision)


def _keep_only(draft: Draft, kept: NDArray[np.int64]) -> None:
    """Leave some examples of a draft; what they are learned as is the caller's."""
    indices = kept.tolist()
    draft.inputs = draft.inputs.subset(kept)
    draft.names = None if draft.names is None else [draft.names[index] for index in indices]
    draft.content = [draft.content[index] for index in indices]
    draft.equality = None if draft.equality is None else [draft.equality[index] for index in indices]
    draft.given = None if draft.given is None else draft.given[kept]
    draft.groups = None if draft.groups is None else draft.groups[kept]
    draft.weights = None if draft.weights is None else draft.weights[kept]
    draft.spans = None if draft.spans is None else draft.spans[kept]


def _check_weights(draft: Draft) -> None:
    if draft.weights is None:
        return
    bad = ~(np.isfinite(draft.weights) & (draft.weights >= 0))
    if bad.any() or not (draft.weights > 0).any():
        first = int(bad.argmax())
        raise DataError(
            f"The weights of {bad.sum():,} examples are no weights, e.g. {draft.weights[first]:g} of "
            f"{draft.inputs.name(first)}."
            if bad.any()
            else f"All weights of '{draft.name}' are 0.",
            expected="Numbers from 0 on; an example of weight 2 counts as two of weight 1.",
        )
