"""What `pellucid train` says before the first epoch: what the data decided in full, routine choices in one line."""

from __future__ import annotations

import pytest

from pellucid.cli.progress import ROUTINE_REASON, Lines
from pellucid.spec import Decision


def _said(capsys: pytest.CaptureFixture[str], *names: str) -> list[str]:
    lines = Lines()
    for name in names:
        lines.decided(Decision(name=name, value=f"its {name}", reason="because"))
    lines.said("end")
    return capsys.readouterr().out.splitlines()


def test_routine_choices_share_a_line_before_the_run_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "task", "model", "batch", "lr", "device", "run") == [
        "model: its model - because",
        "lr: its lr - because",
        f"learning: task its task, batch its batch, device its device - {ROUTINE_REASON}",
        "run: its run - because",
        "end",
    ]


def test_one_routine_choice_alone_keeps_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "device", "run") == ["device: its device - because", "run: its run - because", "end"]


def test_routine_choices_are_said_before_anything_else_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert _said(capsys, "device", "precision")[-1] == "end"
    Lines(quiet=True).decided(Decision(name="run", value="x", reason="y"))
    assert capsys.readouterr().out == ""
