"""`pellucid evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pellucid import api
from pellucid.cli.data_flags import MovedData
from pellucid.cli.output import JsonFlag, new_app, print_json, say, say_lines

app = new_app()

EPILOG = """\b
Examples:
  pellucid evaluate runs/digits-cnn
  pellucid evaluate runs/digits-cnn --split val --json
"""


@app.command(epilog=EPILOG)
def evaluate(
    run: Annotated[Path, typer.Argument(help="A run folder.")],
    split: Annotated[Literal["train", "val", "test"], typer.Option(help="Whose examples to answer.")] = "test",
    reason: Annotated[
        str, typer.Option(help="Why the sealed test split is opened; it is written down.")
    ] = "asked for on the command line",
    baselines: Annotated[bool, typer.Option(help="Score simple methods beside the run.")] = True,
    positive: Annotated[
        str | None,
        typer.Option(help="Of two classes: the one that average precision is told of.", show_default=False),
    ] = None,
    data: MovedData = None,
    json: JsonFlag = False,
) -> None:
    """Measure a run: every metric with its interval, simple baselines beside it, and the report written anew."""
    opened = api.open_run(run, data=data)
    evaluation = opened.evaluate(split, reason=reason, baselines=baselines, positive=positive)
    if json:
        print_json(evaluation.to_dict())
    else:
        say_lines(f"{evaluation}\n")
        say(f"Report: {opened.folder.report}")
