"""timm and torchvision, imported without torch's compiler, which neither needs to build a model."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Literal

_PACKAGE, _TOOLS = "torch._dynamo", "torch._dynamo.utils"


@cache
def import_library(name: Literal["timm", "torchvision"]) -> ModuleType:
    """Import a library of models.

    torchvision imports torch's compiler for one question, which only RoI align asks, and timm to exempt one method from
    being compiled: more than half of what importing timm costs. A stand-in puts both off until they are needed, while
    the library is imported, and is then taken away. Whatever asks it for anything else gets the real one.
    """
    if _PACKAGE in sys.modules or "torchvision" in sys.modules:
        return import_module(name)
    try:
        from torch._compile import _disable_dynamo  # torch's own way to exempt: it imports the compiler when called
    except ImportError:  # another version of torch
        return import_module(name)

    def disable(function: Any = None, recursive: bool = True, **_: Any) -> Any:
        return _disable_dynamo(function, recursive)

    standing_in = {part: _StandIn(part) for part in (_PACKAGE, _TOOLS)}
    vars(standing_in[_PACKAGE])["disable"] = disable
    vars(standing_in[_TOOLS])["is_compile_supported"] = _is_compile_supported
    sys.modules.update(standing_in)
    try:
        return import_module(name)
    finally:
        _take_away()


class _StandIn(ModuleType):
    """A module that becomes the real one as soon as it is asked for what it does not have."""

    def __getattr__(self, name: str) -> Any:
        # What the import system and inspect ask of every module is no question for the compiler.
        if name in ("__file__", "__spec__", "__wrapped__") or (name == "__path__" and self.__name__ == _TOOLS):
            raise AttributeError(name)
        _take_away()
        return getattr(import_module(self.__name__), name)


def _take_away() -> None:
    for part in (_PACKAGE, _TOOLS):
        if isinstance(sys.modules.get(part), _StandIn):
            del sys.modules[part]


def _is_compile_supported(device_type: str) -> bool:
    """Ask the real one, which imports the compiler now."""
    supported: bool = import_module(_TOOLS).is_compile_supported(device_type)
    return supported
