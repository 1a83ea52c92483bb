"""Modules that load when something of theirs is first used: the names of a room's door, and the rows of tables.

A start costs time for each module that it loads, and whoever trains needs few of them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any


def late_names(door: str, modules: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a room's door: each name is there when it is first asked for, and stays.

    For the type checker, and for `scripts/import_graph.py`, the door imports the same names below `TYPE_CHECKING`.

    Args:
        door: the door's `__name__`.
        modules: by name the module that has it, counted from the room (`of_run`); from the package with a dot before it
            (`.tasks`).
    """

    def find(name: str) -> Any:
        if name not in modules:
            raise AttributeError(f"module '{door}' has no attribute '{name}'")
        module = modules[name]
        package = door.partition(".")[0] if module.startswith(".") else f"{door}."
        value = getattr(import_module(package + module), name)
        setattr(sys.modules[door], name, value)
        return value

    return find


@dataclass(frozen=True)
class Late:
    """Something of a module that loads when it is first used: a row of a table, or a function.

    The module is named in full, so that `scripts/import_graph.py` sees the way to it.

    Attributes:
        module: e.g. "pellucid.data.kinds.series".
        name: of what it has.
        made: whether the name is a class, and an object of it is meant, made without arguments.
    """

    module: str
    name: str
    made: bool = False

    def load(self) -> Any:
        """Return it."""
        found = getattr(import_module(self.module), self.name)
        return found() if self.made else found

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Load and call it."""
        return self.load()(*args, **kwargs)
