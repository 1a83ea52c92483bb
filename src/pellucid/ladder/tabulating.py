"""From answers to a table: every rung scored on the same examples, and compared with the best one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pellucid.errors import RecipeError
from pellucid.evaluation import SCORING, Metric, Opening, Truth
from pellucid.kinds import SplitName
from pellucid.ladder.kinds import CLIMBING
from pellucid.ladder.records import Climbed, Rung, Score
from pellucid.ladder.result import Ladder
from pellucid.words import counted

if TYPE_CHECKING:
    from pellucid.data import Dataset

_CHOSEN_BY_VAL = (
    "Networks chose their best epoch on val, and the best rung was chosen by it: its score there flatters a little."
)


def check_target(dataset: Dataset) -> None:
    """Raise RecipeError when a ladder cannot be made of a dataset."""
    target = dataset.target
    if why_not := CLIMBING.why_not(target.kind):
        raise RecipeError(
            why_not,
            expected="One class, several labels or one number; "
            f"'{target.name}' is {counted(len(target.answers), target.noun)}.",
            fix=("Climb for one of them alone (--target), or train" if len(target.answers) > 1 else "Train")
            + " without --ladder.",
        )
    if not len(dataset.splits["val"]):
        raise RecipeError("A ladder compares on val, which has no examples here.", fix="Give it a share: --val 0.1")


def tabulate(
    dataset: Dataset,
    climbed: Sequence[Climbed],
    *,
    opening: Opening | None = None,
    notes: Sequence[str] = (),
    seconds: float = 0.0,
) -> Ladder:
    """Score and compare the rungs of a ladder.

    Args:
        dataset: what they learned from.
        climbed: the rungs, each with its answers to val, and to test where that was opened.
        opening: of the test split; None where it stays sealed.
        notes: more that the reader must know.
        seconds: that all of it took.
    """
    scoring, kind = SCORING[dataset.target.kind], CLIMBING[dataset.target.kind]
    headline = scoring.headline(dataset.target, dataset.targets[dataset.splits["train"]])
    splits: tuple[SplitName, ...] = ("val",) if opening is None else ("val", "test")
    truths = {split: Truth.of(dataset, split, headline=headline) for split in splits}
    scored = {split: [scoring.metrics(one.answers[split], truths[split]) for one in climbed] for split in splits}
    values = [metrics[headline].value for metrics in scored["val"]]
    higher = scoring.higher_is_better
    best = int(np.argmax(values) if higher else np.argmin(values))
    scores = {split: _scores(truths[split], split, climbed, scored[split], best) for split in splits}
    rungs = tuple(
        Rung(
            name=one.name,
            kind=one.kind,
            description=one.description,
            val=scores["val"][place],
            test=scores["test"][place] if opening is not None else None,
            seconds=one.seconds,
            num_bytes=one.num_bytes,
            parameters=one.parameters,
            run=one.run,
        )
        for place, one in enumerate(climbed)
    )
    return Ladder(
        dataset=dataset.name,
        fingerprint=dataset.fingerprint,
        split_fingerprint=dataset.split_fingerprint,
        metric_name=headline,
        higher_is_better=higher,
        num_examples={split: len(indices) for split, indices in dataset.splits.items()},
        rungs=rungs,
        best=climbed[best].name,
        notes=(_CHOSEN_BY_VAL, *kind.notes, *notes),
        opening=opening,
        seconds=seconds,
    )


def _scores(
    truth: Truth,
    split: SplitName,
    climbed: Sequence[Climbed],
    metrics: Sequence[dict[str, Metric]],
    best: int,
) -> list[Score]:
    compare, leader = SCORING[truth.target.kind].compare, climbed[best]
    versus = [
        None
        if one is leader
        else compare(one.answers[split], leader.answers[split], truth, names=(one.name, leader.name))
        for one in climbed
    ]
    corrected = iter(holm([1.0 if one.p_value is None else one.p_value for one in versus if one is not None]))
    return [
        Score(
            metric=found[truth.headline],
            metrics=found,
            versus_best=comparison,
            p_holm=None if comparison is None else next(corrected),
        )
        for found, comparison in zip(metrics, versus, strict=True)
    ]


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number, so that the chance of any false one stays what it says.

    Source: S. Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    count = len(p_values)
    corrected, highest = [0.0] * count, 0.0
    for rank, place in enumerate(sorted(range(count), key=lambda place: p_values[place])):
        highest = max(highest, min(1.0, (count - rank) * p_values[place]))
        corrected[place] = highest
    return corrected
