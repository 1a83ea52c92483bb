"""Parts of a ladder in plain text."""

from __future__ import annotations

from pellucid.evaluation import Metric, metric_words
from pellucid.ladder.records import Rung, Score
from pellucid.ladder.result import Ladder
from pellucid.printed import text_of

SIGNIFICANT = 0.05


@text_of.register(Ladder)
def summarise(ladder: Ladder) -> str:
    """Return the table of a ladder's rungs, with what it does and does not show."""
    header = [
        "rung",
        f"{metric_words(ladder.metric_name).label}, val",
        *(["test"] if ladder.opening else []),
        "beside the best",
        "time",
        "size",
    ]
    rows = [header, *(_row(rung, is_opened=ladder.opening is not None) for rung in ladder.rungs)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    count = f"{ladder.num_examples['val']:,} validation examples"
    opened = f"; {ladder.num_examples['test']:,} test examples" if ladder.opening else "; the test split stays sealed"
    details = [f"  {rung.name}: {rung.description}" for rung in ladder.rungs]
    return "\n".join(
        [
            f"ladder of {ladder.dataset}: {count}{opened}",
            "",
            *lines,
            "",
            *details,
            "",
            "In brackets: 95 % intervals. 'beside the best': p-values of paired tests against the rung that is best "
            "on val, corrected for their number (Holm).",
            *ladder.notes,
        ]
    )


def _row(rung: Rung, *, is_opened: bool) -> list[str]:
    judged = rung.test if is_opened and rung.test is not None else rung.val
    test = [score_words(rung.test.metric)] if is_opened and rung.test is not None else []
    return [
        rung.name,
        score_words(rung.val.metric),
        *test,
        verdict_words(judged),
        time_words(rung.seconds),
        size_words(rung),
    ]


def score_words(metric: Metric) -> str:
    """Return a score with its interval, e.g. "0.941 (0.89-0.97)"."""
    value = f"{metric.value:.3f}" if abs(metric.value) < 100 else f"{metric.value:,.0f}"
    if metric.low is None or metric.high is None:
        return f"{value} (too few to say)"
    ends = [f"{end:.3f}" if abs(end) < 100 else f"{end:,.0f}" for end in (metric.low, metric.high)]
    return f"{value} ({ends[0]} to {ends[1]})"


def verdict_words(score: Score) -> str:
    """Return what the comparison with the best rung says, in a few words."""
    if score.versus_best is None or score.p_holm is None:
        return "the best"
    shown = "p < 0.001" if score.p_holm < 0.001 else f"p = {score.p_holm:.3f}"
    if score.p_holm < SIGNIFICANT:
        return f"worse, {shown}" if score.versus_best.verdict == "b" else f"better, {shown}"
    return f"no difference shown, {shown}"


def time_words(seconds: float) -> str:
    """Return a time as a person would say it."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


def size_words(rung: Rung) -> str:
    """Return what has to be kept in order to answer."""
    size = rung.num_bytes
    shown = f"{size:,} bytes" if size < 1000 else f"{size / 1e3:.0f} kB" if size < 1e6 else f"{size / 1e6:.1f} MB"
    return shown if rung.parameters is None else f"{shown}, {rung.parameters:,} parameters"
