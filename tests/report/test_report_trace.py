"""Traces as static tables: every cell says how it came about; in a notebook that is executed and exported, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import nn

from pellucid.report import exhibit_html
from pellucid.report.trace_exhibit import TRACED, traced_exhibit
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
        html = exhibit_html(traced_exhibit(result, command="pellucid trace <run> 0"))
        assert "<table" in html
        assert "<script" not in html
        assert "&lt;run&gt;" in html
        seen.add((type(result).__module__, type(result).__name__))
    assert seen == set(TRACED)


def test_a_cell_says_its_patch_and_its_kernel() -> None:
    _, layer, *_ = results()
    (table,) = traced_exhibit(layer).tables
    channel = int(table.caption.split()[1].rstrip(","))
    assert table.rows[1][3] == f"{layer.values[channel, 1, 2]:.3g}"
    hint = table.hints[1][3]
    assert hint == str(layer.unit(channel, at=(1, 2)))
    assert "patch x kernel" in hint
    assert 'title="0[' in exhibit_html(traced_exhibit(layer))


def test_products_show_input_and_weight() -> None:
    one = list(results())[3]
    _, table = traced_exhibit(one).tables
    products = one.factor("input") * one.factor("weight")
    assert table.rows[2][1] == f"{products[0, 2, 0]:.4g}"
    assert table.hints[2][1] == f"input {one.factor('input')[0, 2, 0]:.6g} × weight {one.factor('weight')[0, 2, 0]:.6g}"


def test_what_is_not_shown_product_by_product_is_still_added_up() -> None:
    torch.manual_seed(0)
    one = trace(nn.Sequential(nn.Conv2d(50, 1, 3)), torch.randn(1, 50, 4, 4))["0"].unit(0, at=(1, 0))
    sums, *products = traced_exhibit(one).tables
    assert len(products) == 4
    assert [row[0] for row in sums.rows[-2:]] == ["10 more input channels", "bias"]
    assert sum(float(row[1]) for row in sums.rows) == pytest.approx(one.value, abs=1e-4)


def test_names_of_layers_make_names_of_files() -> None:
    exhibit = traced_exhibit(list(results())[3])
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
