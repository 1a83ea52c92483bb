"""Options that only one model or one task has: a record that it brings, whose fields become choices of the recipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Protocol, Self

from pellucid.errors import PellucidError
from pellucid.records import Record

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

OwnValue = bool | int | float | str | tuple[int, ...]
"""What an option can be: plain JSON."""


class _Chosen(Protocol):
    """All options of one model, as `ModelOptions` has them."""

    @property
    def own(self) -> Mapping[str, OwnValue]:
        """Those that it alone has, by name."""


class OwnOptions(Record):
    """What one model, or one task, can be told beside the choices that several share.

    Each field needs a default, and a description: the help of its flag. The field `order` is `--order` on the command
    line, `order=` in Python, and `order:` in a recipe's file.

    Attributes:
        before: what holds where a record was written by an older version, which had no such field.
    """

    before: ClassVar[Mapping[str, OwnValue]] = {}

    @classmethod
    def of(cls, options: _Chosen) -> Self:
        """Return a model's own options, for its builder."""
        return cls.model_validate(options.own)

    @classmethod
    def completed(cls, own: Mapping[str, OwnValue], *, whose: str, error: type[PellucidError]) -> dict[str, OwnValue]:
        """Return options with the own defaults in place of what is missing.

        Args:
            own: what was chosen.
            whose: e.g. "The model 'lstm'", for the message.
            error: what is raised.

        Raises:
            PellucidError: of the kind of `error`: a value is out of its range.
        """
        found: dict[str, OwnValue] = cls.from_dict(dict(own), source=whose, error=error).to_dict()
        return found


OPTIONS_OF_TASKS: dict[str, type[OwnOptions]] = {}
"""What tasks bring, by the task's name: filled when a task is registered, so that recipes and flags know of it."""


def brought(owners: Mapping[str, type[OwnOptions]]) -> dict[str, tuple[FieldInfo, tuple[str, ...]]]:
    """Return all options that some owners bring, by name: the field, and the owners that have it.

    Args:
        owners: by name.

    Raises:
        ValueError: two owners mean different types by one name, and one flag cannot take both.
    """
    found: dict[str, tuple[FieldInfo, tuple[str, ...]]] = {}
    for owner, own in owners.items():
        for name, field in own.model_fields.items():
            first, others = found.get(name, (field, ()))
            # Several models may share a name (`latent`); the flag is then one, and so must its type be.
            if first.annotation != field.annotation:
                raise ValueError(f"The option '{name}' of '{owner}' is of another type than that of '{others[0]}'.")
            found[name] = (first, (*others, owner))
    return found
