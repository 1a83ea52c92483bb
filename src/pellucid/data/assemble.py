"""The last step of every intake: check the targets, find equal examples, choose the splits, and make the Dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.choose_splits import SplitChoice, choose_splits
from pellucid.data.dataset import JSON, Dataset, Finding, Targets
from pellucid.data.duplicates import equal_sets
from pellucid.data.fingerprint import fingerprint_data, fingerprint_splits
from pellucid.data.images import ArrayImages, FileImages, ImageInputs
from pellucid.data.magnitudes import check_magnitudes
from pellucid.data.similar_classes import find_similar_classes
from pellucid.data.tables import TableInputs
from pellucid.data.telling import find_telling_columns, find_telling_properties
from pellucid.data.unseen import without_unseen
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import SPLITS, ClassTarget, ImageInput, LabelsTarget, TableInput, Target, ValuesTarget, ValueTarget
from pellucid.records import Decision
from pellucid.words import counted

MIN_VALUE_EXAMPLES = 5
EXAMPLES_SHOWN = 8
"""How many names a finding or a message lists."""


@dataclass
class Draft:
    """What an intake found, before the splits."""

    name: str
    source: str
    input: ImageInput | TableInput
    target: Target
    inputs: ImageInputs | TableInputs
    targets: Targets
    content: Sequence[bytes]
    """A digest of each example's content, for the fingerprint."""
    names: Sequence[str] | None = None
    """Relative names; None where examples are known by their place."""
    equality: Sequence[bytes] | None = None
    """A digest of each example's pixels: examples with the same one stay together. None: nothing is kept together."""
    given: NDArray[np.int8] | None = None
    """[N] split that the data itself names (splits.TRAIN, VAL, TEST), or None."""
    groups: NDArray[np.int64] | None = None
    weights: NDArray[np.float64] | None = None
    """[N] what each example's loss is multiplied by, or None."""
    options: Mapping[str, JSON] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    faults: Sequence[str] = ()
    """"name: reason" of every example that was left out because it cannot be read."""


def finish(draft: Draft, *, choice: SplitChoice) -> Dataset:
    """Return the Dataset of a draft.

    Raises:
        DataError: the targets cannot be learned from: one class, a class with one example, a constant value, ...
    """
    _settle_given_splits(draft, choice)
    check_magnitudes(draft.inputs, draft.target, draft.targets, draft.weights, draft.inputs.name)
    _check_targets(draft)
    _check_weights(draft)
    draft.findings += find_similar_classes(draft.target)
    equal = equal_sets(draft.equality) if draft.equality is not None else []
    _report_equal(draft, equal)
    _report_equal_rows(draft)
    result = choose_splits(
        target=draft.target,
        targets=draft.targets,
        names=draft.names,
        given=draft.given,
        groups=draft.groups,
        equal=equal,
        label=draft.inputs.name,
        choice=choice,
    )
    train = result.splits["train"]
    if isinstance(draft.inputs, TableInputs):
        telling = find_telling_columns(draft.inputs, draft.target, draft.targets, train)
    else:
        telling = find_telling_properties(draft.inputs, draft.target, draft.targets, train)
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
            _header(draft), names=draft.names, content=draft.content, targets=draft.targets, weights=draft.weights
        ),
        split_fingerprint=fingerprint_splits(result.splits, len(draft.targets)),
        options=dict(draft.options),
        decisions=(*draft.decisions, *result.decisions),
        findings=(*draft.findings, *result.findings, *telling),
        faults=tuple(draft.faults),
        weights=draft.weights,
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
    inputs, places = draft.inputs, kept.tolist()
    if isinstance(inputs, TableInputs):
        draft.inputs = inputs.subset(kept)
    elif isinstance(inputs, FileImages | ArrayImages):
        draft.inputs = inputs.subset(places)
    draft.names = None if draft.names is None else [draft.names[place] for place in places]
    draft.content = [draft.content[place] for place in places]
    draft.equality = None if draft.equality is None else [draft.equality[place] for place in places]
    draft.given = None if draft.given is None else draft.given[kept]
    draft.groups = None if draft.groups is None else draft.groups[kept]
    draft.weights = None if draft.weights is None else draft.weights[kept]


def listed(names: Sequence[str], limit: int = EXAMPLES_SHOWN) -> str:
    """Return names as a person would list them: "a, b, c and 12 more"."""
    more = len(names) - limit
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:limit])} and {more:,} more"


def _header(draft: Draft) -> dict[str, Any]:
    header: dict[str, Any] = {"target": draft.target.to_dict()}
    if isinstance(draft.input, TableInput):
        header["columns"] = [column.to_dict() for column in draft.input.columns]
    return header


