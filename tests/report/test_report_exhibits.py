from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pellucid.errors import RunError
from pellucid.report import exhibit_html, write_page, write_report
from pellucid.report.exhibits import picture_figure
from pellucid.report.rendering import breakable, whole_options
from pellucid.report.safe_svg import clean_svg
from pellucid.runs import Exhibit, ExhibitTable, Figure

if TYPE_CHECKING:
    from tests.report.conftest import Maker


def exhibit(attack: str = "a & b") -> Exhibit:
    gradient = np.arange(48, dtype=np.uint8).reshape(6, 8)
    return Exhibit(
        name="seen",
        title=f"Title {attack}",
        paragraphs=(f"Paragraph {attack}",),
        figures=(picture_figure(gradient, alt=f"Alt {attack}", caption=f"Caption {attack}"),),
        tables=(ExhibitTable(header=("x", attack), rows=((attack, "2"),), hints=(("", f"3 × 4 {attack}"),)),),
        notes=(attack,),
        command=f"pellucid {attack}",
    )


def test_an_exhibit_shows_its_words_pictures_tables_and_hints() -> None:
    text = exhibit_html(exhibit())
    assert "Title a &amp; b" in text
    assert 'alt="Alt a &amp; b"' in text
    assert 'title="3 × 4 a &amp; b"' in text
    assert 'width="8" height="6"' in text
    assert "<script" not in text


def test_hostile_words_in_an_exhibit_are_escaped(maker: Maker, tmp_path: Path) -> None:
    page = write_page([exhibit(maker.attack)], tmp_path / "page.html", title=maker.attack).read_text()
    assert maker.attack not in page + exhibit_html(exhibit(maker.attack))


def test_a_report_shows_what_was_looked_at(maker: Maker, tmp_path: Path) -> None:
    path = write_report(
        tmp_path / "report.html", record=maker.record(), history=maker.history(), evaluations=[], exhibits=[exhibit()]
    )
    assert 'id="exhibit-seen"' in path.read_text()


def test_a_refused_drawing_costs_the_report_only_itself(maker: Maker, tmp_path: Path) -> None:
    hostile = Exhibit(name="bad", title="Bad", figures=(Figure.from_svg("<svg><script/></svg>", alt="x"),))
    path = write_report(
        tmp_path / "report.html", record=maker.record(), history=[], evaluations=[], exhibits=[hostile, exhibit()]
    )
    page = path.read_text()
    assert "which no drawing of Pellucid does" in page
    assert 'id="exhibit-seen"' in page


def test_every_chart_of_a_report_is_shapes_and_words(maker: Maker, tmp_path: Path) -> None:
    path = write_report(
        tmp_path / "report.html", record=maker.record(), history=maker.history(), evaluations=[maker.evaluation()]
    )
    charts = re.findall(r'<svg[^>]* class="chart.*?</svg>', path.read_text(), re.DOTALL)
    assert len(charts) >= 4
    for chart in charts:
        assert clean_svg(chart).replace("&#34;", '"') == chart.replace("&#34;", '"')


def test_references_within_a_drawing_and_words_that_look_like_them_pass() -> None:
    chart = '<svg viewBox="0 0 9 9" role="img" aria-label="url(x)" class="chart"><g transform="rotate(-90 3 4)">' + (
        '<path d="M0 0L9 9" clip-path="url(#a)"></path></g><text x="1" y="2">a &lt; b</text></svg>'
    )
    assert clean_svg(chart) == chart


@pytest.mark.parametrize(
    "drawing",
    [
        "<svg><script>alert(1)</script></svg>",
        '<svg onload="alert(1)"></svg>',
        '<svg><a href="x"><text>y</text></a></svg>',
        '<svg><image href="https://example.org/x.png"/></svg>',
        '<svg xmlns:xlink="http://www.w3.org/1999/xlink"><image xlink:href="javascript:alert(1)"/></svg>',
        '<svg><rect fill="url(https://example.org/x)"/></svg>',
        '<svg><rect fill="u\\72l(https://example.org/x)"/></svg>',
        '<svg><rect style="fill: red"/></svg>',
        '<svg><image href="data:image/svg+xml;base64,AAAA"/></svg>',
        '<svg><foreignObject><iframe src="x"/></foreignObject></svg>',
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>',
        "<p>no drawing</p>",
        "not even markup",
    ],
)
def test_a_drawing_with_more_than_shapes_and_words_is_refused(drawing: str) -> None:
    with pytest.raises(RunError, match="drawing"):
        exhibit_html(Exhibit(name="x", title="x", figures=(Figure.from_svg(drawing, alt="x"),)))


def test_a_picture_inside_a_drawing_is_shown() -> None:
    pixel = base64.b64encode(b"any bytes").decode()
    drawing = f'<svg><image href="data:image/png;base64,{pixel}" width="4"></image></svg>'
    assert clean_svg(drawing) == drawing


def test_figures_are_shown_pixel_by_pixel_only_when_small() -> None:
    small, large = (picture_figure(np.zeros((side, side), np.uint8), alt="zeros") for side in (28, 100))
    assert (small.tiny, large.tiny) == (True, False)


def test_no_line_ends_inside_an_option_and_words_stay_words() -> None:
    assert whole_options("pellucid kernel a--b.jpg --pool-stride 2 <b>") == (
        'pellucid kernel a--b.jpg <span class="option">--pool-stride</span> 2 &lt;b&gt;'
    )


def test_lines_end_within_paths_and_never_within_numbers() -> None:
    assert breakable("blocks.0.conv_dw/add <b>") == ("blocks.<wbr>0.<wbr>conv_<wbr>dw/<wbr>add &lt;b&gt;")
    assert breakable("1.25 of 3/4") == "1.25 of 3/4"


def test_a_cell_that_holds_a_space_can_be_seen() -> None:
    table = ExhibitTable(header=("token", "bits"), rows=((" ", "1"), ("\n", "2"), ("", "3"), ("a b", "4")))
    exhibit = Exhibit(name="tokens", title="Tokens", tables=(table,))
    heads = re.findall(r'<th scope="row">(.*?)</th>', exhibit_html(exhibit))
    assert heads == ["␣", "↵", "", "a b"]
