"""The recipe's fields as flags of a command: one table, in `runs/recipe.py`, for Python, files and the command line."""

from __future__ import annotations

import inspect
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from pellucid.cli.flags import Command, with_flags
from pellucid.runs import Recipe


def takes_recipe(function: Command) -> Command:
    """Give a command a flag per field of Recipe, but for those it declares itself; what is typed comes as `**choices`.

    Args:
        function: a command whose last parameter is `**choices`.
    """
    declared = inspect.signature(function, eval_str=True).parameters
    own = Recipe.own_choices()
    fields = [
        _own_parameter(name, *own[name]) if name in own else _parameter(name)
        for name in Recipe.choices()
        if name not in declared
    ]
    return with_flags(function, fields, lambda typed: {name: one for name, one in typed.items() if one is not None})


def _parameter(name: str) -> inspect.Parameter:
    field = Recipe.shared_choices()[name]
    extra = field.json_schema_extra
    assert isinstance(extra, dict)
    offered = extra.get("offered")
    kind = str if extra.get("typed_as") == "str" else _typed(field.annotation)
    kind = Literal[tuple(offered)] if isinstance(offered, list) else kind
    flag = name.replace("_", "-")
    shown = f"--{flag}/--no-{flag}" if kind is bool else f"--{flag}"
    more = [str(alias) for alias in extra["flags"]] if isinstance(extra["flags"], list) else []
    option = typer.Option(shown, *more, help=field.description, rich_help_panel=str(extra["panel"]), show_default=False)
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind | None, option]
    )


def _own_parameter(name: str, field: FieldInfo, owners: tuple[str, ...]) -> inspect.Parameter:
    """Return the flag of an option that models or tasks bring; its help names them."""
    kind, flag = _typed(field.annotation), name.replace("_", "-")
    shown = f"--{flag}/--no-{flag}" if kind is bool else f"--{flag}"
    text = f"{field.description} ({', '.join(owners)})"
    option = typer.Option(shown, help=text, rich_help_panel="Model", show_default=False)
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind | None, option]
    )


def _typed(annotation: Any) -> Any:
    """Return what a terminal can type for a field: a plain type or a Literal; the rest is text, and read by Recipe."""
    choices = (
        [part for part in get_args(annotation) if part is not type(None)]
        if get_origin(annotation) in (Union, UnionType)
        else [annotation]
    )
    if len(choices) != 1:
        return str
    origin = get_origin(choices[0])
    if origin is Annotated:
        return _typed(get_args(choices[0])[0])
    if origin is Literal or choices[0] in (bool, int, float, str):
        return choices[0]
    return str