def _check_targets(draft: Draft) -> None:
    target, targets = draft.target, draft.targets
    if isinstance(target, ValueTarget | ValuesTarget):
        if len(targets) < MIN_VALUE_EXAMPLES:
            raise DataError(
                f"'{draft.name}' has {len(targets)} examples.", expected=f"At least {MIN_VALUE_EXAMPLES} are needed."
            )
        names = target.names if isinstance(target, ValuesTarget) else (target.name,)
        for name, values in zip(names, targets.reshape(len(targets), -1).T, strict=True):
            if np.ptp(values) == 0:
                raise DataError(
                    f"The target '{name}' is {values[0]:g} in every row.",
                    fix="Name a column that varies: --target NAME (target=).",
                )
        return
    if isinstance(target, LabelsTarget):
        _check_labels(draft, target)
        return
    counts = np.bincount(targets.astype(np.int64), minlength=len(target.classes))
    if len(target.classes) < 2:
        raise DataError(
            f"'{draft.name}' has one class only: '{target.classes[0]}' ({counts[0]:,} examples).",
            expected="A classifier needs at least two classes.",
            fix="Add a folder (or rows) of another class, e.g. of what it should not be.",
        )
    lonely = [name for name, count in zip(target.classes, counts, strict=True) if count < 2]
    if lonely:
        subject = f"The class '{lonely[0]}' has" if len(lonely) == 1 else f"{len(lonely)} classes have"
        raise DataError(
            f"{subject} fewer than two examples{'' if len(lonely) == 1 else ': ' + listed(lonely)}.",
            expected="A class needs one to learn from and one to be tested on; twenty or more make a score meaningful.",
            fix="Add examples, merge it with another class, or take it out of the data.",
        )


def _check_labels(draft: Draft, target: LabelsTarget) -> None:
    counts, total = draft.targets.sum(axis=0), len(draft.targets)
    if len(target.classes) == 0:
        raise DataError(f"'{draft.name}' has no labels.", expected="At least one label that some examples have.")
    useless = [
        name for name, count in zip(target.classes, counts.tolist(), strict=True) if min(count, total - count) < 2
    ]
    if useless:
        raise DataError(
            f"{counted(len(useless), 'label')} cannot be learned, as fewer than two examples have or lack it: "
            f"{listed(useless)}.",
            expected="Two examples with and two without each label; twenty or more make a score meaningful.",
            fix="Add examples, or take the label out of the data.",
        )


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


def _report_equal_rows(draft: Draft) -> None:
    """Add a finding about rows with equal inputs. They are not kept together: tables of few values repeat by nature."""
    if not isinstance(draft.inputs, TableInputs):
        return
    equal = equal_sets(draft.content)
    if equal:
        more = sum(len(members) - 1 for members in equal)
        draft.findings.append(
            Finding(
                kind="equal-rows",
                message=f"{counted(more, 'row has', 'rows have')} the same inputs as another row; "
                "equal rows may lie in different splits.",
                examples=tuple(
                    " = ".join(draft.inputs.name(index) for index in members[:4]) for members in equal[:EXAMPLES_SHOWN]
                ),
                count=more,
            )
        )


def _report_equal(draft: Draft, equal: Sequence[Sequence[int]]) -> None:
    """Add findings: equal files, equal pixels in different files, and equal pictures of different classes."""
    name = draft.inputs.name
    files: list[tuple[int, int]] = []
    pixels: list[tuple[int, int]] = []
    torn: list[Sequence[int]] = []
    for members in equal:
        seen = {draft.content[members[0]]}
        for other in members[1:]:
            (files if draft.content[other] in seen else pixels).append((members[0], other))
            seen.add(draft.content[other])
        labelled = isinstance(draft.target, ClassTarget | LabelsTarget)
        if labelled and len(np.unique(draft.targets[list(members)], axis=0)) > 1:
            torn.append(members)
    what = "file" if draft.names is not None else "picture"
    for kind, pairs, text in (
        ("equal-files", files, f"{counted(len(files), f'{what} equals', f'{what}s equal')} another one byte for byte."),
        (
            "equal-pixels",
            pixels,
            f"{counted(len(pixels), 'picture has', 'pictures have')} the same pixels as another file.",
        ),
    ):
        if pairs:
            examples = tuple(f"{name(one)} = {name(two)}" for one, two in pairs[:EXAMPLES_SHOWN])
            draft.findings.append(Finding(kind=kind, message=text, examples=examples, count=len(pairs)))
    if torn:
        draft.findings.append(
            Finding(
                kind="equal-but-other-class",
                message=f"{counted(len(torn), 'set')} of equal pictures in different classes: "
                "one label at most is right.",
                examples=tuple(" = ".join(name(index) for index in members) for members in torn[:EXAMPLES_SHOWN]),
                count=len(torn),
            )
        )
