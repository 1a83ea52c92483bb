"""What every kind of input is: the contract, and the registry."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, SerializeAsAny

from pellucid.kinds.registry import Kind, Kinds


class Input(Kind):
    """What examples are as they lie on the disk, and how that is said."""

    noun: ClassVar[str]
    """What one example is called, e.g. "picture"."""
    many: ClassVar[str]
    """What the examples of one dataset are called together, e.g. "pictures", "a table"."""
    plural: ClassVar[str]
    """The kind itself, of several datasets: a model takes "pictures", or "tables"."""

    is_drawn: ClassVar[bool] = False
    """Whether the picture of an example is a drawing on white, rather than the example itself."""
    repeats_by_nature: ClassVar[bool] = False
    """Whether two examples may well be equal although nobody copied one: rows of few values, short texts."""
    is_typed: ClassVar[bool] = False
    """Whether an example can be typed as it is, in one string."""

    @property
    def example(self) -> str:
        """What one example of this very dataset is called: the `noun`, or e.g. "window" where it is a part of one."""
        return self.noun

    def size_words(self) -> str:
        """Return what follows the number of examples where a dataset is said in one line, e.g. " of 28 x 28"; or ""."""
        raise NotImplementedError

    def sentence(self, total: str) -> str:
        """Return one sentence on what goes in.

        Args:
            total: how many examples there are, with the noun, e.g. "360 pictures".
        """
        raise NotImplementedError

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of what each example is made of, e.g. a table's columns; () where these have no names."""
        return ()

    @property
    def parts_note(self) -> str:
        """What a reader has to know of the names of parts to read them right, in words; "" where they say it all."""
        return ""

    def agrees_with(self, other: Input) -> bool:
        """Return whether a network that learned from `other` can be asked about examples like these.

        Of the same kind; a kind whose examples are made of named parts asks for the same parts, too.
        """
        return self.kind == other.kind

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return names and values, as they stand at the top of the page about a dataset."""
        return ()


INPUTS: Kinds[Input] = Kinds("input")
InputSpec = Annotated[Input, BeforeValidator(INPUTS.read), SerializeAsAny()]
"""The type of a record's field that holds any kind of input."""
