"""Which trained run teaches, whether it can, and how much its word counts beside the targets."""

from __future__ import annotations

import os
from pathlib import Path

from pellucid.data import Dataset
from pellucid.errors import RecipeError, RunError
from pellucid.files import guarded
from pellucid.kinds import Target
from pellucid.records import Decision
from pellucid.runs import Recipe, RunFolder, RunRecord, TeacherRecord
from pellucid.store import file_sha256
from pellucid.training.checkpoint import BEST
from pellucid.training.kinds import TARGET_HABITS
from pellucid.words import percent

DEFAULT_TEMPERATURE, DEFAULT_ALPHA = 4.0, 0.5
"""Of T in 2, 4, 8 and alpha in 0.5, 0.9 what served an mlp best on a validation split of Fashion-MNIST
(`benchmarks/distillation.py --choose`)."""


def choose_teacher(dataset: Dataset, recipe: Recipe) -> tuple[Recipe, TeacherRecord | None, Decision | None]:
    """Return the recipe with what a teacher leaves open filled in, the teacher, and what is said of it.

    Teacher and decision are None where there is none.

    Args:
        dataset: what is learned from.
        recipe: what the user chose.

    Raises:
        RecipeError: choices that need a teacher, or contradict it.
        RunError: there is no such run, or it answers another question.
    """
    is_number = TARGET_HABITS[dataset.target.kind].is_number
    if recipe.distillation.teacher is None:
        for name in ("temperature", "alpha"):
            if recipe.chosen(name) is not None:
                raise RecipeError(f"--{name} is about a teacher, and there is none.", fix="Add --teacher RUN.")
        return recipe, None, None
    if is_number and recipe.distillation.temperature is not None:
        raise RecipeError("--temperature softens probabilities, and the target is a number.", fix="Leave it out.")
    if recipe.objective.loss == "perceptron" or recipe.architecture.model == "perceptron":
        raise RecipeError("A perceptron learns from right and wrong alone.", fix="Leave --teacher out.")
    folder = RunFolder.open(recipe.distillation.teacher)
    record = folder.read_record()
    _check(record, dataset)
    teacher = TeacherRecord(
        name=record.name,
        path=str(Path(recipe.distillation.teacher).absolute()),
        sha256=weights_checksum(folder),
        model=record.model.name,
        num_parameters=record.model.num_parameters,
        fingerprint=record.dataset.fingerprint,
    )
    asked = recipe.distillation
    alpha = DEFAULT_ALPHA if asked.alpha is None else asked.alpha
    update = {"alpha": alpha, "teacher": teacher.path}
    if not is_number:
        update["temperature"] = DEFAULT_TEMPERATURE if asked.temperature is None else asked.temperature
    recipe = recipe.override(**update)
    softened = "" if is_number else f", softened by {recipe.distillation.temperature:g} (--temperature)"
    value = f"{record.name}: {record.model.name}, {record.model.num_parameters:,} parameters"
    reason = f"its answers count {percent(alpha)} and the targets the rest (--alpha){softened}"
    if record.dataset.fingerprint != dataset.fingerprint:
        reason += f"; it learned from other data ({record.dataset.name}), which may hold examples of val or test"
    return recipe, teacher, Decision(name="teacher", value=value, reason=reason)


def weights_checksum(folder: RunFolder) -> str:
    """Return the sha256 of a run's best weights.

    Raises:
        RunError: it has none yet, or they cannot be read.
    """
    path = folder.checkpoints / BEST
    if not os.path.lexists(path):
        raise RunError(
            f"The teacher '{folder.path}' has no trained weights yet: no epoch is finished.",
            fix=f"Go on with it first: pellucid train --resume {folder.path}",
        )
    with guarded(lambda reason: RunError(f"Cannot read the weights '{path}': {reason}.")):
        return file_sha256(path)


def _check(record: RunRecord, dataset: Dataset) -> None:
    """Raise RunError when a run cannot teach what is to be learned here."""
    if record.model.custom:
        raise RunError(
            f"The teacher '{record.name}' was trained with a module of your own, which a run does not contain.",
            expected="A run with a model by its name.",
        )
    its, own = record.dataset.target, dataset.target
    if its.kind != own.kind or _names(its) != _names(own):
        raise RunError(
            f"The teacher '{record.name}' answers with {_say(its)}, and here it is about {_say(own)}.",
            expected="A run on the same classes, labels or numbers, in the same order.",
        )
    if not dataset.input.agrees_with(record.dataset.input):
        raise RunError(f"The teacher '{record.name}' takes other inputs.", expected="Pictures, or the same columns.")
    same_data = record.dataset.fingerprint == dataset.fingerprint
    if same_data and record.dataset.split_fingerprint != dataset.split_fingerprint:
        raise RunError(
            f"The teacher '{record.name}' was trained on other splits of the same data, so it has seen examples that "
            "are for validation or test here.",
            fix="Train both on the same splits (--val, --test, --split-seed).",
        )


def _names(target: Target) -> tuple[str, ...]:
    return TARGET_HABITS[target.kind].names(target)


def _say(target: Target) -> str:
    names = _names(target)
    shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
    return f"{TARGET_HABITS[target.kind].taught} {shown}".strip()
