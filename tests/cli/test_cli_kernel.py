"""`pellucid kernel`: which number it tells when none was asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Type = Callable[..., Any]


def test_the_number_that_is_told_unasked_is_where_the_kernel_answers_most(pellucid_: Type) -> None:
    said = pellucid_("kernel", "--kernel", "sobel-x")
    assert said.code == 0, said.err
    assert "total 720, the model's value 720" in said.out  # the largest of the built-in picture: "from -800 to 720"


def test_a_place_that_was_asked_for_is_told(pellucid_: Type) -> None:
    assert "sample[0, 0] = 0 " in pellucid_("kernel", "--kernel", "sobel-x", "--at", "0,0").out


def test_a_kernel_is_kept_in_the_report_of_a_run(pellucid_: Type, run: Path) -> None:
    said = pellucid_(
        "kernel", "1 0 0 1; 0 1 1 0; 0 1 1 0; 1 0 0 1", "--kernel", "1 -1; -1 1", "--pool", "max", "--report", run
    )
    assert said.code == 0, said.err
    page = (run / "report.html").read_text()
    assert f"In the report: {run / 'report.html'}" in said.out
    assert "Max pooling of" in page
    assert "To see it again" in page
    missing = pellucid_("kernel", "1 0; 0 1", "--kernel", "1", "--report", run.parent / "none")
    assert missing.code == 2
