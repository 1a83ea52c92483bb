"""What `print` shows of results: these are data, and how each reads in a terminal is entered here by another module."""

from __future__ import annotations

from functools import singledispatch
from typing import Any


@singledispatch
def text_of(result: Any, *choices: Any) -> str:
    """Return a result as text for a terminal.

    How a type reads is entered by `@text_of.register(Type)` on a function of the result, in the type's room, whose door
    imports it; what is derived from the type reads alike.

    Args:
        result: of a type that was entered.
        choices: what its function takes beside it.

    Raises:
        TypeError: nobody said how it reads.
    """
    raise TypeError(f"Nothing says how {type(result).__name__} reads in a terminal.")


class Printed:
    """Base of results that `print` shows as `text_of` has them."""

    def __str__(self) -> str:
        return text_of(self)
