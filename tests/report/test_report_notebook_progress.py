"""What a training shows in a notebook, and which types show themselves."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from IPython.core.formatters import HTMLFormatter

from pellucid.data import load_dataset
from pellucid.prediction import ClassPrediction, Prediction
from pellucid.records import Decision
from pellucid.report.notebook import register_displays
from pellucid.report.notebook_progress import NotebookProgress, in_notebook
from pellucid.report.wording import duration
from pellucid.training import Pass, Position

if TYPE_CHECKING:
    from tests.report.conftest import Maker


class Handle:
    """Keeps what a notebook would show in one place."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def update(self, html: SimpleNamespace) -> None:
        self.shown.append(html.data)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Handle:
    handle = Handle()

    def display(html: SimpleNamespace, *, display_id: bool) -> Handle:
        assert display_id
        assert not handle.shown, "a second table would be a second output"
        handle.update(html)
        return handle

    monkeypatch.setattr("IPython.display.display", display)
    return handle


def row(epoch: int) -> dict[str, float]:
    numbers = {"epoch": epoch, "train_loss": 1 / epoch, "val_loss": 1.5 / epoch, "train_accuracy": 0.5}
    return numbers | {"val_accuracy": 0.6, "learning_rate": 0.1, "examples_per_second": 100.0, "seconds": 2.0}


def test_one_table_is_written_anew_and_ends_true(screen: Handle) -> None:
    progress = NotebookProgress()
    progress.decided(Decision(name="model", value="<b>cnn</b>", reason="small & quick"))
    progress.stepped(Position(1, 3, 1, 2, 0.9, 1234.0, 61.0))
    assert "epoch 1 of 3 · loss 0.9000 · 1,234 examples/s" in screen.shown[-1]
    progress.passed(Pass("train", 1500, 2000, 61.0))
    assert f"features of train: 1,500 of 2,000 · {duration(61.0)} left" in screen.shown[-1]
    assert "75.0 percent done" in screen.shown[-1]
    for epoch in (1, 2, 3):
        progress.ended_epoch(row(epoch), num_epochs=3, is_best=epoch == 2)
    last = screen.shown[-1]
    assert "3 of 3 epochs" in last
    assert "left" not in last.partition("</style>")[2]
    assert last.count("<tr>") == 4
    assert last.index("0.7500") < last.index("<strong>best</strong>") < last.index("0.5000</td><td>0.5000")
    assert "&lt;b&gt;cnn" in last
    assert "<script" not in last


def test_a_long_training_shows_its_last_epochs_and_the_best(screen: Handle) -> None:
    progress = NotebookProgress()
    for epoch in range(1, 31):
        progress.ended_epoch(row(epoch), num_epochs=30, is_best=epoch == 4)
    assert screen.shown[-1].count("<tr>") == 1 + 12 + 1
    assert "<td>4</td>" in screen.shown[-1]
    assert "17 epochs before these are not shown" in screen.shown[-1]


def test_outside_a_notebook_nothing_is_assumed() -> None:
    assert not in_notebook()


def test_results_show_themselves_by_their_type(maker: Maker) -> None:
    formatter = HTMLFormatter()
    register_displays(SimpleNamespace(display_formatter=SimpleNamespace(formatters={"text/html": formatter})))
    assert "accuracy" in formatter(maker.evaluation())
    digits = formatter(load_dataset("digits"))
    assert "1,797" in digits
    assert digits.count("<img ") == 12
    assert "<img " not in formatter(load_dataset("iris"))
    shares = {"cat": 0.9, "dog": 0.1}
    cat = ClassPrediction(name="<a>.jpg", decision="ok", label="cat", probability=0.9, probabilities=shares)
    broken = Prediction(name="b.jpg", decision="error", error="not a picture")
    single, several = formatter(cat), formatter([cat, broken])
    assert single.index(">cat<") < single.index(">dog<")
    assert "&lt;a&gt;.jpg" in single
    assert "not a picture" in several
    assert formatter([1, 2]) is None
    assert formatter([]) is None
