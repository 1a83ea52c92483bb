"""`pellucid models`."""

from __future__ import annotations

from typing import Annotated

import typer

from pellucid.cli.output import JsonFlag, console, new_app, print_json, say

app = new_app()

EPILOG = """\b
Examples:
  pellucid models
  pellucid models resnet --timm
"""


@app.command(epilog=EPILOG)
def models(
    pattern: Annotated[str | None, typer.Argument(help="Only names that hold this.")] = None,
    timm: Annotated[bool, typer.Option("--timm", help="Also list the models of timm.")] = False,
    torchvision: Annotated[bool, typer.Option("--torchvision", help="Also list the models of torchvision.")] = False,
    json: JsonFlag = False,
) -> None:
    """List the models, with their parameters and what they take as input."""
    from pellucid.models import list_models, sizes_in_words

    found = list_models(pattern, with_timm=timm, with_torchvision=torchvision)
    if json:
        print_json([info.to_dict() for info in found])
        return
    if not found:
        more = "" if timm and torchvision else " --timm and --torchvision list theirs, too."
        say(f"No model's name holds '{pattern}'.{more}")
        return
    from rich.table import Table

    table = Table("model", "parameters", "input", "description", box=None, header_style="bold")
    for info in found:
        table.add_row(
            info.name,
            f"{info.parameters:,}" if info.parameters is not None else "",
            sizes_in_words(info.wishes),
            info.description,
        )
    console().print(table)
