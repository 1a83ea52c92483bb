"""The table of a training's epochs: every epoch of a short one, every so many of a long one, and always the best."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pellucid.runs import EpochRow

MOST_ROWS = 20
"""Rows that a long training is thinned to, but for its first, its last and its best epoch."""
_ALL_UP_TO = 30
_MULTIPLES = (2, 3, 4, 5, 10, 20, 25, 50)


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
        self._begun = False

    def every(self, num_epochs: int) -> int:
        """Return of how many epochs one is printed: 1 for all."""
        if self._all_rows or num_epochs <= _ALL_UP_TO:
            return 1
        least = -(-num_epochs // MOST_ROWS)
        return next((step for step in _MULTIPLES if step >= least), -(-least // 100) * 100)

    def add(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        """Take an epoch, and print it when it is its turn."""
        epoch = int(row["epoch"])
        self._last = (row, num_epochs)
        if is_best:
            self._best, self._best_epoch = self._last, epoch
        if not self._begun:
            self._begun = True
            self._say("")
            self._say(" ".join(f"{title:>{width}}" for title, width in _columns(row)))
        elif epoch % self.every(num_epochs) and epoch != num_epochs:
            return
        self._print(row, num_epochs)

    def close(self) -> None:
        """Print the last epoch, where training ended before its turn, and the best one."""
        if self._last is not None:
            self._print(*self._last)
        if self._best is not None:
            self._print(*self._best)

    def _print(self, row: EpochRow, num_epochs: int) -> None:
        mark = ""
        if self._best is not None and self._best[0] is row:
            mark, self._best = "  best", None
        elif self._best is not None and self._said_best != self._best_epoch:
            mark, self._said_best = f"  (best: {self._best_epoch})", self._best_epoch
        if self._last is not None and self._last[0] is row:
            self._last = None
        self._say(_epoch_line(row, num_epochs) + mark)


def _columns(row: EpochRow) -> list[tuple[str, int]]:
    titles = [("epoch", 9), ("train loss", 10)]
    titles += [("val loss", 9)] if "val_loss" in row else []
    for name in ("accuracy", "mae"):
        if f"train_{name}" in row:
            titles += (
                [(f"train {name}", 14), (f"val {name}", 12), ("gap", 7)]
                if f"val_{name}" in row
                else [(f"train {name}", 14)]
            )
    titles += [("val balanced", 12)] if "val_balanced_accuracy" in row else []
    return [*titles, ("examples/s", 11), ("seconds", 8)]


def _epoch_line(row: EpochRow, num_epochs: int) -> str:
    cells = [f"{row['epoch']:.0f}/{num_epochs}", f"{row['train_loss']:.4f}"]
    cells += [f"{row['val_loss']:.4f}"] if "val_loss" in row else []
    for name in ("accuracy", "mae"):
        if f"train_{name}" in row:
            cells.append(f"{row[f'train_{name}']:.4f}")
            cells += (
                [f"{row[f'val_{name}']:.4f}", f"{row[f'train_{name}'] - row[f'val_{name}']:+.4f}"]
                if f"val_{name}" in row
                else []
            )
    cells += [f"{row['val_balanced_accuracy']:.4f}"] if "val_balanced_accuracy" in row else []
    cells += [f"{row['examples_per_second']:,.0f}", f"{row['seconds']:.1f}"]
    line = " ".join(f"{cell:>{width}}" for cell, (_, width) in zip(cells, _columns(row), strict=True))
    return line
