"""One evaluation as the page shows it: metrics, classes, confusions, calibration, mistakes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

from markupsafe import Markup

from pellucid.evaluation import (
    TOO_FEW,
    CalibrationBin,
    ClassRow,
    Evaluation,
    LargeError,
    Metric,
    Mistake,
    metric_words,
)
from pellucid.report import wording
from pellucid.report.charts import (
    confusion_heatmap,
    reliability_diagram,
)
from pellucid.report.embedding import Album, Embedded
from pellucid.report.error_drawings import error_drawings, forecast_drawings
from pellucid.report.wording import SPLIT_WORDS, percent
from pellucid.words import counted

MAX_MATRIX_CLASSES = 30
"""Up to so many classes the confusion matrix is a table of numbers; beyond, a picture and a list."""
MAX_CONFUSIONS = 12
"""How the note of a metric without an interval begins, before its reason."""
FEW_CLASSES = 10
"""Up to so many classes the names above the columns of a confusion matrix are written out."""
STARTS = (0.99, 0.95, 0.9, 0.8, 0.5)
"""Where the bars of the classes may begin: at the highest of these that lies below all of them, else at 0."""


@dataclass(frozen=True)
class Bar:
    """A share of 1 and its interval, for a bar of CSS: percentages from 0 to 100; low is None without an interval."""

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class MetricRow:
    """One metric in words."""

    label: str
    meaning: str
    value: str
    interval: str
    method: str
    note: str
    has_mark: bool = False
    """Whether the note stands below the table, since several metrics have it."""


@dataclass(frozen=True)
class ClassScore:
    """One class: its name, how many examples, and (words, interval, bar) of each column of scores.

    `threshold` is the probability from which a label is answered, in words; "" for a class that excludes the others.
    """

    name: str
    support: int
    scores: tuple[tuple[str, str, Bar | None], ...]
    threshold: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell of the confusion matrix; `share` is in percent of its row."""

    count: int
    share: float
    right: bool
    title: str


@dataclass(frozen=True)
class Confusion:
    """The confusion matrix, as a table or as a picture, and its largest entries as (count, true, predicted, share)."""

    names: tuple[str, ...]
    table: tuple[tuple[str, tuple[Cell, ...]], ...]
    picture: Markup | None
    largest: tuple[tuple[int, str, str, str], ...]
    num_wrong: int
    is_few: bool


@dataclass(frozen=True)
class Reliability:
    """The reliability diagram, what it says, and its bins that hold examples."""

    picture: Markup
    sentence: str
    definition: str
    bins: tuple[CalibrationBin, ...]


@dataclass(frozen=True)
class Shown:
    """One wrong or far answer: its picture (or None), its name, the truth, the answer, and how sure or how far off.

    `words` is what can be read of it; "" where there is nothing.
    """

    picture: Embedded | None
    name: str
    target: str
    predicted: str
    measure: str
    words: str = ""


@dataclass(frozen=True)
class Scores:
    """An evaluation on the page.

    Attributes:
        split: its name; `title` in words, with the number of examples.
        metrics: the headline first.
        class_columns: what the scores of a class are.
        class_intro: a sentence on the weakest classes; "" where there are few.
        bars: between which shares the bars of the classes run, in words; "" where there are no classes.
        mistakes: worst first; `mistake_words` is what their measure means.
        has_pictures: whether the mistakes are a gallery; else a table.
        errors: (title, drawing) for a regression.
        notes: what must be known about the numbers.
    """

    split: str
    title: str
    metrics: tuple[MetricRow, ...]
    classes: tuple[ClassScore, ...]
    class_columns: tuple[str, ...]
    class_intro: str
    bars: str
    confusion: Confusion | None
    reliability: Reliability | None
    mistakes: tuple[Shown, ...]
    mistake_words: str
    has_pictures: bool
    errors: tuple[tuple[str, Markup], ...]
    notes: tuple[str, ...]


