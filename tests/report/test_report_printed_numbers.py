"""Numbers, words and signs on pages as they are printed, and drawings that can be read on a phone and in the dark."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import combinations
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from torch import nn

from pellucid.kinds import SeriesInput, TextInput
from pellucid.report import exhibit_html, exhibit_of, word_columns
from pellucid.report.charts.attention_map import attention_map
from pellucid.report.charts.lettering import text_width
from pellucid.report.charts.svg import log_ticks, tick_label
from pellucid.report.charts.tokens import SIZE, WIDTH, coloured_tokens
from pellucid.report.curves import build_curves
from pellucid.report.drawing.glyphs import WEIGHT, weighted_fan
from pellucid.report.wording import formula, percent, typeset
from pellucid.runs import Exhibit, ExhibitTable
from pellucid.trace import trace

if TYPE_CHECKING:
    from tests.report.conftest import Maker

CSS = "".join((files("pellucid.report") / "templates" / name).read_text("utf-8") for name in ("page.css", "charts.css"))
PHONE = 320
"""Pixels that a drawing has on a phone of 390."""


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("from -2.5 to 3", "from −2.5 to 3"),
        ("6.9e-08 apart", "6.9\u00a0×\u00a010⁻⁸ apart"),
        ("up to 1e-05", "up to 10⁻⁵"),
        ("-9.19e+08", "−9.19\u00a0×\u00a010⁸"),
        ("-0", "0"),
        ("-0.5", "−0.5"),
        ("floor((28 - 5 + 2*2)/1) + 1", "floor((28 − 5 + 2 × 2)/1) + 1"),
        ("8 x 8 pixels", "8 × 8 pixels"),
        # What names and dates are made of stays.
        ("September 2021-09-15, layer-3, e-5, --lr 0.1", "September 2021-09-15, layer-3, e-5, --lr 0.1"),
        ("read “-5 x 3” and -5", "read “-5 x 3” and −5"),
        ("the colours #009e73 and #1e2e30, and 9e73", "the colours #009e73 and #1e2e30, and 9\u00a0×\u00a010⁷³"),
    ],
)
def test_numbers_are_printed_with_their_signs_and_powers(typed: str, printed: str) -> None:
    assert typeset(typed) == printed
    assert typeset(printed) == printed


def test_a_formula_that_was_typed_is_printed() -> None:
    assert formula("(1 - x)^2 + 100 (y - x^2)^2") == "(1 − x)² + 100 (y − x²)²"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (1.0, "100 %"),
        (0.0, "0 %"),
        (0.9997, "99.97 %"),
        (0.5, "50.0 %"),
        (0.0002, "0.02 %"),
        (0.999999, "> 99.99 %"),
        (1e-9, "< 0.01 %"),
    ],
)
def test_only_all_is_said_to_be_all(share: float, said: str) -> None:
    assert percent(share).replace("\u00a0", " ") == said


def test_words_among_numbers_begin_at_the_left() -> None:
    table = ExhibitTable(
        header=("layer", "operator", "shape", "mean"),
        rows=(("a", "conv2d", "3 × 4", "-0.1"), ("b", "relu", "4", "≈ 0"), ("c", "slice", "0 × 4", "–")),
    )
    assert word_columns(table) == {1}
    shown = exhibit_html(Exhibit(name="x", title="x", tables=(table,)))
    assert '<td class="worded">conv2d</td>' in shown
    assert "<td>−0.1</td>" in shown


def test_a_head_without_words_is_no_head() -> None:
    table = ExhibitTable(header=("", "value"), rows=(("a", "1"),))
    assert "<td></td><th scope" in exhibit_html(Exhibit(name="x", title="x", tables=(table,)))


def test_an_axis_of_many_powers_names_a_few_of_them() -> None:
    places = log_ticks(1e-14, 30.0)
    assert 3 <= len(places) <= 8
    assert tick_label(0.0, is_share=False, step=1e-8) == "0"
    assert tick_label(2e-8, is_share=False, step=1e-8) == "2×10⁻⁸"
    assert tick_label(1e-5, is_share=False, step=1e-5) == "10⁻⁵"


def test_where_a_network_looked_is_drawn_in_the_colours_of_the_page() -> None:
    root = ElementTree.fromstring(str(attention_map(["a", "b"], ["c"], np.array([[0.9, 0.1]], np.float32), label="x")))
    (own,) = set(root.attrib["class"].split()) - {"chart"}
    # A shape without a fill of its own or a rule is black, whatever the page.
    for shape in root.iter("rect"):
        assert re.search(rf"\.{own} \.{shape.attrib['class']} \{{[^}}]*fill: var\(", CSS)


def test_letters_of_a_coloured_text_can_be_read_on_a_phone() -> None:
    assert SIZE * PHONE / WIDTH >= 9.5
    drawn = ElementTree.fromstring(str(coloured_tokens(["a", "\n", "b"], [1.0, 0.1, -1.0], label="x")))
    lines = {part.text: float(part.attrib["y"]) for part in drawn.iter("text")}
    assert lines["b"] > lines["a"] == lines["↵"]  # the text's own lines are kept
    assert [part.attrib["class"] for part in drawn.iter("line")] == ["against"]  # not by its colour alone


def test_weights_between_few_units_lie_on_no_other() -> None:
    weights = [[2.95, -1.35], [-2.92, 0.17], [1.58, 2.22], [-2.36, 0.85]]
    drawn = weighted_fan(0.0, (95.0, 145.0), 119.0, (70.0, 104.0, 138.0, 172.0), weights)
    words = [
        (float(x), float(y), text_width(said, WEIGHT))
        for x, y, said in re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]+)</text>', str(drawn))
    ]
    assert len(words) == 8
    for (x, y, wide), (other, below, width) in combinations(words, 2):
        assert abs(x - other) >= (wide + width) / 2 or abs(y - below) >= 0.8 * WEIGHT


def test_one_epoch_is_no_curve(maker: Maker) -> None:
    curves = build_curves(maker.record(), maker.history(1))
    assert curves is not None
    assert curves.charts == ()
    assert curves.rows


def test_a_series_that_is_traced_is_drawn() -> None:
    torch.manual_seed(0)
    traced = trace(nn.Sequential(nn.Flatten(), nn.Linear(12, 30)), torch.randn(2, 6))
    assert exhibit_of(traced).figures == ()
    traced.series, traced.channels = np.arange(12.0).reshape(2, 6), ("left", "right")
    traced.name, traced.answer, traced.right = "series 1", "up (97 %)", "down"
    exhibit = exhibit_of(traced)
    assert len(exhibit.figures) == 1
    assert exhibit.paragraphs[0] == "Input: series 1. Answer: up (97 %). Right: down."
    assert exhibit.paragraphs[1].startswith("The network gave 30 numbers: ")


def test_parts_of_a_series_or_a_text_are_called_windows() -> None:
    assert SeriesInput(channels=("x",), lengths=(24, 24, 24), num_series=1).example == "window"
    assert SeriesInput(channels=("x",), lengths=(24, 24, 24)).example == "series"
    assert TextInput(form="stream", characters=900, pieces=1, lengths=(900, 900, 900)).example == "window"
    assert TextInput(characters=900, pieces=2, lengths=(400, 450, 500)).example == "text"
