"""Options that only one model has: a record that the model brings, whose fields become choices of the recipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol, Self

from pellucid.errors import ModelError
from pellucid.records import Record

OwnValue = bool | int | float | str | tuple[int, ...]
"""What an option can be: plain JSON."""


class _Chosen(Protocol):
    """All options of one model, as `ModelOptions` has them."""

    @property
    def own(self) -> Mapping[str, OwnValue]:
        """Those that it alone has, by name."""


class OwnOptions(Record):
    """What one model can be told beside the options that several share (`ModelOptions`).

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
    def completed(cls, own: Mapping[str, OwnValue], *, model: str) -> dict[str, OwnValue]:
        """Return options with the model's own defaults in place of what is missing.

        Raises:
            ModelError: a value is out of its range.
        """
        found: dict[str, OwnValue] = cls.from_dict(dict(own), source=f"The model '{model}'", error=ModelError).to_dict()
        return found
