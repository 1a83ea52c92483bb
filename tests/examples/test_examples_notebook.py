"""The example notebook, executed and exported as a user's would be: everything in it stays to be seen."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

EXAMPLE = Path(__file__).parents[2] / "examples" / "digits.ipynb"


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::RuntimeWarning")
def test_the_example_notebook_runs_and_all_results_stay_in_the_exported_page(tmp_path: Path) -> None:
    notebook = nbformat.read(EXAMPLE, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = [[output.get("data", {}).get("text/html", "") for output in cell.outputs] for cell in cells]
    kinds = {kind for cell in cells for output in cell.outputs for kind in output.get("data", {})}
    assert kinds == {"text/html", "text/plain"}, "a widget or a script would not stay in a saved notebook"
    assert all(output.output_type in ("display_data", "execute_result") for cell in cells for output in cell.outputs)
    data, trained, evaluated, answered, several, compared = shown
    assert "Training pictures, drawn by chance" in data[0]
    assert len(trained) == 2, "one table for the whole training, then the run"
    assert "6 of 6 epochs" in trained[0]
    assert trained[0].count("<tr>") == 7
    assert "choices, with their reasons" in trained[0]
    assert "validation pictures right" in trained[1]
    assert "accuracy" in evaluated[0]
    assert answered[0].count('class="bar"') == 10, "a bar for each digit's probability"
    assert several[0].count("<tr>") == 6
    assert "on the same 180 examples" in compared[1]
    exporter = HTMLExporter()  # type: ignore[no-untyped-call]
    page, _ = exporter.from_notebook_node(notebook)
    assert not re.search(r"<script", "".join(html for cell in shown for html in cell))
    assert page.count("pellucid-card") >= 8
    (tmp_path / "digits.html").write_text(page, encoding="utf-8")
