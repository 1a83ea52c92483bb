"""A ladder of methods as something to look at: dots with their intervals, and the whole table."""

from __future__ import annotations

from pellucid.evaluation import metric_words
from pellucid.kinds import SplitName
from pellucid.ladder import Ladder, Rung, Score, score_words, size_words, time_words, verdict_words
from pellucid.report.charts.intervals import IntervalRow, interval_chart
from pellucid.runs import Exhibit, ExhibitTable, Figure


def ladder_exhibit(ladder: Ladder, *, command: str = "") -> Exhibit:
    """Return the exhibit of a ladder: for each split that was scored a chart, and one table with everything."""
    splits: tuple[SplitName, ...] = ("val",) if ladder.opening is None else ("val", "test")
    best, label = ladder.best_rung, metric_words(ladder.metric_name).label
    words = {"val": "validation", "test": "test"}
    return Exhibit(
        name="ladder",
        title=f"The ladder: {ladder.dataset}",
        paragraphs=(
            "Each rung is a method, from the trivial to a network that was trained before: learned from the same "
            "training examples, asked about the same others. A step up is worth its price only where the intervals and "
            "the paired test say so.",
            f"Best on validation: {best.name}, {label} {score_words(best.val.metric)}.",
        ),
        figures=tuple(_chart(ladder, split, words[split]) for split in splits),
        tables=(_table(ladder, splits), _descriptions(ladder)),
        notes=(
            "In brackets: 95 % intervals. Beside the best: paired tests against the rung that is best on validation, "
            "p-values corrected for their number (Holm 1979).",
            *ladder.notes,
            *((f"The test split was opened: {ladder.opening.reason}.",) if ladder.opening else ()),
        ),
        command=command,
    )


def _chart(ladder: Ladder, split: SplitName, words: str) -> Figure:
    scored = [(rung, _score(rung, split)) for rung in ladder.rungs]
    rows = [
        IntervalRow(
            name=rung.name,
            value=score.metric.value,
            low=score.metric.low,
            high=score.metric.high,
            words=score_words(score.metric),
            is_model=rung.name == ladder.best,
        )
        for rung, score in scored
    ]
    title = f"{metric_words(ladder.metric_name).label}, {ladder.num_examples[split]:,} {words} examples"
    said = "; ".join(f"{rung.name} {score_words(score.metric)}" for rung, score in scored)
    label = f"{title}: {said}"
    drawing = interval_chart(rows, title=title, label=label, is_share=ladder.metric_name != "mae")
    caption = f"{title}, with 95 % intervals; filled: the best on validation"
    return Figure.from_svg(str(drawing), alt=label, caption=caption)


def _table(ladder: Ladder, splits: tuple[SplitName, ...]) -> ExhibitTable:
    header = (
        "rung",
        *(f"{metric_words(ladder.metric_name).label}, {split}" for split in splits),
        "beside the best",
        "time",
        "size",
    )
    rows = tuple(
        (
            rung.name,
            *(score_words(_score(rung, split).metric) for split in splits),
            verdict_words(_score(rung, splits[-1])),
            time_words(rung.seconds),
            size_words(rung),
        )
        for rung in ladder.rungs
    )
    return ExhibitTable(header=header, rows=rows, caption="All rungs, from the trivial to the fine-tuned")


def _descriptions(ladder: Ladder) -> ExhibitTable:
    rows = tuple((rung.name, rung.description) for rung in ladder.rungs)
    return ExhibitTable(header=("rung", "what it is"), rows=rows, caption="What each rung is", numeric=False)


def _score(rung: Rung, split: SplitName) -> Score:
    score = rung.val if split == "val" else rung.test
    assert score is not None
    return score
