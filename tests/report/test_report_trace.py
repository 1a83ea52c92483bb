"""Traces as static tables: every cell says how it came about; in a notebook that is executed and exported, too."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from torch import nn

from pellucid.models import ReceptiveField
from pellucid.report import EXHIBITS, exhibit_html, exhibit_of
from pellucid.report.wording import decimal
from pellucid.runs import Figure
from pellucid.trace import Rule, trace


def results() -> Iterator[Any]:
    torch.manual_seed(0)
    traced = trace(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(18, 3)), torch.randn(1, 5, 5))
    yield from (traced, traced["0"], traced["3"], traced["0"].unit(1, at=(0, 2)), traced["3"].unit(2))
    back = traced.backward(1)
    yield from (back, back.weight("0.weight", 1, 0, 2, 2), back.update("3.weight", 0, 4, optimizer="adam", lr=0.01))
    yield traced.slow_motion(1, steps=2, rule=Rule("momentum", 0.1), weights=[("0.bias", (1,)), ("3.bias", (0,))])


def test_every_kind_of_result_has_a_static_display() -> None:
    seen = set()
    for result in results():
        html = exhibit_html(exhibit_of(result, command="pellucid trace <run> 0"))
        assert "<table" in html
        assert "<script" not in html
        assert "&lt;run&gt;" in html
        seen.add(f"{type(result).__module__}.{type(result).__name__}")
    assert seen == {name for name in EXHIBITS if name.startswith("pellucid.trace.")}


def test_a_cell_says_its_patch_and_its_kernel() -> None:
    _, layer, *_ = results()
    (table,) = exhibit_of(layer).tables
    channel = int(table.caption.split()[1].rstrip(","))
    assert table.rows[1][3] == f"{layer.values[channel, 1, 2]:.3g}"
    hint = table.hints[1][3]
    assert hint == str(layer.unit(channel, at=(1, 2)))
    assert "patch x kernel" in hint
    assert 'title="0[' in exhibit_html(exhibit_of(layer))


def drawn(figure: Figure) -> list[str]:
    return [str(one.text) for one in ElementTree.fromstring(base64.b64decode(figure.data)).iter("text")]


def test_patch_kernel_and_product_stand_side_by_side() -> None:
    one = list(results())[3]
    assert exhibit_of(one).paragraphs[0].endswith(". Patch and kernel of 1 × 3 × 3 (channels × places).")
    figures = exhibit_of(one).figures
    assert [(figure.sign, figure.caption) for figure in figures] == [
        ("", "channel 0, 5 × 5"),
        ("", "patch"),
        ("×", "kernel"),
        ("=", "product"),
    ]
    assert len({figure.row for figure in figures}) == 1
    products = one.factor("input") * one.factor("weight")
    for figure, values in zip(figures[1:], (one.factor("input"), one.factor("weight"), products), strict=True):
        assert drawn(figure) == [decimal(float(value), 3) for value in values[0].ravel()]
    page = exhibit_html(exhibit_of(one))
    assert page.count('class="figure-row"') == 1
    assert '<span class="sign">×</span>' in page


def test_a_window_of_steps_stands_beside_its_kernel() -> None:
    torch.manual_seed(0)
    one = trace(nn.Sequential(nn.Conv1d(2, 3, 3)), torch.randn(1, 2, 8))["0"].unit(1, at=(4,))
    exhibit = exhibit_of(one)
    assert [figure.caption for figure in exhibit.figures[:3]] == ["window, its steps downwards", "kernel", "product"]
    for figure, factor in zip(exhibit.figures, ("input", "weight"), strict=False):
        assert drawn(figure) == [decimal(value, 3) for value in one.factor(factor)[0].tolist()]
    assert exhibit.tables[0].rows[-1][0] == "bias"
    assert "input channel 1: window x kernel" in str(one)
    assert len(one.terms) == 7
    assert one.is_exact


def test_channels_that_are_not_drawn_are_added_up_and_can_be_unfolded() -> None:
    torch.manual_seed(0)
    one = trace(nn.Sequential(nn.Conv2d(50, 1, 3)), torch.randn(1, 50, 4, 4))["0"].unit(0, at=(1, 0))
    exhibit = exhibit_of(one)
    sums, each, products = exhibit.tables
    assert len({figure.row for figure in exhibit.figures}) == 4
    assert [row[0] for row in sums.rows[-2:]] == ["the other 46 input channels", "bias"]
    assert sum(float(row[1]) for row in sums.rows) == pytest.approx(one.value, abs=1e-4)
    assert len(each.rows) == 46
    assert sum(float(row[1]) for row in each.rows) == pytest.approx(float(sums.rows[-2][1]), abs=1e-4)
    assert len(products.rows) == 46 * 9
    assert sum(float(row[3]) for row in products.rows) == pytest.approx(float(sums.rows[-2][1]), abs=1e-3)
    assert all(float(row[1]) * float(row[2]) == pytest.approx(float(row[3]), rel=1e-4) for row in products.rows)
    assert exhibit_html(exhibit).count("<details>") == 2


def test_every_term_of_a_dense_layer_can_be_reached_with_its_input_and_weight() -> None:
    torch.manual_seed(0)
    one = trace(nn.Sequential(nn.Linear(99, 2)), torch.randn(1, 99))["0"].unit(1)
    shown, folded = exhibit_of(one).tables[:2]
    assert (shown.caption, folded.fold.split(":")[0]) == ("The 40 largest of 100 terms", "The other 60 terms")
    rows = {row[0]: row for row in (*shown.rows, *folded.rows)}
    assert len(rows) == 100
    assert float(rows["bias"][1]) == pytest.approx(float(one.factor("bias")), rel=1e-5)
    _, value, given, weight = rows["number 7"]
    assert float(value) == pytest.approx(float(one.terms[7]), rel=1e-5)
    assert float(given) * float(weight) == pytest.approx(float(value), rel=1e-4)


def test_a_number_is_shown_on_the_picture_it_depends_on() -> None:
    torch.manual_seed(0)
    traced = trace(nn.Sequential(nn.Conv2d(1, 1, 3, padding=1)), torch.randn(1, 20, 20))
    field = ReceptiveField(size=(3, 3), stride=(1, 1), start=(-1, -1))
    traced.show_on(np.zeros((20, 20, 1), np.uint8), {"0": field})
    one = traced["0"].unit(0, at=(0, 5))
    assert one.to_dict()["receptive_field"] == [-1, 4, 3, 3]
    first = exhibit_of(one).figures[0]
    assert first.caption == "rows -1 to 1, columns 4 to 6 (what lies outside of the picture is padding)"


def test_names_of_layers_make_names_of_files() -> None:
    exhibit = exhibit_of(list(results())[3])
    assert exhibit.name == "trace-0-1-0-2"


@pytest.mark.slow
def test_a_notebook_keeps_the_tables_when_it_is_executed_and_exported() -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    nbconvert = pytest.importorskip("nbconvert")
    pytest.importorskip("ipykernel")
    code = (
        "import torch\nfrom torch import nn\nimport pellucid.api\nfrom pellucid.trace import trace\n"
        "trace(nn.Sequential(nn.Conv2d(1, 1, 2)), torch.ones(1, 3, 3))['0']"
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(notebook, timeout=120).execute()
    page, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
    assert "Rest the pointer on a value" in page
    assert "patch x kernel" in page


def test_a_recurrent_layer_is_drawn_a_row_a_step_with_its_gates_as_bars() -> None:
    torch.manual_seed(0)

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.cell = nn.LSTM(2, 3, batch_first=True)

        def forward(self, inputs: torch.Tensor) -> torch.Tensor:
            states: torch.Tensor = self.cell(inputs)[0]
            return states[:, -1]

    traced = trace(Reader(), torch.randn(1, 5, 2))
    (unrolled,) = traced["cell"].unrolled
    for exhibit in (exhibit_of(traced), exhibit_of(traced["cell"])):
        (figure,) = exhibit.figures
        root = ElementTree.fromstring(base64.b64decode(figure.data))
        assert drawn(figure) == [*unrolled.names, *(f"step {number}" for number in range(1, 6))]
        widths = [float(one.attrib["width"]) for one in root.iter("rect")]
        full = (420 - 104) / 6 - 8
        by_column = np.array([step.values for step in unrolled.steps]).T.ravel()
        assert widths == pytest.approx(np.maximum(full * by_column, 0.5).tolist(), abs=0.01)
    table = exhibit_of(traced["cell"]).tables[-1]
    assert table.fold
    assert [row[0] for row in table.rows] == [step.read for step in unrolled.steps]
    assert f"{unrolled.steps[0].values[0]:.3f}" in str(traced["cell"])
