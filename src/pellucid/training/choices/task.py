"""What is learned of the target, and how that is made again from a record."""

from __future__ import annotations

import shlex

import numpy as np

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.kinds import Form, Target
from pellucid.models import way_of_model
from pellucid.preprocessing import Scalings, TargetScaling
from pellucid.records import Decision
from pellucid.runs import Recipe, RunRecord
from pellucid.tasks import Scaling, Task, build_task, default_task, find_task
from pellucid.training.emphasis import emphasis_of
from pellucid.training.kinds import TARGET_HABITS
from pellucid.training.optimizers import ADAM_BETAS


def choose_task(dataset: Dataset, recipe: Recipe, form: Form, *, way: str = "") -> tuple[Task, tuple[Decision, ...]]:
    """Return the task, as it is before anything is measured, and why.

    Args:
        dataset: what is learned from.
        recipe: what the user chose.
        form: of one prepared example.
        way: in which the model is learned, where its task knows several.

    Raises:
        RecipeError: there is no such task, it cannot learn the target, or choices about it contradict each other.
    """
    target = dataset.target
    check_bounds(dataset, recipe.numbers.bounds)
    decisions = []
    positive = target.positive(recipe.classes.positive)
    if positive is not None and recipe.classes.positive is None:
        decisions.append(_default_positive(positive, target))
    ordered, asked = recipe.classes.ordered, recipe.objective.task
    if ordered and asked not in (None, "ordered"):
        raise RecipeError(f"--ordered and --task {asked} contradict each other.", fix="Leave out one of them.")
    # Ordered classes are classes to everybody but the task that learns them.
    name = "ordered" if ordered else asked or default_task(target)
    entry = find_task(name)
    options = entry.options.of({"form": form, "way": way} | entry.told(recipe.objective.told or {}))
    task, why = build_task(name, target, options), entry.why
    if why is not None:
        decisions.append(Decision(name="task", value=task.name, reason=why(target)))
    elif asked is None:
        reason = TARGET_HABITS[target.kind].describe(target)
        decisions.append(Decision(name="task", value=task.name, reason=reason))
    return task, tuple(decisions)


def with_own_of_task(recipe: Recipe, task: str) -> Recipe:
    """Return the recipe with the task's own options among its choices, as a record keeps them, defaults too."""
    return recipe.override(told=find_task(task).told(recipe.objective.told or {}) or None)


def in_units(task: Task, recipe: Recipe, target: Target, form: Form, scaling: Scalings | None) -> Task:
    """Return a task that knows in what units its target is learned, now that they are measured.

    Args:
        task: as `choose_task` returned it.
        recipe: with the task's own options.
        target: what is learned.
        form: of one prepared example.
        scaling: of the target; None where there is none.
    """
    if scaling is None:
        return task
    options = find_task(task.name).options.of({"form": form} | (recipe.objective.told or {}))
    return build_task(task.name, target, options, scaling_of(scaling))


def task_of(record: RunRecord, *, temperature: float = 1.0) -> Task:
    """Make the task that a run learns, or answers with.

    Args:
        record: of the run.
        temperature: what its answers' logits are divided by.
    """
    entry = find_task(record.task)
    # What came later than the record is as it was before.
    told = ({} if entry.own is None else dict(entry.own.before)) | (record.recipe.objective.told or {})
    known = (
        record.model.options.own
        | record.recipe.flat()
        | told
        | {
            "temperature": temperature,
            "emphasis": emphasis_of(record),
            "form": record.preprocessing.form,
            "way": "" if record.model.custom else way_of_model(record.model.name),
            "betas": record.betas or ADAM_BETAS,
        }
    )
    options = entry.options.of(known)
    return build_task(record.task, record.dataset.target, options, scaling_of(record.target_scaling))


def scaling_of(fitted: Scalings | None) -> Scaling | None:
    """Return in what units a task learns numbers; None where nothing is scaled."""
    each = each_scaling(fitted)
    if not each:
        return None
    # Units are the target's, and the same for all of its numbers.
    return Scaling(tuple(one.mean for one in each), tuple(one.std for one in each), **each[0].units())


def each_scaling(fitted: Scalings | None) -> tuple[TargetScaling, ...]:
    """Return the scalings of a target's numbers, one after another; () where nothing is scaled."""
    return fitted if isinstance(fitted, tuple) else () if fitted is None else (fitted,)


def check_bounds(dataset: Dataset, bounds: tuple[float, float] | None) -> None:
    """Raise RecipeError when answers are to stay in a range and the target is no number, or leaves it in training."""
    if bounds is None:
        return
    if not TARGET_HABITS[dataset.target.kind].is_number:
        raise RecipeError(
            f"--bounds {bounds[0]:g},{bounds[1]:g} is for a number as target.",
            expected=f"'{dataset.target.name}' is none.",
            fix="Leave it out.",
        )
    # Not of test, whose targets nobody may have seen when bounds are chosen.
    known = dataset.targets[np.concatenate([dataset.splits["train"], dataset.splits["val"]])]
    if known.min() < bounds[0] or known.max() > bounds[1]:
        raise RecipeError(
            f"--bounds {bounds[0]:g},{bounds[1]:g} leaves out targets of the data.",
            expected=f"In train and val they run from {known.min():g} to {known.max():g}.",
            fix="Widen the bounds, or leave them out.",
        )


def _default_positive(positive: str, target: Target) -> Decision:
    other = next(name for name in target.answers if name != positive)
    reason = (
        f"the second of two classes: average precision is of finding it (--positive {shlex.quote(other)}: the other)"
    )
    return Decision(name="positive class", value=positive, reason=reason)
