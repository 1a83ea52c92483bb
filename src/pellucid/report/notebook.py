"""Small displays for notebooks: a static fragment of HTML per type of result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pellucid.data import Dataset, shuffled
from pellucid.evaluation import Evaluation, PairedComparison, comparison_sentences, say_winner
from pellucid.kinds import SPLITS
from pellucid.models import ModelSummary
from pellucid.report import wording
from pellucid.report.architecture import summary_html
from pellucid.report.curves import build_curves
from pellucid.report.embedding import Embedded
from pellucid.report.exhibits import exhibit_html
from pellucid.report.headline import baseline_chart, build_headline
from pellucid.report.kinds import INPUT_WORDS
from pellucid.report.provenance import count_rows, describe_data
from pellucid.report.rendering import render
from pellucid.report.result_exhibits import EXHIBITS, exhibit_of
from pellucid.report.scores import metric_rows
from pellucid.report.search_page import search_html
from pellucid.report.wording import SPLIT_WORDS
from pellucid.runs import EpochRow, RunRecord
from pellucid.words import counted

if TYPE_CHECKING:
    from pellucid.prediction import Prediction

MAX_METRICS = 6
MAX_CLASSES = 12
MAX_PREDICTIONS = 50
PREDICTION = ("pellucid.prediction.records", "Prediction")
SEARCH = ("pellucid.tuning.records", "Search")
"""Types by name: their rooms load torch."""


def evaluation_html(evaluation: Evaluation) -> str:
    """Return a static fragment of HTML: the score with its interval, the metrics, simple methods beside it."""
    opening, winner = evaluation.opening, say_winner(evaluation)
    return render(
        "notebook_evaluation.html.jinja",
        title=f"{SPLIT_WORDS[evaluation.split].capitalize()} split, {counted(evaluation.n, 'example')}",
        metrics=metric_rows(evaluation)[:MAX_METRICS],
        num_more=max(0, len(evaluation.metrics) - MAX_METRICS),
        opening="" if opening is None else f"Opening {opening.number} of the sealed test split: {opening.reason}",
        chart=baseline_chart(evaluation, "this model"),
        comparisons=[
            *([winner] if winner else []),
            *comparison_sentences(evaluation.baselines),
        ],
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


def dataset_html(dataset: Dataset) -> str:
    """Return a static fragment of HTML: counts per class and split, some training pictures, what was found."""
    counts = dataset.class_counts if dataset.target.categories else lambda split: {"all": len(dataset.splits[split])}
    rows = count_rows({str(split): counts(split) for split in SPLITS})
    totals = [len(dataset.splits[split]) for split in SPLITS]
    return render(
        "notebook_dataset.html.jinja",
        title=dataset.name,
        description=describe_data(dataset.input, dataset.target, len(dataset)),
        head=dataset.target.noun.capitalize(),
        splits=SPLITS,
        rows=rows[:MAX_CLASSES],
        num_more=max(0, len(rows) - MAX_CLASSES),
        totals=[*totals, sum(totals)],
        samples=_samples(dataset),
        findings=dataset.findings,
    )


def predictions_html(predictions: Sequence[Prediction]) -> str:
    """Return a static fragment of HTML: an answer a line, and of a single one the probabilities of its classes."""
    single = predictions[0] if len(predictions) == 1 else None
    likeliest = sorted(single.shares().items() if single else (), key=lambda pair: -pair[1])
    return render(
        "notebook_predictions.html.jinja",
        title="Prediction" if single else counted(len(predictions), "prediction"),
        number_word="Probability" if any(one.shares() for one in predictions) else "",
        rows=[_answer(one) for one in predictions[:MAX_PREDICTIONS]],
        shares=[(name, round(100 * share, 1), wording.percent(share)) for name, share in likeliest[:MAX_CLASSES]],
        num_more=max(0, len(predictions) - MAX_PREDICTIONS),
    )


def comparison_html(comparison: PairedComparison) -> str:
    """Return a static fragment of HTML: what the paired test says."""
    return render("notebook_comparison.html.jinja", comparison=comparison)


def _answer(one: Prediction) -> dict[str, str]:
    answer, number = one.said(number=wording.decimal, share=wording.percent)
    decision = one.error or one.decision
    return {"name": one.name, "answer": answer, "number": number, "decision": decision}


def _samples(dataset: Dataset) -> list[tuple[Embedded, str]]:
    chosen = shuffled(dataset.splits["train"], len(dataset), seed=0)[:MAX_CLASSES]
    return INPUT_WORDS[dataset.input.kind].samples(dataset, chosen.tolist())


def register_displays(shell: Any) -> None:
    """Teach a notebook's shell to show results by their type.

    Args:
        shell: IPython's InteractiveShell.
    """
    formatter = shell.display_formatter.formatters["text/html"]
    formatter.for_type(Evaluation, evaluation_html)
    formatter.for_type(PairedComparison, comparison_html)
    formatter.for_type(Dataset, dataset_html)
    formatter.for_type(ModelSummary, summary_html)
    formatter.for_type_by_name(*PREDICTION, lambda one: predictions_html([one]))
    formatter.for_type_by_name(*SEARCH, search_html)
    for name in EXHIBITS:
        module, _, kind = name.rpartition(".")
        formatter.for_type_by_name(module, kind, lambda result: exhibit_html(exhibit_of(result)))
    formatter.for_type(list, _list_html)


def _list_html(values: list[Any]) -> str | None:
    """Return the display of a list of predictions, or of one that has its own; None, for the usual one, of others."""
    answers = bool(values) and all(_is_prediction(value) for value in values)
    if answers:
        return predictions_html(values)
    own: str | None = values._repr_html_() if hasattr(values, "_repr_html_") else None
    return own


def _is_prediction(value: Any) -> bool:
    """Tell without importing its room, which loads torch."""
    return any((cls.__module__, cls.__name__) == PREDICTION for cls in type(value).__mro__)
