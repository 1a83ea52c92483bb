"""Numbers as people type them: plain digits within bounds, or an error in words."""

from __future__ import annotations

import pytest

from pellucid.errors import RecipeError
from pellucid.runs import Recipe
from pellucid.tuning.space import Parameter
from pellucid.typed_numbers import LARGEST, check_number, read_numbers, read_wholes

NO_WHOLES = [
    "",
    ",",
    "1,",
    ",1",
    "-1",
    "+1",
    "1.0",
    "1e3",
    "²",
    "①",
    "٣",
    "1_0",
    "0x10",
    "a",
    "\x1b",
    "9" * 4300,
    "9" * 5000,
]
NO_WHOLES += [str(LARGEST + 1), str(2**62), str(2**63), "1,2,", "1 2"]


@pytest.mark.parametrize("text", NO_WHOLES, ids=lambda text: repr(text[:20]))
def test_what_is_no_whole_number_is_an_error_of_bounded_length(text: str) -> None:
    with pytest.raises(RecipeError, match="--at is ") as caught:
        read_wholes(text, "--at", expected="A row and a column, e.g. 4,7.")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("4,7", (4, 7)), (" 4 , 007 ", (4, 7)), ("0", (0,)), (f"{'0' * 5000}1", (1,)), (str(LARGEST), (LARGEST,))],
)
def test_whole_numbers_are_read(text: str, numbers: tuple[int, ...]) -> None:
    assert read_wholes(text, "--at", expected="") == numbers


def test_bounds_and_counts_hold() -> None:
    with pytest.raises(RecipeError, match="from 1 to 10"):
        read_wholes("0,5", "--hidden", expected="Widths.", least=1, most=10)
    with pytest.raises(RecipeError, match="--at is '1'"):
        read_wholes("1", "--at", expected="Two.", count=2)


@pytest.mark.parametrize("text", ["", "nan", "inf", "-inf", "1e999", "1,2", "a", "1_0", "1,"])
def test_a_number_is_finite_and_alone(text: str) -> None:
    with pytest.raises(RecipeError, match="--lr is "):
        read_numbers(text, "--lr", expected="A number.", count=1)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 2**32, -(2**63), 10**4000])
def test_what_no_machine_can_work_with_is_refused(value: float) -> None:
    with pytest.raises(RecipeError, match="--seed is "):
        check_number(value, "--seed")


@pytest.mark.parametrize(
    "choices",
    [
        {"hidden": "²"},
        {"hidden": "9" * 4301},
        {"hidden": str(2**62)},
        {"hidden": (2**62,)},
        {"hidden": ","},
        {"batch": "²"},
        {"batch": "9" * 5000},
        {"batch": 2**63},
        {"epochs": 2**63},
        {"seed": 2**63},
        {"imgsz": 2**40},
        {"lr": "nan"},
        {"lr": "1e999"},
        {"bounds": "0,inf"},
        {"bounds": "nan,1"},
        {"time": f"{'9' * 400}s"},
        {"time": "²h"},
        {"workers": 2**31},
    ],
    ids=lambda choices: str(choices)[:30],
)
def test_a_recipe_holds_no_such_number(choices: dict[str, object]) -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe().override(**choices)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    "given",
    [
        {"choices": [0.1, float("nan")]},
        {"low": float("nan"), "high": 1.0},
        {"low": 0.0, "high": float("inf")},
        {"times": [0.1, float("nan")]},
        {"low": 0.0, "high": 1.0, "step": float("nan")},
        {"low": 0.0, "high": 1.0, "step": 1e-300},
    ],
    ids=str,
)
def test_a_space_holds_no_such_number(given: dict[str, object]) -> None:
    with pytest.raises(RecipeError):
        Parameter.from_dict(given, source="space.yaml", error=RecipeError)
