"""Lines over a field: what of them is drawn, checked against cuts made by hand."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from pellucid.report.charts import Walk, loss_lines, surface_drawing, walk_map
from pellucid.report.charts.lettering import text_width
from pellucid.report.charts.looks import within
from pellucid.report.safe_svg import clean_svg


def test_a_line_is_cut_where_it_leaves_and_enters_the_field() -> None:
    # From the middle of the unit square out to the right and back in through the upper side.
    points = np.array([[0.5, 0.5], [1.5, 0.5], [1.5, 2.0], [0.5, 0.0]])
    pieces = [piece.tolist() for piece in within(points, (0, 0), (1, 1))]
    assert pieces == [[[0.5, 0.5], [1.0, 0.5]], [[1.0, 1.0], [0.5, 0.0]]]


def test_a_line_that_runs_to_no_number_ends_before_it() -> None:
    points = np.array([[0.1, 0.1], [0.2, 0.2], [np.inf, 0.3], [0.4, 0.4]])
    assert [piece.tolist() for piece in within(points, (0, 0), (1, 1))] == [[[0.1, 0.1], [0.2, 0.2]]]


def test_walks_and_surfaces_are_shapes_and_words_alone() -> None:
    axis = np.linspace(-1, 1, 21)
    heights = axis[None] ** 2 + axis[:, None] ** 2
    path = np.array([[0.9, 0.9], [0.1, 0.1]])
    walk = Walk("<script>", path, 0)
    whole = walk_map((axis, axis), heights, [walk], names=("x", "y"), minima=[(0.0, 0.0)], label="a bowl")
    surface = surface_drawing(
        (axis, axis), heights, names=("x", "y"), title="loss", label="a bowl", paths=[np.c_[path, [1.62, 0.02]]]
    )
    losses = loss_lines([("gd", np.array([1.0, 0.1, 0.0])), ("far", np.array([1.0, np.inf]))], label="losses")
    for drawn in (whole, surface, losses):
        assert clean_svg(drawn)
        assert "<script" not in drawn
    assert len([one for one in ElementTree.fromstring(surface).iter("path") if one.get("class") == "facet"]) == 400


@pytest.mark.parametrize("words", ["3 × 3 conv, / 2", "depthwise", "112 × 112 × 64", "mmmmm"])
def test_words_are_thought_wider_than_the_widest_face_draws_them(words: str) -> None:
    # Measured with DejaVu Sans, which matplotlib ships, at the size of the drawings.
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    drawn = TextPath((0, 0), words, size=12, prop=FontProperties(family="DejaVu Sans")).get_extents().width
    assert drawn <= text_width(words, 12) <= 1.25 * drawn
