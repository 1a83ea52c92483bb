"""`pellucid fetch`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pellucid import api
from pellucid.cli.output import JsonFlag, console, new_app, print_json, say

if TYPE_CHECKING:
    from rich.progress import TaskID

    from pellucid.api import FetchedFile, Remote

app = new_app()

EPILOG = """\b
Examples:
  pellucid fetch
  pellucid fetch mnist
  pellucid fetch tv:resnet18
"""


@app.command(epilog=EPILOG)
def fetch(
    name: Annotated[
        str | None, typer.Argument(help="Of a dataset (leave it out for the list) or a model of timm or torchvision.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Download a dataset, or a model's pretrained weights, by name: the only command that uses the network.

    It says what it will download, goes on where an interrupted download stopped, and keeps only files whose checksum is
    the published one. They come into the data directory (PELLUCID_DATA).
    """
    if name is None:
        _list(json=json)
        return
    planned = api.plan_fetch(name)
    missing = [file for file in planned if file.state != "there"]
    if not json:
        for file in planned:
            size = "size not published" if file.size is None else f"{file.size:,} bytes"
            had = f", {file.had:,} of them here already" if file.state == "partial" else ""
            say(f"{file.path} is here and whole" if file.state == "there" else f"{file.url} ({size}{had})")
        if missing:
            say(f"Downloading to {missing[0].path.parent}")
    files = _download(name, quiet=json) if missing else planned
    if json:
        print_json([file.to_dict() for file in files])
    else:
        next_words = name if name in api.SOURCES else f"photos/ --model {name} --pretrained"
        say(f"All of it is here, and its checksums are right. Next: pellucid train {next_words}")


def _list(*, json: bool) -> None:
    from pellucid.api import SOURCES

    if json:
        print_json({name: {"about": source.about, "terms": source.terms} for name, source in SOURCES.items()})
        return
    from rich.table import Table

    table = Table("name", "what", "bytes", "terms", box=None, header_style="bold")
    for name, source in SOURCES.items():
        sizes = [file.size for file in source.files]
        total = "" if None in sizes else f"{sum(size or 0 for size in sizes):,}"
        table.add_row(name, source.about, total, source.terms)
    console().print(table)
    say("Pretrained weights are fetched by the model's name, e.g. pellucid fetch tv:resnet18")


def _download(name: str, *, quiet: bool) -> list[FetchedFile]:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    screen = console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=screen, disable=quiet or not screen.is_terminal) as progress:
        bars: dict[str, TaskID] = {}

        def watch(remote: Remote, have: int, total: int | None) -> None:
            if remote.file not in bars:
                bars[remote.file] = progress.add_task(remote.file, total=total)
            progress.update(bars[remote.file], completed=have)

        return api.fetch(name, watch=watch)
