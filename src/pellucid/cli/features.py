"""`pellucid features`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pellucid import api
from pellucid.cli.data_flags import MovedData
from pellucid.cli.exhibit import refuse_bad_place, show_learned
from pellucid.cli.output import JsonFlag, new_app
from pellucid.cli.trace import example_of
from pellucid.cli.waiting import Waiting
from pellucid.errors import RecipeError
from pellucid.typed_numbers import LARGEST

if TYPE_CHECKING:
    from pellucid.api import Run

app = new_app()

What = Literal["maps", "filters", "patches", "visualise", "embedding", "shift"]

EPILOG = """\b
Examples:
  pellucid features runs/digits-cnn
  pellucid features runs/photos-lenet5 maps new/a.jpg --layer conv2
  pellucid features runs/photos-lenet5 filters --layer conv1
  pellucid features runs/photos-lenet5 patches --unit 3 --unit 7
  pellucid features runs/photos-lenet5 visualise --layer fc3
  pellucid features runs/photos-lenet5 embedding --method tsne --report
  pellucid features runs/photos-lenet5 shift --rotate
"""


@app.command(epilog=EPILOG)
def features(
    run: Annotated[Path, typer.Argument(help="A run folder.", show_default=False)],
    what: Annotated[
        What,
        typer.Argument(
            help="maps: feature maps chosen by what they react to; filters: a layer's weights; patches: the training "
            "patches that excite a unit most; visualise: pictures made to excite it; embedding: where examples lie to "
            "a layer; shift: whether answers stay when the picture moves."
        ),
    ] = "maps",
    example: Annotated[
        str | None,
        typer.Argument(
            metavar="[input]",
            help="For maps: a picture, or the number of an example of the run's dataset, counted from 0.",
            show_default=False,
        ),
    ] = None,
    layer: Annotated[
        str | None, typer.Option(help="Layer to look at; without it, the last one with maps.", show_default=False)
    ] = None,
    unit: Annotated[
        list[int] | None,
        typer.Option(min=0, help="Channel or unit, counted from 0; may be given again.", show_default=False),
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=64, help="How many units to show.")] = 8,
    split: Annotated[Literal["train", "val", "test"], typer.Option(help="Whose examples to look at.")] = "val",
    limit: Annotated[int | None, typer.Option(min=5, help="Examples to look at, at most.", show_default=False)] = None,
    method: Annotated[Literal["pca", "tsne"], typer.Option(help="Of the embedding.")] = "pca",
    steps: Annotated[int, typer.Option(min=1, help="Of the search for a picture that excites.")] = 128,
    rotate: Annotated[bool, typer.Option("--rotate", help="For shift: turn the pictures, too.")] = False,
    seed: Annotated[int, typer.Option(min=0, max=LARGEST, help="Of all that is chosen by chance.")] = 0,
    open_test: Annotated[
        str | None,
        typer.Option(
            help="Why an embedding of the sealed test split is made; it is counted and written down.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Page to write; without it, NAME.html in this folder.", show_default=False)
    ] = None,
    report: Annotated[bool, typer.Option("--report", help="Put it into the run's report, too.")] = False,
    data: MovedData = None,
    json: JsonFlag = False,
) -> None:
    """Show what a run has learned: its filters, what its units react to, how it sees its examples."""
    if example is not None and what != "maps":
        raise RecipeError(
            f"{what} is of the whole run, and takes no input.", fix="Leave out the input, or ask for maps."
        )
    refuse_bad_place(out)
    opened = api.open_run(run, data=data)
    asked = {
        "units": tuple(unit or ()),
        "top": top,
        "layer": layer,
        "split": split,
        "seed": seed,
        "method": method,
        "steps": steps,
        "rotate": rotate,
        "reason": open_test,
        "source": None if example is None else example_of(example),
        **({} if limit is None else {"limit": limit}),
    }
    with Waiting(quiet=json) as waiting:
        result = _look(opened, what, asked, waiting)
    show_learned(result, opened, out, report=report, json=json)


_TAKES = {
    "maps": ("source", "layer", "units", "top", "split", "limit", "seed"),
    "filters": ("layer",),
    "patches": ("layer", "units", "top", "limit", "seed"),
    "visualise": ("layer", "units", "top", "steps", "limit", "seed", "watch"),
    "embedding": ("split", "layer", "method", "limit", "seed", "reason"),
    "shift": ("split", "rotate", "limit", "seed", "watch"),
}
_CALLED = {"shift": "shifts"}


def _look(run: Run, what: str, asked: dict[str, Any], waiting: Waiting) -> Any:
    """Hand a method of `run.features` what it takes."""
    given = {**asked, "watch": waiting.moved}
    words = {name: given[name] for name in _TAKES[what] if name in given}
    return getattr(run.features, _CALLED.get(what, what))(**words)
