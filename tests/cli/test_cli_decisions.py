"""What `pellucid train` says before the first epoch: what matters in a few lines, all choices with --verbose."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pellucid.cli.head import MOST_LINES, guesses, is_worth_a_line
from pellucid.cli.progress import Lines, Terminal
from pellucid.records import Decision

Type = Callable[..., Any]

MOST_WORDS = 120
"""Before the first epoch, but for what was found in the data: a line each."""


def _decision(name: str, value: str = "its value", reason: str = "because") -> Decision:
    return Decision(name=name, value=value, reason=reason)


def _before_the_table(said: str) -> list[str]:
    """Return the lines before the header of the epochs that say something."""
    before, header, _ = said.partition("\nepoch ")
    assert header
    before = before.rpartition("\n")[0]  # what stands above the header: loss, accuracy
    return [line for line in before.splitlines() if line.strip()]


def _check_head(said: str) -> list[str]:
    lines = _before_the_table(said)
    head = [line for line in lines if not line.startswith("found: ")]
    assert len(head) <= 8
    assert sum(len(line.split()) for line in head) <= MOST_WORDS
    assert all(len(line) <= 100 for line in head)
    return head


# --- how much is said of several kinds of data ---


@pytest.mark.parametrize("words", [("digits",), ("iris",), ("diabetes",), ("iris", "--optimizer", "sgd")])
def test_of_a_named_dataset_little_is_said_before_the_first_epoch(pellucid_: Type, words: tuple[str, ...]) -> None:
    head = _check_head(pellucid_("train", *words, "--epochs", "1").out)
    assert [line.split(":")[0] for line in head][:4] == ["data", "split", "model", "learn"]
    last = [line for line in head if not line.startswith("about ")][-1]  # a slow machine says what an epoch takes, too
    assert last.startswith("run:")
    assert "--verbose" in last


@pytest.mark.slow
def test_of_a_table_with_blanks_and_a_guessed_group_little_is_said(pellucid_: Type, tmp_path: Path) -> None:
    lines = ["passenger_name,age,fare,deck,patient_id,target"]
    lines += [
        f"name {row},{row % 7 or ''},{row * 1.5},{'AB'[row % 2]},{row // 2},{'yes' if row % 3 else 'no'}"
        for row in range(90)
    ]
    (tmp_path / "people.csv").write_text("\n".join(lines) + "\n")
    head = _check_head(pellucid_("train", "people.csv", "--impute", "median", "--epochs", "1").out)
    said = " ".join(" ".join(head).split())
    assert "'target' (guessed: --target)" in said
    assert "group 'patient_id'" in said
    assert "(--group)" in said
    assert "positive class yes (--positive)" in said


@pytest.mark.slow
def test_of_a_table_that_lists_pictures_little_is_said(
    pellucid_: Type, photos: Callable[..., Path], tmp_path: Path
) -> None:
    root = photos("photos", cat=20, dog=20)
    rows = [(path.relative_to(root).as_posix(), path.parent.name) for path in sorted(root.rglob("*.png"))]
    with (root / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("file", "diagnosis"), *rows])
    head = _check_head(pellucid_("train", root / "labels.csv", "--model", "linear", "--epochs", "1").out)
    assert "guess" in {line.split(":")[0] for line in head}
    assert "(guessed: --target)" in " ".join(head)


@pytest.mark.slow
def test_of_photos_with_a_frozen_backbone_little_is_said(pellucid_: Type, photos: Callable[..., Path]) -> None:
    root = photos("photos", cat=12, dog=12)
    said = pellucid_("train", root, "--model", "resnet8", "--freeze", "all", "--epochs", "1")
    head = " ".join(" ".join(_check_head(said.out)).split())
    assert "only its head learns" in head
    assert "(--freeze)" in head
    assert "layout class folders (--layout)" in head
    assert "augment" not in head  # nothing is: the backbone sees each picture once, as it is


def test_a_narrow_terminal_gets_no_more_lines(pellucid_: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pellucid.cli.progress.UNKNOWN_WIDTH", 80)
    head = _check_head(pellucid_("train", "digits", "--model", "linear", "--epochs", "1").out)
    assert len(head) <= MOST_LINES
    assert all(len(line) <= 80 for line in head)


# --- what is said, and what is not ---


def test_verbose_says_every_choice_with_its_reason(pellucid_: Type) -> None:
    said = pellucid_("train", "iris", "--model", "linear", "--epochs", "2", "--verbose")
    record = json.loads(Path("runs/iris-linear/run.json").read_text())
    assert len(record["decisions"]) > 5
    for decision in record["decisions"]:
        assert f"{decision['name']}: {decision['value']}; {decision['reason']}" in said.out
    assert "run: runs/iris-linear; if it stops: pellucid train --resume runs/iris-linear" in said.out


def test_a_search_is_verbose_when_it_is_asked(pellucid_: Type) -> None:
    words = ("tune", "iris", "--model", "linear", "--trials", "1", "--epochs", "1", "--repeats", "0")
    short = pellucid_(*words).out
    shutil.rmtree("runs")
    long = pellucid_(*words, "--verbose").out
    assert "splits: " not in short
    assert "space: " in short
    assert "search: runs/iris-linear-search" in short
    assert "splits: train 105" in long


def test_momentum_and_patience_are_said_where_they_were_chosen(pellucid_: Type) -> None:
    words = ("train", "iris", "--model", "linear", "--epochs", "1", "--optimizer", "sgd", "--schedule", "constant")
    said = " ".join(pellucid_(*words).out.split())
    assert "sgd with momentum 0.9" in said
    assert "patience 10 (--patience)" in said


def test_an_unknown_choice_is_said_with_the_flag_that_its_reason_names() -> None:
    assert guesses([_decision("scores", "3 to 8, in order", "whole numbers (--ordered no)")]) == [
        "scores 3 to 8, in order (--ordered)"
    ]


def test_what_was_asked_for_is_no_guess() -> None:
    assert guesses([_decision("label column", "'dx'", "as asked for"), _decision("resize", "pad", "asked for")]) == []


def test_what_a_flag_that_was_typed_chooses_is_no_guess() -> None:
    known = _decision("known ahead", "price", "seen at the steps that are forecast (--future)")
    season = _decision("season", "7 steps", "found in the series (--season)")
    assert guesses([known, season], {"--future", "--horizon"}) == ["season 7 steps (--season)"]


def test_routine_choices_are_left_to_the_report() -> None:
    assert guesses([_decision("batch"), _decision("weight decay"), _decision("precision")]) == []


def test_later_choices_are_said_where_they_matter_to_who_waits(capsys: pytest.CaptureFixture[str]) -> None:
    later = [_decision("features", "all 90 from the cache"), _decision("micro-batch", "8 examples at once")]
    assert [is_worth_a_line(one) for one in later] == [False, True]
    assert is_worth_a_line(_decision("features", "computed anew in each epoch"))
    for verbose in (False, True):
        lines = Lines(verbose=verbose)
        lines.decided(later[0])
    assert capsys.readouterr().out == "features: all 90 from the cache; because\n"


def test_a_quiet_watcher_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Lines(quiet=True).decided(_decision("micro-batch"))
    assert capsys.readouterr().out == ""
    assert Terminal().folder is None


def test_what_fine_tuning_would_cost_is_said_where_the_head_alone_learns() -> None:
    reason = (
        "on 2 cores without a GPU the head learns alone, on features that the backbone computes once; fine-tuning all "
        "would take about 3 min per epoch (--unfreeze head-first)"
    )
    chosen = Decision(name="freeze", value="all but the head", reason=reason)
    said = "freeze all but the head, for fine-tuning would take about 3 min per epoch (--unfreeze)"
    assert guesses([chosen]) == [said]
    assert guesses([chosen.model_copy(update={"reason": "asked for (--freeze)"})]) == []
