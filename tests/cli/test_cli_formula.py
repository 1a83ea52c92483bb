"""A linear model on a table is said in the units of its columns, where a training ends and in its summary."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Type = Callable[..., Any]
pytestmark = pytest.mark.slow


def test_the_formula_is_printed_and_given_as_json(pellucid_: Type, tmp_path: Path) -> None:
    table = tmp_path / "line.csv"
    table.write_text("x,y\n" + "\n".join(f"{place / 4},{3 * place / 4 + 1}" for place in range(60)))
    said = pellucid_("train", table, "--target", "y", "--model", "linear", "--epochs", 2, "--runs-dir", tmp_path)
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    formula = lines[lines.index("In the units of the data:") + 1]
    assert formula.startswith("  y = ")
    run = next(tmp_path.glob("*/run.json")).parent
    assert formula in pellucid_("summary", run).out
    given = json.loads(pellucid_("summary", run, "--json").out)["formula"]
    assert [one["name"] for one in given["equations"]] == ["y"]
    assert [term["column"] for term in given["equations"][0]["terms"]] == ["x"]
    assert json.loads(pellucid_("summary", "lenet5", "--json").out).get("formula") is None
