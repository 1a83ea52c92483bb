"""The table of tasks is open: a task of the tests' own is registered, trained, recorded, and answers."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pytest
from pydantic import Field
from torch import Generator, Tensor, nn

import pellucid
from pellucid.cli.recipe_flags import takes_recipe
from pellucid.errors import RecipeError
from pellucid.kinds import OPTIONS_OF_TASKS, TARGETS, ClassTarget, OwnOptions, Target, ValueTarget
from pellucid.runs import Recipe, read_recipe
from pellucid.tasks import (
    LEARNED_AS,
    TASKS,
    Batch,
    ClassOptions,
    Loss,
    Regression,
    Scaling,
    TaskEntry,
    TaskOptions,
    build_task,
    register_task,
)
from pellucid.training import task_of


class OwnOfTube(OwnOptions):
    tube: float = Field(default=0.5, ge=0, description="Units of spread beyond which an error counts.")


@dataclass(frozen=True)
class TubeOptions(TaskOptions):
    """Beyond how many units of spread an error counts; named like what the task alone can be told."""

    tube: float = 0.5


@dataclass(frozen=True)
class Tube(Regression):
    """A number whose error counts but beyond a tube around it."""

    name: str = "tube"
    width: float = 0.0

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        value = (self._errors(models, batch).abs() - self.width).clamp_min(0).mean()
        return Loss(value, {"loss": value.detach() * len(batch)})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        return {"loss": (self._errors(models, batch).abs() - self.width).clamp_min(0).sum()}


def build(_target: Target, chosen: TubeOptions, scaling: Scaling) -> Tube:
    return Tube(scaling.mean, scaling.std, width=chosen.tube)


ENTRY = TaskEntry("tube", "a number within a tube", ("value",), TubeOptions, build, scales_targets=True, own=OwnOfTube)


@pytest.fixture
def tube() -> Iterator[None]:
    """Register the task for one test."""
    register_task(ENTRY)
    yield
    del TASKS["tube"], OPTIONS_OF_TASKS["tube"]


@pytest.mark.usefixtures("tube")
def test_a_task_of_ones_own_is_trained_written_down_and_answers(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    lines = [f"{x:.4f},{100 + 10 * x:.4f}" for x in generator.normal(size=80)]
    (tmp_path / "line.csv").write_text("\n".join(["x,y", *lines]))
    data = pellucid.load_dataset(tmp_path / "line.csv", target="y")
    run = pellucid.train(data, task="tube", tube=0.25, epochs=1, runs_dir=tmp_path)
    assert (run.record.task, run.record.recipe.objective.task) == ("tube", "tube")
    task = task_of(pellucid.open_run(run.path).record)
    assert isinstance(task, Tube)
    assert task.width == 0.25
    assert run.record.recipe.objective.told == {"tube": 0.25}
    (tmp_path / "recipe.yaml").write_text("task: tube\ntube: 0.75\n")
    assert read_recipe(tmp_path / "recipe.yaml").chosen("tube") == 0.75
    assert read_recipe(run.path).chosen("tube") == 0.25
    assert task.mean[0] == pytest.approx(data.targets[data.splits["train"]].mean(), abs=0.01)


@pytest.mark.usefixtures("tube")
def test_what_it_alone_can_be_told_is_a_flag_that_other_tasks_refuse(tmp_path: Path) -> None:
    def command(*, data: str = "", **choices: object) -> None: ...

    flags = inspect.signature(takes_recipe(command), eval_str=True).parameters
    assert flags["tube"].annotation.__metadata__[0].help == "Units of spread beyond which an error counts. (tube)"
    data = pellucid.load_dataset("iris")
    with pytest.raises(RecipeError, match=r"'single-label' does not take the option tube\. It takes none of its own"):
        pellucid.train(data, tube=0.25, runs_dir=tmp_path)
    with pytest.raises(RecipeError, match=r"'tube': tube: .*greater than or equal to 0"):
        TASKS["tube"].told({"tube": -1.0})
    assert TASKS["tube"].told({}) == {"tube": 0.5}
    assert Recipe().override(tube=1).override(tube=None).objective.told is None


def test_all_that_a_task_is_made_with_can_be_chosen_or_follows_from_the_training() -> None:
    extra = Recipe.shared_choices()["task"].json_schema_extra
    assert isinstance(extra, dict)
    assert isinstance(offered := extra["offered"], list)
    assert set(offered) == set(TASKS)
    # Of validation, classes, inputs, the task's own phases, and the model, which is for one way to learn it.
    follows = {"temperature", "emphasis", "form", "betas", "way"}
    for entry in TASKS.values():
        assert {one.name for one in fields(entry.options)} <= {*Recipe.choices(), *follows}, entry.name


@pytest.mark.usefixtures("tube")
def test_what_it_cannot_learn_is_said_like_for_any_other() -> None:
    with pytest.raises(RecipeError, match="Task 'tube' cannot learn a target of 2 classes"):
        build_task("tube", ClassTarget(classes=("a", "b")))
    with pytest.raises(ValueError, match="already a task called 'tube'"):
        register_task(ENTRY)


def test_options_are_taken_from_all_that_is_known_and_stay_open_where_nothing_is() -> None:
    known = Recipe(label_smoothing=0.1, loss="focal").flat()
    assert ClassOptions.of(known) == ClassOptions(label_smoothing=0.1, loss="focal")
    assert TubeOptions.of(known) == TubeOptions()


def test_every_row_can_be_built_from_defaults_and_every_kind_has_a_first_task() -> None:
    for entry in TASKS.values():
        assert entry.words
        assert set(entry.kinds) <= set(TARGETS)
        assert fields(entry.options()) is not None
    assert LEARNED_AS.missing() == ()
    assert build_task(LEARNED_AS["value"].task(ValueTarget(name="x")), ValueTarget(name="x")).name == "regression"
