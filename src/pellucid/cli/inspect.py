"""`pellucid inspect`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from pellucid import api
from pellucid.cli.data_flags import takes_data_flags
from pellucid.cli.output import JsonFlag, console, new_app, print_json, say
from pellucid.cli.previewing import show_preview
from pellucid.data import RowInspection, TextInspection
from pellucid.errors import RecipeError

app = new_app()

EPILOG = """\b
Examples:
  pellucid inspect photos/
  pellucid inspect digits --picture 0
  pellucid inspect photos/ --augment
  pellucid inspect photos/ants/a.jpg
  pellucid inspect GunPoint_TRAIN.ts --picture 0
"""


@app.command(epilog=EPILOG)
@takes_data_flags
def inspect(
    data: Annotated[str, typer.Argument(help="A folder, table, archive or .npz file, a name, or one picture.")],
    picture: Annotated[
        int | None, typer.Option(min=0, help="Look at this example of the dataset, counted from 0, as its numbers.")
    ] = None,
    task: Annotated[
        Literal["binary", "single-label", "multi-label", "regression", "segment", "image-to-image"] | None,
        typer.Option(help="How the target would be learned, where its cells could mean several things."),
    ] = None,
    augment: Annotated[
        bool,
        typer.Option(
            "--augment",
            help="Show what training would make of some pictures in each epoch (train --preview tries other choices).",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Where the page is written (inspect-NAME.html; preview-NAME.html with --augment)."),
    ] = None,
    json: JsonFlag = False,
    *,
    data_options: dict[str, Any],
) -> None:
    """Look at a dataset (sheets per class, counts, sizes, means), or at one picture or series as its numbers."""
    from pellucid.cli.inspection import print_dataset, print_picture, print_row, print_series, print_text
    from pellucid.data import (
        Inspection,
        PictureInspection,
        SeriesInspection,
        load_dataset,
    )

    if augment:
        if picture is not None:
            raise RecipeError("--augment shows pictures of all classes.", fix="Leave --picture out.")
        show_preview(load_dataset(data, task=task, **data_options), out=out, json=json)
        return
    result = api.inspect(data, picture=picture, task=task, **data_options)
    if json:
        print_json(result.to_dict())
        return
    page = api.write_inspection_page(result, out)
    screen = console()
    match result:
        case Inspection():
            print_dataset(screen, result)
        case PictureInspection():
            print_picture(screen, result)
        case RowInspection():
            print_row(screen, result)
        case TextInspection():
            print_text(screen, result)
        case SeriesInspection():
            print_series(screen, result)
    if page is not None:
        say()
        say(f"Page: {page}")
