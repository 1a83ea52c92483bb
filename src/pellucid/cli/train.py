"""`pellucid train`."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pellucid.cli.output import JsonFlag, new_app, print_json
from pellucid.cli.recipe_flags import takes_recipe
from pellucid.errors import RecipeError

if TYPE_CHECKING:
    from pellucid.data import Dataset

app = new_app()

EPILOG = """\b
Examples:
  pellucid train digits
  pellucid train photos/ --epochs 20
  pellucid train mnist --model lenet5
  pellucid train table.csv --target price
  pellucid train photos/ --augment photo --mixup 0.2 --preview
  pellucid train photos/ --recipe recipe.yaml --seed 1
  pellucid train photos/ --ladder
  pellucid train --resume runs/photos-cnn
"""


@app.command(epilog=EPILOG)
@takes_recipe
def train(
    data: Annotated[
        str | None,
        typer.Argument(help="A folder, table, archive or .npz file, or a name: digits, iris, mnist, cifar10, ..."),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option("--resume", help="Go on with this interrupted run, with the choices it was begun with."),
    ] = None,
    recipe: Annotated[
        Path | None,
        typer.Option(help="Choices from a YAML or JSON file, or from an earlier run's folder; flags win over them."),
    ] = None,
    restarts: Annotated[
        int,
        typer.Option(min=1, help="Trainings from other random weights; the best one is shown.", show_default=False),
    ] = 1,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only show, on a page, what augmentation would make of the pictures.")
    ] = False,
    ladder: Annotated[
        bool,
        typer.Option("--ladder", help="Climb from a trivial baseline to a fine-tuned network, and compare them all."),
    ] = False,
    open_test: Annotated[
        bool, typer.Option("--open-test", help="With --ladder: score it on the sealed test split, too; written down.")
    ] = False,
    name: Annotated[str | None, typer.Option(help="Name of the run folder.", rich_help_panel="Place")] = None,
    runs_dir: Annotated[Path, typer.Option(help="Where run folders are made.", rich_help_panel="Place")] = Path("runs"),
    target: Annotated[
        str | None,
        typer.Option(
            help="A table's target column, or the label column of a list of pictures.", rich_help_panel="Data"
        ),
    ] = None,
    group: Annotated[
        str | None,
        typer.Option(
            help="Column whose equal values never straddle two splits (patient, plant, ...).", rich_help_panel="Data"
        ),
    ] = None,
    val: Annotated[
        float | None,
        typer.Option(min=0, max=0.9, help="Share of the examples for validation (0.1).", rich_help_panel="Data"),
    ] = None,
    test: Annotated[
        float | None,
        typer.Option(min=0, max=0.9, help="Share of the examples for the sealed test (0.2).", rich_help_panel="Data"),
    ] = None,
    split_seed: Annotated[
        int | None,
        typer.Option(min=0, help="Seed of the splits (0); --seed leaves them as they are.", rich_help_panel="Data"),
    ] = None,
    impute: Annotated[
        Literal["median"] | None, typer.Option(help="Fill a table's blanks.", rich_help_panel="Data")
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Stop when a picture cannot be read, and list all such.", rich_help_panel="Data"),
    ] = False,
    weight: Annotated[
        str | None,
        typer.Option(help="Column by which each example's loss is multiplied.", rich_help_panel="Data"),
    ] = None,
    json: JsonFlag = False,
    **choices: Any,
) -> None:
    """Train a network, measure it on the validation split, and leave a run folder with a report.

    Whatever you leave open is chosen for you, and said. The test split stays sealed until 'pellucid evaluate'.
    """
    from pellucid import api
    from pellucid.cli.ladder import check_ladder, show_ladder
    from pellucid.cli.progress import choose_progress

    check_ladder(ladder=ladder, open_test=open_test, others={"--resume": resume, "--name": name, "--preview": preview})

    progress = choose_progress(quiet=json)
    options: dict[str, Any] = {
        "target": target,
        "group": group,
        "val": val,
        "test": test,
        "seed": split_seed,
        "impute": impute,
        "strict": strict or None,
        "weight": weight,
    }
    given = {key: value for key, value in options.items() if value is not None}
    with progress:
        if resume is not None:
            if data is not None or given or choices or recipe is not None or name is not None or preview:
                raise RecipeError(
                    "--resume goes on with the choices the run was begun with.",
                    fix="Leave out the data and the other flags.",
                )
            run = api.resume(resume, progress=progress)
        elif data is None:
            raise RecipeError(
                "No data were named.",
                expected="A folder, a CSV file, or a name such as digits.",
                fix="For example: pellucid train digits",
            )
        else:
            dataset = api.load_dataset(data, **given)
            progress.found(dataset.findings)
            if preview:
                _preview(dataset, recipe, choices, json=json)
                return
            command = shlex.join(["pellucid", *sys.argv[1:]])
            if ladder:
                said = api.ladder(
                    dataset, recipe=recipe, runs_dir=runs_dir, open_test=open_test, command=command, progress=progress,
                    **choices,
                )  # fmt: skip
                show_ladder(said, json=json)
                return
            run = api.train(
                dataset,
                recipe=recipe,
                restarts=restarts,
                runs_dir=runs_dir,
                name=name,
                command=command,
                progress=progress,
                **choices,
            )
    if json and os.environ.get("RANK", "0") == "0":
        print_json(
            {
                "run": str(run.path),
                "record": run.record.to_dict(),
                "evaluations": [evaluation.to_dict() for evaluation in run.evaluations],
            }
        )
    else:
        progress.show_result(run)


def _preview(dataset: Dataset, recipe: Path | None, choices: dict[str, Any], *, json: bool) -> None:
    """Write the sheet of augmented examples, and say where it lies."""
    from pellucid import api

    made = api.preview(dataset, recipe=recipe, **choices)
    page = api.write_preview_page(made)
    if json:
        print_json({"page": str(page), **made.to_dict()})
        return
    typer.echo(f"augment: {made.decision.value} - {made.decision.reason}")
    typer.echo(f"Page:    {page}")
    typer.echo("Nothing was trained.")
