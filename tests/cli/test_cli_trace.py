"""`pellucid trace`: the list of layers, one layer, one number; and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Type = Callable[..., Any]


def test_layers_a_layer_and_a_number(pellucid_: Type, run: Path) -> None:
    listed = pellucid_("trace", run, 0)
    assert listed.code == 0
    names = [line.split()[0] for line in listed.out.splitlines()[1:]]
    layer = pellucid_("trace", run, 0, "--layer", names[-1])
    assert layer.out.startswith(f"{names[-1]}: ")
    number = json.loads(pellucid_("trace", run, 0, "--layer", names[-1], "--unit", 0, "--json").out)
    assert number["is_exact"]
    assert sum(number["terms"]) == pytest.approx(number["value"], rel=1e-4)
    summary = json.loads(pellucid_("trace", run, 0, "--json").out)
    assert [step["name"] for step in summary["steps"]] == names


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["0", "--unit", "1"], "Add --layer NAME."),
        (["0", "--layer", "fc", "--at", "1,1"], "Add --unit NUMBER."),
        (["0", "--layer", "nothing"], "The network has no layer 'nothing'."),
        (["999999"], "The data set has no example 999999. 0 to "),
        (["absent.png"], "absent.png"),
        (["0", "--layer", "fc", "--unit", "0", "--at", "x"], "--at is 'x'."),
    ],
)
def test_what_cannot_be_shown_is_said(pellucid_: Type, run: Path, words: list[str], message: str) -> None:
    said = pellucid_("trace", run, *words)
    assert said.code == 2
    assert message in said.err
    assert "Traceback" not in said.err
