"""`pellucid watch`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pellucid.cli.output import JsonFlag, console, new_app, print_json
from pellucid.runs import RunFolder

app = new_app()

EPILOG = """\b
Examples:
  pellucid watch runs/photos-cnn
  pellucid watch runs/photos-cnn --json
"""


@app.command(epilog=EPILOG)
def watch(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks.")] = 1.0,
    json: JsonFlag = False,
) -> None:
    """Follow a training from another terminal: curves, last epoch, time left, until it ends; leaving does not stop it.

    In a pipe there is a line per epoch, and the curves at the end. With --json it looks once.
    """
    from pellucid.cli.watching import look

    folder = RunFolder.open(run)
    moment = look(folder)
    if json:
        print_json(moment.to_dict())
    elif sys.stdout.isatty() and not moment.is_over:
        _live(folder, every)
    else:
        _lines(folder, every)


def _live(folder: RunFolder, every: float) -> None:
    """Draw the curves anew in place, and leave the last ones standing."""
    from rich.live import Live
    from rich.text import Text

    from pellucid.cli.watching import follow, frame

    out = console()
    with Live(console=out, auto_refresh=False, vertical_overflow="crop") as live:
        for moment in follow(folder, every=every):
            live.update(Text("\n".join(frame(moment, width=out.width))), refresh=True)


def _lines(folder: RunFolder, every: float) -> None:
    from pellucid.cli.watching import follow, frame, headline, last_epoch

    out, told = console(), -1
    for moment in follow(folder, every=every):
        if told < 0 and not moment.is_over:
            told = 0
            out.print(headline(moment), markup=False, soft_wrap=True)
        if told >= 0:  # of a run that is over when it is first looked at, the curves are enough
            for row in moment.history[told:]:
                out.print(last_epoch(row), markup=False, soft_wrap=True)
            told = len(moment.history)
        if moment.is_over:
            out.print("\n".join(frame(moment, width=out.width)), markup=False, soft_wrap=True)
