"""What of a recipe can only be known by trying: probes of a few steps before the training."""

from __future__ import annotations

import copy

from pellucid.data import Dataset
from pellucid.records import Decision
from pellucid.runs import RangeTest, Recipe
from pellucid.training.batches import num_batches
from pellucid.training.building import build_engine
from pellucid.training.distilling import with_teacher
from pellucid.training.hooks import Hooks
from pellucid.training.plan import Plan
from pellucid.training.probe import find_learning_rate, seconds_per_epoch
from pellucid.training.progress import NullProgress

TIME_MARGIN = 0.92
"""Share of `--time` that is planned for; the rest is for what a short probe cannot see."""


def settle_by_trying(
    plan: Plan, dataset: Dataset, recipe: Recipe, hooks: Hooks
) -> tuple[Recipe, list[Decision], RangeTest | None]:
    """Try what can only be known by trying: the learning rate of `--lr auto`, the epochs that fit into `--time`.

    Args:
        plan: made without `--lr auto`.
        dataset: what is learned from.
        recipe: what the user chose.
        hooks: code of the user's own.

    Returns:
        The recipe with what was found, what is said of it, and the probe of learning rates, where it found one.
    """
    hooks = with_teacher(hooks, plan.record, dataset)
    # On a copy: the training begins from first weights that no probe has moved.
    engine = build_engine(plan.record, copy.deepcopy(plan.model), dataset, NullProgress(), hooks)
    settled, said, range_test = recipe, [], None
    if recipe.learning_rate.lr == "auto":
        default = plan.record.recipe.learning_rate.lr
        assert isinstance(default, float)  # the plan was made without --lr auto
        found = find_learning_rate(engine, otherwise=default)
        settled = settled.override(lr=found.chosen)
        reason = f"a tenth of the rate with the lowest loss in a probe of {len(found.rates)} steps (--lr auto)"
        if found.note:
            reason = f"the default, as --lr auto found no rate: {found.note}; --lr NUMBER takes another"
        said.append(Decision(name="lr", value=f"{found.chosen:g}", reason=reason))
        range_test = found if found.rates else None
    if recipe.duration.time is not None and recipe.duration.epochs is None:
        seconds = seconds_per_epoch(engine)
        fitting = max(1, int(TIME_MARGIN * recipe.duration.time / seconds))
        # A budget only shortens: more epochs than suit the data would learn it by heart.
        if fitting < (plan.record.recipe.duration.epochs or 1):
            field, most, each = "epochs", fitting, "each"
            if recipe.duration.steps is not None:  # steps were asked for: of those there are fewer
                most, each = fitting * num_batches(len(engine.train), engine.settings.batch_size), "an epoch"
                field = "steps"
            settled = settled.override(**{field: most})
            reason = f"what fits into {recipe.duration.time:g} s, at {seconds:.2g} s {each} by a short probe (--time)"
            said.append(Decision(name=field, value=str(most), reason=reason))
    return settled, said, range_test
