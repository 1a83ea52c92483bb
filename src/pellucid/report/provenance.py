"""Where a result comes from: the data, the choices, the machine, and how to get it again."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pellucid.kinds import BANDS, SPLITS, Input, Target
from pellucid.report import wording
from pellucid.report.kinds import INPUT_WORDS
from pellucid.runs import Answering, RunRecord, why_unchecked
from pellucid.words import counted


@dataclass(frozen=True)
class CountRow:
    """One class (or all): its counts per split, in all, and the bar's parts as (split, percent of the widest)."""

    name: str
    counts: tuple[int, ...]
    total: int
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class DataSection:
    """The section "Data".

    Attributes:
        source: a name, or the last part of the path.
        description: sentences on input and target.
        splits: the splits' names.
        rows: one per class; of a regression the only row holds all examples.
        totals: per split, then in all.
        findings: what was noticed.
    """

    source: str | None
    description: tuple[str, ...]
    splits: tuple[str, ...]
    rows: tuple[CountRow, ...]
    totals: tuple[int, ...]
    findings: tuple[str, ...]


def build_data(record: RunRecord) -> DataSection:
    """Return the section "Data"."""
    dataset = record.dataset
    totals = tuple(dataset.num_examples.get(split, 0) for split in SPLITS)
    return DataSection(
        source=last_part(dataset.source),
        description=describe_data(dataset.input, dataset.target, sum(totals)),
        splits=SPLITS,
        rows=count_rows(dataset.class_counts)
        if dataset.class_counts
        else count_rows({split: {"all": n} for split, n in zip(SPLITS, totals, strict=True)}),
        totals=(*totals, sum(totals)),
        findings=dataset.findings,
    )


def count_rows(class_counts: dict[str, dict[str, int]]) -> tuple[CountRow, ...]:
    """Return a row with a bar per class, from split -> class -> count."""
    names = list(dict.fromkeys(name for counts in class_counts.values() for name in counts))
    table = {name: tuple(class_counts.get(split, {}).get(name, 0) for split in SPLITS) for name in names}
    widest = max((sum(counts) for counts in table.values()), default=0) or 1
    return tuple(
        CountRow(
            name=name,
            counts=counts,
            total=sum(counts),
            parts=tuple(
                (split, round(100 * count / widest, 2)) for split, count in zip(SPLITS, counts, strict=True) if count
            ),
        )
        for name, counts in table.items()
    )


def describe_data(given: Input, target: Target, num_examples: int) -> tuple[str, ...]:
    """Return sentences on what goes in and what comes out."""
    return given.sentence(counted(num_examples, given.example)), target.sentence()


@dataclass(frozen=True)
class Choices:
    """The section "Decisions": what was chosen, and what is done to every input."""

    decisions: tuple[tuple[str, str, str], ...]
    preprocessing: tuple[str, ...]
    preprocessing_json: dict[str, Any]
    augmentation: str | None
    augmentation_json: dict[str, Any] | None
    answering: tuple[str, ...]


def build_choices(record: RunRecord) -> Choices:
    """Return the section "Decisions"."""
    augmentation = record.augmentation
    return Choices(
        decisions=tuple((one.name, one.value, one.reason) for one in record.decisions),
        preprocessing=describe_preprocessing(record),
        preprocessing_json=record.preprocessing.to_dict(),
        augmentation=None if augmentation is None else _describe_augmentation(record, augmentation.describe()),
        augmentation_json=None if augmentation is None else augmentation.to_dict(),
        answering=_answering(record),
    )


def _describe_augmentation(record: RunRecord, what: str) -> str:
    """Return a sentence on what of the augmentation the training saw, and when."""
    freezing, asked = record.recipe.freezing, record.recipe.augmentation
    if what == "none":
        return "Nothing is augmented."
    if record.sees_plain:
        own = ", but for what code of your own changes" if "augmentation" in record.hooks else ""
        return f"The backbone is frozen and sees each picture as it is: nothing is augmented{own}."
    is_anew = bool(asked.mixup or asked.cutmix) or "augmentation" in record.hooks
    if freezing.freeze == "all" and not is_anew:
        once = "The backbone is frozen, so its features are computed once for each picture"
        if not freezing.views:
            return f"{once}, as it is: nothing is augmented."
        views = counted(freezing.views, "augmented view")
        return f"{once}: plain and in {views}, drawn once before the training. An epoch shows one of them: {what}."
    anew = f"drawn anew for each picture in each epoch: {what}."
    if not freezing.head_epochs or freezing.freeze == "all":
        return f"In training only, {anew}"
    drawn = counted(freezing.views or 0, "augmented view")
    views = f"and in {drawn} that are drawn once" if freezing.views else "as they are"
    return (
        f"In the first {counted(freezing.head_epochs, 'epoch')} only the head learns, from features of the pictures "
        f"{views}. After that, in training only, {anew}"
    )


