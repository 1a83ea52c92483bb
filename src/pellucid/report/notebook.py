"""Small displays for notebooks: what `_repr_html_` of a Run and of an Evaluation returns."""

from __future__ import annotations

from collections.abc import Sequence

from pellucid.evaluation import Evaluation
from pellucid.report import wording
from pellucid.report.curves import build_curves
from pellucid.report.headline import SPLIT_WORDS, baseline_chart, build_headline
from pellucid.report.rendering import render
from pellucid.report.scores import metric_rows
from pellucid.runs import EpochRow, RunRecord

MAX_METRICS = 6
MAX_CLASSES = 12


def evaluation_html(evaluation: Evaluation) -> str:
    """Return a static fragment of HTML: the score with its interval, the metrics, simple methods beside it."""
    opening = evaluation.opening
    return render(
        "notebook_evaluation.html.jinja",
        title=f"{SPLIT_WORDS[evaluation.split].capitalize()} split, {wording.counted(evaluation.n, 'example')}",
        metrics=metric_rows(evaluation)[:MAX_METRICS],
        num_more=max(0, len(evaluation.metrics) - MAX_METRICS),
        opening="" if opening is None else f"Opening {opening.number} of the sealed test split: {opening.reason}",
        chart=baseline_chart(evaluation, "this model"),
        comparisons=[baseline.versus.summary for baseline in evaluation.baselines if baseline.versus],
        notes=evaluation.notes,
    )


def run_html(record: RunRecord, history: Sequence[EpochRow], evaluations: Sequence[Evaluation]) -> str:
    """Return a static fragment of HTML: what was trained, how it went, how good it is."""
    curves = build_curves(record, history)
    return render(
        "notebook_run.html.jinja",
        title=record.name,
        headline=build_headline(record, evaluations),
        charts=curves.charts[:2] if curves else (),
    )
