"""The table of a training's epochs: every epoch of a short one, every so many of a long one, and always the best."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pellucid.runs import EpochRow

MOST_ROWS = 20
"""Rows that a long training is thinned to, but for its first, its last and its best epoch."""
_ALL_UP_TO = 30
_MULTIPLES = (2, 3, 4, 5, 10, 20, 25, 50)
_UNPRICED = "A loss of 0 beside wrong answers: a score of exactly 0 is answered yes, and by this loss costs nothing."


class EpochTable:
    """Prints the epochs of one training.

    Args:
        say: prints a line.
        all_rows: whether no epoch is left out.
    """

    def __init__(self, say: Callable[[str], None], *, all_rows: bool = False) -> None:
        self._say, self._all_rows = say, all_rows
        self._last: tuple[EpochRow, int] | None = None  # what is not printed yet, and of how many epochs
        self._best: tuple[EpochRow, int] | None = None  # likewise
        self._best_epoch = self._said_best = 0
        self._begun = self._is_unpriced = False

    def every(self, num_epochs: int) -> int:
        """Return of how many epochs one is printed: 1 for all."""
        if self._all_rows or num_epochs <= _ALL_UP_TO:
            return 1
        least = -(-num_epochs // MOST_ROWS)
        return next((step for step in _MULTIPLES if step >= least), -(-least // 100) * 100)

    def add(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        """Take an epoch, and print it when it is its turn."""
        epoch = int(row["epoch"])
        self._is_unpriced |= row["train_loss"] == 0 and row.get("train_accuracy", 1.0) < 1
        self._last = (row, num_epochs)
        if is_best:
            self._best, self._best_epoch = self._last, epoch
        if not self._begun:
            self._begun = True
            self._say("")
            for line in _header(row, num_epochs):
                self._say(line)
        elif epoch % self.every(num_epochs) and epoch != num_epochs:
            return
        self._print(row, num_epochs)

    def close(self) -> None:
        """Print the last epoch, where training ended before its turn, and the best one, where it was left out."""
        if self._last is not None:
            self._print(*self._last)
        if self._best is not None:
            self._say(f"Epoch {self._best_epoch} was best; its weights are the ones that answer:")
            self._print(*self._best)
        if self._is_unpriced:
            self._is_unpriced = False
            self._say(_UNPRICED)

    def _print(self, row: EpochRow, num_epochs: int) -> None:
        mark = ""
        if self._best is not None and self._best[0] is row:
            mark, self._best = "  best", None
        elif self._best is not None and self._said_best != self._best_epoch:
            mark, self._said_best = f"  (best: {self._best_epoch})", self._best_epoch
        if self._last is not None and self._last[0] is row:
            self._last = None
        self._say(_epoch_line(row, num_epochs) + mark)


class _Column(NamedTuple):
    """A column of the table: where several belong together, `group` stands above them."""

    group: str
    title: str
    width: int
    cell: str


def _columns(row: EpochRow, num_epochs: int) -> list[_Column]:
    """Return the columns of an epoch; a row with its mark has at most 80 letters, 99 epochs long or shorter."""
    counted, has_balanced = f"{row['epoch']:.0f}/{num_epochs}", "val_balanced_accuracy" in row
    columns = [_Column("", "epoch", max(5, 2 * len(str(num_epochs)) + 1), counted)]
    columns += [_Column("loss", *one) for one in _pair(row, "loss", 7)]
    for name, width in (("accuracy", 6), ("mae", 8)):
        if f"train_{name}" not in row:
            continue
        columns += [_Column(name, *one) for one in _pair(row, name, width)]
        if f"val_{name}" in row and not has_balanced:  # there is room for one of them
            gap = row[f"train_{name}"] - row[f"val_{name}"]
            columns.append(_Column(name, "gap", width + 1, f"{gap:+.4f}"))
    if has_balanced:
        columns.append(_Column("", "balanced", 8, f"{row['val_balanced_accuracy']:.4f}"))
    columns.append(_Column("", "examples/s", 10, f"{row['examples_per_second']:,.0f}"))
    columns.append(_Column("", "seconds", 7, f"{row['seconds']:.1f}"))
    return columns


def _pair(row: EpochRow, name: str, width: int) -> Iterator[tuple[str, int, str]]:
    for split in ("train", "val"):
        if (value := row.get(f"{split}_{name}")) is not None:
            yield split, width, f"{value:.4f}"


def _header(row: EpochRow, num_epochs: int) -> tuple[str, str]:
    """Return the two lines above the rows: what is measured, and of which split."""
    columns = _columns(row, num_epochs)
    groups = [
        f"{group:^{sum(one.width for one in among) + len(among) - 1}}"
        for group, among in ((group, list(some)) for group, some in groupby(columns, lambda one: one.group))
    ]
    return " ".join(groups).rstrip(), " ".join(f"{one.title:>{one.width}}" for one in columns)


def _epoch_line(row: EpochRow, num_epochs: int) -> str:
    return " ".join(f"{one.cell:>{one.width}}" for one in _columns(row, num_epochs))
