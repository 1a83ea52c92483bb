"""Colours stand out from what is behind them by the measure of WCAG 2.2 (success criteria 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

TEMPLATES = files("pellucid.report") / "templates"
PAGE = (TEMPLATES / "page.css").read_text(encoding="utf-8")
CHARTS = (TEMPLATES / "charts.css").read_text(encoding="utf-8")
DARK = "@media screen and (prefers-color-scheme: dark)"
Colour = tuple[float, float, float]


def palette(scheme: str) -> dict[str, Colour]:
    """Return the colours of the style sheet by name, each part in [0, 1]."""
    light, _, rest = PAGE.partition(DARK)
    block = light.split("}", 1)[0] + (rest.split("}", 1)[0] if scheme == "dark" else "")
    found: dict[str, Colour] = {}
    for name, words in re.findall(r"--([\w-]+): #([0-9a-f]{6})", block):
        red, green, blue = (int(words[at : at + 2], 16) / 255 for at in (0, 2, 4))
        found[name] = (red, green, blue)
    return found


def mix(top: Colour, below: Colour, share: float) -> Colour:
    """Return what is seen of a colour that covers `share` of another."""
    red, green, blue = (share * a + (1 - share) * b for a, b in zip(top, below, strict=True))
    return red, green, blue


def luminance(colour: Colour) -> float:
    """Return the relative luminance of sRGB, as WCAG defines it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_agrees_with_published_ratios() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    grey = 0x76 / 255  # the lightest grey that may be written with on white: 4.54
    assert contrast((grey, grey, grey), (1, 1, 1)) == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_on_every_ground(scheme: str) -> None:
    colours = palette(scheme)
    for ground in ("page", "card", "code", "tint", "tint-warm"):
        for ink in ("ink", "soft", "faint", "blue"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    assert contrast(colours["red"], colours["card"]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_of_charts_and_the_ring_of_the_focus_stand_out(scheme: str) -> None:
    colours = palette(scheme)
    assert "outline: 3px solid var(--blue)" in PAGE
    for name in ("blue", "orange", "green", "red", "purple", "faint"):
        for ground in ("card", "page"):
            assert contrast(colours[name], colours[ground]) >= 3, (name, ground)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_lines_that_let_something_through_still_stand_out(scheme: str) -> None:
    colours, checked = palette(scheme), 0
    for selector, rules in re.findall(r"^\.chart (\.[\w.-]+)[^{\n]*\{([^}]*)\}", CHARTS, re.MULTILINE):
        stroke = re.search(r"stroke: var\(--([\w-]+)\)", rules)
        share = re.search(r"(?<![\w-])(?:stroke-)?opacity: ([.\d]+)", rules)
        if stroke and share and stroke[1] in colours:
            seen = mix(colours[stroke[1]], colours["card"], float(share[1]))
            assert contrast(seen, colours["card"]) >= 3, selector
            checked += 1
    assert checked >= 4


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["right", "wrong"])
def test_the_numbers_of_a_confusion_matrix_can_be_read_on_every_shade(scheme: str, kind: str) -> None:
    colours = palette(scheme)
    ends = re.findall(rf"\.matrix \{{[^}}]*--{kind}: ([.\d]+)", PAGE)
    end = float(ends[scheme == "dark"])
    for percent in range(0, 101, 5):
        share = percent / 100 * end + (0.08 if kind == "wrong" else 0)
        ground = mix(colours["blue-fill" if kind == "right" else "red"], colours["card"], share)
        assert contrast(colours["ink"], ground) >= 4.5, percent


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_on_a_map_of_examples_stand_out(scheme: str) -> None:
    from pellucid.report.charts.clouds import COLOURS, WRONG

    colours = palette(scheme)
    for words in (*COLOURS, WRONG):
        red, green, blue = (int(words[at : at + 2], 16) / 255 for at in (1, 3, 5))
        assert contrast(mix((red, green, blue), colours["ink"], 0.72), colours["code"]) >= 3, words


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_five_lines_of_a_descent_stand_out_and_differ_by_colour_and_dash(scheme: str) -> None:
    colours = palette(scheme)
    looks = re.findall(r"\.chart \.walk-\d \{ stroke: var\(--(\w+)\);(?: stroke-dasharray: ([^;]+);)?", CHARTS)
    assert len(looks) == len({colour for colour, _ in looks}) == len({dash for _, dash in looks}) == 5
    for name, _ in looks:
        assert contrast(colours[name], colours["card"]) >= 3, name
