"""`pellucid watch`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pellucid.cli.outlets import nobody_reads
from pellucid.cli.output import JsonFlag, console, is_terminal, new_app, print_json, say, say_lines
from pellucid.cli.watching import follow, frame, headline, last_epoch, look
from pellucid.runs import RunFolder
from pellucid.words import visible

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
    folder = RunFolder.open(run)
    moment = look(folder)
    if json:
        print_json(moment.to_dict())
    elif is_terminal() and not moment.is_over:
        _live(folder, every)
    else:
        _lines(folder, every)


def _live(folder: RunFolder, every: float) -> None:
    """Draw the curves anew in place, and leave the last ones standing."""
    from rich.live import Live
    from rich.text import Text

    out = console()
    with Live(console=out, auto_refresh=False, vertical_overflow="crop") as live:
        for moment in follow(folder, every=every):
            live.update(Text("\n".join(map(visible, frame(moment, width=out.width)))), refresh=True)
            if nobody_reads():
                return


def _lines(folder: RunFolder, every: float) -> None:
    width, told = console().width, -1
    for moment in follow(folder, every=every):
        if told < 0 and not moment.is_over:
            told = 0
            say(headline(moment))
        if told >= 0:  # of a run that is over when it is first looked at, the curves are enough
            for row in moment.history[told:]:
                say(last_epoch(row))
            told = len(moment.history)
        if moment.is_over:
            say_lines("\n".join(map(visible, frame(moment, width=width))))
        if nobody_reads():
            return
