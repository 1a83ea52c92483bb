"""What a search shows in a notebook."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pellucid.records import Decision
from pellucid.report import NotebookSearchProgress
from pellucid.tuning import Standing, Trial


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what a notebook would show in one place, the newest last."""
    found: list[str] = []

    def display(html: SimpleNamespace, *, display_id: bool) -> SimpleNamespace:
        assert display_id
        assert not found, "a second table would be a second output"
        found.append(html.data)
        return SimpleNamespace(update=lambda later: found.append(later.data))

    monkeypatch.setattr("IPython.display.display", display)
    return found


def trial(number: int, **changes: object) -> Trial:
    given = {"status": "finished", "score": 0.5 + number / 100, "epochs": 3, "choices": {"optimizer": "<sgd>"}}
    return Trial.model_validate({"number": number, "run": f"trials/{number}", **given, **changes})


def standing(ended: int, best: Trial | None = None) -> Standing:
    return Standing(ended, 20, best, 61.0)


def body(html: str) -> str:
    return html.partition("</style>")[2]


def test_one_table_is_written_anew_and_says_where_the_search_stands(shown: list[str]) -> None:
    progress = NotebookSearchProgress()
    progress.decided(Decision(name="space", value="<b>lr</b>", reason="what matters"))
    progress.began_trial(trial(0, status="running", score=None), standing(0))
    progress.ended_epoch(trial(0), 2, 4, standing(0))
    assert "trial 0, epoch 2 of 4 · 0 of 20 trials" in shown[-1]
    assert "width: 2.5%" in shown[-1]
    progress.ended_trial(trial(0), standing(1, trial(0)))
    progress.ended_trial(trial(1, status="pruned", score=0.2, epochs=1), standing(2, trial(0)))
    assert "2 of 20 trials · best 0.5000 (trial 0)" in shown[-1]
    assert body(shown[-1]).count("<tr>") == 3
    assert "optimizer &lt;sgd&gt;" in shown[-1]
    assert "&lt;b&gt;lr" in shown[-1]
    progress.repeating(10, 10, standing(20, trial(0)))
    last = body(shown[-1])
    assert "fresh seeds: 10 of 10" in last
    assert " left" not in last
    assert "<script" not in last


def test_a_long_search_shows_its_last_trials_and_the_best(shown: list[str]) -> None:
    progress = NotebookSearchProgress()
    for number in range(20):
        progress.ended_trial(trial(number), standing(number + 1, trial(2)))
    rows = body(shown[-1])
    assert rows.count("<tr>") == 1 + 12 + 1
    assert rows.index("<td>2</td>") < rows.index("<strong>best</strong>") < rows.index("<td>8</td>")
    assert "Not shown: 7 trials before these" in rows


def test_what_is_said_stays_under_the_table(shown: list[str]) -> None:
    progress = NotebookSearchProgress()
    progress.ended_trial(trial(0), standing(1, trial(0)))
    progress.said("1 trial is kept. Go on with: pellucid tune --resume runs/x")
    assert "Go on with" in body(shown[-1])
