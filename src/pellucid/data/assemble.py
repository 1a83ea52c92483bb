"""The last step of every intake: check the targets, find equal examples, choose the splits, and make the Dataset."""

from __future__ import annotations

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
from pellucid.data.unseen import without_unseen
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import SPLITS
from pellucid.records import Decision


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
    )
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
        decisions=(*raw.decisions, *result.decisions),
        findings=(*raw.findings, *result.findings, *telling),
        faults=tuple(raw.faults),
        weights=raw.weights,
        spans=raw.spans,
        proposals=raw.proposals,
    )


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
            _keep_only(raw, left.kept)
            raw.target, raw.targets = left.target, left.targets
            raw.decisions.append(left.decision)


def _keep_only(raw: RawDataset, kept: NDArray[np.int64]) -> None:
    """Leave some examples of a raw dataset; what they are learned as is the caller's."""
    indices = kept.tolist()
    raw.inputs = raw.inputs.subset(kept)
    raw.names = None if raw.names is None else [raw.names[index] for index in indices]
    raw.content = [raw.content[index] for index in indices]
    raw.equality = None if raw.equality is None else [raw.equality[index] for index in indices]
    raw.given = None if raw.given is None else raw.given[kept]
    raw.groups = None if raw.groups is None else raw.groups[kept]
    raw.weights = None if raw.weights is None else raw.weights[kept]
    raw.spans = None if raw.spans is None else raw.spans[kept]


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
