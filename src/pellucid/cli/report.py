"""`pellucid report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pellucid import api
from pellucid.cli.data_flags import MovedData
from pellucid.cli.output import JsonFlag, new_app, print_json, say

app = new_app()


@app.command(epilog="\b\nExample:\n  pellucid report runs/digits-cnn")
def report(
    run: Annotated[Path, typer.Argument(help="A run folder.")], data: MovedData = None, json: JsonFlag = False
) -> None:
    """Write a run's self-contained page anew from what is on the disk, and say where it lies."""
    opened = api.open_run(run, data=data)
    path = opened.report()
    if opened.not_measured:
        typer.echo(f"Note: {opened.not_measured}", err=True)
    if json:
        print_json({"report": str(path)})
    else:
        say(path)
