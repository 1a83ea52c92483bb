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


def test_of_a_large_result_the_part_around_one_place_is_shown(pellucid_: Type) -> None:
    said = pellucid_("kernel", "--kernel", "sobel-x", "--at", "40,50")
    assert "around row 40, column 50 (another part: --at ROW,COLUMN)" in said.out
    assert len(said.out.splitlines()) < 30
    rows = said.out.split("ROW,COLUMN):")[1].splitlines()[1:9]
    assert rows[0].split() == [str(column) for column in range(46, 55)]
    assert [row.split()[0] for row in rows[1:]] == [str(row) for row in range(37, 44)]
    corner = pellucid_("kernel", "--kernel", "sobel-x", "--at", "0,0").out
    assert "around row 0, column 0" in corner
    assert corner.split("ROW,COLUMN):")[1].splitlines()[2].split()[0] == "0"


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
