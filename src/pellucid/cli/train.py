"""`pellucid train`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pellucid import api
from pellucid.cli.data_flags import MovedData, refuse_moved, takes_data_flags, typed_flags, with_task
from pellucid.cli.ladder import check_ladder, show_ladder
from pellucid.cli.output import JsonFlag, VerboseFlag, new_app, print_json
from pellucid.cli.previewing import show_preview
from pellucid.cli.progress import choose_progress
from pellucid.cli.recipe_flags import takes_recipe
from pellucid.errors import RecipeError
from pellucid.runs import check_name
from pellucid.torchrun import how_started
from pellucid.words import visible

if TYPE_CHECKING:
    from pellucid.cli.progress import Lines
    from pellucid.data import Dataset

app = new_app()

EPILOG = """\b
Examples:
  pellucid train digits
  pellucid train line
  pellucid train xor --model mlp --hidden 2
  pellucid train photos/ --epochs 20
  pellucid train mnist --model lenet5
  pellucid train table.csv --target price
  pellucid train shakespeare --model ngram --order 6
  pellucid train GunPoint_TRAIN.ts
  pellucid train airline-passengers.csv --horizon 12
  pellucid train sales.csv --horizon 7 --future price,holiday
  pellucid train dates --attention bahdanau
  pellucid train photos/ --augment photo --mixup 0.2 --preview
  pellucid train photos/ --recipe recipe.yaml --seed 1
  pellucid train photos/ --ladder
  pellucid train --resume runs/photos-cnn
  pellucid train --refit runs/airline-passengers-lstm
"""


@app.command(epilog=EPILOG)
@takes_recipe
@takes_data_flags
def train(
    data: Annotated[
        str | None,
        typer.Argument(
            help="A folder, table, archive or .npz file, or a name: line, xor, spiral, digits, iris, mnist, ..."
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option("--resume", help="Go on with this interrupted run, with the choices it was begun with."),
    ] = None,
    refit: Annotated[
        Path | None,
        typer.Option(
            "--refit",
            help="Learn once more what this finished run learned, from its training and validation examples together, "
            "for as many epochs as validation found best; a run of its own.",
        ),
    ] = None,
    moved: MovedData = None,
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
    verbose: VerboseFlag = False,
    json: JsonFlag = False,
    *,
    data_options: dict[str, Any],
    **choices: Any,
) -> None:
    """Train a network, measure it on the validation split, and leave a run folder with a report.

    Whatever you leave open is chosen for you: what was guessed is said with the flag that chooses otherwise, and all of
    it with --verbose and in the report. The test split stays sealed until 'pellucid evaluate'.
    """
    check_ladder(ladder=ladder, open_test=open_test, others={"--resume": resume, "--name": name, "--preview": preview})
    if resume is not None and any((data, data_options, choices, recipe, name, preview)):
        raise RecipeError(
            "--resume goes on with the choices the run was begun with.",
            fix="Leave out the data and the other flags; --data PATH says where the data are now, if they were moved.",
        )
    if refit is not None and any((data, data_options, choices, recipe, name, preview, resume, ladder)):
        raise RecipeError(
            "--refit goes by the choices of the run it names.",
            fix="Leave out the data and the other flags; --data PATH says where the data are now, if they were moved.",
        )
    refuse_moved(moved, resume or refit, "train")
    command = visible(shlex.join(["pellucid", *sys.argv[1:]]))
    if name is not None:
        check_name(name)
    typed = typed_flags(data_options, choices, recipe)
    with choose_progress(quiet=json, verbose=verbose, typed=typed) as progress:
        if resume is not None:
            progress.folder = resume
            run = api.resume(resume, data=moved, progress=progress)
        elif refit is not None:
            run = api.refit(api.open_run(refit, data=moved), command=command, progress=progress)
        else:
            dataset = _load(data, with_task(data_options, recipe, choices), progress)
            if preview:
                show_preview(dataset, recipe=recipe, json=json, **choices)
                return
            shared: dict[str, Any] = {"recipe": recipe, "runs_dir": runs_dir, "command": command, "progress": progress}
            if ladder:
                made = api.ladder(dataset, open_test=open_test, **shared, **choices)
                show_ladder(made, runs_dir=runs_dir, json=json)
                return
            run = api.train(dataset, restarts=restarts, name=name, **shared, **choices)

    if json and how_started()[0].rank == 0:
        print_json(
            {
                "run": str(run.path),
                "record": run.record.to_dict(),
                "evaluations": [evaluation.to_dict() for evaluation in run.evaluations],
            }
        )
    else:
        progress.show_result(run)


def _load(data: str | None, options: dict[str, Any], progress: Lines) -> Dataset:
    """Read the data, and say what was noticed about them."""
    if data is None:
        raise RecipeError(
            "No data were named.",
            expected="A folder, a CSV file, or a name such as digits.",
            fix="For example: pellucid train digits",
        )
    dataset = api.load_dataset(data, **options)
    dataset.check_trainable()
    progress.found(dataset.findings)
    return dataset
