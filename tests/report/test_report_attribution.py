"""Overlays and the exhibit of an explanation."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from pellucid.attribution import DeletionCheck, Explainer
from pellucid.attribution.score import logit_of_task
from pellucid.kinds import Form
from pellucid.models import build_model
from pellucid.preprocessing import ImagePreprocessing, place_canvas
from pellucid.report import EXHIBITS, exhibit_html, exhibit_of
from pellucid.report.charts import deletion_chart
from pellucid.report.charts.attribution_checks import WIDTH
from pellucid.report.overlay import LONGEST, SHORTEST, draw_overlay
from pellucid.tasks import SingleLabel

RULES = ImagePreprocessing(height=32, width=32, channels=1, resize="crop", mean=(0.5,), std=(0.5,))


@pytest.mark.parametrize(("size", "drawn"), [((8, 8), (424, 424)), ((1200, 600), (LONGEST, LONGEST // 2))])
def test_an_overlay_is_brightest_where_the_map_is_highest(size: tuple[int, int], drawn: tuple[int, int]) -> None:
    cells = np.zeros((4, 4), np.float32)
    cells[2, 1] = 5
    overlay = draw_overlay(np.full(size, 60, np.uint8), cells, place_canvas(RULES, *size), fine=False)
    assert overlay.shape == (*drawn, 3)
    assert max(overlay.shape) >= SHORTEST
    peak = place_canvas(RULES, *size).resized(*drawn)
    row, column = int(peak.top + 2.5 / 4 * peak.height), int(peak.left + 1.5 / 4 * peak.width)
    at_peak, far = overlay[row, column].astype(float), overlay[int(peak.top) + 2, -3].astype(float)
    assert at_peak.mean() > far.mean() + 40  # read in grey, too


def test_where_the_network_did_not_look_is_dark() -> None:
    picture, cells = np.full((300, 600), 200, np.uint8), np.ones((4, 4), np.float32)
    overlay = draw_overlay(picture, cells, place_canvas(RULES, 300, 600), fine=False)
    assert overlay[:, 5].max() < 100
    assert overlay[overlay.shape[0] // 2, overlay.shape[1] // 2].max() > 150


def test_the_last_label_of_a_deletion_chart_stands_within_it() -> None:
    shares, curve = np.linspace(0, 1, 7), np.linspace(0.9, 0.1, 7)
    check = DeletionCheck(shares, curve, curve[::-1], np.tile(curve, (3, 1)), np.tile(curve[::-1], (3, 1)))
    labels = [part for part in ElementTree.fromstring(deletion_chart(check, answered="p")).iter("text")]
    last = next(part for part in labels if part.text == "100 %" and part.get("text-anchor") == "middle")
    assert float(last.attrib["x"]) + 18 <= WIDTH


def test_what_calibration_did_to_the_logits_is_said() -> None:
    from dataclasses import replace

    made = Explainer(build_model("cnn", form=Form(shape=(1, 16, 16)), outputs=3, seed=0)).explain(
        torch.zeros(1, 16, 16),
        target=logit_of_task(SingleLabel(3, temperature=1.5), 1, name="b"),
        methods=["saliency"],
        checks=False,
    )
    assert "divided by the calibration&#39;s temperature 1.5" in exhibit_html(exhibit_of(made))
    assert "temperature 1.5" in str(made)
    assert "temperature" not in exhibit_html(exhibit_of(replace(made, calibration="")))


def test_an_explanation_of_hostile_names_is_escaped() -> None:
    model = build_model("cnn", form=Form(shape=(1, 16, 16)), outputs=2, seed=0)
    names = ("<script>alert(1)</script>", "b")
    made = Explainer(model, names=names).explain(
        torch.randn(1, 16, 16, generator=torch.Generator().manual_seed(0)), target=0, methods=["grad-cam", "saliency"]
    )
    shown = exhibit_html(exhibit_of(made))
    assert "<script" not in shown
    assert "Agreement of the methods" in shown
    assert f"{type(made).__module__}.{type(made).__name__}" in EXHIBITS
