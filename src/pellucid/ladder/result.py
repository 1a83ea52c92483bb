"""A ladder: methods from the trivial to the fine-tuned, as a record, and as plain text for a terminal."""

from __future__ import annotations

from typing import Literal

from pellucid.evaluation import Opening, metric_words
from pellucid.ladder.records import Rung
from pellucid.ladder.wording import score_words, size_words, time_words, verdict_words
from pellucid.records import Record


class Ladder(Record):
    """Methods from the trivial to the fine-tuned, on the same examples."""

    schema_version: Literal[1] = 1
    dataset: str
    fingerprint: str
    split_fingerprint: str
    metric_name: str
    higher_is_better: bool
    num_examples: dict[str, int]
    """Per split."""
    rungs: tuple[Rung, ...]
    """In the order of the lecture: trivial, classical, from scratch, frozen, fine-tuned."""
    best: str
    """Name of the rung that is best on val."""
    notes: tuple[str, ...] = ()
    """What the reader must know about the numbers as a whole."""
    opening: Opening | None = None
    """That the sealed test split was opened, for all rungs at once."""
    seconds: float = 0.0

    @property
    def best_rung(self) -> Rung:
        """The rung that is best on val."""
        return next(rung for rung in self.rungs if rung.name == self.best)

    def __str__(self) -> str:
        """Return the table of the rungs, with what it does and does not show."""
        header = [
            "rung",
            f"{metric_words(self.metric_name).label}, val",
            *(["test"] if self.opening else []),
            "beside the best",
            "time",
            "size",
        ]
        rows = [header, *(_row(rung, is_opened=self.opening is not None) for rung in self.rungs)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        count = f"{self.num_examples['val']:,} validation examples"
        opened = f"; {self.num_examples['test']:,} test examples" if self.opening else "; the test split stays sealed"
        details = [f"  {rung.name}: {rung.description}" for rung in self.rungs]
        return "\n".join(
            [
                f"ladder of {self.dataset}: {count}{opened}",
                "",
                *lines,
                "",
                *details,
                "",
                "In brackets: 95% intervals. 'beside the best': p-values of paired tests against the rung that is best "
                "on val, corrected for their number (Holm).",
                *self.notes,
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
