"""What the page says first: the score in words, beside what simple methods score, and whether test was opened."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from pellucid.evaluation import (
    Evaluation,
    Metric,
    are_few,
    comparison_sentences,
    metric_words,
    say_few,
    say_nothing_learned,
    say_winner,
)
from pellucid.kinds import SplitName
from pellucid.report import wording
from pellucid.report.charts import IntervalRow, interval_chart
from pellucid.report.curves import last_epoch_answers
from pellucid.report.wording import SPLIT_WORDS
from pellucid.runs import RunRecord
from pellucid.words import counted

ORDER: tuple[SplitName, ...] = ("test", "val", "train")
STATUS_WORDS = {
    "finished": "finished",
    "running": "still running",
    "interrupted": "interrupted",
    "failed": "failed",
    "pruned": "pruned",
}


@dataclass(frozen=True)
class Seal:
    """Whether the test split was looked at.

    Attributes:
        opened: how often.
        sentence: what to say about it.
        reasons: (when, why) of each opening, oldest first.
        command: what opens it, while it is sealed and there is something to open.
    """

    opened: int
    sentence: str
    reasons: tuple[tuple[str, str], ...]
    command: str


@dataclass(frozen=True)
class Headline:
    """The first screen.

    Attributes:
        facts: (word, value) pairs under the title.
        big: the score as printed large; "" when there is none.
        rest: the words that follow it.
        interval: the interval in words; "" when there is none.
        about: what else must be known about the score.
        split: which split it is of, in words.
        chart: the score beside the baselines; None without baselines.
        comparisons: one sentence per paired comparison.
        seal: of the test split.
        warning: about a run that is not finished; "" otherwise.
    """

    facts: tuple[tuple[str, str], ...]
    big: str
    rest: str
    interval: str
    about: tuple[str, ...]
    split: str
    chart: Markup | None
    comparisons: tuple[str, ...]
    seal: Seal
    warning: str


def latest_by_split(evaluations: Sequence[Evaluation]) -> dict[SplitName, Evaluation]:
    """Return the last evaluation of each split, test before val before train."""
    last = {evaluation.split: evaluation for evaluation in evaluations}
    return {split: last[split] for split in ORDER if split in last}


def build_headline(record: RunRecord, evaluations: Sequence[Evaluation], *, page: Path | None = None) -> Headline:
    """Return the first screen.

    Args:
        record: of the run.
        evaluations: all so far, oldest first.
        page: where the page will lie, inside the run's folder; for the command that opens test.
    """
    main = next(iter(latest_by_split(evaluations).values()), None)
    big, rest, interval, about = score_words(record, main)
    return Headline(
        facts=_facts(record, evaluations),
        big=big,
        rest=rest,
        interval=interval,
        about=about,
        split=SPLIT_WORDS[main.split] if main else "",
        chart=baseline_chart(main, record.model.name) if main else None,
        comparisons=tuple(comparison_sentences(main.baselines)) if main else (),
        seal=_seal(record, evaluations, page),
        warning=""
        if record.status == "finished"
        else f"This training is {STATUS_WORDS[record.status]}: {record.status_note or 'it has not reached its end'}.",
    )


def example_noun(record: RunRecord) -> str:
    """Return what one example is called, e.g. "picture"."""
    return record.dataset.input.example


def score_words(record: RunRecord, evaluation: Evaluation | None) -> tuple[str, str, str, tuple[str, ...]]:
    """Return (the number, what follows it, its interval, remarks) for the headline."""
    if evaluation is None:
        return _unmeasured(record)
    name, metric = evaluation.headline, evaluation.headline_metric
    examples = counted(evaluation.n, f"{SPLIT_WORDS[evaluation.split]} {example_noun(record)}")
    number = wording.metric_value(name, metric)
    match name:
        case "accuracy":
            rest = f"of {examples} right"
        case "balanced_accuracy":
            plain = evaluation.metrics.get("accuracy")
            both = "" if plain is None else f" and {wording.metric_value('accuracy', plain)} plain accuracy"
            rest = f"balanced accuracy{both} on {examples}"
        case "r2" if evaluation.outputs:
            rest = f"R², the mean of {len(evaluation.outputs)} numbers, on {examples}"
        case "rank_mae":
            rest = f"steps off on average, over {examples}"
        case "accepted":
            rest = f"of {evaluation.n:,} drawn pictures accepted by the judge"
        case "mae":
            rest = f"off on average, over {examples}"
        case _:
            rest = f"{metric_words(name).label} on {examples}"
    if say_few(evaluation):
        return "", _few_words(evaluation, examples), "", _remarks(record, evaluation, metric)
    span = wording.metric_interval(name, metric)
    interval = f"{wording.percent(evaluation.level, 0)} interval {span}" if span else ""
    return number, rest, interval, _remarks(record, evaluation, metric)


def _few_words(evaluation: Evaluation, examples: str) -> str:
    """Return in words what the few examples say, which are too few for a number to put first."""
    accuracy, error = evaluation.metrics.get("accuracy"), evaluation.metrics.get("mae")
    if accuracy is not None:
        right = round(accuracy.value * evaluation.n)
        return f"{'None' if not right else f'{right:,}'} of {examples} right: too few for a score."
    if error is not None:
        return f"{wording.metric_value('mae', error)} off on average, over {examples}: too few for a score."
    return f"Measured on {examples}: too few for a score."


def _remarks(record: RunRecord, evaluation: Evaluation, metric: Metric) -> tuple[str, ...]:
    remarks = [one for one in (say_nothing_learned(evaluation), say_winner(evaluation)) if one]
    if evaluation.headline == "balanced_accuracy":
        remarks.append(
            "The classes are uneven: in balanced accuracy each class counts alike, in plain accuracy each example."
        )
    if evaluation.headline == "mae":
        remarks.append(f"In the unit of the target “{record.dataset.target.name}”.")
    if evaluation.num_groups:
        remarks.append(f"The examples come in {evaluation.num_groups:,} groups; the interval respects that.")
    if metric.note:
        few = metric.note.startswith("too few to say: ")
        remarks.append(f"No interval: {metric.note}." if few else metric.note[:1].upper() + metric.note[1:] + ".")
    if evaluation.split == "val" and not last_epoch_answers(record):
        remarks.append("Validation chose the best epoch, so this number flatters a little.")
    if evaluation.split == "train":
        remarks.append("The model learned from these very examples: this number says little about new ones.")
    return tuple(remarks)


def _unmeasured(record: RunRecord) -> tuple[str, str, str, tuple[str, ...]]:
    best = record.best
    if best is None:
        return "", "Nothing has been measured yet.", "", ()
    if record.dataset.target.measured_when_asked:
        return "", record.dataset.target.measured_when_asked, "", ()
    name = metric_words(best.metric)
    number = wording.percent(best.value) if name.is_share else wording.decimal(best.value)
    split = "validation" if record.dataset.num_examples.get("val") else "training"
    count = record.dataset.num_examples.get("val") or record.dataset.num_examples.get("train", 0)
    if are_few(count):
        # A number in giant type would say more than a handful of examples can.
        told = f"After epoch {best.epoch} the {name.label} on the {counted(count, example_noun(record))} of {split} is"
        return "", f"{told} {number}.", "", ()
    return (
        number,
        f"{split} {name.label} after epoch {best.epoch}",
        "",
        ("Seen in passing while training; no evaluation was made yet.",),
    )


def baseline_chart(evaluation: Evaluation, model: str) -> Markup | None:
    """Return the model's score beside those of simple methods, or None when there are none."""
    if not evaluation.baselines:
        return None
    name = evaluation.baselines[0].metric_name
    own = evaluation.metrics.get(name)
    rows = [] if own is None else [_interval_row(model, name, own, is_model=True)]
    rows += [_interval_row(baseline.name, name, baseline.metric, is_model=False) for baseline in evaluation.baselines]
    words = metric_words(name)
    label = f"{words.label} on the {SPLIT_WORDS[evaluation.split]} split: " + "; ".join(
        f"{row.name} {row.words}" for row in rows
    )
    return interval_chart(
        rows, title=f"{words.label}, {SPLIT_WORDS[evaluation.split]} split", label=label, is_share=words.is_share
    )


