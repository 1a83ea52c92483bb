"""What trainings and searches share in how they show themselves: lines that are printed, and a bar under them."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pellucid.cli.output import console
from pellucid.cli.working import how_far
from pellucid.doing import listening

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from pellucid.doing import Work
    from pellucid.records import Decision


class Printed:
    """A watcher that prints lines: what a log file wants. It is a context, within which it may draw."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Take standard output.

        Args:
            quiet: whether to print nothing: the result alone is wanted.
        """
        self._console = console()
        self._quiet = quiet

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop drawing; errors go on their way."""

    def decided(self, decision: Decision) -> None:
        """Print one line."""
        self.said(decision.words)

    def said(self, text: str) -> None:
        """Print a line."""
        if not self._quiet:
            self._console.print(text, soft_wrap=True)


class MovingBar:
    """A bar in a terminal that begins when it is first moved, and leaves nothing behind."""

    def __init__(self, console: Console, *, shows_share: bool) -> None:
        """Draw nothing yet.

        Args:
            console: where the lines above the bar are printed.
            shows_share: whether the bar says how many per cent are done.
        """
        self._console = console
        self._shows_share = shows_share
        self._bar: Progress | None = None

    def move(self, what: str, *, done: float, total: float | None, words: str) -> None:
        """Draw the bar where it is now.

        Args:
            what: is being done, before the bar.
            done, total: in one unit; a total of None: not known.
            words: behind the bar.
        """
        bar = self._bar or self._start()
        share = f"{100 * done / total:>3.0f}%" if total else ""
        bar.update(bar.task_ids[0], description=what, total=total, completed=done, words=words, share=share)

    def hear(self, work: Work | None) -> None:
        """Show a piece of work that is no training; take the bar away when it is done."""
        if work is None:
            self.stop()
        else:
            self.move(work.what, done=work.done, total=work.total, words=how_far(work))

    def stop(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _start(self) -> Progress:
        from rich.progress import BarColumn, Progress, TextColumn

        words = TextColumn("{task.fields[words]}", markup=False)
        share = (TextColumn("{task.fields[share]}", markup=False),) if self._shows_share else ()
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), *share, words)
        self._bar = Progress(*columns, console=self._console, transient=True)
        self._bar.add_task("", words="", share="")
        self._bar.start()
        return self._bar


class UnderLines(Printed):
    """Mixed into a watcher for a terminal: under its lines moves a bar, which shows other work, too."""

    shows_share: ClassVar[bool] = True
    """Whether the bar says how many per cent are done."""

    def __init__(self, **choices: Any) -> None:
        """Draw nothing yet; the choices are the watcher's."""
        super().__init__(**choices)
        self._bar = MovingBar(self._console, shows_share=self.shows_share)
        self._listening = listening(self._bar.hear)

    def __enter__(self) -> Self:
        """Show in the bar what is done before and after, too."""
        self._listening.__enter__()
        return super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        self._listening.__exit__(None, None, None)
        self._bar.stop()
        super().__exit__(kind, error, trace)
