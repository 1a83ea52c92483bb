"""What a search may choose from: for each choice of the recipe a list, a range, or multiples of the default."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from pellucid.errors import RecipeError, did_you_mean
from pellucid.files import expand
from pellucid.records import MOST_FAULTS, Record
from pellucid.runs import Recipe, read_mapping
from pellucid.typed_numbers import LARGEST

Scalar = str | int | float | bool | None
"""One value of a choice, as JSON has it; None leaves the choice to Pellucid. Widths are text: "256,128"."""

NOT_SEARCHED = ("seed", "device", "workers", "cache", "tensorboard", "time", "task", "bounds")
"""Choices that change what is learned, or where, and not how well."""
GRID_POINTS = 4
_ROUNDED = 1e-5
"""Share by which a range's value may pass its end: a grid rounds to six digits."""


class Parameter(Record):
    """The values that one choice of the recipe may take: `choices`, or `low` to `high`, or `times`."""

    model_config = ConfigDict(allow_inf_nan=False)

    choices: tuple[Scalar, ...] | None = None
    low: float | None = None
    high: float | None = None
    log: bool = False
    """Whether a range is even in the logarithm: for learning rates, where 0.001 and 0.01 are as far apart as 0.1."""
    step: float | None = Field(default=None, gt=0)
    """Distance of a range's values from `low` on; None: any value between."""
    times: tuple[float, float] | None = None
    """Smallest and largest multiple of what Pellucid would choose beside the trial's other choices; in the logarithm.
    A learning rate searched so need not be learned anew for each optimizer and batch size."""
    when: dict[str, tuple[Scalar, ...]] = Field(default_factory=dict)
    """The choice is searched only where these others have one of these values, and is left open elsewhere."""
    points: int = Field(default=GRID_POINTS, ge=2, le=100)
    """Values that a grid takes of a range without steps."""

    @model_validator(mode="before")
    @classmethod
    def _read_short_forms(cls, data: Any) -> Any:
        """Read a plain list as choices, and one value under `when` as a list of one."""
        if isinstance(data, list | tuple):
            data = {"choices": data}
        if not isinstance(data, dict):
            return data
        given = dict(data)
        if isinstance(given.get("choices"), list | tuple):
            given["choices"] = [_widths(value) for value in given["choices"]]
        if isinstance(given.get("when"), dict):
            given["when"] = {
                str(name).replace("-", "_"): _worded(str(name), value if isinstance(value, list | tuple) else [value])
                for name, value in given["when"].items()
            }
        return given

    @field_validator("choices")
    @classmethod
    def _check_choices(cls, choices: tuple[Scalar, ...] | None) -> tuple[Scalar, ...] | None:
        if choices is not None and (not choices or len({repr(one) for one in choices}) < len(choices)):
            raise ValueError("It should be at least one value, each of them once")
        return choices

    @model_validator(mode="after")
    def _check_form(self) -> Self:
        is_range = self.low is not None and self.high is not None
        if (self.low is None) != (self.high is None) or (self.choices is not None) + is_range + bool(self.times) != 1:
            raise ValueError("It should be a list of values, or 'low' and 'high', or 'times'")
        low, high = self.times or (self.low, self.high)
        if low is not None and high is not None:
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise ValueError(f"It runs from {low:g} to {high:g}; the smaller comes first")
            if (self.log or self.times) and low <= 0:
                raise ValueError("In the logarithm a range begins above 0")
        if self.step and low is not None and high is not None and (high - low) / self.step > LARGEST:
            raise ValueError(f"Between {low:g} and {high:g} lie too many steps of {self.step:g}")
        if self.log and self.step:
            raise ValueError("A range in the logarithm has no 'step'")
        return self

    @property
    def in_logarithm(self) -> bool:
        """Whether values are even in the logarithm."""
        return self.log or self.times is not None

    @property
    def range(self) -> tuple[float, float] | None:
        """Smallest and largest value, or multiple; None of a list."""
        if self.times is not None:
            return self.times
        return None if self.low is None or self.high is None else (self.low, self.high)

    def holds(self, value: Scalar) -> bool:
        """Return whether the parameter can take a value; a range's ends are meant as a grid rounds them."""
        if self.choices is not None:
            return value in self.choices
        low, high = self.range or (0.0, 0.0)
        near = _ROUNDED * max(abs(low), abs(high))
        return isinstance(value, int | float) and low - near <= value <= high + near

    def grid(self, *, whole: bool) -> tuple[Scalar, ...]:
        """Return the values that a grid tries.

        Args:
            whole: whether only whole numbers are allowed.
        """
        if self.choices is not None:
            return self.choices
        ends = self.range
        assert ends is not None
        low, high = ends
        if self.step:
            count = math.floor((high - low) / self.step + 1e-9) + 1
            values = [low + number * self.step for number in range(count)]
        elif self.in_logarithm:
            values = [low * (high / low) ** (number / (self.points - 1)) for number in range(self.points)]
        else:
            values = [low + (high - low) * number / (self.points - 1) for number in range(self.points)]
        if whole:
            return tuple(sorted({round(value) for value in values}))
        return tuple(float(f"{value:.6g}") for value in values)


