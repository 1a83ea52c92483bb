"""`pellucid landscape`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pellucid import api
from pellucid.cli.data_flags import MovedData
from pellucid.cli.exhibit import refuse_bad_place, show_learned
from pellucid.cli.output import JsonFlag, new_app
from pellucid.cli.waiting import Waiting
from pellucid.typed_numbers import LARGEST

app = new_app()

EPILOG = """\b
Examples:
  pellucid landscape runs/digits-cnn
  pellucid landscape runs/cifar10-resnet20 runs/cifar10-plain20 --report
  pellucid landscape runs/digits-cnn --size 51 --reach 0.5 --seed 1 --json
"""


@app.command(epilog=EPILOG)
def landscape(
    run: Annotated[Path, typer.Argument(help="A run folder.", show_default=False)],
    other: Annotated[
        Path | None,
        typer.Argument(help="Another run on the same data, to be drawn on the same scale.", show_default=False),
    ] = None,
    split: Annotated[Literal["train", "val"], typer.Option(help="Whose examples the loss is the mean over.")] = "train",
    size: Annotated[int, typer.Option(min=3, max=501, help="Points along each direction; odd.")] = 25,
    reach: Annotated[
        float, typer.Option(max=100, help="How far, in lengths of the network's own filters; up to 100.")
    ] = 1.0,
    limit: Annotated[int, typer.Option(min=1, help="Examples, at most.")] = 256,
    seed: Annotated[int, typer.Option(min=0, max=LARGEST, help="Of the directions and the choice of examples.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Page to write; without it, NAME.html in this folder.", show_default=False)
    ] = None,
    report: Annotated[bool, typer.Option("--report", help="Put it into the run's report, too.")] = False,
    data: MovedData = None,
    json: JsonFlag = False,
) -> None:
    """Draw the loss around a trained network, along two random directions of its weights."""
    refuse_bad_place(out)
    opened = api.open_run(run, data=data)
    second = None if other is None else api.open_run(other, data=data)
    with Waiting(quiet=json) as waiting:
        result = api.landscape(
            opened, second, split=split, size=size, reach=reach, limit=limit, seed=seed, watch=waiting.moved
        )
    show_learned(result, opened, out, report=report, json=json)