def describe_preprocessing(record: RunRecord) -> tuple[str, ...]:
    """Return the fixed way from an input to the model, a sentence per step."""
    preprocessing = record.preprocessing
    words = INPUT_WORDS[preprocessing.kind]
    steps = words.steps(preprocessing)
    plain = words.leaves_numbers(preprocessing)
    scalings = [one for one in record.scalings if (one.mean, one.std) != (0.0, 1.0)]  # what is not scaled says nothing
    if plain and record.scalings:
        steps.append("The target is learned as it stands in the data (--scale none).")
    elif len(scalings) > 1:
        steps.append("Each number of the target is learned less its mean, divided by its deviation, and scaled back.")
    elif scalings:
        mean, std = wording.decimal(scalings[0].mean), wording.decimal(scalings[0].std)
        what = "logarithm of the target" if scalings[0].units().get("log") else "target"
        steps.append(
            f"The {what} is learned less its mean {mean}, divided by its deviation {std}; answers are scaled back."
        )
    return tuple(steps)


def _answering(record: RunRecord) -> tuple[str, ...]:
    """Return how outputs become answers, a sentence for each part of it that this run has."""
    answering = record.answering
    off = tuple(sentence.replace('"', "”").replace("”u", "“u") for sentence in why_unchecked(record))
    said = () if answering is None else tuple(sentence for say in _PARTS if (sentence := say(record, answering)))
    return (*said, *off)


def _of_temperature(record: RunRecord, answering: Answering) -> str:
    if answering.temperature == 1.0 and not answering.temperature_note:
        return ""
    return f"Logits are divided by a temperature of {answering.temperature:.3g}" + _noted(answering.temperature_note)


def _of_even_chances(record: RunRecord, answering: Answering) -> str:
    if not record.recipe.counts_classes_alike:
        return ""
    return (
        "Each class had the same chance in training, however rare. So the answer is the class that is "
        "likeliest if all were equally frequent, and not always the most probable one; the probabilities hold for "
        "classes as frequent as in the training data."
    )


def _of_thresholds(record: RunRecord, answering: Answering) -> str:
    if answering.thresholds is None:
        return ""
    names = record.dataset.target.categories
    listed = ", ".join(
        f"{name} {limit:.2f}" for name, limit in list(zip(names, answering.thresholds, strict=True))[:20]
    )
    return f"A label is answered from its threshold on: {listed}" + _noted(answering.thresholds_note)


def _of_bands(record: RunRecord, answering: Answering) -> str:
    if not answering.bands_note:
        return ""
    factors = ", ".join(
        f"{factor:.3g} for {level} %" for level, factor in zip(BANDS, answering.bands or (), strict=False)
    )
    return f"Bands: {answering.bands_note}" + _noted(factors)


def _of_unsure(record: RunRecord, answering: Answering) -> str:
    if answering.unsure_below is None:
        return ""
    limit = wording.percent(answering.unsure_below)
    return f"“unsure” when the highest probability is below {limit}" + _noted(answering.unsure_note)


def _of_unknown(record: RunRecord, answering: Answering) -> str:
    if answering.unknown_above is None:
        return ""
    limit = f"{answering.unknown_above:.3g}"
    return f"“unknown” when the distance to what was learned from is above {limit}" + _noted(answering.unknown_note)


_PARTS: tuple[Callable[[RunRecord, Answering], str], ...] = (
    _of_temperature,
    _of_even_chances,
    _of_thresholds,
    _of_bands,
    _of_unsure,
    _of_unknown,
)
"""What can be said of how a run answers; each gives a sentence, or "" where the run has no such part."""


def _noted(note: str) -> str:
    return f" ({note.strip().rstrip('.')})." if note.strip() else "."


@dataclass(frozen=True)
class Reproduction:
    """The section "Reproduce": commands, facts as (word, value), and the recipe in full."""

    command: str
    is_python: bool
    facts: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    recipe: dict[str, Any]


def build_reproduction(record: RunRecord) -> Reproduction:
    """Return the section "Reproduce"."""
    timings, dataset = record.timings, record.dataset
    hardware = ", ".join(f"{name} {value}" for name, value in record.hardware.items())
    facts = [
        ("Seed", str(record.recipe.machine.seed)),
        ("Device", f"{record.recipe.machine.device or '–'}, {record.recipe.machine.precision or 'float32'}"),
        ("Hardware", hardware),
        ("Data", dataset.fingerprint),
        ("Splits", dataset.split_fingerprint),
        ("Training took", wording.duration(timings.training_seconds)),
    ]
    if timings.first_step is not None:
        facts.append(("First step after", wording.duration(timings.first_step - timings.created)))
    facts.append(("Ended", f"{wording.moment(timings.ended)}" if timings.ended else "–"))
    if record.status_note:
        facts.append(("Ended because", record.status_note))
    return Reproduction(
        command=shareable(record.command) if record.command else _python(record),
        is_python=record.command is None,
        facts=tuple(facts),
        versions=(("pellucid", record.pellucid_version), *record.versions.items()),
        recipe={name: value for name, value in record.recipe.to_dict().items() if value is not None},
    )


def last_part(source: str) -> str:
    """Return the last part of an absolute path; a report is shown around, and where files lie is nobody's business."""
    return Path(source).name or source if Path(source).is_absolute() else source


def shareable(command: str) -> str:
    """Return a command line whose absolute paths are cut to their last part; run.json has them whole."""
    try:
        words = shlex.split(command)
    except ValueError:  # not a command line; nothing is known of its words
        return command
    return shlex.join([last_part(word) for word in words])


def _python(record: RunRecord) -> str:
    source = record.dataset.source
    data = "data" if source is None or source == "arrays" else repr(last_part(source))
    model = "model=module" if record.model.custom else f"model={record.model.name!r}"
    return f"pellucid.train({data}, {model}, recipe=recipe)"