class SearchSpace(Record):
    """Everything a search may change, by name of the recipe's choice."""

    parameters: dict[str, Parameter]

    def fault_of(self, choices: Mapping[str, Scalar]) -> str:
        """Return why choices cannot have been proposed out of this space; "" where they can."""
        for name, value in choices.items():
            if name not in self.parameters:
                return f"'{name:.60}' is not searched there"
            if not self.parameters[name].holds(value):
                return f"its {name} of {value!s:.60} is none of those that are searched"
        return ""

    def is_active(self, name: str, chosen: Mapping[str, Scalar], otherwise: Mapping[str, Any]) -> bool:
        """Return whether a parameter is searched beside what was chosen so far.

        Args:
            name: of the parameter.
            chosen: the trial's choices so far; the parameters that a condition names come first.
            otherwise: the default recipe's choices, for conditions on what is not searched.
        """
        conditions = self.parameters[name].when.items()
        return all(chosen.get(other, otherwise.get(other)) in values for other, values in conditions)

    def is_whole(self, name: str) -> bool:
        """Return whether a range's values are whole numbers, because the recipe takes no others."""
        parameter = self.parameters[name]
        if parameter.low is None:
            return False
        try:
            Recipe().override(**{name: math.floor(parameter.low) + 0.5})
        except RecipeError:
            return True
        return False


def read_space(given: str | Path | Mapping[str, Any]) -> SearchSpace:
    """Read a space from a YAML or JSON file, or from plain types.

    Args:
        given: path, or names of the recipe's choices -> a list of values, or the fields of `Parameter`.

    Raises:
        RecipeError: the file cannot be read; a name or a field is unknown (the nearest known one is named); a value is
            none that the recipe takes; a condition names what comes later, or is not there.

    Example:
        read_space({"lr": {"low": 1e-4, "high": 0.1, "log": True}, "batch": [16, 32, 64]})
    """
    if isinstance(given, Mapping):
        return _checked({str(name).replace("-", "_"): value for name, value in given.items()})
    path = expand(given, what="The space's path", error=RecipeError)
    if not os.path.exists(path):
        raise RecipeError(
            f"There is no search space at '{given}'.",
            expected="A YAML or JSON file with lines such as 'batch: [16, 32, 64]'.",
        )
    try:
        return _checked(read_mapping(path))
    except RecipeError as problem:
        raise RecipeError(f"{path}: {problem}") from None


def _checked(entries: Mapping[str, Any]) -> SearchSpace:
    faults: list[str] = []
    parameters: dict[str, Parameter] = {}
    for name, entry in entries.items():
        searchable = [field for field in Recipe.choices() if field not in NOT_SEARCHED]
        if name not in searchable:
            known = "is not searched" if name in NOT_SEARCHED else "is no choice of a recipe"
            faults.append(f"'{name:.60}' {known}.{did_you_mean(name, searchable)}")
            continue
        try:
            parameters[name] = Parameter.model_validate(_worded(name, entry))
            _check_values(name, parameters[name])
        except ValidationError as problem:
            faults += [_fault(name, fault) for fault in problem.errors(include_url=False, include_context=False)]
        except RecipeError as problem:
            faults.append(str(problem))
    if not entries:
        faults.append("It holds nothing to search.")
    seen: list[str] = []
    for name, parameter in parameters.items():
        for other in parameter.when:
            if other not in Recipe.choices():
                faults.append(f"{name}: 'when' names '{other}'.{did_you_mean(other, Recipe.choices())}")
            elif other in parameters and other not in seen:
                faults.append(f"{name}: 'when' names '{other}', which must stand above it.")
        seen.append(name)
    if faults:
        more = [f"And {len(faults) - MOST_FAULTS:,} more."] if len(faults) > MOST_FAULTS else []
        raise RecipeError(
            " ".join([*faults[:MOST_FAULTS], *more]),
            expected="For example: 'batch: [16, 32]' or 'lr: {low: 0.001, high: 0.1, log: true}'.",
        )
    return SearchSpace(parameters=parameters)


def _check_values(name: str, parameter: Parameter) -> None:
    """Let the recipe judge every value of a list and both ends of a range, and what may be multiplied."""
    if parameter.times is not None:
        if name not in ("lr", "weight_decay", "epochs", "batch", "head_lr", "head_epochs"):
            raise RecipeError(f"'{name}' has no default that could be multiplied: give a list, or 'low' and 'high'.")
        return
    for value in parameter.choices or (parameter.low, parameter.high):
        if isinstance(value, float) and math.isfinite(value) and value == int(value) and parameter.choices is None:
            value = int(value)
        Recipe().override(**{name: value})
    if parameter.choices is None and Recipe.choices()[name].annotation in (bool, bool | None):
        raise RecipeError(f"'{name}' is yes or no: give the list [true, false].")


def _worded(name: str, entry: Any) -> Any:
    """Return an entry with the numbers of blocks to freeze as the text that the recipe takes: [none, 5, all]."""
    if name != "freeze":
        return entry
    if isinstance(entry, list | tuple):
        return [str(value) if type(value) is int else value for value in entry]
    if isinstance(entry, dict) and isinstance(entry.get("choices"), list | tuple):
        return {**entry, "choices": _worded(name, entry["choices"])}
    return entry


def _fault(name: str, fault: Any) -> str:
    field = str(fault["loc"][-1]) if fault["loc"] else ""
    if fault["type"] == "extra_forbidden":
        return f"{name}: unknown key '{field}'.{did_you_mean(field, Parameter.model_fields)}"
    said = fault["msg"][:500].removeprefix("Value error, ").replace("Input should", "It should").rstrip(".")
    return f"{name}{f'.{field}' if field else ''}: {said}."


def _widths(value: Any) -> Any:
    """Return widths given as a list as text, which a journal can hold and the recipe reads."""
    return ",".join(str(width) for width in value) if isinstance(value, list | tuple) else value
