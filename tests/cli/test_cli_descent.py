"""`pellucid descent`: what it prints, the page it writes, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Type = Callable[..., Any]


def test_a_descent_is_printed_and_has_a_page(pellucid_: Type, tmp_path: Path) -> None:
    said = pellucid_("descent", "bowl", "--optimizer", "gd", "--lr", 0.05, "--steps", 20)
    assert said.code == 0
    assert "plain descent converges below lr = 0.2" in said.out
    assert (tmp_path / "descent-bowl.html").exists()
    found = json.loads(pellucid_("descent", "bowl", "--optimizer", "gd", "--steps", 3, "--json").out)
    assert found["paths"][0]["points"][0] == [4.0, 1.5]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["vally"], "Did you mean 'valley'?"),
        (["bowl", "--optimizer", "adma"], "Unknown optimizer 'adma'."),
        (["bowl", "--lr", "-1"], "A rate above 0"),
        (["xor", "--hidden", "a"], "--hidden is 'a'."),
        (["bowl", "--out", "no/where.html"], "does not exist"),
    ],
)
def test_what_cannot_be_shown_is_said(pellucid_: Type, words: list[str], message: str) -> None:
    said = pellucid_("descent", *words)
    assert said.code == 2
    assert message in said.err
