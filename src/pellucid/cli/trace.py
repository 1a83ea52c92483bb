"""`pellucid trace`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from pellucid import api
from pellucid.cli.data_flags import MovedData
from pellucid.cli.exhibit import refuse_bad_place
from pellucid.cli.letter_flag import LetterFlag
from pellucid.cli.output import JsonFlag, new_app, print_json, say_lines
from pellucid.cli.tracing import backward_result, forward_result, keep_result
from pellucid.errors import RecipeError
from pellucid.printed import text_of
from pellucid.typed_numbers import read_wholes

app = new_app()

EPILOG = """\b
Examples:
  pellucid trace runs/digits-cnn 0
  pellucid trace runs/photos-lenet5 new/a.jpg --layer conv2
  pellucid trace runs/photos-lenet5 new/a.jpg --layer conv2 --unit 3 --at 4,7
  pellucid trace runs/photos-lenet5 new/a.jpg --target cat
  pellucid trace runs/dates-seq2seq "march 3, 2021" --letter 6
  pellucid trace runs/dates-seq2seq "march 3, 2021" --all
  pellucid trace runs/shakespeare-transformer "To be or no" --target t --out page.html
  pellucid trace runs/digits-cnn 0 1 2 --weight conv1.weight:0,0,2,2 --optimizer adam --lr 0.001 --steps 5
"""


@app.command(epilog=EPILOG)
def trace(
    run: Annotated[Path, typer.Argument(help="A run folder.", show_default=False)],
    examples: Annotated[
        list[str],
        typer.Argument(
            metavar="input",
            help="A picture, a CSV file with a row, a text, or the number of an example of the run's dataset, counted "
            "from 0. The way back takes several: a batch. Of a language model, what follows a text's end.",
            show_default=False,
        ),
    ],
    layer: Annotated[
        str | None, typer.Option(help="Layer to look at; without it, all are listed. With --target: its gradient.")
    ] = None,
    unit: Annotated[int | None, typer.Option(min=0, help="Channel or unit of the layer, counted from 0.")] = None,
    at: Annotated[str | None, typer.Option(help="Place in the map: row,column (or step, or token).")] = None,
    letter: LetterFlag = None,
    target: Annotated[
        list[str] | None,
        typer.Option(
            help="The way back: the right class (or labels, or number) of the input; once for all or for each. "
            "Examples of the dataset have their own.",
            show_default=False,
        ),
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(
            help="Weight whose gradient and update to show, e.g. conv1.weight:0,0,2,2. Can be repeated.",
            show_default=False,
        ),
    ] = None,
    optimizer: Annotated[
        str | None, typer.Option(help="sgd, momentum, nesterov, rmsprop, adam or adamw; without it, the run's own.")
    ] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate; without it, the run's own.")] = None,
    steps: Annotated[int, typer.Option(min=1, help="Steps on these inputs, in slow motion (needs --weight).")] = 1,
    whole: Annotated[
        bool, typer.Option("--all", help="List bookkeeping, too: places, lengths, masks, values laid out otherwise.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="Write it as a page, too.", show_default=False)] = None,
    report: Annotated[bool, typer.Option("--report", help="Keep it in the run's report.")] = False,
    data: MovedData = None,
    json: JsonFlag = False,
) -> None:
    """Show every value of a forward pass, the gradients of the way back and the update, down to the multiplication."""
    if layer is None and (unit is not None or at is not None):
        raise RecipeError("--unit and --at say where to look, but not in which layer.", fix="Add --layer NAME.")
    if unit is None and at is not None:
        raise RecipeError("--at says where in a feature map, but not in which.", fix="Add --unit NUMBER.")
    if letter is not None and (target or weight or len(examples) > 1):
        raise RecipeError(
            "--letter follows one letter of one answer, the way forward.", fix="Leave out --target and --weight."
        )
    if whole and (layer is not None or target or weight or len(examples) > 1):
        raise RecipeError(
            "--all lists every step of the way forward.", fix="Leave out --layer, --target and --weight, or --all."
        )
    refuse_bad_place(out)
    opened, sources = api.open_run(run, data=data), [example_of(text) for text in examples]
    if target or weight or len(sources) > 1:
        result = backward_result(
            opened,
            sources,
            target or None,
            layer=layer,
            unit=unit,
            at=_place(at),
            weights=weight or [],
            optimizer=optimizer,
            lr=lr,
            steps=steps,
        )
    elif optimizer or lr or steps > 1:
        raise RecipeError("--optimizer, --lr and --steps belong to the way back.", fix="Add --weight NAME:POSITION.")
    else:
        result = forward_result(opened, sources[0], layer=layer, unit=unit, at=_place(at), letter=letter)
    if json:
        print_json(result.to_dict())
    else:
        say_lines(text_of(result, True) if whole else result)
    if out is not None or report:
        keep_result(opened, result, out, report=report, quiet=json)


def example_of(text: str) -> str | int:
    """Return what was typed for one example: a file, or a number of the dataset's examples."""
    if text.isascii() and text.isdecimal() and not os.path.exists(text):
        return read_wholes(text, "The example", expected="The number of an example, counted from 0.")[0]
    return text


def _place(text: str | None) -> tuple[int, ...]:
    if text is None:
        return ()
    return read_wholes(text, "--at", expected="A row and a column, counted from 0, e.g. 4,7.")
