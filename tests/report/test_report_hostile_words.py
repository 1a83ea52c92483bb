"""Names of strangers on pages: shown as codes, so that every drawing is XML and no page acts."""

from __future__ import annotations

import json
import math
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from pellucid.report.charts.svg import drawing, element, text
from pellucid.report.rendering import environment, readable_json
from pellucid.report.safe_svg import clean_svg

NAMES = ["\x1b]0;pwn\x07", "a\x00b", "\x9b2J", "\ufffe", "\udcff", "\u202egpj", "a\x0bb\x0c", "<b>\x08</b>"]


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_drawing_with_such_a_name_is_a_drawing(name: str) -> None:
    drawn = drawing(text(0, 0, name), element("title", name), width=10, height=10, label=name)
    ElementTree.fromstring(drawn)
    assert name not in drawn
    assert clean_svg(str(drawn)) == drawn


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_page_shows_such_a_name_as_codes(name: str) -> None:
    page = (
        environment()
        .from_string('<p title="{{ name }}">{{ name }}{{ drawn }}</p>')
        .render(name=name, drawn=element("b", name))
    )
    assert name not in page
    ElementTree.fromstring(page)


def test_words_of_ours_stay_as_they_are() -> None:
    page = environment().from_string("{{ a }}|{{ b }}|{{ c }}").render(a="x\n\ty é", b=Markup("<i>\n</i>"), c=3)
    assert page == "x\n\ty é|<i>\n</i>|3"


def test_json_on_a_page_is_json() -> None:
    def never(constant: str) -> None:
        raise AssertionError(constant)

    assert json.loads(readable_json({"mean": math.nan, "std": [math.inf, 0.5]}), parse_constant=never) == {
        "mean": None,
        "std": [None, 0.5],
    }
