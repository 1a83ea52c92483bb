"""What every kind of input is: the contract, and the registry."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, SerializeAsAny

from pellucid.kinds.registry import Kind, Kinds


class Input(Kind):
    """What examples are, as they lie on the disk."""

    noun: ClassVar[str]
    """What one example is called, e.g. "picture"."""
    many: ClassVar[str]
    """What the examples of one dataset are called together, e.g. "pictures", "a table"."""
    plural: ClassVar[str]
    """What a model takes that takes this kind, e.g. "pictures", "tables"."""

    def size_words(self) -> str:
        """Return what is to be said after the number of examples in a line, e.g. " of 28 x 28"; "" for nothing."""
        raise NotImplementedError

    def sentence(self, total: str) -> str:
        """Return one sentence on what goes in.

        Args:
            total: how many examples there are, with the noun, e.g. "360 pictures".
        """
        raise NotImplementedError

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return names and values, as they stand at the top of the page about a dataset."""
        return ()


INPUTS: Kinds[Input] = Kinds("input")
InputSpec = Annotated[Input, BeforeValidator(INPUTS.read), SerializeAsAny()]
"""The type of a record's field that holds any kind of input."""
