"""`pellucid explain`: words, JSON, the page, the report; and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pellucid import open_run

Type = Callable[..., Any]


def test_an_answer_is_explained_on_a_page_and_in_the_report(pellucid_: Type, run: Path, tmp_path: Path) -> None:
    said = pellucid_("explain", run, 0, 5, "--method", "occlusion", "--report", "--out", "page.html")
    assert said.code == 0, said.err
    assert "Occlusion" in said.out
    assert "Nearest training examples:" in said.out
    assert "The page: page.html" in said.out
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<section") == 2
    whole = '<span class="option">--method</span>'  # no line ends inside an option
    assert f"To see it again: <code>pellucid explain digits-linear 0 5 {whole} occlusion</code>" in page
    report = (run / "report.html").read_text(encoding="utf-8")
    assert "What speaks for" in report
    assert len(list((run / "exhibits").iterdir())) == 2


def test_json_is_printed_and_nothing_else(pellucid_: Type, run: Path, tmp_path: Path) -> None:
    said = pellucid_("explain", run, 3, "--json", "--no-checks")
    told = json.loads(said.out)
    assert said.err == ""
    assert len(told) == 1
    assert told[0]["attributions"][0]["method"] == "occlusion"  # a linear network has no layer for Grad-CAM
    assert {"name": "method", "value": "occlusion"}.items() <= told[0]["decisions"][1].items()
    assert np.array(told[0]["attributions"][0]["cells"]).shape == (8, 8)
    assert not list(tmp_path.glob("*.html"))


def test_a_picture_of_another_size_gets_a_map_of_its_own_size(pellucid_: Type, run: Path, tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    Image.fromarray(chance.integers(0, 256, (30, 50, 3), dtype=np.uint8)).save(tmp_path / "<b>a & b.png")
    said = pellucid_("explain", run, "<b>a & b.png", "--method", "saliency", "--class", "4", "--no-checks")
    assert said.code == 0, said.err
    assert "what speaks for '4'" in said.out
    pages = list(tmp_path.glob("explain-*.html"))
    assert len(pages) == 1
    assert "<b>a" not in pages[0].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["0", "--method", "gradcam"], "Unknown attribution method 'gradcam'. Did you mean 'grad-cam'?"),
        (["0", "--class", "eleven"], "The run has no class 'eleven'."),
        (["0", "--method", "grad-cam", "--layer", "nothing"], "The network has no layer 'nothing'."),
        (["999999"], "The dataset has no example 999999. 0 to "),
        (["absent.png"], "absent.png"),
        (["0", "--out", "nowhere/page.html"], "The folder of 'nowhere/page.html' does not exist."),
    ],
)
def test_what_cannot_be_explained_is_said(pellucid_: Type, run: Path, words: list[str], message: str) -> None:
    said = pellucid_("explain", run, *words)
    assert said.code == 2
    assert message in said.err
    assert "Traceback" not in said.err


def test_the_worst_mistakes_are_explained_without_being_named(pellucid_: Type, run: Path, tmp_path: Path) -> None:
    opened = open_run(run)
    worst = opened.mistakes()
    assert worst, "the run of these tests is short, and makes mistakes"
    said = pellucid_("explain", run, "--mistakes", "2", "--no-checks", "--neighbours", "0", "--json")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert [one["name"] for one in told] == [mistake.name for mistake in worst[:2]]
    assert [one["answer"].split()[0] for one in told] == [mistake.predicted for mistake in worst[:2]]
    assert [one["right"] for one in told] == [mistake.target for mistake in worst[:2]]


def test_the_right_answer_of_a_sealed_example_is_not_given_away(pellucid_: Type, run: Path) -> None:
    sealed = open_run(run).dataset.splits["test"][0]
    words = ("explain", run, sealed, "--no-checks", "--neighbours", "0", "--json")
    assert json.loads(pellucid_(*words).out)[0]["right"] == ""
    pellucid_("evaluate", run, "--no-baselines")
    assert json.loads(pellucid_(*words).out)[0]["right"] != ""


def test_mistakes_on_test_wait_until_the_split_is_opened(pellucid_: Type, run: Path) -> None:
    said = pellucid_("explain", run, "--mistakes", "2", "--split", "test")
    assert said.code == 2
    assert "was not evaluated on test yet" in said.err
    assert "pellucid evaluate" in said.err


def test_explaining_nothing_says_what_could_be_explained(pellucid_: Type, run: Path) -> None:
    said = pellucid_("explain", run)
    assert said.code == 2
    assert "--mistakes 5" in said.err
