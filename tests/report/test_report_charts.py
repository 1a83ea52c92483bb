from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from markupsafe import Markup

from pellucid.report.charts import (
    IntervalRow,
    Series,
    confusion_heatmap,
    filter_lines,
    histogram,
    interval_chart,
    line_chart,
    scatter,
)
from pellucid.report.charts.curves import thin
from pellucid.report.charts.svg import Scale, element, tick_label, ticks


def parse(drawing: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(str(drawing))


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (1.0, 20.0, [5, 10, 15, 20]),
        (0.0, 0.0, [0.0]),
        (-3.0, 3.0, [-2, 0, 2]),
    ],
)
def test_ticks_are_round_numbers_inside_the_range(low: float, high: float, expected: list[float]) -> None:
    assert ticks(low, high) == pytest.approx(expected)


def test_tick_labels_are_as_fine_as_their_step() -> None:
    assert tick_label(0.985, is_share=True, step=0.005) == "98.5 %"
    assert tick_label(1500.0, is_share=False, step=500.0) == "1,500"


def test_a_scale_maps_its_ends_and_keeps_outsiders_in() -> None:
    scale = Scale(1, 100, 0, 10, log=True)
    assert [scale(1), scale(10), scale(100), scale(1000)] == pytest.approx([0, 5, 10, 10])


def test_text_and_attributes_of_elements_are_escaped() -> None:
    made = element("text", "<b>", aria_label='"><script>')
    assert "<b>" not in made
    assert parse(made).attrib["aria-label"] == '"><script>'


def test_a_line_chart_leaves_out_what_is_not_a_number() -> None:
    chart = parse(
        line_chart(
            [Series("train", [1.0, float("nan"), 3.0], "train"), Series("val", [None, 2.0, 2.5], "val")],
            epochs=[1, 2, 3],
            label="loss",
        )
    )
    curves = [path.attrib["d"] for path in chart.iter("path")]
    assert [len(re.findall("[ML]", curve)) for curve in curves] == [2, 2]


def test_a_score_far_from_the_others_does_not_squeeze_them() -> None:
    rows = [
        IntervalRow("model", 0.99, 0.98, 1.0, "99 %", is_model=True),
        IntervalRow("neighbour", 0.97, 0.96, 0.98, "97 %"),
        IntervalRow("majority", 0.1, 0.08, 0.12, "10 %"),
    ]
    chart = str(interval_chart(rows, title="accuracy", label="scores", is_share=True))
    assert "far off this scale" in chart
    assert ">20 %<" not in chart


def test_two_scores_are_always_on_the_scale() -> None:
    rows = [
        IntervalRow("model", 0.99, 0.98, 1.0, "99 %", is_model=True),
        IntervalRow("majority", 0.1, 0.08, 0.12, "10 %"),
    ]
    assert "far off" not in interval_chart(rows, title="accuracy", label="scores", is_share=True)


def test_a_heat_map_draws_right_and_wrong_answers_apart() -> None:
    chart = str(confusion_heatmap([[9, 1], [0, 10]], label="confusion"))
    assert len(re.findall(r"cell right", chart)) == 1  # both in the darkest shade, so one path
    assert len(re.findall(r"cell wrong", chart)) == 1


def test_a_histogram_counts_every_value() -> None:
    values = np.array([0, 0, 1, 2, 2, 2])
    counts = [int(found) for found in re.findall(r": (\d+)</title>", histogram(values, title="x", label="h"))]
    assert sum(counts) == 6


def test_a_scatter_draws_one_dot_per_pair() -> None:
    chart = parse(scatter([1, 2, 3], [1, 2, 4], x_title="true", y_title="predicted", ideal="diagonal", label="s"))
    assert next(chart.iter("path")).attrib["d"].count("h0") == 3


def test_the_axis_of_tiny_shares_is_no_finer_than_a_percent_can_be_read() -> None:
    drawn = str(line_chart([Series("dead", [0.0, 0.0, 0.0], "val")], epochs=[1, 2, 3], label="dead", is_share=True))
    ticks_in_percent = re.findall(r">([0-9.]+) %<", drawn)
    assert ticks_in_percent
    assert all(len(tick) <= 4 for tick in ticks_in_percent)


def test_of_more_places_than_can_be_seen_a_line_has_even_ones_and_the_last() -> None:
    assert list(thin(7, 10)) == [0, 1, 2, 3, 4, 5, 6]
    assert thin(7, 3) == [0, 3, 6]
    assert thin(8, 3) == [0, 3, 6, 7]
    assert list(thin(0, 3)) == []
    epochs = [float(number) for number in range(1, 20_002)]
    drawn = str(line_chart([Series("train", epochs, "train")], epochs=epochs, label="x"))
    assert len(drawn) < 100_000
    assert len(re.findall(r"[ML][-0-9.]+ [-0-9.]+", drawn)) == 953 + 1


def test_ticks_of_one_axis_are_written_alike() -> None:
    assert [tick_label(at, is_share=False, step=5e-4) for at in (5e-4, 1e-3, 1.5e-3)] == ["0.0005", "0.0010", "0.0015"]
    assert tick_label(2e-5, is_share=False, step=1e-5) == "2×10⁻⁵"


def test_weights_of_a_filter_are_lines_within_the_drawing_a_dot_a_step() -> None:
    weights = np.array([[0.0, 1.0, -9.0], [0.5, 0.5, 0.5]])
    picture = parse(filter_lines(weights, 1.0, label="a filter"))
    dots = [one.attrib for one in picture.iter("circle")]
    assert len(dots) == weights.size
    assert len({one["class"] for one in dots}) == 2
    assert all(0 <= float(one["cy"]) <= 100 for one in dots)
    assert float(dots[1]["cy"]) < float(dots[0]["cy"]) < float(dots[2]["cy"])  # upwards is more
