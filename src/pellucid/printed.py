"""What `print` shows of results: these are data, and how each reads in a terminal is entered here by another module."""

from __future__ import annotations

from functools import singledispatch
from importlib import import_module
from typing import Any

_SAID_IN: dict[str, tuple[str, ...]] = {}
"""By a room's door, the modules that enter how its results read, until they are loaded."""


def said_in(door: str, *modules: str) -> None:
    """Name the modules of a room that enter how its results read; they load when one of these is first printed.

    Args:
        door: its `__name__`.
        modules: below it, e.g. "text".
    """
    _SAID_IN[door] = tuple(f"{door}.{module}" for module in modules)


@singledispatch
def text_of(result: Any, *choices: Any) -> str:
    """Return a result as text for a terminal.

    How a type reads is entered by `@text_of.register(Type)` on a function of the result, in the type's room, whose door
    names the module (`said_in`); what is derived from the type reads alike.

    Args:
        result: of a type that was entered.
        choices: what its function takes beside it.

    Raises:
        TypeError: nobody said how it reads.
    """
    for kind in type(result).__mro__:
        if modules := _SAID_IN.pop(".".join(kind.__module__.split(".")[:2]), ()):
            for module in modules:
                import_module(module)
            return text_of(result, *choices)
    raise TypeError(f"Nothing says how {type(result).__name__} reads in a terminal.")


class Printed:
    """Base of results that `print` shows as `text_of` has them."""

    def __str__(self) -> str:
        return text_of(self)
