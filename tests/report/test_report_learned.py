from __future__ import annotations

import html
import re

import numpy as np
import pytest

from pellucid.features import (
    Agreement,
    Embedding,
    FeatureMaps,
    Filters,
    Patch,
    Patches,
    Selectivity,
    ShiftPoint,
    ShiftResponse,
    UnitMap,
    UnitPatches,
    UnitSelectivity,
    Visualisation,
    VisualisedUnit,
)
from pellucid.landscape import Landscape, Landscapes
from pellucid.report import exhibit_html, exhibit_of
from pellucid.report.charts import contour_map
from pellucid.report.feature_tiles import in_rows, map_tile, signed_tile

HOSTILE = "<script>alert(1)</script>"
UNIT = UnitSelectivity(2, HOSTILE, 0.91, 0.85, 0.95, 0.93, 1.4, 0.6)
SILENT = UnitSelectivity(3, "", None, None, None, 0.0, None, 0.0, is_constant=True)
RATED = Selectivity("conv2", "val", 60, "max", "auc", (UNIT, SILENT))
PICTURE = np.arange(64, dtype=np.uint8).reshape(8, 8, 1)
POINTS = tuple(ShiftPoint(float(by), 1 - abs(by) / 10, 0.7, 1.0, abs(by) / 10, 0.9, 0.0) for by in (-1, 0, 1))


def embedding() -> Embedding:
    generator = np.random.default_rng(0)
    return Embedding(
        layer="features",
        split="val",
        method="tsne",
        n=12,
        num_split=40,
        num_features=5,
        explained=None,
        seed=0,
        positions=generator.normal(size=(12, 2)).astype(np.float32),
        names=(HOSTILE,) * 12,
        targets=("a", "b") * 6,
        answers=("a",) * 12,
        wrong=np.array([False, True] * 6),
        groups=np.array([0, 1] * 6),
        classes=("a", HOSTILE),
        values=None,
        pictures=np.stack([PICTURE] * 12),
        agreement=Agreement("same class", 10, 0.9, 0.8, 0.5, 0.4),
    )


def landscape(run: str) -> Landscape:
    steps = np.linspace(-1, 1, 7)
    losses = np.exp(3 * (steps[None] ** 2 + steps[:, None] ** 2))
    losses[0, 0] = np.inf
    return Landscape(run, "resnet20", "train", 60, 0, "cross-entropy", steps, losses, 1.0)


RESULTS = [
    Landscapes((landscape(HOSTILE),)),
    Landscapes((landscape("a"), landscape("b"))),
    FeatureMaps(
        RATED,
        HOSTILE,
        "a (99 %)",
        (UnitMap(UNIT, HOSTILE, PICTURE, PICTURE[..., 0].astype(np.float32), 0.95),),
        "two units",
    ),
    Filters("conv1", "Conv2d", np.ones((3, 1, 3, 3), np.float32), True, 1.0, np.ones(3, np.float32)),
    Filters("conv2", "Conv2d", np.ones((3, 4, 3, 3), np.float32), False, 1.0, np.ones(3, np.float32)),
    Filters("fc", "Linear", np.ones((3, 4, 1, 1), np.float32), False, 1.0, np.ones(3, np.float32)),
    Patches(
        "conv2",
        60,
        60,
        (10, 10),
        (12, 12),
        "auc",
        (UnitPatches(UNIT, (Patch(HOSTILE, HOSTILE, 2.0, (0, 0), (0, 0, 8, 8), PICTURE),)),),
    ),
    Visualisation("conv2", 10, 1, 0, 60, "auc", (VisualisedUnit(UNIT, PICTURE, 3.0, 0.1, 2.0),)),
    ShiftResponse("val", 10, (8, 8), POINTS, POINTS, POINTS),
    embedding(),
]


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: type(result).__name__)
def test_every_result_becomes_a_fragment_in_which_no_name_can_act(result: object) -> None:
    exhibit = exhibit_of(result, command="pellucid features x")
    assert "<script" not in exhibit_html(exhibit)
    assert exhibit.figures


def test_a_map_of_tsne_says_what_its_distances_are_worth_and_what_was_measured() -> None:
    words = exhibit_html(exhibit_of(embedding()))
    assert "distances between groups" in words
    said = html.unescape(words).replace("\u202f", " ").replace("\u00a0", " ")
    assert "90.0 % of an example's 10 nearest neighbours have its class; on the map 80.0 %; by chance" in said
    assert "6 answers are wrong" in words


def test_contours_lie_at_their_levels() -> None:
    """Of a cone, the contour at height r is the circle of radius r around the middle."""
    steps = np.linspace(-1, 1, 41)
    cone = np.hypot(steps[None], steps[:, None])
    drawn = str(contour_map(steps, cone, levels=[0.5], label="a cone"))
    (path,) = re.findall(r'd="M([^"]*)" class="contour"', drawn)
    points = np.array([[float(part) for part in pair.split()] for pair in path.rstrip("Z").split("L")])
    middle, reach = (44 + 404) / 2, (404 - 44) / 2
    radii = np.hypot(points[:, 0] - middle, points[:, 1] - (24 + reach)) / reach
    np.testing.assert_allclose(radii, 0.5, atol=0.01)


def test_weights_of_zero_are_middle_grey_and_maps_span_black_to_white() -> None:
    assert signed_tile(np.array([[0.0, 1.0, -1.0]], np.float32), 1.0).tolist() == [[128, 255, 0]]
    assert map_tile(np.array([[2.0, 4.0]], np.float32)).tolist() == [[0, 255]]
    assert map_tile(np.zeros((2, 2), np.float32)).max() == 0


def test_tiles_lie_in_rows_with_gaps_and_grey_joins_colour() -> None:
    grey, colour = np.zeros((2, 2), np.uint8), np.ones((2, 2, 3), np.uint8)
    sheet = in_rows([[grey, colour]], gap=1)
    assert sheet.shape == (2, 5, 3)
    assert sheet[0, :, 0].tolist() == [0, 0, 255, 1, 1]


def test_gaps_between_tiles_let_the_page_be_seen_light_or_dark() -> None:
    sheet = in_rows([[np.zeros((2, 2), np.uint8), np.ones((2, 2), np.uint8)]], gap=1, has_clear_gaps=True)
    assert sheet.shape == (2, 5, 2)
    assert sheet[0, :, 1].tolist() == [255, 255, 0, 255, 255]


def test_few_examples_are_not_taken_for_a_unit_that_never_changes() -> None:
    few = tuple(UnitSelectivity(unit, "", None, None, None, 0.0, None, 0.5) for unit in range(2))
    maps = FeatureMaps(
        Selectivity("conv2", "val", 8, "max", "auc", few),
        "a.jpg",
        "a",
        (),
        "the most excited",
        np.ones((2, 3, 3), np.float32),
        "a.jpg",
    )
    words = exhibit_html(exhibit_of(maps))
    assert "never change" not in words
    assert "Of no class are there enough examples" in words
    assert "On the left" not in words
    assert not exhibit_of(maps).tables


def test_filters_along_one_axis_are_a_drawing_each() -> None:
    weights = np.linspace(-1, 1, 4 * 2 * 7, dtype=np.float32).reshape(4, 2, 1, 7)
    exhibit = exhibit_of(Filters("conv", "Conv1d", weights, False, 1.0, np.arange(4.0, dtype=np.float32)))
    assert [one.kind for one in exhibit.figures] == ["svg"] * 4
    assert exhibit.paragraphs[0].startswith("4 filters of 2 x 7 (Conv1d)")
