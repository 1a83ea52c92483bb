"""How much room things get on a page and on paper, and what shows at the edge of what scrolls."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pellucid.report import exhibit_html, write_report
from pellucid.report.embedding import Album
from pellucid.report.exhibits import picture_figure, show_exhibit
from pellucid.report.scores import MetricRow, _noted_once, build_scores
from pellucid.runs import Exhibit, Figure

if TYPE_CHECKING:
    from tests.report.conftest import Maker

TEMPLATES = files("pellucid.report") / "templates"


def figure(role: str) -> Figure:
    return picture_figure(np.zeros((8, 8), np.uint8), alt="zeros", role=role)  # type: ignore[arg-type]


def test_figures_of_one_role_stand_together_and_many_tiles_scroll() -> None:
    figures = (figure("main"), figure("main"), figure("panel"), *(figure("tile") for _ in range(40)))
    groups = show_exhibit(Exhibit(name="x", title="x", figures=figures)).groups
    assert [(group.look, len(group.figures)) for group in groups] == [("mains", 2), ("panels", 1), ("tiles", 40)]
    assert [group.scrolls for group in groups] == [False, False, True]


def test_a_figure_of_an_older_run_has_no_role_and_is_shown_by_its_kind() -> None:
    old = Figure.from_dict({"kind": "png", "data": "", "alt": "a", "width": 8, "height": 8, "tiny": True}, source="x")
    assert old.role == ""
    assert 'class="figures small"' in exhibit_html(Exhibit(name="x", title="x", figures=(old,)))


def test_bars_of_classes_begin_where_the_classes_differ(maker: Maker) -> None:
    near = build_scores(maker.evaluation(n=4000, skill=9.0), Album(None), noun="picture")
    assert near.bars.endswith("to 100\u00a0%")
    assert not near.bars.startswith("0")
    far = build_scores(maker.evaluation(n=60, skill=0.5), Album(None), noun="picture")
    assert far.bars == "0\u00a0% to 100\u00a0%"
    bars = [bar for row in near.classes for *_, bar in row.scores if bar is not None]
    assert all(0 <= (bar.low or 0) <= bar.value <= (bar.high or 100) <= 100 for bar in bars)
    start = float(near.bars.split("\u00a0")[0]) / 100
    rows = maker.evaluation(n=4000, skill=9.0).classes
    assert rows is not None
    by_hand = 100 * (rows[0].recall.value - start) / (1 - start)
    first = near.classes[0].scores[0][2]
    assert first is not None
    assert abs(first.value - by_hand) <= 0.05


def test_a_confusion_is_told_by_a_table_with_a_legend_beside_it(maker: Maker, tmp_path: Path) -> None:
    path = write_report(tmp_path / "r.html", record=maker.record(), history=[], evaluations=[maker.evaluation()])
    page = path.read_text(encoding="utf-8")
    assert re.search(
        r'<th scope="col">True</th><th scope="col">Answer</th><th scope="col" class="number">Times</th>', page
    )
    assert "right answers</li>" in page
    assert "mistakes</li>" in page


def test_on_paper_a_report_leaves_out_what_only_a_screen_can_show() -> None:
    paper = (TEMPLATES / "print.css").read_text(encoding="utf-8")
    hidden = re.findall(r"([^{}]+)\{ display: none; \}", paper)
    assert any("details" in rule for rule in hidden)
    assert any(all(name in rule for name in ("#model", "#decisions", "#data", "#reproduce")) for rule in hidden)
    assert "beforeprint" not in (TEMPLATES / "page.js").read_text(encoding="utf-8")


def test_what_scrolls_shows_it_in_every_browser_without_a_script() -> None:
    rules = (TEMPLATES / "scroll.css").read_text(encoding="utf-8")
    assert "@supports (animation-timeline: scroll())" in rules
    assert "@supports not (animation-timeline: scroll())" in rules
    assert ".scroll:not(:focus-visible)" in rules  # a mask would cut the ring of the focus off


def test_a_reason_that_many_metrics_share_is_said_once_below_them() -> None:
    reason = "too few to say: no mistake was seen"
    rows = [
        MetricRow("F1, macro", "", "100 %", "", "–", reason),
        MetricRow("recall, macro", "", "100 %", "", "–", reason),
        MetricRow("ROC AUC", "", "1.00", "", "–", "too few to say: no mistake in the order was seen"),
        MetricRow("accuracy", "", "100 %", "89.3 to 100.0 %", "Wilson", ""),
    ]
    shown, said = _noted_once(rows)
    assert said == "* Too few to say: no mistake was seen."
    assert [(row.note, row.has_mark) for row in shown[:2]] == [("too few to say", True)] * 2
    assert list(shown[2:]) == rows[2:]
    assert _noted_once(rows[2:]) == (tuple(rows[2:]), "")
