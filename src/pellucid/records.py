"""The strict record that everything written to disk is made of, and the decisions that are told with their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import PurePath
from types import NoneType
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from pellucid.errors import PellucidError, did_you_mean, shown
from pellucid.words import counted

MOST_FAULTS = 8
"""Faults of a record, which may be a stranger's, that a message tells one by one."""
_LONGEST_KEY, _LONGEST_MESSAGE = 60, 500

_BRIEF_WORDS = 60
_BRIEF_ITEMS = 4


def brief(result: Any) -> str:
    """Return a result in one line: its type and what it holds; of longer parts how many, of empty ones nothing.

    What a dataclass has as `__repr__` so that a prompt shows a line and not a wall; `to_dict` has everything.
    """
    names = type(result).model_fields if isinstance(result, BaseModel) else [field.name for field in fields(result)]
    return brief_of(type(result).__name__, {name: getattr(result, name) for name in names if not name.startswith("_")})


def brief_of(name: str, values: Mapping[str, Any]) -> str:
    """Return in one line what `name` stands for; see `brief`."""
    shown = [f"{key}={_in_brief(value)}" for key, value in values.items() if not _is_nothing(value)]
    return f"{name}({', '.join(shown)})"


def _is_nothing(value: Any) -> bool:
    return value is None or (isinstance(value, str | tuple | list | dict) and not value)


def _in_brief(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, bool | int | PurePath):
        return repr(value)
    if isinstance(value, str):
        return repr(value if len(value) <= _BRIEF_WORDS else f"{value[:_BRIEF_WORDS]}...")
    if hasattr(value, "shape"):
        return f"<{type(value).__name__} {' x '.join(map(str, value.shape))}>"
    plain = (bool, int, float, str, NoneType)
    if isinstance(value, Mapping):
        if len(value) > _BRIEF_ITEMS or not all(isinstance(one, plain) for one in value.values()):
            return f"<{counted(len(value), 'item')}>"
        return "{" + ", ".join(f"{key!r}: {_in_brief(one)}" for key, one in value.items()) + "}"
    if isinstance(value, tuple | list):
        if len(value) > _BRIEF_ITEMS or not all(isinstance(one, plain) for one in value):
            kinds = {type(one) for one in value}
            kind = next(iter(kinds)).__name__ if len(kinds) == 1 else "item"
            return f"<{len(value):,} x {kind}>"
        return f"({', '.join(map(_in_brief, value))})"
    return f"<{getattr(value, '__name__', type(value).__name__)}>"


class Record(BaseModel):
    """Base of all that is written to disk: frozen, typed, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=True, ser_json_inf_nan="strings")

    def __repr__(self) -> str:
        return brief(self)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types (dict, list, str, int, float, bool, None)."""
        return self.model_dump(mode="json")

    @classmethod
    def from_dict(cls, data: Any, *, source: str, error: type[PellucidError] = PellucidError) -> Self:
        """Read a record from JSON types.

        Args:
            data: what `to_dict` returned, perhaps after a round through a file.
            source: where it came from, for the message.
            error: the exception to raise.

        Raises:
            error: all faults at once, unknown keys with the nearest known one.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as problem:
            raise error(f"{source}: {_faults(cls, problem)}") from None


def _faults(cls: type[BaseModel], problem: ValidationError) -> str:
    lines = []
    faults = problem.errors(include_url=False, include_context=False)
    for fault in faults[:MOST_FAULTS]:
        where = ".".join(str(part)[:_LONGEST_KEY] for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            lines.append(f"unknown key '{where}'.{did_you_mean(str(fault['loc'][-1]), cls.model_fields)}")
        else:
            said = fault["msg"][:_LONGEST_MESSAGE].removeprefix("Value error, ")
            lines.append(f"{where}: {said} (got {shown(fault.get('input'))}).")
    if len(faults) > MOST_FAULTS:
        lines.append(f"And {len(faults) - MOST_FAULTS:,} more.")
    return " ".join(lines)


class Decision(Record):
    """One choice made for the user: printed in one line, kept in run.json, shown in the report."""

    name: str
    """What was chosen, in one or two words, e.g. "model" or "resize"."""
    value: str
    """The choice, as a person would say it."""
    reason: str
    """Why, and which flag chooses otherwise."""

    @property
    def words(self) -> str:
        """The choice and its reason in one line."""
        return f"{self.name}: {self.value}; {self.reason}"
