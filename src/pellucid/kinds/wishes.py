"""What a model can take as input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import model_validator

from pellucid.kinds.inputs import INPUTS
from pellucid.records import Record


class Wishes(Record):
    """What a model can take as input; `preprocessing` reconciles it with the data and the flags."""

    kinds: tuple[str, ...] | Literal["any"]
    """Of input that it takes; "any" flattens whatever numbers come."""
    sizes: tuple[int, ...] | None = None
    """Square sizes in pixels it can take, smallest first; None: any from `min_size` on."""
    min_size: int = 1
    default_size: int | None = None
    """The size its authors trained at; None: whatever the data has."""
    multiple_of: int = 1
    channels: tuple[int, ...] = (1, 3)
    mean: tuple[float, ...] | None = None
    """Per channel, in 0..1, that its pretrained weights expect; None: measured on the training split."""
    std: tuple[float, ...] | None = None
    levels: bool = False
    """Whether pictures come as levels from 0 to 1, whatever their statistics, as a network gives them back."""

    def take(self, kind: str) -> bool:
        """Return whether a kind of input is among them."""
        return self.kinds == "any" or kind in self.kinds

    def kinds_in_words(self) -> str:
        """Return the kinds of input as a person would name them, e.g. "tables and series"."""
        if self.kinds == "any":
            return "any input"
        *others, last = [INPUTS[kind].plural for kind in self.kinds]
        return f"{', '.join(others)} and {last}" if others else last

    @model_validator(mode="before")
    @classmethod
    def _read_one_kind(cls, data: Any) -> Any:
        """Read what was written when a model took one kind of input: `kind` with its word."""
        if isinstance(data, Mapping) and "kind" in data and "kinds" not in data:
            rest = {name: value for name, value in data.items() if name != "kind"}
            return rest | {"kinds": "any" if data["kind"] == "any" else (data["kind"],)}
        return data
