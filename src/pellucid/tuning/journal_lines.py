"""The lines of a search's journal as strict records: Optuna replays whatever a file holds, and trusts it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from pellucid.errors import RunError
from pellucid.records import Record

_Number = Annotated[int, Field(ge=0, le=2**31)]
_Name = Annotated[str, Field(max_length=1000)]


class _Line(Record):
    model_config = ConfigDict(strict=True)

    worker_id: _Name


class _OfStudy(_Line):
    study_id: Literal[0]


class _OfTrial(_Line):
    trial_id: _Number


class _CreateStudy(_Line):
    op_code: Literal[0]
    study_name: _Name
    directions: Annotated[list[Literal[1, 2]], Field(min_length=1, max_length=1)]


class _StudyUserAttribute(_OfStudy):
    op_code: Literal[2]
    user_attr: Annotated[dict[str, Any], Field(min_length=1, max_length=1)]


class _StudySystemAttribute(_OfStudy):
    op_code: Literal[3]
    system_attr: Annotated[dict[str, Any], Field(min_length=1, max_length=1)]


class _CreateTrial(_OfStudy):
    op_code: Literal[4]
    datetime_start: _Name


class _Choice(_OfTrial):
    op_code: Literal[5]
    param_name: _Name
    param_value_internal: float
    distribution: Annotated[str, Field(max_length=1_000_000)]


class _State(_OfTrial):
    op_code: Literal[6]
    state: Annotated[int, Field(ge=0, le=4)]
    values: list[float] | None = None
    datetime_start: _Name | None = None
    datetime_complete: _Name | None = None


class _Intermediate(_OfTrial):
    op_code: Literal[7]
    step: _Number
    intermediate_value: float


class _UserAttribute(_OfTrial):
    op_code: Literal[8]
    user_attr: Annotated[dict[str, Any], Field(min_length=1, max_length=1)]


class _SystemAttribute(_OfTrial):
    op_code: Literal[9]
    system_attr: Annotated[dict[str, Any], Field(min_length=1, max_length=1)]


_LINES: TypeAdapter[Any] = TypeAdapter(
    Annotated[
        _CreateStudy
        | _StudyUserAttribute
        | _StudySystemAttribute
        | _CreateTrial
        | _Choice
        | _State
        | _Intermediate
        | _UserAttribute
        | _SystemAttribute,
        Field(discriminator="op_code"),
    ]
)


def check_journal(path: Path) -> None:
    """Read every line of a journal that has an end, and raise RunError at the first that is no event of a search."""
    if not path.is_file():
        return
    trials = studies = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                return
            try:
                event = _LINES.validate_python(json.loads(line))
            except ValidationError as problem:
                fault = problem.errors()[0]
                where = ".".join(str(part) for part in fault["loc"][1:])
                raise _damaged(path, number, f"{where}: {fault['msg']}".removeprefix(": ")) from None
            except (ValueError, RecursionError):
                raise _damaged(path, number, "it is no JSON") from None
            if isinstance(event, _OfTrial) and event.trial_id >= trials:
                raise _damaged(path, number, f"there is no trial {event.trial_id} yet")
            if isinstance(event, _OfStudy) and not studies:
                raise _damaged(path, number, "no search has begun yet")
            trials += isinstance(event, _CreateTrial)
            studies += isinstance(event, _CreateStudy)


def _damaged(path: Path, number: int, why: str) -> RunError:
    return RunError(
        f"'{path}' is damaged in line {number}: {why}.",
        expected="One event of the search per line, as 'pellucid tune' writes them.",
        fix="Put the file back from a copy, or remove the search's folder and begin anew.",
    )
