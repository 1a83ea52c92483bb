"""The one table of tasks: how each kind of problem is learned and answered.

In: a target and the choices that concern it. Out: a `Task`, which the training engine and the predictor ask.
"""

from __future__ import annotations

from pellucid.errors import RecipeError, did_you_mean
from pellucid.spec import ClassTarget, ValueTarget
from pellucid.tasks.base import Answer, Batch, Loss, Monitor, Phase, Task
from pellucid.tasks.classification import Binary, SingleLabel
from pellucid.tasks.regression import Regression

__all__ = [
    "TASKS",
    "Answer",
    "Batch",
    "Binary",
    "Loss",
    "Monitor",
    "Phase",
    "Regression",
    "SingleLabel",
    "Task",
    "build_task",
    "default_task",
]

TASKS: dict[str, str] = {
    "binary": "one class of two",
    "single-label": "one class of K",
    "regression": "one number",
}


def default_task(target: ClassTarget | ValueTarget) -> str:
    """Return the name of the task that fits a target best."""
    if isinstance(target, ValueTarget):
        return "regression"
    return "binary" if len(target.classes) == 2 else "single-label"


def build_task(
    name: str,
    target: ClassTarget | ValueTarget,
    *,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    target_mean: float = 0.0,
    target_std: float = 1.0,
) -> Task:
    """Make a task from its name and its target.

    Raises:
        RecipeError: the name is unknown, or the task cannot learn this target.
    """
    if name not in TASKS:
        raise RecipeError(f"Unknown task '{name}'.{did_you_mean(name, TASKS)}", expected=f"One of: {', '.join(TASKS)}.")
    if isinstance(target, ValueTarget):
        if name != "regression":
            raise RecipeError(
                f"The target '{target.name}' is a number, which task '{name}' cannot learn.",
                fix="Use --task regression.",
            )
        return Regression(mean=target_mean, std=target_std)
    num_classes = len(target.classes)
    if name == "regression" or (name == "binary" and num_classes != 2):
        raise RecipeError(
            f"Task '{name}' cannot learn a target of {num_classes} classes.",
            fix=f"Use --task {default_task(target)}, or leave it out.",
        )
    if name == "binary":
        return Binary(label_smoothing=label_smoothing, temperature=temperature)
    return SingleLabel(num_classes, label_smoothing=label_smoothing, temperature=temperature)
