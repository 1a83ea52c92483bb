from __future__ import annotations

from pathlib import Path

import numpy as np

from pellucid import api
from pellucid.data import dataset_from_arrays
from pellucid.report import write_preview


def test_a_preview_has_each_example_beside_its_draws(tmp_path: Path) -> None:
    preview = api.preview("digits", model="cnn", augment="photo")
    text = write_preview(tmp_path / "preview.html", preview).read_text(encoding="utf-8")
    assert text.count("<img ") == len(preview.examples) * 7
    assert len(preview.examples) == 30
    assert "mirrored 50\u00a0%" in text
    assert "epoch 6" in text


def test_a_preview_without_augmentation_says_so(tmp_path: Path) -> None:
    text = write_preview(tmp_path / "p.html", api.preview("digits", model="mlp")).read_text(encoding="utf-8")
    assert "Training sees every picture as evaluation does" in text


def test_hostile_names_are_escaped_in_a_preview(tmp_path: Path) -> None:
    pictures = np.arange(40 * 36, dtype=np.uint64).reshape(40, 6, 6).astype(np.uint8)
    data = dataset_from_arrays(pictures, ["<script>alert(1)</script>", "b"] * 20, name="hostile")
    preview = api.preview(data, model="linear", mixup=1.0)
    text = write_preview(tmp_path / "p.html", preview).read_text(encoding="utf-8")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