def build_scores(evaluation: Evaluation, album: Album, *, noun: str, num_mistakes: int = 24) -> Scores:
    """Return what the page shows of one evaluation.

    Args:
        evaluation: to show.
        album: the pictures, for the gallery.
        noun: what one example is, "picture" or "row".
        num_mistakes: how many mistakes to show at most.
    """
    worst = evaluation.worst[:num_mistakes]
    mistakes = tuple(replace(_shown(one, album.find(one.index)), words=album.words(one.index)) for one in worst)
    rows = evaluation.class_rows
    columns = tuple(dict.fromkeys(name for row in rows for name in row.columns))
    start = _bars_begin(rows)
    metrics, reason = _noted_once(metric_rows(evaluation))
    return Scores(
        split=evaluation.split,
        title=f"{SPLIT_WORDS[evaluation.split].capitalize()}: {counted(evaluation.n, noun)}",
        metrics=metrics,
        classes=tuple(_class_score(row, columns, start=start) for row in rows),
        class_columns=columns,
        class_intro=_weakest(evaluation),
        bars=f"{wording.percent(start, 0)} to {wording.percent(1.0, 0)}" if rows else "",
        confusion=_confusion(evaluation),
        reliability=_reliability(evaluation),
        mistakes=mistakes,
        mistake_words=next((one.order for one in worst), ""),
        has_pictures=any(mistake.picture for mistake in mistakes),
        errors=(*error_drawings(evaluation), *forecast_drawings(evaluation)),
        notes=(*((reason,) if reason else ()), *evaluation.notes),
    )


def metric_rows(evaluation: Evaluation) -> tuple[MetricRow, ...]:
    """Return every metric in words, the headline first."""
    names = [evaluation.headline, *(name for name in evaluation.metrics if name != evaluation.headline)]
    rows = [_metric_row(name, evaluation.metrics[name]) for name in names]
    rows = [replace(row, label=evaluation.title(name, row.label)) for name, row in zip(names, rows, strict=True)]
    # By step ahead a forecast's numbers are drawn, which a dozen steps of four rows each would hide.
    for output in () if evaluation.forecasts else evaluation.output_rows:
        for name, metric in output.metrics.items():
            row = _metric_row(name, metric)
            rows.append(replace(row, label=f"{output.name}: {row.label}"))
    return tuple(rows)


def bar(metric: Metric, *, start: float = 0.0) -> Bar | None:
    """Return a metric as a bar from `start` to 1, or None when it is not defined."""
    if not math.isfinite(metric.value):
        return None
    ends = (metric.low, metric.high) if metric.low is not None and metric.high is not None else (None, None)
    value, low, high = (
        None if one is None else round(100 * (min(max(one, start), 1.0) - start) / (1 - start), 1)
        for one in (metric.value, *ends)
    )
    return Bar(value or 0.0, low, high)


def _bars_begin(rows: Sequence[ClassRow]) -> float:
    """Return where the bars of all classes begin, so that what tells the classes apart can be seen."""
    metrics = [one for row in rows for one in row.columns.values()]
    ends = [end for one in metrics for end in (one.value, one.low) if end is not None and math.isfinite(end)]
    return next((start for start in STARTS if ends and start < min(ends)), 0.0)


def _metric_row(name: str, metric: Metric) -> MetricRow:
    words = metric_words(name)
    method = wording.METHOD_WORDS.get(metric.method, metric.method)
    return MetricRow(
        label=words.label,
        meaning=words.meaning,
        value=wording.metric_value(name, metric),
        interval=wording.metric_interval(name, metric),
        method=method,
        note=metric.note,
    )


def _noted_once(rows: Sequence[MetricRow]) -> tuple[tuple[MetricRow, ...], str]:
    """Return the rows, and the reason that most of those without an interval share: it is said once, below them."""
    reasons = Counter(row.note for row in rows if not row.interval and row.note.startswith(TOO_FEW + ": "))
    reason, count = reasons.most_common(1)[0] if reasons else ("", 0)
    if count < 2:
        return tuple(rows), ""
    marked = tuple(
        replace(row, note=TOO_FEW, has_mark=True) if row.note == reason and not row.interval else row for row in rows
    )
    return marked, f"* {reason[0].upper()}{reason[1:]}."


def _class_score(row: ClassRow, columns: Sequence[str], *, start: float) -> ClassScore:
    found = row.columns
    # Of a label that every example has, or none, nothing can be said of how well its probability sorts.
    scores = [_scored(found[name], start) if name in found else ("", "all have it, or none", None) for name in columns]
    return ClassScore(row.name, row.support, tuple(scores), "" if row.threshold is None else f"{row.threshold:.2f}")


def _small_share(share: float) -> str:
    """Return a share in percent; with a place after the point where it would be 0 or hardly more."""
    return wording.percent(share, 0 if share >= 0.095 else 1)


def _scored(metric: Metric, start: float) -> tuple[str, str, Bar | None]:
    ends = (
        ""
        if metric.low is None or metric.high is None
        else f"{wording.percent(metric.low, 0, unit=False)} to {wording.percent(metric.high, 0)}"
    )
    return wording.percent(metric.value), ends or metric.note, bar(metric, start=start)


