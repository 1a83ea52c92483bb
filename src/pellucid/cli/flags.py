"""Flags that several commands take: a decorator gives them to a command, which gets what was typed."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any

Command = Callable[..., None]


def flags_of(names: Iterable[str]) -> frozenset[str]:
    """Return the flags by which these options are typed: "time_column" is --time-column."""
    return frozenset(f"--{name.replace('_', '-')}" for name in names)


def with_flags(
    function: Command, flags: Sequence[inspect.Parameter], hand_over: Callable[[dict[str, Any]], dict[str, Any]]
) -> Command:
    """Return a command with further flags, in the form in which typer reads a command's parameters.

    Args:
        function: the command; what `hand_over` gives is passed to it by keyword, and is no flag.
        flags: keyword-only parameters, annotated for typer.
        hand_over: from what was typed for `flags`, None where nothing was, to the keywords for `function`.
    """
    names = [flag.name for flag in flags]
    hidden = hand_over(dict.fromkeys(names))
    own = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in inspect.signature(function, eval_str=True).parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD and parameter.name not in hidden
    ]

    def command(**typed: Any) -> None:
        given = hand_over({name: typed.pop(name) for name in names})
        function(**typed, **given)

    parameters = [*own, *flags]
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    command.__doc__ = function.__doc__
    command.__name__ = function.__name__
    return command
