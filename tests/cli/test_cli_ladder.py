"""`pellucid train --ladder` as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Type = Callable[..., Any]


def test_a_ladder_is_a_table_and_a_page_or_json_alone(pellucid_: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pellucid.ladder.methods.TREES", 10)  # what its forest finds is not looked at here
    said = pellucid_("train", "iris", "--ladder", "--epochs", "2")
    assert said.code == 0
    assert "ladder of iris: 15 validation examples; the test split stays sealed" in said.out
    assert "gradient boosting" in said.out
    assert Path("runs/ladder-iris.html").exists()
    quiet = pellucid_("train", "iris", "--ladder", "--open-test", "--epochs", "2", "--json")
    assert (quiet.code, quiet.err) == (0, "")
    made = json.loads(quiet.out)
    assert made["opening"]["number"] == 1
    assert made["rungs"][-1]["test"]["metric"]["value"] > 0.3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--open-test",), "--open-test goes with --ladder"),
        (("--ladder", "--name", "x"), "--name does not go with --ladder"),
        (("--ladder", "--pretrained"), "--pretrained does not go with --ladder"),
    ],
)
def test_flags_that_do_not_go_together_are_refused(words: tuple[str, ...], message: str, pellucid_: Type) -> None:
    said = pellucid_("train", "iris", *words)
    assert said.code == 2
    assert message in said.err
    assert not Path("runs").exists()
