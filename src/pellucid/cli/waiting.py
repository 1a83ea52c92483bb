"""A bar with the time left, for work of known length that is no training."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

from pellucid.cli.output import console, is_terminal
from pellucid.doing import listening

if TYPE_CHECKING:
    from rich.progress import Progress


class Waiting:
    """Shows how far a piece of work has come; on a terminal only, and never in the output.

    Args:
        quiet: say nothing at all.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet or not is_terminal(err=True)
        self._bar: Progress | None = None
        self._alone = listening(lambda _work: None)  # nobody else may write on the lines of the bar

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._alone.__exit__(None, None, None)

    def moved(self, done: int, total: int) -> None:
        """Say that `done` of `total` parts are done."""
        if self._quiet:
            return
        if self._bar is None:
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeRemainingColumn(), TextColumn("left"))
            self._bar = Progress(*columns, console=console(stderr=True), transient=True)
            self._bar.add_task("", total=total)
            self._alone.__enter__()
            self._bar.start()
        self._bar.update(self._bar.task_ids[0], completed=done, total=total)
