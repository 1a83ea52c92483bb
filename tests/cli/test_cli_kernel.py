"""`pellucid kernel`: which number it tells when none was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Type = Callable[..., Any]


def test_the_number_that_is_told_unasked_is_where_the_kernel_answers_most(pellucid_: Type) -> None:
    said = pellucid_("kernel", "--kernel", "sobel-x")
    assert said.code == 0, said.err
    assert "total 720, the model's value 720" in said.out  # the largest of the built-in picture: "from -800 to 720"


def test_a_place_that_was_asked_for_is_told(pellucid_: Type) -> None:
    assert "sample[0, 0] = 0 " in pellucid_("kernel", "--kernel", "sobel-x", "--at", "0,0").out
