"""A search begins: its choices are checked, what is searched is settled, and its folder made."""

from __future__ import annotations

import time
import warnings
from pathlib import Path

from pellucid.data import Dataset
from pellucid.errors import DataError, MissingExtraError, RecipeError
from pellucid.records import Decision
from pellucid.runs import Recipe, RunRecord
from pellucid.training import ASKED, EVERYTHING, plan_run, task_of
from pellucid.tuning.default_space import default_space, recipe_fields_given, spell_out
from pellucid.tuning.folder import SearchFolder
from pellucid.tuning.records import METHODS, PRUNINGS, Method, Pruning, SearchRecord
from pellucid.tuning.space import SearchSpace
from pellucid.tuning.transfer_space import freezes_to_try, with_conditions
from pellucid.version import VERSION


def begin_search(
    dataset: Dataset,
    recipe: Recipe,
    *,
    space: SearchSpace | None,
    method: Method,
    pruning: Pruning,
    runs_dir: Path,
    name: str | None = None,
    command: str | None = None,
) -> SearchFolder:
    """Return the folder of a new search, or of the same search where it has begun already.

    Args:
        dataset: what to learn from.
        recipe: the choices that every trial shares; what is open is chosen in each, or searched.
        space: what is searched; None for what suits the model and the data.
        method: how trials are proposed.
        pruning: when trials are ended early.
        runs_dir: where the folder is made.
        name: of the folder; None for "dataset-model-search".
        command: the command line, to be written down.

    Raises:
        MissingExtraError: Optuna is not installed.
        RecipeError, ModelError, DataError: the choices do not fit; nothing is written then.
    """
    check_optuna()
    _check_choices(recipe, method, pruning)
    if len(dataset.splits["val"]) == 0:
        raise DataError(
            "A search chooses by the validation split, and there is none.", fix="Give it a share: --val 0.1."
        )
    planned = plan_run(dataset, recipe, name=name)
    record, monitor = planned.record, task_of(planned.record).monitor
    if monitor.is_last:
        raise RecipeError(
            f"No figure of the training of '{record.model.name}' tells a better run from a worse one: "
            "nothing is searched.",
            fix="Train with other choices, and hold `pellucid evaluate RUN --judge CLASSIFIER` of both side by side.",
        )
    recipe, space, said = _settle(dataset, recipe, record, space)
    reason = f"the {monitor.name.replace('_', ' ')} of the validation split; the test split stays sealed"
    score = Decision(name="score", value=monitor.name, reason=reason)
    made = SearchRecord(
        name=f"{record.name}-search" if name is None else name,
        created=time.time(),
        pellucid_version=VERSION,
        command=command,
        dataset=record.dataset,
        model=record.model.name,
        recipe=recipe,
        default=spell_out(record),
        space=space,
        decisions=(*dataset.decisions, *said, score),
        method=method,
        pruning=pruning,
        seed=recipe.machine.seed,
        metric=monitor.name,
        higher_is_better=monitor.higher_is_better,
    )
    if method == "grid":
        from pellucid.tuning.proposing import grid_of

        grid_of(made)
    return SearchFolder.find_or_create(runs_dir, made)


def _settle(
    dataset: Dataset, recipe: Recipe, record: RunRecord, space: SearchSpace | None
) -> tuple[Recipe, SearchSpace, tuple[Decision, ...]]:
    """Return what every trial shares and what is searched, once each freezing that may be tried was planned.

    Args:
        dataset: what to learn from.
        recipe: the choices that every trial shares.
        record: as the default recipe resolves them.
        space: what is searched; None for what suits the model and the data.

    Raises:
        RecipeError: a choice is given, and searched as well; or a freezing that may be tried is none.
    """
    given = recipe_fields_given(recipe)
    found, said = default_space(dataset, record, given) if space is None else (space, ())
    found = with_conditions(found, record.recipe)
    both = [name for name in given if name in found.parameters]
    if both:
        raise RecipeError(
            f"--{both[0].replace('_', '-')} is given, and searched as well.", fix="Leave it out, or out of the space."
        )
    is_frozen = recipe.freezing.freeze is None and record.recipe.freezing.freeze == EVERYTHING
    if is_frozen and not set(ASKED) & set(found.parameters):
        # The number of cores chose it here; every trial shall be of the same kind, on whatever machine.
        recipe = recipe.override(freeze=EVERYTHING)
    for freeze in freezes_to_try(found):
        plan_run(dataset, recipe.override(freeze=freeze))
    return recipe, found, tuple(said)


def check_optuna() -> None:
    """Raise MissingExtraError where Optuna is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # in a notebook its progress bar, which is not used, asks for widgets
            import optuna  # noqa: F401
    except ImportError:
        raise MissingExtraError("Optuna", extra="tune", feature="A search") from None


def _check_choices(recipe: Recipe, method: str, pruning: str) -> None:
    for flag, value, known in (("method", method, METHODS), ("pruning", pruning, PRUNINGS)):
        if value not in known:
            raise RecipeError(f"--{flag} is '{value}'.", expected=f"One of {', '.join(known)}.")
    if recipe.learning_rate.lr == "auto":
        raise RecipeError(
            "--lr auto is for a single training.", fix="Leave it out: a search looks for the rate itself."
        )
    if recipe.duration.time is not None:
        raise RecipeError("A trial has no time of its own.", fix="Give the search a time.")
