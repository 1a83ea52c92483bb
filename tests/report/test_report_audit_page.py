"""The page of an audit: what was found, with pictures and choices that can be made by keyboard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.report.accessibility import faults_of

from pellucid.auditing import audit_dataset
from pellucid.data import dataset_from_arrays, dataset_from_texts
from pellucid.report import write_audit


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    pixels = np.random.default_rng(0).integers(0, 256, (200, 12, 12), np.uint8)
    labels = np.array(["<script>alert(1)</script>", "bee"])[np.arange(200) % 2]
    pixels[150:153] = pixels[0:3]
    labels[[150, 151, 152]] = labels[[0, 1, 2]]
    pixels[60], labels[60], labels[61] = pixels[61], "bee", "<script>alert(1)</script>"
    splits = {"train": np.arange(100), "val": np.arange(100, 140), "test": np.arange(140, 200)}
    names = [f"a&b {number}.png" for number in range(200)]
    dataset = dataset_from_arrays(pixels, labels, name="planted", splits=splits, names=names, allow_leaks=True)  # type: ignore[arg-type]
    path = tmp_path_factory.mktemp("audit") / "audit.html"
    write_audit(path, audit_dataset(dataset), dataset)
    return path.read_text(encoding="utf-8")


def test_it_is_a_page_for_everybody(page: str) -> None:
    assert faults_of(page) == []
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_every_choice_has_a_name_and_says_what_it_is_about(page: str) -> None:
    assert page.count("<select ") == page.count('<label class="unseen" for="decide-')
    assert 'data-name="a&amp;b 0.png"' in page
    assert "<script>alert" not in page


def test_what_is_certain_is_chosen_already_and_nothing_else(page: str) -> None:
    assert page.count(" selected>exclude") == 3
    assert 'value="relabel,bee"' in page


def test_lines_begin_as_a_manifest_does(page: str) -> None:
    assert 'data-head="# pellucid fixes 1; data sha256:' in page


def test_an_audit_of_texts_without_findings_has_a_page_too(tmp_path: Path) -> None:
    dataset = dataset_from_texts([f"text {number}" for number in range(40)], np.arange(40) % 2, name="texts")
    write_audit(tmp_path / "a.html", audit_dataset(dataset), dataset)
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert faults_of(page) == []
    assert "Nothing was found that is wrong." in page
