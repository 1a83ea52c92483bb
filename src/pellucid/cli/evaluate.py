"""`pellucid evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from pellucid import api
from pellucid.cli.data_flags import MovedData
from pellucid.cli.output import JsonFlag, new_app, print_json, say, say_lines
from pellucid.errors import RecipeError

app = new_app()
JUDGED = 2_000
"""Pictures that are drawn to be judged, unless -n says so."""

EPILOG = """\b
Examples:
  pellucid evaluate runs/digits-cnn
  pellucid evaluate runs/digits-cnn --split val --json
  pellucid evaluate runs/digits-dcgan --judge runs/digits-cnn
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
    judge: Annotated[
        Path | None,
        typer.Option(
            help="Of a run that draws pictures: the run of a classifier, which judges them.", show_default=False
        ),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option(
            "-n", min=50, max=100_000, help="With --judge: how many pictures are drawn (2,000).", show_default=False
        ),
    ] = None,
    data: MovedData = None,
    json: JsonFlag = False,
) -> None:
    """Measure a run: every metric with its interval, simple baselines beside it, and the report written anew."""
    opened = api.open_run(run, data=data)
    found: Any
    if number is not None and judge is None:
        raise RecipeError("-n counts pictures that are drawn to be judged.", fix="Add --judge RUN, or leave it out.")
    if judge is None:
        found = opened.evaluate(split, reason=reason, baselines=baselines, positive=positive)
    else:
        found = opened.judge(api.open_run(judge), split, number=number or JUDGED, keep=True, reason=reason)
    if json:
        print_json(found.to_dict())
    else:
        say_lines(f"{found}\n")
        say(f"Report: {opened.folder.report}")
