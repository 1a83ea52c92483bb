"""Whole series through every verb, by their path and from memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pellucid
from pellucid.attribution import Explanation
from pellucid.data import dataset_from_series
from pellucid.errors import ModelError, RecipeError

pytestmark = pytest.mark.slow
STEPS = 16


def _waves(count: int = 100) -> tuple[list[np.ndarray], np.ndarray]:
    """Return series of two channels, 10 to 16 steps, whose first rises or falls somewhere; and which of these."""
    draws = np.random.default_rng(0)
    labels = np.arange(count) % 2
    series = []
    for label in labels:
        one = 0.1 * draws.normal(size=(2, int(draws.integers(10, STEPS + 1))))
        at = int(draws.integers(0, one.shape[1] - 5))
        one[0, at : at + 5] += np.linspace(-2, 2, 5) * (1 if label else -1)
        series.append(one)
    return series, labels


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> pellucid.Run:
    series, labels = _waves()
    lines = "".join(
        ":".join(",".join(f"{value:.4f}" for value in channel) for channel in one) + f":{'up' if label else 'down'}\n"
        for one, label in zip(series, labels, strict=True)
    )
    folder = tmp_path_factory.mktemp("series")
    path = folder / "waves.ts"
    path.write_text(f"@classLabel true up down\n@data\n{lines}")
    return pellucid.train(path, model="cnn1d", hidden=(16, 16), epochs=40, lr=0.01, seed=1, runs_dir=folder / "runs")


def test_a_network_learns_shapes_wherever_they_are(run: pellucid.Run) -> None:
    measured = run.evaluate("test", reason="a test")
    assert measured.metrics["accuracy"].value >= 0.9
    assert [one.name for one in measured.baselines][-2:] == ["nearest neighbour (warped)", "MiniRocket and ridge"]
    page = (run.path / "report.html").read_text()
    assert "Shorter series are filled up behind their end to 16 steps" in page
    assert "What the series of each class are like" in page


def test_series_that_are_handed_over_are_answered_as_those_of_the_file(run: pellucid.Run) -> None:
    series, labels = _waves()
    named = [one.label for one in run.predict(series[:6])]
    alone = [next(iter(run.predict(one))).label for one in series[:6]]
    assert named == alone
    assert np.mean([name == ("up" if label else "down") for name, label in zip(named, labels, strict=False)]) >= 0.8
    too_long, wrong = run.predict([np.zeros((2, STEPS + 3)), np.zeros((3, 5))])
    assert "it has 19 steps, and the run's series have at most 16" in str(too_long.error)
    assert "it has 3 channels, and the run's series have 2" in str(wrong.error)


def test_an_explanation_marks_steps_and_never_the_mask(run: pellucid.Run) -> None:
    made = run.explain(0, method=["integrated-gradients", "occlusion"])
    assert isinstance(made, Explanation)
    assert made.channels == ("channel 1", "channel 2", "where values are")
    for one in made.attributions:
        assert one.cells.shape == (3, STEPS)
        # Nothing of the mask is hidden: what occlusion has there is the rounding of one batch beside another.
        assert np.abs(one.cells[2]).max() <= 1e-6 * max(1.0, np.abs(one.cells).max())
        assert one.randomisation is not None
        assert one.deletion is not None
    first = made["integrated-gradients"]
    assert abs(first.figures["completeness_gap"]) < 0.05 * abs(first.figures["difference"]) + 0.05
    assert np.abs(first.cells[0]).sum() > np.abs(first.cells[1]).sum()
    assert "strongest in step" in str(made)


def test_a_trace_begins_at_the_values(run: pellucid.Run) -> None:
    traced = run.trace(0)
    first = next(iter(traced))
    assert first.step.operator == "standardise"
    for place in ((0, 2), (1, 0), (2, 3), (2, STEPS - 1)):
        arithmetic = first.at(*place)
        assert arithmetic.is_exact, str(arithmetic)
    assert first.at(0, 2).formula == "(value - shift) / divisor"


def test_what_does_not_go_with_series_is_refused_in_words(tmp_path: Path) -> None:
    series, labels = _waves(20)
    dataset = dataset_from_series(series, labels, name="waves")
    with pytest.raises(ModelError, match="takes pictures"):
        pellucid.train(dataset, model="lenet5", runs_dir=tmp_path)
    with pytest.raises(RecipeError, match="changes pictures"):
        pellucid.train(dataset, augment="photo", runs_dir=tmp_path)
    assert not list(tmp_path.iterdir())
