"""An evaluation as plain text for a terminal."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence

from pellucid.evaluation.meanings import explain_opaque
from pellucid.evaluation.records import Baseline, ClassRow, Metric
from pellucid.evaluation.result import Evaluation
from pellucid.evaluation.small import say_few, say_nothing_learned
from pellucid.evaluation.winner import say_winner
from pellucid.printed import text_of
from pellucid.words import percent, visible

TOO_FEW = "too few to say"
_MOST_STEPS = 12
_MAX_CLASSES = 20
_WIDEST_NAME = 30
_WIDEST_LINE = 110


@text_of.register(Evaluation)
def summarise_evaluation(evaluation: Evaluation) -> str:
    """Return a summary of some lines: who answers better, the metrics, each class, the baselines, what to mind."""
    units = f" in {evaluation.num_groups:,} groups" if evaluation.num_groups else ""
    lines = [f"{evaluation.split} split, {evaluation.n:,} examples{units}, {evaluation.task}"]
    if evaluation.opening is not None:
        lines.append(f"opening {evaluation.opening.number} of the sealed test split: {evaluation.opening.reason}")
    for sentence in filter(None, (say_few(evaluation), say_nothing_learned(evaluation), say_winner(evaluation))):
        lines += ["", *_wrapped(sentence)]
    titles = {name: evaluation.title(name) for name in evaluation.metrics}
    width = max(map(len, titles.values()))
    first = [evaluation.headline, *(name for name in evaluation.metrics if name != evaluation.headline)]
    shared = shared_notes([*evaluation.metrics.values(), *(one.metric for one in evaluation.baselines)])
    lines += ["", *(f"  {titles[name]:<{width}}  {metric_line(evaluation.metrics[name], shared)}" for name in first)]
    said = [_without_interval(evaluation, titles, note) for note in shared]
    lines += ["", *(line for sentence in said for line in _wrapped(sentence))] if said else []
    lines += class_lines(evaluation.class_rows)
    if confused := evaluation.most_confused():
        pairs = ", ".join(f"'{right}' taken for '{answered}' {times(count)}" for right, answered, count in confused)
        lines += ["", f"  most confused: {pairs}"]
    lines += step_lines(evaluation)
    for row in () if evaluation.forecasts else evaluation.output_rows:
        metrics = (f"    {name:<21}  {metric_line(metric)}" for name, metric in row.metrics.items())
        lines += ["", f"  {row.name}", *metrics]
    lines += baseline_lines(evaluation.baselines, shared)
    if evaluation.notes:
        lines += ["", *(line for note in evaluation.notes for line in _wrapped(f"Note: {note}"))]
    legend = explain_opaque(evaluation.metrics)  # a terminal has no sentence beside each metric, as the page has
    brackets = [f"  In brackets: {percent(evaluation.level)} intervals."] if _has_intervals(evaluation) else []
    lines += ["", *brackets, *_wrapped(legend)] if brackets or legend else []
    return "\n".join(map(visible, lines))  # a name that holds a break must not make a line of its own


def _without_interval(evaluation: Evaluation, titles: Mapping[str, str], note: str) -> str:
    """Return in a sentence which metrics have no interval for one reason that they share."""
    named = [title for name, title in titles.items() if evaluation.metrics[name].note == note]
    beside = ["the methods beside it"] if any(one.metric.note == note for one in evaluation.baselines) else []
    return f"No intervals for {_and([*named, *beside])} ({note})."


def _has_intervals(evaluation: Evaluation) -> bool:
    """Tell whether an interval stands anywhere in the summary."""
    printed = [
        *evaluation.metrics.values(),
        *(metric for row in evaluation.class_rows for metric in (row.recall, row.precision, row.f1)),
        *(metric for row in evaluation.output_rows if not evaluation.forecasts for metric in row.metrics.values()),
        *(one.metric for one in evaluation.baselines),
    ]
    return any(metric.low is not None and metric.high is not None for metric in printed)


def shared_notes(metrics: Sequence[Metric]) -> tuple[str, ...]:
    """Return the reasons that several metrics have for having no interval: each is said once, and not in every line."""
    counts = Counter(one.note for one in metrics if one.low is None and one.note.startswith(TOO_FEW))
    return tuple(note for note, count in counts.items() if count > 1)


def comparison_sentences(baselines: Sequence[Baseline]) -> list[str]:
    """Return what the paired tests say, a sentence each; one for all of which there are too few examples to say."""
    told = [one for one in baselines if one.versus is not None]
    unclear = [one for one in told if one.versus and one.versus.verdict == "none" and one.versus.p_value is None]
    if len(unclear) <= 1:
        return [one.versus.summary for one in told if one.versus]
    said = [one.versus.summary for one in told if one.versus and one not in unclear]
    why = unclear[0].versus.difference.note if unclear[0].versus else ""
    return [*said, f"No difference from {_and([one.name for one in unclear])} is shown{f' ({why})' if why else ''}."]


def _and(names: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _wrapped(sentence: str, *, indent: str = "  ") -> list[str]:
    return textwrap.wrap(
        sentence, _WIDEST_LINE, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def class_lines(rows: Sequence[ClassRow]) -> list[str]:
    """Return how each class or label fares, below a head; [] where there is none."""
    if not rows:
        return []
    width = min(_WIDEST_NAME, max(5, *(len(row.name) for row in rows)))
    labels = any(row.threshold is not None for row in rows)
    head = f"  {'label' if labels else 'class':<{width}}  examples  recall             precision          f1"
    lines = ["", f"{head}                 roc_auc  answered from" if labels else head]
    for row in rows[:_MAX_CLASSES]:
        cells = "  ".join(f"{_cell(metric):<17}" for metric in (row.recall, row.precision, row.f1))
        name = row.name if len(row.name) <= width else f"{row.name[: width - 3]}..."
        line = f"  {name:<{width}}  {row.support:>8,}  {cells}"
        if row.threshold is not None:
            area = f"{row.roc_auc.value:.3f}" if row.roc_auc is not None else "-"
            line += f"  {area:<7}  {row.threshold:.2f}"
        lines.append(line.rstrip())
    if len(rows) > _MAX_CLASSES:
        lines.append(f"  ... and {len(rows) - _MAX_CLASSES} more classes")
    return lines


def step_lines(evaluation: Evaluation) -> list[str]:
    """Return how a forecast fares by step ahead, a line each, of many every so many; [] of all else."""
    rows = evaluation.output_rows if evaluation.forecasts else ()
    if not rows:
        return []
    every = -(-len(rows) // _MOST_STEPS)
    shown = [row for place, row in enumerate(rows, start=1) if place == 1 or place % every == 0]
    lines = ["", "  ahead        mae       rmse  within 80 %"]
    for row in shown:
        mae, rmse, covered = (row.metrics[name].value for name in ("mae", "rmse", "coverage_80"))
        lines.append(f"  {row.name:<5} {mae:>10.4g} {rmse:>10.4g} {covered:>12.0%}")
    return lines


def baseline_lines(baselines: Sequence[Baseline], shared: Sequence[str] = ()) -> list[str]:
    """Return what simple methods score, and what the paired tests say; [] where there is none.

    Args:
        baselines: of the evaluation.
        shared: notes that are said elsewhere, once for all.
    """
    if not baselines:
        return []
    lines, sentences = ["", "  beside it"], comparison_sentences(baselines)
    for baseline in baselines:
        lines.append(f"  {baseline.name}: {baseline.metric_name} {metric_line(baseline.metric, shared)}")
        if baseline.versus is not None and baseline.versus.summary in sentences:
            lines += _wrapped(baseline.versus.summary, indent="    ")
            sentences.remove(baseline.versus.summary)
    return [*lines, *(line for sentence in sentences for line in _wrapped(sentence))]


def times(count: int) -> str:
    """Return how often, in words: "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _cell(metric: Metric) -> str:
    if metric.low is None or metric.high is None:
        return f"{metric.value:.3f}"
    return f"{metric.value:.3f} ({metric.low:.2f}-{metric.high:.2f})"


def metric_line(metric: Metric, shared: Sequence[str] = ()) -> str:
    """Return a metric with its interval and its note, but for a note that is said once for several."""
    value = f"{metric.value:.4f}" if abs(metric.value) < 100 else f"{metric.value:.4g}"
    if metric.low is not None and metric.high is not None:
        ends = [f"{end:.4f}" if abs(metric.value) < 100 else f"{end:.4g}" for end in (metric.low, metric.high)]
        value += f" ({ends[0]} to {ends[1]})"
    return value + (f"  {metric.note}" if metric.note and metric.note not in shared else "")
