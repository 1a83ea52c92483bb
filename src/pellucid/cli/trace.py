"""`pellucid trace`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pellucid.cli.output import JsonFlag, new_app, print_json
from pellucid.errors import RecipeError

app = new_app()

EPILOG = """\b
Examples:
  pellucid trace runs/digits-cnn 0
  pellucid trace runs/photos-lenet5 new/a.jpg --layer conv2
  pellucid trace runs/photos-lenet5 new/a.jpg --layer conv2 --unit 3 --at 4,7
"""


@app.command(epilog=EPILOG)
def trace(
    run: Annotated[Path, typer.Argument(help="A run folder.", show_default=False)],
    example: Annotated[
        str,
        typer.Argument(
            metavar="input",
            help="A picture, a CSV file with a row, or the number of an example of the run's data set, counted from 0.",
            show_default=False,
        ),
    ],
    layer: Annotated[str | None, typer.Option(help="Layer to look at; without it, all are listed.")] = None,
    unit: Annotated[int | None, typer.Option(min=0, help="Channel or unit of the layer, counted from 0.")] = None,
    at: Annotated[str | None, typer.Option(help="Place in the feature map: row,column (or token).")] = None,
    json: JsonFlag = False,
) -> None:
    """Show every value of a forward pass, and the arithmetic of any of them, down to the single multiplication."""
    from pellucid import api

    if layer is None and (unit is not None or at is not None):
        raise RecipeError("--unit and --at say where to look, but not in which layer.", fix="Add --layer NAME.")
    if unit is None and at is not None:
        raise RecipeError("--at says where in a feature map, but not in which.", fix="Add --unit NUMBER.")
    place = _place(at)
    traced = api.open_run(run).trace(_example(example))
    if layer is None:
        if json:
            print_json(traced.to_dict())
        else:
            typer.echo(str(traced))
        return
    values = traced[layer]
    if unit is None:
        if json:
            print_json(values.to_dict())
        else:
            typer.echo(str(values))
        return
    arithmetic = values.unit(unit, at=place)
    if json:
        print_json(arithmetic.to_dict())
    else:
        typer.echo(str(arithmetic))


def _example(text: str) -> str | int:
    return int(text) if text.isdecimal() and not Path(text).exists() else text


def _place(text: str | None) -> tuple[int, ...]:
    parts = [part.strip() for part in (text or "").split(",") if part.strip()]
    if not all(part.isdecimal() for part in parts):
        raise RecipeError(f"--at is '{text}'.", expected="A row and a column, counted from 0, e.g. 4,7.")
    return tuple(int(part) for part in parts)