def _weakest(evaluation: Evaluation) -> str:
    rows = [row for row in evaluation.class_rows if row.support and math.isfinite(row.recall.value)]
    if len(rows) < 4:
        return ""
    weakest = [row for row in sorted(rows, key=lambda row: row.recall.value) if row.recall.value < 1][:3]
    if not weakest:
        return "Every example of every class was found."
    listed = ", ".join(f"{row.name} ({wording.percent(row.recall.value)})" for row in weakest)
    return f"Found least often: {listed}."


def _confusion(evaluation: Evaluation) -> Confusion | None:
    matrix = evaluation.confusion_rows
    if not matrix:
        return None
    names = tuple(row.name for row in evaluation.class_rows)
    wrong = sorted(
        ((count, i, j) for i, row in enumerate(matrix) for j, count in enumerate(row) if count and i != j),
        key=lambda entry: (-entry[0], entry[1], entry[2]),
    )
    largest = tuple(
        (count, names[i], names[j], _small_share(count / sum(matrix[i]))) for count, i, j in wrong[:MAX_CONFUSIONS]
    )
    fits = len(names) <= MAX_MATRIX_CLASSES
    label = f"Confusion matrix of {len(names)} classes; the largest confusions are listed beside it"
    return Confusion(
        names=names,
        table=tuple(
            (name, _cells(names, index, row)) for index, (name, row) in enumerate(zip(names, matrix, strict=True))
        )
        if fits
        else (),
        picture=None if fits else confusion_heatmap(matrix, label=label),
        largest=largest,
        is_few=len(names) <= FEW_CLASSES,
        num_wrong=sum(count for count, _, _ in wrong),
    )


def _cells(names: Sequence[str], row: int, counts: Sequence[int]) -> tuple[Cell, ...]:
    total = sum(counts) or 1
    return tuple(
        Cell(
            count=count,
            share=round(100 * count / total, 1),
            right=column == row,
            title=f"{count:,} of {sum(counts):,} {names[row]} answered {names[column]} ({percent(count / total, 1)})",
        )
        for column, count in enumerate(counts)
    )


def _reliability(evaluation: Evaluation) -> Reliability | None:
    calibration = evaluation.calibration
    if calibration is None:
        return None
    ece, chance = wording.percent(calibration.ece), wording.percent(calibration.ece_if_calibrated)
    excess = calibration.ece / max(calibration.ece_if_calibrated, 1e-9)
    total = sum(one.count for one in calibration.bins)
    verdict = (
        "so nothing speaks against them"
        if excess <= 1
        else "so these are hardly worse than perfect ones"
        if excess <= 1.5
        else "so these are clearly off"
    )
    filled = [
        one for one in calibration.bins if one.count and one.mean_probability is not None and one.accuracy is not None
    ]
    gap = sum(
        one.count * ((one.mean_probability or 0.0) - (one.accuracy.value if one.accuracy else 0.0)) for one in filled
    )
    leaning = "too sure of itself" if gap > 0 else "not sure enough of itself"
    lean = (
        f" On average the model is {leaning} by {wording.percent(abs(gap) / max(total, 1))}."
        if abs(gap) / max(total, 1) >= 0.001
        else ""
    )
    sentence = (
        f"The stated probabilities miss the share of right answers by {ece} on average (expected calibration error, "
        f"ECE). With {'only ' if total < 1000 else ''}{counted(total, 'example')}, even perfect probabilities would "
        f"miss by about {chance}, {verdict}.{lean}"
    )
    label = f"Reliability diagram: {sentence}"
    return Reliability(reliability_diagram(calibration, label=label), sentence, calibration.definition, tuple(filled))


@singledispatch
def _shown(one: Any, picture: Embedded | None) -> Shown:
    """Return an answer to look at; a record that an evaluation brings for that registers how it reads."""
    raise TypeError(f"There are no words for {type(one).__name__}.")


@_shown.register
def _mistake(one: Mistake, picture: Embedded | None) -> Shown:
    share = wording.percent(one.probability, 1 if one.probability < 0.9995 else 2)
    return Shown(picture, one.name, one.target, one.predicted, share)


@_shown.register
def _large_error(one: LargeError, picture: Embedded | None) -> Shown:
    off = ("+" if one.error > 0 else "") + wording.decimal(one.error)
    return Shown(picture, one.name, wording.decimal(one.target), wording.decimal(one.predicted), off)
