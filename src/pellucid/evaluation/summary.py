"""Parts of an evaluation as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from pellucid.evaluation.records import Baseline, ClassRow, Metric

_MAX_CLASSES = 20
_WIDEST_NAME = 30


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


def baseline_lines(baselines: Sequence[Baseline]) -> list[str]:
    """Return what simple methods score, and what the paired tests say; [] where there is none."""
    if not baselines:
        return []
    lines = ["", "  beside it"]
    for baseline in baselines:
        lines.append(f"  {baseline.name}: {baseline.metric_name} {metric_line(baseline.metric)}")
        if baseline.versus is not None:
            lines.append(f"    {baseline.versus.summary}")
    return lines


def times(count: int) -> str:
    """Return how often, in words: "once", "twice", "3 times"."""
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _cell(metric: Metric) -> str:
    if metric.low is None or metric.high is None:
        return f"{metric.value:.3f}"
    return f"{metric.value:.3f} ({metric.low:.2f}-{metric.high:.2f})"


def metric_line(metric: Metric) -> str:
    """Return a metric with its interval and its note."""
    value = f"{metric.value:.4f}" if abs(metric.value) < 100 else f"{metric.value:.4g}"
    if metric.low is not None and metric.high is not None:
        ends = [f"{end:.4f}" if abs(metric.value) < 100 else f"{end:.4g}" for end in (metric.low, metric.high)]
        value += f" ({ends[0]} to {ends[1]})"
    return value + (f"  {metric.note}" if metric.note else "")
