"""`pellucid compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pellucid import api
from pellucid.cli.data_flags import MovedData
from pellucid.cli.output import JsonFlag, new_app, print_json, say_lines

app = new_app()

EPILOG = """\b
Example:
  pellucid compare runs/photos-cnn runs/photos-lenet5
"""


@app.command(epilog=EPILOG)
def compare(
    a: Annotated[Path, typer.Argument(help="A run folder.")],
    b: Annotated[Path, typer.Argument(help="Another run on the same data.")],
    split: Annotated[Literal["train", "val"], typer.Option(help="Whose examples to compare on.")] = "val",
    data: MovedData = None,
    json: JsonFlag = False,
) -> None:
    """Compare two runs on the same examples with a paired test: is the difference more than chance?"""
    comparison = api.compare(api.open_run(a, data=data), api.open_run(b, data=data), split=split)
    if json:
        print_json(comparison.to_dict())
    else:
        say_lines("\n".join((comparison.summary, *(f"Note: {note}" for note in comparison.notes))))