def _interval_row(who: str, name: str, metric: Metric, *, is_model: bool) -> IntervalRow:
    return IntervalRow(who, metric.value, metric.low, metric.high, wording.metric_value(name, metric), is_model)


def _facts(record: RunRecord, evaluations: Sequence[Evaluation]) -> tuple[tuple[str, str], ...]:
    noun = example_noun(record)
    total = sum(record.dataset.num_examples.values())
    return (
        ("Dataset", f"{record.dataset.name}, {counted(total, noun)}"),
        ("Model", f"{record.model.name}, {wording.big(record.model.num_parameters)} parameters"),
        ("Task", record.task),
        ("Trained", wording.day(record.timings.created)),
        ("Status", STATUS_WORDS[record.status] + _took(record, evaluations)),
    )


def _took(record: RunRecord, evaluations: Sequence[Evaluation]) -> str:
    """Return how long it took in its parts: what a user waited for is more than the epochs."""
    timings = record.timings
    if not timings.training_seconds:
        return ""
    measured = next((evaluation.seconds for evaluation in evaluations if evaluation.split == "val"), 0.0)
    prepared = 0.0 if timings.first_step is None else timings.first_step - timings.created
    parts = (("preparing", prepared), ("training", timings.training_seconds), ("measuring", measured))
    return ": " + ", ".join(
        f"{name} {wording.duration(seconds)}" for name, seconds in parts if seconds >= 1 or name == "training"
    )


def _seal(record: RunRecord, evaluations: Sequence[Evaluation], page: Path | None) -> Seal:
    opened = [evaluation for evaluation in evaluations if evaluation.split == "test"]
    size = record.dataset.num_examples.get("test", 0)
    noun = example_noun(record)
    if opened:
        reasons = tuple((wording.moment_of(one.opening.when), one.opening.reason) for one in opened if one.opening)
        times = "once" if len(opened) == 1 else "twice" if len(opened) == 2 else f"{len(opened)} times"
        caution = "" if len(opened) == 1 else " Choices made after looking would make its score too good."
        return Seal(len(opened), f"The test split was opened {times}.{caution}", reasons, "")
    if not size and not record.dataset.num_examples.get("val", 0):
        all_of_them = counted(record.dataset.num_examples.get("train", 0), noun)
        what = f"All {all_of_them} were learned from, so nothing says how good the answers to others are."
        return Seal(0, what, (), "")
    if not size:
        return Seal(0, "These data have no test split.", (), "")
    judge = " --judge CLASSIFIER" if record.dataset.target.measured_when_asked else ""
    return Seal(
        0,
        f"The test split ({counted(size, noun)}) is still sealed: nothing shown here has seen it.",
        (),
        f"pellucid evaluate {shlex.quote(run_place(record, page))}{judge}",
    )


def run_place(record: RunRecord, page: Path | None) -> str:
    """Return the run's folder as it would be typed where the run was made; no absolute path of this machine."""
    folder = page.parent if page is not None else Path("runs") / record.name
    return folder.as_posix() if not folder.is_absolute() and folder.name else f"{folder.parent.name}/{folder.name}"
