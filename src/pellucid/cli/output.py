"""How results are printed: JSON and nothing else, or tables for people."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

JsonFlag = Annotated[bool, typer.Option("--json", help="Print the result as JSON and nothing else.")]


def print_json(result: Any) -> None:
    """Print plain JSON types to standard output."""
    typer.echo(json.dumps(result, indent=2, ensure_ascii=False))


def console(*, stderr: bool = False) -> Console:
    """Return a console that colours and fits a terminal, and is plain in a file or a pipe."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=not sys.stdout.isatty())


def new_app() -> typer.Typer:
    """Return the application of one command, set up as all are."""
    return typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
