"""`pellucid summary`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pellucid import api
from pellucid.cli.output import JsonFlag, console, new_app, print_json, say
from pellucid.cli.progress import formula_lines
from pellucid.errors import RecipeError
from pellucid.typed_numbers import LARGEST, WIDEST, read_wholes

app = new_app()

EPILOG = """\b
Examples:
  pellucid summary lenet5
  pellucid summary tv:resnet50 --out resnet50.html
  pellucid summary mlp --input 4 --hidden 8,3 --outputs 3
  pellucid summary runs/digits-cnn --all
"""


WIDE = 110
"""Columns of a terminal from which on receptive fields have room."""
PLAIN_WIDTH = 240


@app.command(epilog=EPILOG)
def summary(
    model: Annotated[str, typer.Argument(help="The name of a model, or a run folder.", show_default=False)],
    input_shape: Annotated[
        str | None,
        typer.Option("--input", help="Shape of one input: channels,height,width or a row's length, e.g. 3,224,224."),
    ] = None,
    outputs: Annotated[int | None, typer.Option("--outputs", help="Outputs, e.g. classes.")] = None,
    hidden: Annotated[str | None, typer.Option(help="Units of the hidden layers of an mlp, e.g. 12,6.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write table and drawing as a page (.html), or the drawing alone (.svg).")
    ] = None,
    whole: Annotated[bool, typer.Option("--all", help="List repeated blocks, too.")] = False,
    json: JsonFlag = False,
) -> None:
    """List a model's layers: output shape and its formula, parameters, multiply-adds, receptive field; and draw it."""
    options: dict[str, Any] = {} if hidden is None else {"hidden": _numbers("--hidden", hidden, WIDEST)}
    found = api.summary(
        model,
        input_shape=None if input_shape is None else _numbers("--input", input_shape, LARGEST),
        outputs=outputs,
        **options,
    )
    page = None if out is None else _write(found, out)
    run = api.open_run(model) if (Path(model) / "run.json").is_file() else None
    if json:
        formula = {} if run is None else {"formula": None if (one := run.formula) is None else one.to_dict()}
        print_json({**found.to_dict(), **formula})
        return
    _print(found, whole=whole)
    for line in formula_lines(run) if run is not None else ():
        say(line)
    if page is not None:
        say(f"Page: {page}" if page.suffix != ".svg" else f"Drawing: {page}")


def _write(found: Any, out: Path) -> Path:
    if out.suffix.lower() not in (".html", ".htm", ".svg"):
        raise RecipeError(f"--out is '{out}'.", expected="A page (.html) or a drawing (.svg).")
    return api.write_drawing(found, out) if out.suffix.lower() == ".svg" else api.write_summary_page(found, out)


def _numbers(flag: str, words: str, most: int) -> tuple[int, ...]:
    expected = "Whole numbers with commas between them, e.g. 3,224,224."
    return read_wholes(words, flag, expected=expected, least=1, most=most)


def _print(found: Any, *, whole: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    from pellucid.models import HEADINGS, shape_words, table_rows, totals_words

    rows = table_rows(found, whole=whole)
    out = console()
    if not out.is_terminal:
        out.width = PLAIN_WIDTH
    headings = HEADINGS[:-1] if out.width >= WIDE else HEADINGS[:5]
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        is_number = heading in ("parameters", "multiply-adds", "stride", "start")
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    table.add_row("input", "", shape_words(found.input_shape))
    for row in rows:
        output: str | Text = row.output
        if row.output_formula:
            output = Text.assemble(f"{row.output}\n", (row.output_formula, "dim"))
        style = "dim" if row.num_folded else ""
        numbers = (f"{row.parameters:,}", f"{row.multiply_adds:,}", row.field, row.stride, row.start)
        table.add_row(row.name, row.operator, output, *numbers[: len(headings) - 3], style=style)
    out.print(table)
    out.print(totals_words(found), style="bold")
    if not whole and any(row.num_folded for row in rows):
        out.print("Blocks built like the one before are one line; --all lists them.", style="dim")
    if len(headings) == 5:
        out.print(f"Receptive fields are shown from {WIDE} columns on, and in --json.", style="dim")
