"""`pellucid tune`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from pellucid import api
from pellucid.cli.data_flags import MovedData, refuse_moved, takes_data_flags, typed_flags, with_task
from pellucid.cli.output import JsonFlag, VerboseFlag, new_app, print_json
from pellucid.cli.recipe_flags import takes_recipe
from pellucid.cli.search_progress import choose_search_progress, show_search
from pellucid.errors import RecipeError
from pellucid.runs import check_name
from pellucid.words import visible

app = new_app()

EPILOG = """\b
Examples:
  pellucid tune digits --model lenet5 --time 10m
  pellucid tune photos/ --trials 30 --epochs 10
  pellucid tune photos/ --space space.yaml --method random
  pellucid tune --resume runs/photos-cnn-search --trials 60

\b
A space.yaml names choices of the recipe, each with the values to try:
  optimizer: [adamw, sgd]
  lr: {times: [0.1, 5]}                          # multiples of what Pellucid would choose
  weight_decay: {low: 0.0001, high: 0.5, log: true, when: {optimizer: adamw}}
  dropout: {low: 0, high: 0.5, step: 0.1}
"""


@app.command(epilog=EPILOG)
@takes_recipe
@takes_data_flags
def tune(
    data: Annotated[str | None, typer.Argument(help="A folder, table, archive or .npz file, or a name.")] = None,
    space: Annotated[
        Path | None,
        typer.Option(
            help="What is searched, in a YAML or JSON file; what suits the model if left out.", rich_help_panel="Search"
        ),
    ] = None,
    method: Annotated[
        Literal["tpe", "gp", "random", "grid"] | None,
        typer.Option(
            help="How trials are proposed: tpe (if left out) and gp learn from the earlier ones.",
            rich_help_panel="Search",
        ),
    ] = None,
    pruning: Annotated[
        Literal["halving", "median", "hyperband", "none"] | None,
        typer.Option(
            help="When a trial that does worse than the others is ended early; halving if left out.",
            rich_help_panel="Search",
        ),
    ] = None,
    trials: Annotated[
        int | None,
        typer.Option(min=1, help="Trials in all, earlier ones included; 30 without --time.", rich_help_panel="Search"),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(
            help="Time for all of it, e.g. 20m: the trainings from fresh seeds fit in.", rich_help_panel="Search"
        ),
    ] = None,
    repeats: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Fresh seeds from which the winner and the default recipe are trained and compared (5).",
            rich_help_panel="Search",
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            "--resume", help="Go on with this search; the same command does so, too.", rich_help_panel="Search"
        ),
    ] = None,
    moved: MovedData = None,
    recipe: Annotated[
        Path | None,
        typer.Option(
            help="Choices that all trials share, from a file or an earlier run's folder; flags win over them."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the search's folder.", rich_help_panel="Place")] = None,
    runs_dir: Annotated[Path, typer.Option(help="Where the folder is made.", rich_help_panel="Place")] = Path("runs"),
    verbose: VerboseFlag = False,
    json: JsonFlag = False,
    *,
    data_options: dict[str, Any],
    **choices: Any,
) -> None:
    """Search for a better recipe than the default one, and say whether it was worth it.

    Every trial is a run, scored on the validation split; the test split stays sealed. Ctrl-C keeps everything, the same
    command goes on with it, and several processes may work on one search. Flags of the recipe hold for all trials and
    are not searched.
    """
    if resume is not None and (
        data is not None or data_options or choices or recipe or space or name or method or pruning
    ):
        raise RecipeError(
            "--resume goes on with the choices the search was begun with.",
            fix="Leave out the data and the other flags, but for --trials, --time and --repeats, "
            "and --data PATH where the data were moved.",
        )
    refuse_moved(moved, resume, "tune")
    if name is not None:
        check_name(name, "search")
    typed = typed_flags(data_options, choices, recipe)
    with choose_search_progress(quiet=json, verbose=verbose, typed=typed) as progress:
        search = api.tune(
            api.load_dataset(data, **with_task(data_options, recipe, choices)) if data is not None else moved,
            recipe=recipe,
            space=space,
            method=method or "tpe",
            pruning=pruning or "halving",
            trials=trials,
            time=time,
            repeats=repeats,
            resume=resume,
            runs_dir=runs_dir,
            name=name,
            progress=progress,
            command=visible(shlex.join(["pellucid", *sys.argv[1:]])),
            **choices,
        )
    if json:
        print_json(search.to_dict())
    else:
        show_search(search)
