"""Pure data that every room shares: kinds of input and target, decisions, and the strict record they are made of."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import PurePath
from types import NoneType
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from pellucid.errors import PellucidError, RecipeError, did_you_mean, shown
from pellucid.words import steady_name

SplitName = Literal["train", "val", "test"]
SPLITS: tuple[SplitName, ...] = ("train", "val", "test")

Name = Annotated[str, AfterValidator(steady_name)]
"""A name of a class, label or number, from wherever it came: it breaks no line and steers no terminal."""

MOST_FAULTS = 8
"""Faults of a record, which may be a stranger's, that a message tells one by one."""
_LONGEST_KEY, _LONGEST_MESSAGE = 60, 500

UNEVEN = 3.0
"""Largest class over smallest beyond which classes are called uneven: then each counts alike, however rare."""


_BRIEF_WORDS = 60
_BRIEF_ITEMS = 4


def brief(result: Any) -> str:
    """Return a result in one line: its type and what it holds; of longer parts how many, of empty ones nothing.

    What a dataclass has as `__repr__` so that a prompt shows a line and not a wall; `to_dict` has everything.
    """
    names = type(result).model_fields if isinstance(result, BaseModel) else [field.name for field in fields(result)]
    values = ((name, getattr(result, name)) for name in names if not name.startswith("_"))
    shown = [f"{name}={_in_brief(value)}" for name, value in values if not _is_nothing(value)]
    return f"{type(result).__name__}({', '.join(shown)})"


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


def is_uneven(counts: Iterable[int]) -> bool:
    """Return whether the largest class has more than `UNEVEN` times the examples of the smallest that has any."""
    present = [count for count in counts if count]
    return bool(present) and max(present) > UNEVEN * min(present)


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


class ImageInput(Record):
    """Pictures, as they lie on the disk."""

    kind: Literal["image"] = "image"
    channels: Literal[1, 3]
    """1 when every picture is grey (also grey ones saved as RGB), else 3."""
    bit_depth: Literal[8, 16, 32] = 8
    """Of the deepest picture; 32: floats, signed or 32-bit integers, whose values count as they stand in the file."""
    min_size: tuple[int, int]
    """(height, width) in pixels: the smallest height and the smallest width found."""
    median_size: tuple[int, int]
    max_size: tuple[int, int]
    aspect_ratios: tuple[float, float, float]
    """5th percentile, median, 95th percentile of width / height."""
    depths: tuple[int, ...] = ()
    """All bit depths that were met, sorted; empty where a record is older than this field."""
    num_grey: int | None = None
    """How many pictures have no colour; None where a record is older than this field."""
    no_data: tuple[float, ...] = ()
    """Values of 32-bit pictures that stand for no data, beside NaN."""
    unit_floats: bool = False
    """Whether the pictures were arrays of floats in 0..1, which are kept as 0..255."""


class Column(Record):
    """One input column of a table."""

    name: str
    kind: Literal["number", "category"]


class TableInput(Record):
    """Rows of a table."""

    kind: Literal["table"] = "table"
    columns: tuple[Column, ...]


class ClassTarget(Record):
    """One class of K per example."""

    kind: Literal["class"] = "class"
    name: str = "label"
    classes: tuple[Name, ...]
    """Sorted by name; a class's index is its place here, for ever."""


class ValueTarget(Record):
    """One number per example."""

    kind: Literal["value"] = "value"
    name: str


class LabelsTarget(Record):
    """Any of L labels per example, several at once or none."""

    kind: Literal["labels"] = "labels"
    name: str = "labels"
    classes: tuple[Name, ...]
    """The labels; a label's index is its place here, for ever."""


class ValuesTarget(Record):
    """Several numbers per example."""

    kind: Literal["values"] = "values"
    name: str
    """All names, for people."""
    names: tuple[Name, ...]


Target = ClassTarget | ValueTarget | LabelsTarget | ValuesTarget
InputSpec = Annotated[ImageInput | TableInput, Field(discriminator="kind")]
TargetSpec = Annotated[Target, Field(discriminator="kind")]


def positive_class(target: Target, named: str | None = None) -> str | None:
    """Return which of two classes is the positive one: whose average precision is told; None where there are not two.

    Args:
        target: what is learned.
        named: the class that the user chose; None for the second in the order of the names.

    Raises:
        RecipeError: a class was named and there is no such one, or there are not two classes.
    """
    if not isinstance(target, ClassTarget) or len(target.classes) != 2:
        if named is None:
            return None
        what = "is a number" if isinstance(target, ValueTarget) else "are numbers"
        if isinstance(target, ClassTarget):
            what = f"has {counted(len(target.classes), 'class')}"
        elif isinstance(target, LabelsTarget):
            what = f"has {counted(len(target.classes), 'label')}, each with numbers of its own"
        raise RecipeError(
            f"--positive '{named}' says which of two classes is the positive one, but '{target.name}' {what}.",
            fix="Leave it out.",
        )
    if named is None:
        return target.classes[1]
    if named not in target.classes:
        raise RecipeError(
            f"--positive is '{named}', which is no class here.{did_you_mean(named, target.classes)}",
            expected=f"{' or '.join(target.classes)}.",
        )
    return named


class Wishes(Record):
    """What a model can take as input; `preprocessing` reconciles it with the data and the flags."""

    kind: Literal["image", "table", "any"]
    """"any" flattens whatever comes."""
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


def time_now() -> str:
    """Return the time as ISO 8601 in UTC, to the second; where a clock is beyond the year 9999, its seconds since 1970.

    A clock that is wrong must not cost an evaluation.
    """
    seconds = time.time()
    when = date_of(seconds)
    return f"{seconds:.0f} s after 1970" if when is None else when.isoformat(timespec="seconds")


def date_of(seconds: float) -> datetime | None:
    """Return a moment as a date in UTC; None where it lies outside the years 1 to 9999, or is no number.

    Files of strangers, and clocks that are wrong, may say any moment.

    Args:
        seconds: since 1970 (UTC).
    """
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its words: "1 picture", "360 pictures", "2 classes", or with a verb, "1 picture lies".

    Args:
        number: how many.
        one: the words after 1.
        many: the words after other numbers; "" for the plural of `one`, a noun.
    """
    many = many or (f"{one}es" if one.endswith("s") else f"{one[:-1]}ies" if one.endswith("y") else f"{one}s")
    return f"{number:,} {one if number == 1 else many}"
