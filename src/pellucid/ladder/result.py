"""A ladder: methods from the trivial to the fine-tuned, as a record."""

from __future__ import annotations

from typing import Literal

from pellucid.evaluation import Opening
from pellucid.ladder.records import Rung
from pellucid.printed import Printed
from pellucid.records import Record


class Ladder(Printed, Record):
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
