"""`pellucid descent`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from pellucid import api
from pellucid.cli.exhibit import refuse_bad_place
from pellucid.cli.output import JsonFlag, new_app, print_json, say, say_lines
from pellucid.typed_numbers import LARGEST, read_wholes
from pellucid.words import visible

app = new_app()

EPILOG = """\b
Examples:
  pellucid descent line
  pellucid descent valley --steps 5000 --optimizer gd --optimizer adam
  pellucid descent bowl --lr 0.19
  pellucid descent spirals
"""


@app.command(epilog=EPILOG)
def descent(
    problem: Annotated[
        str,
        typer.Argument(
            help="line, line-normalised, bowl, valley, two-minima, curve; or points in the plane: xor, circles, moons, "
            "spirals."
        ),
    ] = "line",
    optimizer: Annotated[
        list[str] | None,
        typer.Option(help="gd, momentum, nesterov, rmsprop or adam; repeatable. All, without it.", show_default=False),
    ] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate; without it, a sensible one of each.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Steps; 300, in the valley 2000, in a plane 1500.")] = None,
    hidden: Annotated[str | None, typer.Option(help="Units per hidden layer, for points in a plane: 8,2.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=LARGEST, help="Of points and initial weights.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="The page to write; descent-PROBLEM.html without it.", show_default=False)
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Watch gradient descent on problems small enough to be drawn: paths, learning rates, a plane that is bent."""
    from pellucid.report import exhibit_of, write_page

    refuse_bad_place(out)
    result = api.descend(problem, optimizers=optimizer, lr=lr, steps=steps, hidden=_units(hidden), seed=seed)
    if json:
        print_json(result.to_dict())
    else:
        say_lines(result)
    if out is not None or not json:
        words = ["pellucid", "descent", problem, *(word for name in optimizer or () for word in ("--optimizer", name))]
        for flag, value in (("--lr", lr), ("--steps", steps), ("--hidden", hidden), ("--seed", seed or None)):
            words += [] if value is None else [flag, str(value)]
        before = getattr(result, "before", None)  # a hard problem comes after the easier one it is known from
        shown = [exhibit_of(one, command=visible(shlex.join(words))) for one in (before, result) if one is not None]
        title = "Gradient descent, first where it is easy" if before is not None else ""
        page = write_page(shown, out or f"{shown[-1].name}.html", title=title, eyebrow="Gradient descent")
        if not json:
            say()
            say(f"The page: {page}")


def _units(text: str | None) -> list[int] | None:
    if text is None:
        return None
    expected = "Whole numbers with commas between them, e.g. 8,2."
    return list(read_wholes(text, "--hidden", expected=expected, least=1, most=1000))
