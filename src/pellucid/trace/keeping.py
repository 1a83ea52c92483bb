"""Graphs that are kept: a network is exported once for each form of its input, and replayed with every further input.

Exporting takes from a quarter of a second to more than one, replaying a small network about a millisecond.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from pellucid.trace.graph import Recording, record

MOST_KEPT = 4
"""Graphs: one input alone, and batches of a few sizes."""
_PLAIN = (bool, int, float, complex, str, bytes, type(None), torch.dtype, torch.device, torch.Size)
_OPAQUE = (nn.Module, type, FunctionType, BuiltinFunctionType, MethodType, ModuleType)
"""What is told apart by being the same object: its inside belongs to somebody else, or is looked at elsewhere."""

_ELSEWHERE = frozenset({"training", "_modules"})
"""A graph is always that of evaluation; the modules inside come one by one."""
_USUAL = frozenset(vars(nn.Module()))
"""What every module has: of hooks, parameters and buffers it says something only where there are any."""


class Recorder:
    """Turns a network into a graph, and keeps it as long as the network is as it was then.

    A graph is made anew where a parameter, a buffer, a module, a hook or any other attribute of a module was replaced
    or changed; a change of what lies outside the modules (a global variable that `forward` reads) is not noticed.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[object, tuple[list[object], Recording]] = OrderedDict()

    def record(self, model: nn.Module, inputs: Tensor, more: Mapping[str, Tensor] | None = None) -> Recording:
        """Do what `graph.record` does.

        Args:
            model: any module of one tensor input and one tensor output.
            inputs: [N, ...]; batches of different sizes are different forms.
            more: further named tensors that the module takes, as of `Recording`.

        Raises:
            ModelError: the model cannot be turned into a graph.
        """
        taken = {"": inputs, **(more or {})}
        form = tuple((name, tuple(one.shape), one.dtype, one.device) for name, one in taken.items())
        state = list(_state(model))
        known = self._kept.get(form)
        if known is not None and known[0] == state:
            self._kept.move_to_end(form)
            return replace(known[1], inputs=inputs, more=dict(more or {}))
        made = record(model, inputs, more)
        # As it was before the export: what a module fills in during its first pass costs one more export.
        self._kept[form] = (state, made)
        self._kept.move_to_end(form)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return made


class _Same:
    """An object that equals itself alone; it is held, so that no other can take its place in memory."""

    def __init__(self, held: object) -> None:
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.held is other.held

    __hash__ = None  # type: ignore[assignment]


def _state(model: nn.Module) -> Iterator[object]:
    """Yield all that a network's graph follows from, but for the values that it reads when it is run."""
    met: set[int] = set()
    for name, module in model.named_modules():
        yield from (name, _Same(module), _Same(type(module).forward))
        for attribute, value in vars(module).items():
            if attribute not in _ELSEWHERE and (attribute not in _USUAL or value):
                yield attribute
                yield from _seen(value, met)


def _seen(value: Any, met: set[int]) -> Iterator[object]:
    if isinstance(value, _PLAIN):
        yield value
    elif isinstance(value, Tensor):
        yield _Same(value)
        # The version counts changes in place, the address tells of storage that was exchanged (`.data = ...`). Tensors
        # made in inference mode have no version.
        yield (0 if value.is_inference() else value._version, value.data_ptr())
    elif isinstance(value, np.ndarray):
        yield (value.dtype.str, value.shape, value.tobytes())
    elif isinstance(value, _OPAQUE) or id(value) in met:
        yield _Same(value)
    elif isinstance(value, dict):
        # Without the lengths, nested values could run into one another and equal those of another nesting.
        yield len(value)
        for key, one in value.items():
            yield from _seen(key, met)
            yield from _seen(one, met)
    elif isinstance(value, list | tuple | set | frozenset):
        yield len(value)
        for one in value:
            yield from _seen(one, met)
    else:
        met.add(id(value))
        yield _Same(value)
        yield from _seen(getattr(value, "__dict__", {}), met)
