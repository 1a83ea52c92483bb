"""What simple methods look at: a table with a row for each kind of input; and the one place where they are scored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from pellucid.doing import doing
from pellucid.evaluation.baseline_rows import baseline_rows
from pellucid.evaluation.beside import score_methods
from pellucid.evaluation.forecast_baselines import forecast_methods
from pellucid.evaluation.kinds import Truth
from pellucid.evaluation.methods_of_series import SeriesMethod, series_examples, series_methods
from pellucid.evaluation.ngram_baselines import ngram_methods
from pellucid.evaluation.picture_baselines import picture_methods, suits_pictures
from pellucid.evaluation.records import Baseline
from pellucid.evaluation.simple import SIMPLE, Choices, FlatRows, Method, learning_from
from pellucid.evaluation.text_baselines import text_methods
from pellucid.evaluation.writing_baselines import writing_methods
from pellucid.kinds import INPUTS, TARGETS, KindTable, Refused, SplitName

if TYPE_CHECKING:
    from pellucid.data import Dataset
    from pellucid.preprocessing import Preprocessing


@dataclass(frozen=True)
class Beside:
    """What simple methods are trained and scored on, beside a model.

    Attributes:
        dataset: of the run.
        preprocessing: likewise.
        split: what is scored.
        truth: of its examples.
        model_answers: [N, ...] what the model answers to them, in the form of targets.
        balanced: whether the methods learn as if each class were equally frequent, as the network did.
    """

    dataset: Dataset
    preprocessing: Preprocessing
    split: SplitName
    truth: Truth
    model_answers: NDArray[Any]
    balanced: bool


def of_pictures(beside: Beside) -> list[Method]:
    """Return methods that look at edges and colours, at small pictures' pixels."""
    if not suits_pictures(beside.preprocessing):
        return _on_rows(beside, trees=False)
    return picture_methods(beside.dataset, beside.preprocessing, beside.split, balanced=beside.balanced)


def of_tables(beside: Beside) -> list[Method]:
    """Return methods that look at the columns, what is hard to beat there among them."""
    return _on_rows(beside, trees=True)


def of_texts(beside: Beside) -> list[Method]:
    """Return methods that count words."""
    return text_methods(beside.dataset, beside.split, balanced=beside.balanced)


def of_series(beside: Beside) -> list[Method]:
    """Return methods that look at the values of all steps, and those that know that steps follow one another."""
    return [*_on_rows(beside, trees=False), *_on_shapes(beside)]


def _on_shapes(beside: Beside) -> list[Method]:
    """Return the methods of series, which learn from the training split."""
    dataset, kind, indices = beside.dataset, beside.truth.target.kind, beside.dataset.splits["train"]
    if not (methods := series_methods(kind)):
        return []
    train, asked = (
        series_examples(dataset, beside.preprocessing, some) for some in (indices, dataset.splits[beside.split])
    )

    def learned(method: SeriesMethod) -> Method:
        def answer() -> tuple[NDArray[Any], str]:
            answers, words = method.answer(train, dataset.targets[indices], [asked], kind)
            return answers[0], words

        return Method(method.name, answer)

    return [learned(method) for method in methods]


def _on_rows(beside: Beside, *, trees: bool) -> list[Method]:
    """Return the methods that learn from the training split's prepared inputs as rows."""
    dataset, target = beside.dataset, beside.truth.target
    rows = baseline_rows(dataset, beside.preprocessing, beside.split)
    flat = FlatRows(rows.train_rows, dataset.targets[rows.train], rows.scored_rows)
    choices = Choices(trees=trees, balanced=beside.balanced)
    methods = rows.described(SIMPLE[target.kind].on_rows(target, flat, choices))
    return learning_from(methods, target.model_dump_json(), choices, rows.words, flat.digest())


BASELINES: KindTable[Callable[[Beside], Sequence[Method]]] = KindTable(
    "baseline",
    INPUTS,
    {
        "image": of_pictures,
        "series": of_series,
        "table": of_tables,
        "text": of_texts,
    },
)


def of_next_tokens(beside: Beside) -> list[Method]:
    """Return n-gram models of the same text."""
    width = beside.model_answers.shape[1]
    return ngram_methods(beside.dataset, beside.preprocessing, beside.split, width=width)


def of_futures(beside: Beside) -> list[Method]:
    """Return simple forecasts of the same series."""
    return forecast_methods(beside.dataset, beside.split)


def of_texts_to_write(beside: Beside) -> list[Method]:
    """Return simple ways to write an answer."""
    return writing_methods(beside.dataset, beside.split)


_BY_INPUT = Refused("What simple methods look at follows from the kind of input.")
RIVALS: KindTable[Callable[[Beside], Sequence[Method]]] = KindTable(
    "method of its own beside it",
    TARGETS,
    {
        "class": _BY_INPUT,
        "future": of_futures,
        "labels": _BY_INPUT,
        "next": of_next_tokens,
        "text": of_texts_to_write,
        "value": _BY_INPUT,
        "values": _BY_INPUT,
    },
)
"""Of targets whose rivals follow from what is learned, and not from what it is learned from."""


def why_alone(dataset: Dataset) -> str:
    """Return why no simple methods stand beside a model of a dataset; "" where they do."""
    if dataset.target.kind in RIVALS:
        return ""
    return SIMPLE.why_not(dataset.target.kind) or BASELINES.why_not(dataset.input.kind)


def score_beside(beside: Beside) -> tuple[Baseline, ...]:
    """Train and score the simple methods beside a model, where there are any."""
    kind = beside.truth.target.kind
    row = RIVALS[kind] if kind in RIVALS else BASELINES[beside.dataset.input.kind]
    with doing("preparing simple methods to score beside it"):
        methods = row(beside)
    return score_methods(methods, beside.truth, model_answers=beside.model_answers)
