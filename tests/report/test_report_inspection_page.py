from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import (
    TypicalSeries,
    dataset_from_arrays,
    dataset_from_series,
    inspect_dataset,
    inspect_pixels,
    load_dataset,
)
from pellucid.report import write_inspection, write_picture_inspection
from pellucid.report.typical_exhibit import typical_exhibit


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_inspection_of_pictures_shows_counts_samples_and_means(tmp_path: Path) -> None:
    inspection = inspect_dataset(load_dataset("digits"))
    text = text_of(write_inspection(tmp_path / "inspect.html", inspection))
    assert text.count("<img ") == sum(len(sheet) for sheet in inspection.sheets.values()) + len(
        inspection.mean_pictures
    )
    assert inspection.class_counts is not None
    for counts in inspection.class_counts.values():
        assert f'<td class="number">{counts["train"]}</td>' in text
    assert inspection.fingerprint in text


def test_the_inspection_of_a_table_shows_its_columns(tmp_path: Path) -> None:
    inspection = inspect_dataset(load_dataset("diabetes"))
    text = text_of(write_inspection(tmp_path / "inspect.html", inspection))
    for column in inspection.columns:
        assert f'<th scope="row">{column.name}</th>' in text
    assert "target, training split" in text
    assert 'id="samples"' not in text


def test_hostile_class_names_are_escaped_in_an_inspection(tmp_path: Path) -> None:
    pictures = np.arange(40 * 36, dtype=np.uint64).reshape(40, 6, 6).astype(np.uint8)
    names = ["<script>alert(1)</script>", "b"]
    dataset = dataset_from_arrays(pictures, [names[place % 2] for place in range(40)], name="odd")
    text = text_of(write_inspection(tmp_path / "inspect.html", inspect_dataset(dataset)))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_a_small_picture_is_shown_with_every_number(tmp_path: Path) -> None:
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8)
    text = text_of(write_picture_inspection(tmp_path / "p.html", inspect_pixels(pixels, name="ramp.png")))
    assert [int(value) for value in re.findall(r"--g:\d+\">(\d+)</td>", text)] == list(range(64))
    assert "8 × 8 = <strong>64</strong> numbers" in text
    assert "y × 8 + x" in text


def test_a_large_picture_is_shown_by_its_middle_and_its_three_planes(tmp_path: Path) -> None:
    pixels = np.zeros((100, 60, 3), dtype=np.uint8)
    pixels[..., 1] = 200
    text = text_of(write_picture_inspection(tmp_path / "p.html", inspect_pixels(pixels, name="green.png")))
    assert "rows 36 to 63, columns 16 to 43, of 100 × 60" in text
    assert len(re.findall(r"--g:\d+\">\d+</td>", text)) == 3 * 28 * 28
    assert "c × 6000 + y × 60 + x" in text
    for plane in ("Red", "Green", "Blue"):
        assert f"<h3>{plane}</h3>" in text


@pytest.mark.parametrize("shape", [(1, 1), (2, 40), (31, 32)])
def test_pictures_of_odd_shapes_are_shown(tmp_path: Path, shape: tuple[int, int]) -> None:
    pixels = np.full(shape, 40_000, dtype=np.uint16)
    text = text_of(write_picture_inspection(tmp_path / "p.html", inspect_pixels(pixels, name="deep.tif")))
    assert "40000</td>" in text
    assert "65,535 is white" in text


def test_the_inspection_of_series_draws_each_class_beside_the_others_on_the_same_axes(tmp_path: Path) -> None:
    draws = np.random.default_rng(0)
    series, labels = draws.normal(size=(40, 2, 12)), np.array(["down", "up"])[np.arange(40) % 2]
    series[labels == "up"] += np.linspace(0, 9, 12)
    inspection = inspect_dataset(dataset_from_series(series, labels, name="waves"))
    text = text_of(write_inspection(tmp_path / "inspect.html", inspection))
    (section,) = re.findall(r'<section id="typical".*?</section>', text, re.DOTALL)
    assert "in the band around it lie the middle 80\u00a0% of them" in section
    for one in inspection.typical:
        assert f"{one.name}: {one.count} training series</figcaption>" in section
    drawings = re.findall(r"<svg.*?</svg>", section, re.DOTALL)
    assert len(drawings) == 2
    for drawing in drawings:  # two channels: in each a band of 12 steps there and back, and a line
        bands = re.findall(r'<polygon points="([^"]*)" class="band"', drawing)
        assert [len(band.split(",")) for band in bands] == [2 * 2 * 12] * 2
        assert drawing.count("<path") == 2
    ticks = [re.findall(r'class="tick">([^<]*)<', drawing) for drawing in drawings]
    assert ticks[0] == ticks[1]
    assert "with its mean" not in text


def test_many_classes_and_channels_are_drawn_in_part_and_gaps_are_told() -> None:
    curve = np.full((4, 8), 1.0)
    curve[3] = np.nan
    channels = tuple(f"c{place}" for place in range(8))
    many = [TypicalSeries(str(place), 5, channels, curve, curve, curve) for place in range(30)]
    exhibit = typical_exhibit(many)
    assert len(exhibit.figures) == 24
    assert "bands of two classes" in exhibit.paragraphs[0]
    assert typical_exhibit(many[:1]).paragraphs == (
        "The line is the mean of “0”, step by step over its training series; in the band around it lie the middle "
        "80 % of them.",
    )
    assert exhibit.notes == (
        "6 more classes not drawn.",
        "The first 6 channels are drawn; there are 2 more.",
        "A line ends, or has a gap, where less than half of the series have a value.",
    )


def test_pairs_are_shown_with_their_answers(tmp_path: Path) -> None:
    path = tmp_path / "pairs.txt"
    path.write_text("".join(f"word{place}\tanswer{place}\n" for place in range(40)))
    text = text_of(write_inspection(tmp_path / "inspect.html", inspect_dataset(load_dataset(path))))
    shown = re.findall(r"<td>word(\d+)</td><td>answer(\d+)</td>", text)
    assert shown
    assert all(asked == answered for asked, answered in shown)
