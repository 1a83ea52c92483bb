"""The course of the training: what the page shows of metrics.jsonl."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pellucid.evaluation import metric_words
from pellucid.report import wording
from pellucid.report.charts import Series, line_chart, range_test_chart
from pellucid.report.charts.curves import MOST_PLACES, thin
from pellucid.runs import EpochRow, RunRecord
from pellucid.words import counted


@dataclass(frozen=True)
class Curves:
    """The section "Learning".

    Attributes:
        charts: (title, drawing) of the loss, the other metrics and the learning rate.
        sentences: the best epoch and the gap between training and validation, in words.
        rows: the history as a table: one row of words per epoch, or of a long one evenly as many as can be read.
        columns: the table's heads.
        numbers: what the table shows, in words.
    """

    charts: tuple[tuple[str, Markup], ...]
    sentences: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: str


def build_curves(record: RunRecord, history: Sequence[EpochRow]) -> Curves | None:
    """Return the section, or None before the first epoch's end."""
    if not history:
        return None
    epochs = [row["epoch"] for row in history]
    best = float(record.best.epoch) if record.best else None
    names = [key.removeprefix("train_") for key in history[-1] if key.startswith("train_")]
    # One epoch is no curve: its numbers say it all.
    charts = [(_title(name), _pair(name, history, epochs, best)) for name in names] if len(epochs) > 1 else []
    if charts and any("learning_rate" in row for row in history):
        rate = Series("learning rate", [row.get("learning_rate") for row in history], "rate")
        label = f"Learning rate over {counted(len(epochs), 'epoch')}"
        charts.append(("Learning rate", line_chart([rate], epochs=epochs, label=label, height=170.0)))
    if (test := record.range_test) is not None:
        words = "the default" if test.note else "chosen"
        charts.append(
            ("Learning rate range test", range_test_chart(test.rates, test.losses, chosen=test.chosen, words=words))
        )
    columns, places = tuple(history[-1]), thin(len(history), MOST_PLACES)
    every = "Every epoch as numbers"
    if len(places) < len(history):
        every = f"{len(places):,} of {len(history):,} epochs as numbers; results.csv has them all"
    return Curves(
        charts=tuple(charts),
        sentences=(*_best_sentence(record, history), *_gap_sentences(record, history, names)),
        columns=tuple(name.replace("_", " ") for name in columns),
        rows=tuple(tuple(_cell(name, history[at].get(name)) for name in columns) for at in places),
        numbers=every,
    )


def _title(name: str) -> str:
    label = metric_words(name).label
    return label[:1].upper() + label[1:]


def _pair(name: str, history: Sequence[EpochRow], epochs: Sequence[float], best: float | None) -> Markup:
    series = [Series("train", [row.get(f"train_{name}") for row in history], "train")]
    if any(f"val_{name}" in row for row in history):
        series.append(Series("val", [row.get(f"val_{name}") for row in history], "val"))
    is_share = metric_words(name).is_share
    last = ", ".join(f"{one.name} {_words(name, one.values[-1])}" for one in series)
    label = f"{_title(name)} over {counted(len(epochs), 'epoch')}; at the end: {last}"
    return line_chart(series, epochs=epochs, label=label, best=best, is_share=is_share, may_be_log=name == "loss")


def _words(name: str, value: float | None) -> str:
    return wording.percent(value) if metric_words(name).is_share else wording.decimal(value)


def _cell(name: str, value: float | None) -> str:
    if name == "epoch" and value is not None:
        return f"{value:g}"
    if name == "examples_per_second" and value is not None and math.isfinite(value):
        return f"{value:,.0f}"
    return _words(name.removeprefix("train_").removeprefix("val_"), value)


def last_epoch_answers(record: RunRecord) -> bool:
    """Return whether the last epoch answers because no figure tells a better one."""
    from pellucid.training import task_of  # with torch

    return task_of(record).monitor.is_last


def _best_sentence(record: RunRecord, history: Sequence[EpochRow]) -> list[str]:
    best = record.best
    if best is None or record.recipe.optimization.optimizer is None:  # counted in one pass: there is nothing to choose
        return []
    if last_epoch_answers(record):
        return ["The run answers with the weights of its last epoch: none of these figures tells a better one."]
    split = "validation" if f"val_{best.metric}" in history[-1] else "training"
    score = f"{split} {metric_words(best.metric).label} ({_words(best.metric, best.value)})"
    close = " Of epochs too close to tell apart it has the lowest loss." if _is_share(best.metric) else ""
    return [f"The run answers with the weights of epoch {best.epoch} of {len(history)}, the best by {score}.{close}"]


def _is_share(metric: str) -> bool:
    return metric_words(metric).is_share


def _gap_sentences(record: RunRecord, history: Sequence[EpochRow], names: Sequence[str]) -> list[str]:
    if record.recipe.optimization.optimizer is None or last_epoch_answers(record):
        return []
    if record.augmentation is not None and record.augmentation.mixes:
        return [
            "Training is measured on mixed pictures, for which no answer is wholly right: "
            "it looks worse than validation, and the two cannot be compared."
        ]
    name = next((name for name in names if name != "loss"), "loss")
    at = next((row for row in history if record.best and row["epoch"] == record.best.epoch), history[-1])
    train, val = at.get(f"train_{name}"), at.get(f"val_{name}")
    if train is None or val is None or not (math.isfinite(train) and math.isfinite(val)):
        return []
    words = metric_words(name)
    if words.is_share:
        # Of a Hamming loss, as of all losses, less is better.
        gap = (train - val) * (-100 if name == "hamming_loss" else 100)
        apart = f"a gap of {abs(gap):.1f} points"
        ahead = gap > 0
        small = abs(gap) < 2.0
    else:
        ratio = val / train if train else 1.0
        apart = f"validation is {ratio:.2f} times training"
        ahead = ratio > 1
        small = 0.85 < ratio < 1.15
    both = f"{_words(name, train)} on training and {_words(name, val)} on validation"
    sentence = f"In that epoch the {words.label} was {both}: {apart}."
    if small:
        return [sentence, "The two are close: the model hardly knows its training examples better than new ones."]
    if ahead:
        return [
            sentence,
            "The model knows its training examples better than new ones (overfitting): "
            "more data, augmentation or regularisation may help.",
        ]
    return [
        sentence,
        "Training looks worse because it is measured while learning, "
        "with dropout and augmentation where the run uses them.",
    ]
