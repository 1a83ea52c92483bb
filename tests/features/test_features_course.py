"""First steps as whole runs: a line in the data's units, gates that one unit learns or not, and the way there drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pellucid import api
from pellucid.cli.main import main
from pellucid.data import load_dataset
from pellucid.features.ground import ends
from pellucid.report import write_page
from pellucid.training import kept_epochs
from pellucid.training.kept_epochs import is_kept

pytestmark = pytest.mark.slow
ROWS = {"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]}


def test_a_line_is_found_in_the_datas_units(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = api.train("line", runs_dir=tmp_path)
    (answer,) = run.predict({"x": 10})
    assert answer.value == pytest.approx(31, abs=0.01)
    assert run.formula is not None
    (equation,) = run.formula.equations
    assert (equation.terms[0].weight, equation.constant) == pytest.approx((3, 1), abs=0.005)
    course = run.course
    assert course is not None
    assert [axis.name for axis in course.axes] == ["x"]
    np.testing.assert_allclose(course.answering.answers[:, 0], 3 * course.along[0] + 1, atol=0.01)
    main(["predict", str(run.path), "--x", "10"])
    assert "All 6 rows were learned from, so nothing says how good" in run.folder.report.read_text(encoding="utf-8")
    assert "x = 10: 31 ['x' is 10, far outside the range of training, -1 to 4.]" in capsys.readouterr().out


@pytest.mark.parametrize("gate", ["and", "or"])
def test_one_unit_learns_a_gate_and_comes_to_rest(gate: str, tmp_path: Path) -> None:
    run = api.train(gate, runs_dir=tmp_path, seed=1)
    assert run.record.model.name == "perceptron"
    assert len(run.history) < 20
    assert run.record.status_note.startswith("no answer was wrong")
    assert run.history[-1]["train_loss"] == 0
    assert run.record.best is not None
    # The weights of the best epoch are those that the pass behind it found nothing wrong with.
    assert run.record.best.epoch == len(run.history) - 1
    assert run.history[run.record.best.epoch - 1]["train_accuracy"] == 1
    truth = load_dataset(gate).targets[:]
    assert [one.label for one in run.predict(ROWS)] == [str(one) for one in truth]
    assert run.straight_border.startswith("A straight border has")


def test_one_unit_never_learns_xor_and_the_page_says_why(tmp_path: Path) -> None:
    run = api.train("xor", model="perceptron", epochs=30, runs_dir=tmp_path)
    assert len(run.history) == 30
    labels = [one.label for one in run.predict(ROWS)]
    right = sum(label == truth for label, truth in zip(labels, ["0", "1", "1", "0"], strict=True))
    assert right < 4
    # What chose the epoch is what its weights answer, and not what others answered on the way to them.
    assert run.record.best is not None
    assert run.record.best.value == max(row["train_accuracy"] for row in run.history) == right / 4
    assert "same middle, (0.5, 0.5)" in run.straight_border
    page = run.folder.report.read_text(encoding="utf-8")
    assert "same middle, (0.5, 0.5)" in page
    assert "epoch by epoch" in page


def test_a_hidden_layer_learns_xor(tmp_path: Path) -> None:
    run = api.train("xor", runs_dir=tmp_path)
    assert [one.label for one in run.predict(ROWS)] == ["0", "1", "1", "0"]
    course = run.course
    assert course is not None
    assert [(one.layer, one.total) for one in course.units] == [("act1", 4)]
    assert course.moments[0].epoch == 0
    assert course.answering.right == 1
    # The ground is what the network answers there: rows go along the second column.
    corner = course.answering.answers[-1, 0]
    (answer,) = run.predict({"a": course.axes[0].low, "b": course.axes[1].high})
    assert answer.probabilities is not None
    np.testing.assert_allclose(corner, list(answer.probabilities.values()), atol=1e-5)


def test_a_few_epochs_are_kept_and_a_page_holds_them(tmp_path: Path) -> None:
    run = api.train("iris", epochs=4, hidden=(3,), runs_dir=tmp_path)
    assert list(kept_epochs(run.folder.checkpoints)) == [0, 1, 2, 3]
    assert [epoch for epoch in range(60) if is_kept(epoch)] == [0, 1, 2, 3, 5, 8, 13, 21, 34, 55]
    course = run.course
    assert course is not None
    assert len(course.axes) == 2
    assert {name for name, _ in course.held} | {axis.name for axis in course.axes} == set(
        run.record.dataset.input.parts
    )
    text = write_page([course], tmp_path / "page.html").read_text(encoding="utf-8")
    assert text.count("<figure") == 1 + len(course.moments) + 3
    assert [one.total for one in course.units] == [3]


def test_ifs_stand_beside_the_borders_along_one_column(tmp_path: Path) -> None:
    run = api.train("activity", epochs=3, runs_dir=tmp_path)
    course = run.course
    assert course is not None
    assert course.ifs[-1].below == np.inf
    assert [course.answers[step.answer] for step in course.ifs][-1] == "biking"
    page = run.folder.report.read_text(encoding="utf-8")
    assert "a programmer&#39;s ifs" in page or "a programmer's ifs" in page
    assert f"if speed (km/h) &lt; {course.ifs[0].below:.4g}" in page


def test_a_run_without_kept_epochs_draws_its_end(tmp_path: Path) -> None:
    run = api.train("or", runs_dir=tmp_path)
    for path in kept_epochs(run.folder.checkpoints).values():
        path.unlink()
    course = run.course
    assert course is not None
    assert len(course.moments) == 1


def test_a_cell_far_from_all_others_does_not_press_them_into_a_strip() -> None:
    cells = np.linspace(0.1, 1.6, 500)
    assert ends(cells) == pytest.approx((0.1, 1.6))
    lost_points = np.append(cells, [1005.0, np.nan])  # 1.005 without its point
    low, high = ends(lost_points)
    assert low == pytest.approx(0.1)
    assert 1.6 <= high < 3.5
    assert ends(np.array([0.0, 0.0, 0.0, 5.0])) == (0.0, 5.0)  # nearly all alike: nothing to measure by
