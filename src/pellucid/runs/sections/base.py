"""What every section of a recipe is, and how one of its choices is declared."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field, field_validator

from pellucid.records import Record
from pellucid.typed_numbers import LARGEST


class RecipeSection(Record):
    """Choices that belong together; each is None while it is open.

    A choice's name is its flag, its key in a recipe's file and in run.json, and what a search space calls it: no two
    sections may use the same.
    """

    model_config = ConfigDict(allow_inf_nan=False)

    @field_validator("*")
    @classmethod
    def _check_sizes(cls, value: Any) -> Any:
        """Refuse whole numbers that no machine can count through."""
        if isinstance(value, int) and abs(value) > LARGEST:
            raise ValueError(f"It should be at most {LARGEST:,}")
        return value


def choice(
    panel: str,
    text: str,
    *flags: str,
    default: Any = None,
    typed_as: type | None = None,
    offered: tuple[str, ...] = (),
    **limits: Any,
) -> Any:
    """Declare one choice.

    Args:
        panel: the heading under which the command line shows it.
        text: what it means, its unit and its range.
        flags: further spellings of its flag, for habits from other tools.
        default: None means that Pellucid chooses, and says so.
        typed_as: what a terminal takes, where that is not the field's own type.
        offered: what a terminal lets one choose from, where more can be registered.
        limits: pydantic's constraints (ge, gt, le, lt).
    """
    extra: dict[str, Any] = {"panel": panel, "flags": list(flags)}
    if typed_as is not None:
        extra["typed_as"] = typed_as.__name__
    if offered:
        extra["offered"] = list(offered)
    return Field(default=default, description=text, json_schema_extra=extra, **limits)
