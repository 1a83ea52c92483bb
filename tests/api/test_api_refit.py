"""A refitted run: as long and at such rates as validation judged, from the same anchor, and told so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pellucid
from pellucid import Run
from pellucid.errors import RunError
from pellucid.training.building import engine_settings
from pellucid.training.refit import _check_units, _shortened, refit
from pellucid.training.schedule import Schedule


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("refit")
    values = 10 + np.random.default_rng(0).normal(size=60).cumsum().round(3)
    rows = [f"{2000 + place // 12}-{place % 12 + 1:02},{value}" for place, value in enumerate(values)]
    (folder / "walk.csv").write_text("\n".join(["month,y", *rows]) + "\n")
    dataset = pellucid.load_dataset(folder / "walk.csv", horizon=2, window=4, target="y", season=1)
    return pellucid.train(dataset, model="linear", steps=6, health=False, runs_dir=folder / "runs", name="walk")


def test_the_schedule_is_as_much_shorter_as_the_training(run: Run) -> None:
    recipe = run.record.recipe.override(epochs=40, schedule="one-cycle", warmup=10.0, step_epochs=13, lr=0.1)
    best = run.record.best
    assert best is not None
    record = run.record.model_copy(update={"recipe": recipe, "best": best.model_copy(update={"epoch": 8})})
    shorter, epochs = _shortened(record)
    rate = shorter.learning_rate
    assert (epochs, shorter.duration.epochs, rate.warmup, rate.step_epochs) == (8, 8, 2.0, 3)
    schedule = engine_settings(shorter, 32).schedule
    assert isinstance(schedule, Schedule)
    steps = 8 * schedule.steps_per_epoch
    rates = [schedule.at(step) for step in range(steps)]
    assert max(rates) == pytest.approx(0.1, rel=0.2)
    assert rates[-1] < 0.02


def test_epochs_of_the_head_are_not_counted_twice(run: Run) -> None:
    best = run.record.best
    assert best is not None
    recipe = run.record.recipe.override(epochs=5, head_epochs=3, steps=70)
    record = run.record.model_copy(update={"recipe": recipe, "best": best.model_copy(update={"epoch": 7})})
    shorter, epochs = _shortened(record)
    assert (epochs, shorter.total_epochs, shorter.duration.epochs, shorter.duration.steps) == (7, 7, 4, None)


def test_it_counts_from_what_validation_judged(run: Run) -> None:
    assert _shortened(run.record)[0].forecasts.anchor == run.record.scalings[0].units()["anchor"]
    scaling = run.record.scalings[0]
    other = run.record.model_copy(
        update={"target_scaling": scaling.model_copy(update={"log": not scaling.units()["log"]})}
    )
    with pytest.raises(RunError, match=r"learned .* the other way round"):
        _check_units(other, run.record)


def test_a_taught_run_is_refused_in_its_own_words(run: Run, tmp_path: Path) -> None:
    folder = type(run.folder)(tmp_path / "taught")
    folder.path.mkdir()
    folder.write_record(
        run.record.model_copy(update={"recipe": run.record.recipe.override(teacher="other", alpha=0.5)})
    )
    with pytest.raises(RunError, match="trained by a teacher"):
        refit(folder, run.dataset, run.dataset, runs_dir=tmp_path)


def test_a_refit_of_steps_has_the_command_that_asked_for_it(run: Run) -> None:
    again = pellucid.refit(run, command="pellucid train --refit walk")
    assert again.record.command == "pellucid train --refit walk"
    assert again.record.recipe.duration.steps is None
    assert "test opened before" not in {one.name for one in again.record.decisions}


def test_openings_of_the_test_are_not_forgotten(run: Run) -> None:
    run.evaluate("test", reason="a look")
    said = [one for one in pellucid.refit(run).record.decisions if one.name == "test opened before"]
    assert [one.value for one in said] == ["1 time for 'walk'"]
