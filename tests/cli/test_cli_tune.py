"""`pellucid tune` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Type

pytest.importorskip("optuna")

SMALL = ("--model", "linear", "--epochs", 2, "--batch", 64)


@pytest.mark.slow
def test_a_search_says_what_it_tries_who_won_and_whether_it_was_worth_it(pellucid_: Type) -> None:
    said = pellucid_("tune", "digits", *SMALL, "--trials", 3, "--repeats", 2)
    assert said.code == 0
    assert "3/3 trial 2:" in said.out
    assert "0 failed" not in said.out  # what did not happen is not said
    assert ("Too early" in said.out) is ("--resume runs/digits-linear-search --trials 23" in said.out)
    assert "Winner:  trial" in said.out
    assert "worth it" in said.out
    assert "still sealed" in said.out
    again = pellucid_("tune", "digits", *SMALL, "--trials", 3, "--repeats", 2, "--json")
    result = json.loads(again.out)
    assert len(result["trials"]) == 3  # the same command goes on with the search, and there is nothing left to do
    more = pellucid_("tune", "--resume", "runs/digits-linear-search", "--trials", 4, "--repeats", 0)
    assert "4/4 trial 3:" in more.out


@pytest.mark.slow
def test_a_grid_needs_no_number_of_trials(pellucid_: Type, tmp_path: Path) -> None:
    (tmp_path / "space.yaml").write_text("optimizer: [adamw, sgd]\nlr: [0.01, 0.1]\n", encoding="utf-8")
    said = pellucid_("tune", "digits", *SMALL, "--space", "space.yaml", "--method", "grid", "--repeats", 0, "--json")
    assert [trial["status"] in ("finished", "pruned") for trial in json.loads(said.out)["trials"]] == [True] * 4


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("tune",), "No data were named"),
        (("tune", "digits", "--resume", "runs/x"), "--resume goes on with the choices"),
        (("tune", "--resume", "runs/x", "--method", "grid"), "--resume goes on with the choices"),
        (("tune", "--resume", "runs/x"), "There is no search at 'runs/x'"),
        (("tune", "digits", "--space", "none.yaml"), "There is no search space"),
        (("tune", "digits", "--time", "soon"), "--time is 'soon'"),
        (("tune", "digits", "--time", "0"), "A time above 0"),
        (("tune", "digits", "--name", "a/b"), "'a/b' cannot be the name of a search"),
        (("tune", "digits", "--lr", "auto"), "--lr auto is for a single training"),
        (("tune", "digits", "--trials", "0"), "--trials"),
    ],
)
def test_a_mistake_ends_in_one_message_and_leaves_nothing(
    pellucid_: Type, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    said = pellucid_(*words)
    assert said.code == 2
    assert message in said.err
    assert not (tmp_path / "runs").exists()
