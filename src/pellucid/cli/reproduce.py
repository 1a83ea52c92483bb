"""`pellucid reproduce`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pellucid import api
from pellucid.cli.data_flags import MovedData
from pellucid.cli.output import JsonFlag, VerboseFlag, new_app, print_json, say, say_lines
from pellucid.cli.progress import choose_progress

app = new_app()

EXIT_DIFFERS = 1

EPILOG = """\b
Examples:
  pellucid reproduce runs/digits-cnn
  pellucid reproduce runs/digits-cnn --json

\b
Exit code 0 when everything is equal, 1 when something differs.
"""


@app.command(epilog=EPILOG)
def reproduce(
    run: Annotated[Path, typer.Argument(help="A finished run's folder.")],
    runs_dir: Annotated[
        Path | None, typer.Option(help="Where the new run folder is made; beside the run if left out.")
    ] = None,
    device: Annotated[
        str | None, typer.Option(help="Another device than then; the bits will differ, but by how much?")
    ] = None,
    data: MovedData = None,
    verbose: VerboseFlag = False,
    json: JsonFlag = False,
) -> None:
    """Train a run again from its run.json, and say whether the weights and all numbers are the same.

    Same data, recipe, seed, device and number of threads, into a new run folder.
    """
    progress = choose_progress(quiet=json, verbose=verbose)
    with progress:
        reproduction = api.open_run(run, data=data).reproduce(runs_dir=runs_dir, device=device, progress=progress)
    if json:
        print_json(reproduction.to_dict())
    else:
        say_lines(f"\n{reproduction}")
        say(f"Run: {reproduction.repeated}")
    if not reproduction.equal:
        raise typer.Exit(EXIT_DIFFERS)
