"""The one table of tasks: how each kind of problem is learned and answered.

In: a target and the choices that concern it. Out: a `Task`, which the training engine and the predictor ask.
"""

from __future__ import annotations

from pellucid.errors import RecipeError, did_you_mean
from pellucid.kinds import ClassTarget, LabelsTarget, Target, ValuesTarget, ValueTarget
from pellucid.tasks.answers import ANSWERS, Answer, ClassAnswer, LabelsAnswer, ValueAnswer, ValuesAnswer
from pellucid.tasks.base import AnswerStep, Batch, Loss, Monitor, Phase, Task
from pellucid.tasks.classification import Binary, Emphasis, SingleLabel
from pellucid.tasks.losses import CLASS_LOSSES, ClassLoss, balanced_weights, weighted
from pellucid.tasks.multilabel import MultiLabel
from pellucid.tasks.ordered import Ordered, check_ordered
from pellucid.tasks.regression import Regression

__all__ = [
    "ANSWERS",
    "CLASS_LOSSES",
    "TASKS",
    "Answer",
    "AnswerStep",
    "Batch",
    "Binary",
    "ClassAnswer",
    "ClassLoss",
    "Emphasis",
    "LabelsAnswer",
    "Loss",
    "Monitor",
    "MultiLabel",
    "Ordered",
    "Phase",
    "Regression",
    "SingleLabel",
    "Task",
    "ValueAnswer",
    "ValuesAnswer",
    "balanced_weights",
    "build_task",
    "check_ordered",
    "default_task",
    "weighted",
]

TASKS: dict[str, str] = {
    "binary": "one class of two",
    "single-label": "one class of K",
    "ordered": "one class of K that are steps in an order",
    "multi-label": "any of L labels, several at once or none",
    "regression": "one number, or several",
}


def default_task(target: Target) -> str:
    """Return the name of the task that fits a target best."""
    if isinstance(target, ValueTarget | ValuesTarget):
        return "regression"
    if isinstance(target, LabelsTarget):
        return "multi-label"
    return "binary" if len(target.classes) == 2 else "single-label"


def build_task(
    name: str,
    target: Target,
    *,
    label_smoothing: float = 0.0,
    temperature: float = 1.0,
    class_loss: ClassLoss = "cross-entropy",
    gamma: float = 2.0,
    emphasis: Emphasis | None = None,
    target_mean: tuple[float, ...] = (0.0,),
    target_std: tuple[float, ...] = (1.0,),
    bounds: tuple[float, float] | None = None,
) -> Task:
    """Make a task from its name and its target.

    Raises:
        RecipeError: the name is unknown, or the task cannot learn this target.
    """
    if name not in TASKS:
        raise RecipeError(f"Unknown task '{name}'.{did_you_mean(name, TASKS)}", expected=f"One of: {', '.join(TASKS)}.")
    if name == "ordered":
        check_ordered(target)
        assert isinstance(target, ClassTarget)
        return Ordered(len(target.classes), temperature)
    if name != default_task(target) and not (name == "single-label" and isinstance(target, ClassTarget)):
        raise RecipeError(
            f"Task '{name}' cannot learn {_described(target)}.",
            fix=f"Use --task {default_task(target)}, or leave it out.",
        )
    if isinstance(target, ValueTarget):
        return Regression(target_mean, target_std, bounds)
    if isinstance(target, ValuesTarget):
        # Before anything is measured the scaling is that of one output.
        mean, std = (
            given if len(given) == len(target.names) else given * len(target.names)
            for given in (target_mean, target_std)
        )
        return Regression(mean, std, bounds, several=True)
    num_classes = len(target.classes)
    if isinstance(target, LabelsTarget):
        return MultiLabel(num_classes, label_smoothing, temperature, class_loss, gamma)
    emphasis = emphasis or Emphasis()
    if name == "binary":
        return Binary(label_smoothing, temperature, class_loss, gamma, emphasis)
    return SingleLabel(num_classes, label_smoothing, temperature, class_loss, gamma, emphasis)


def _described(target: Target) -> str:
    if isinstance(target, ValueTarget):
        return f"the target '{target.name}', which is a number"
    if isinstance(target, ValuesTarget):
        return f"{len(target.names)} numbers at once"
    if isinstance(target, LabelsTarget):
        return "several labels at once"
    return f"a target of {len(target.classes)} classes"
