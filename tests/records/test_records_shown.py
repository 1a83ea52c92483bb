"""Values of strangers in messages: shortened while they are written, not afterwards."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pytest

from pellucid.errors import RecipeError, RunError, shown
from pellucid.records import Decision, Record
from pellucid.runs import Recipe


class Endless:
    """Would be written for ever."""

    def __repr__(self) -> str:
        raise AssertionError("it was written whole")


def laughs() -> list[Any]:
    """Return nine lists in one another of nine places each: 9 ** 9 letters if written whole."""
    made: list[Any] = ["x"] * 9
    for _ in range(8):
        made = [made] * 9
    return made


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.5"),
        (None, "None"),
        (True, "True"),
        ("word", "'word'"),
        ([1, 2], "[1, 2]"),
        ({"a": 1}, "{'a': 1}"),
        (-12, "-12"),
        (datetime.date(2001, 2, 3), "datetime.date(2001, 2, 3)"),
        (10**5000, "a whole number of about 5,001 digits"),
        (Endless(), "<Endless>"),
        (np.zeros(10**6), "<ndarray>"),
    ],
    ids=range(11),
)
def test_a_value_is_shown_as_python_writes_it_or_by_its_kind(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    "value",
    [laughs(), {"k": laughs()}, "x" * 10**7, b"x" * 10**7, [["y" * 10**6] * 10**6], {n: "z" * 99 for n in range(99)}],
    ids=range(6),
)
def test_no_value_is_shown_at_length(value: object) -> None:
    assert 10 < len(shown(value)) <= 60
    assert 10 < len(shown(value, 20)) <= 20


def test_a_list_that_holds_itself_is_shown() -> None:
    itself: list[Any] = []
    itself.append(itself)
    assert shown(itself) == "[[[[...]]]]"


class Several(Record):
    """A record with a field of many."""

    values: tuple[int, ...] = ()


def test_a_record_and_a_recipe_say_what_they_got_without_writing_all_of_it() -> None:
    with pytest.raises(RunError, match=r"value: .* \(got \[\[\[") as caught:
        Decision.from_dict({"name": "a", "value": laughs(), "reason": "c"}, source="run.json", error=RunError)
    assert len(str(caught.value)) < 300
    with pytest.raises(RecipeError, match=r"dropout \(--dropout\) is \[\[\[") as refused:
        Recipe().override(dropout=laughs())
    assert len(str(refused.value)) < 300


def test_of_many_faults_a_few_are_told_and_the_others_counted() -> None:
    with pytest.raises(RunError, match=r"And 99,992 more\.$") as caught:
        Several.from_dict({"values": ["x"] * 100_000}, source="run.json", error=RunError)
    assert len(str(caught.value)) < 2000


def test_an_unknown_key_is_shown_in_part() -> None:
    with pytest.raises(RunError) as caught:
        Several.from_dict({"k" * 10**6: 1}, source="run.json", error=RunError)
    assert len(str(caught.value)) < 300
