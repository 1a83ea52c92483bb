from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.report import evaluation_html, run_html

if TYPE_CHECKING:
    from tests.report.conftest import Maker


def test_an_evaluation_in_a_notebook_shows_its_headline_first_with_its_interval(maker: Maker) -> None:
    text = evaluation_html(maker.evaluation()).replace("\u00a0", " ")
    assert text.index("accuracy") < text.index("F1, macro")
    assert "Opening 1 of the sealed test split" in text
    assert "<script" not in text
    assert "nearest neighbour" in text


def test_a_run_in_a_notebook_shows_score_and_curves(maker: Maker) -> None:
    text = run_html(maker.record(), maker.history(), [maker.evaluation(split="val", n=180)])
    assert text.count('class="chart"') == 3
    assert "validation pictures right" in text


def test_a_run_that_just_began_can_be_shown(maker: Maker) -> None:
    text = run_html(maker.record(status="running", status_note="", best=None), [], [])
    assert "still running" in text


def test_hostile_names_are_escaped_in_a_notebook(maker: Maker) -> None:
    names = (maker.attack, "b")
    text = evaluation_html(maker.evaluation(names, n=60)) + run_html(maker.record(names, name=maker.attack), [], [])
    assert "<script>" not in text
