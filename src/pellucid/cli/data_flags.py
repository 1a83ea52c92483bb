"""How a dataset is read and split, as flags of a command."""

from __future__ import annotations

import inspect
import shlex
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from pellucid.cli.flags import Command, flags_of, with_flags
from pellucid.errors import RecipeError
from pellucid.typed_numbers import LARGEST

MovedData = Annotated[
    str | None,
    typer.Option("--data", help="Where the data of the run are now, if they were moved.", show_default=False),
]
"""The flag of every command that looks at a run's data again."""


def _flag(name: str, kind: Any, help_: str, **more: Any) -> inspect.Parameter:
    option = typer.Option(f"--{name.replace('_', '-')}", help=help_, rich_help_panel="Data", **more)
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind | None, option]
    )


FLAGS = (
    _flag("target", str, "A table's target column, or the label column of a list of pictures."),
    _flag("group", str, "Column whose equal values never straddle two splits (patient, plant, ...)."),
    _flag("val", float, "Share of the examples for validation (0.1); 0 for none.", min=0, max=0.9),
    _flag("test", float, "Share of the examples for the sealed test (0.2); 0 for none.", min=0, max=0.9),
    _flag("split_seed", int, "Seed of the splits (0); --seed leaves them as they are.", min=0, max=LARGEST),
    _flag("impute", Literal["median"], "Fill a table's blanks."),
    _flag("strict", bool, "Stop when a picture cannot be read, and list all such."),
    _flag("weight", str, "Column by which each example's loss is multiplied."),
    _flag("keep_na", bool, "Words such as NA or null in the target column are words, not blanks."),
    _flag(
        "layout",
        Literal["classes", "splits", "list", "table", "parts", "lines", "stream", "series"],
        "How a folder is read: folders are classes or splits, a table lists the pictures, ...",
    ),
    _flag("picture_column", str, "Column of a list that names the pictures."),
    _flag("images_dir", str, "Folder that the names in that column count from."),
    _flag("drop", str, "Columns of a table that are no input, with commas between them."),
    _flag("label_from", Literal["name"], "The label of a picture is the text in its file's name (crazing_1.jpg)."),
    _flag("splits", Literal["ignore"], "Splits that the data brings are merged, and new ones drawn."),
    _flag("text", str, "The column of a table whose texts are learned from, instead of its other columns."),
    _flag("block", int, "Characters of each window of a text that is read on and on (128).", min=1, max=65536),
    _flag("horizon", int, "Steps ahead that a series is forecast; a CSV with a time column is then a series.", min=1),
    _flag("window", int, "Steps of the series that are seen; two seasons, or twice the horizon.", min=2),
    _flag("season", int, "Steps after which the series resembles itself; found by itself. 1 for none.", min=1),
    _flag("time_column", str, "Column of times."),
    _flag("series", str, "Column that tells several series of one file apart."),
    _flag("gaps", Literal["fill"], "Put the straight line where stamps or values of a series are missing."),
    _flag("future", str, "Columns of a series known of the steps to come (price,holiday): seen at what is forecast."),
    _flag(
        "axes",
        Literal["NTC", "NCT"],
        "Axes of an array of series: examples, steps and channels; else the longer is time.",
    ),
    _flag("ignore", str, "Values of masks that mean \"not labelled\", e.g. 255 or '#e0e0c0'."),
    _flag("allow_leaks", bool, "Train on what val or test hold, too: copies, groups on both sides; the run says so."),
    _flag("fixes", str, "File of decisions on single examples, as audit --fix writes it: exclude, relabel, ..."),
    _flag("drop_unseen", bool, "Leave out classes that only splits beside train hold."),
)


def takes_data_flags(function: Command) -> Command:
    """Give a command the flags of `api.load_dataset`.

    Args:
        function: a command with a parameter `data_options`, a dictionary of those that were typed, by the names that
            `load_dataset` has for them.
    """

    def hand_over(typed: dict[str, Any]) -> dict[str, Any]:
        given = {"seed" if name == "split_seed" else name: value for name, value in typed.items() if value is not None}
        return {"data_options": given}

    return with_flags(function, FLAGS, hand_over)


def typed_flags(data_options: dict[str, Any], choices: dict[str, Any], recipe: Path | None) -> frozenset[str]:
    """Return the flags by which options of `api.load_dataset` and fields of the recipe were typed, or might have been.

    Args:
        data_options: of `api.load_dataset`.
        choices: fields of the recipe that were typed.
        recipe: of `--recipe`, whose choices are the user's, too.

    Raises:
        RecipeError: it cannot be read.
    """
    from pellucid.runs import Recipe, read_recipe

    held = read_recipe(recipe) if recipe is not None else Recipe()
    of_recipe = [name for name in Recipe.choices() if recipe is not None and held.chosen(name) is not None]
    return flags_of([*("split_seed" if name == "seed" else name for name in data_options), *choices, *of_recipe])


def refuse_moved(moved: str | None, resume: Path | None, command: str) -> None:
    """Raise RecipeError where --data, which tells of a run's data, is typed without a run to go on with."""
    if moved is not None and resume is None:
        raise RecipeError(
            "--data says where the data of a run to --resume are now, and none is named.",
            fix=f"To {command} on them, leave the flag out: pellucid {command} {shlex.quote(moved)}",
        )


def with_task(options: dict[str, Any], recipe: Path | None, choices: dict[str, Any]) -> dict[str, Any]:
    """Return the options of the data with the task, typed or from a recipe's file: it says what the target means.

    Args:
        options: of `api.load_dataset`.
        recipe: of `--recipe`.
        choices: fields of the recipe that were typed.

    Raises:
        RecipeError: a choice is out of range: before the data are read, which may take long.
    """
    from pellucid.runs import Recipe, read_recipe

    task = (read_recipe(recipe) if recipe is not None else Recipe()).override(**choices).data_task
    return {**options, "task": task} if task is not None else options
