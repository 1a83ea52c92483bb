"""The choices a newcomer leaves open: all are made, the user's own are kept, and they fit the size of the data."""

from __future__ import annotations

from typing import Any

import pytest

from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.building import engine_settings
from pellucid.training.defaults import resolve_learning
from pellucid.training.habits import EPOCHS_AT_LEAST, EPOCHS_AT_MOST, Family, family_of
from pellucid.training.kinds import INPUT_HABITS, TARGET_HABITS
from pellucid.training.schedule import Schedule

FAMILIES: tuple[Family, ...] = ("linear", "mlp", "sigmoid", "lenet", "residual", "library")
LEARNING = (
    "batch", "epochs", "optimizer", "lr", "schedule", "warmup", "step_epochs", "step_factor", "momentum",
    "nesterov", "weight_decay", "l1", "label_smoothing", "patience", "first_round",
)  # fmt: skip


def resolve(
    recipe: Recipe | None = None,
    *,
    num_train: int = 1000,
    family: Family = "lenet",
    num_classes: int | None = 10,
    table: bool = False,
) -> tuple[Any, tuple[Decision, ...]]:
    # Any: in a recipe every choice may be open, and here none is.
    return resolve_learning(
        recipe or Recipe(),
        pace=INPUT_HABITS["table" if table else "image"].pace(family),
        num_train=num_train,
        num_val=num_train // 5,
        num_classes=num_classes,
    )


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("num_train", [3, 100, 1_000, 60_000, 1_300_000])
@pytest.mark.parametrize("table", [False, True])
def test_nothing_stays_open(family: Family, num_train: int, table: bool) -> None:
    recipe, decisions = resolve(family=family, num_train=num_train, table=table)
    assert [name for name in LEARNING if recipe.chosen(name) is None] == []
    assert all(decision.reason for decision in decisions)
    assert EPOCHS_AT_LEAST <= recipe.duration.epochs <= (200 if table else EPOCHS_AT_MOST)
    assert recipe.batches.batch <= 128
    assert 0 <= recipe.learning_rate.warmup <= recipe.duration.epochs


def test_what_the_user_says_is_kept_and_not_explained() -> None:
    given = Recipe(epochs=3, lr=0.5, batch=7, optimizer="sgd", schedule="step", weight_decay=0.2, patience=4)
    recipe, decisions = resolve(given)
    for name in ("epochs", "lr", "batch", "optimizer", "schedule", "weight_decay", "patience"):
        assert recipe.chosen(name) == given.chosen(name)
    assert decisions == ()


def test_more_examples_take_fewer_epochs_in_larger_batches() -> None:
    courses = [resolve(num_train=number)[0] for number in (200, 2_000, 10_000, 60_000)]
    assert [course.duration.epochs for course in courses] == sorted(
        (course.duration.epochs for course in courses), reverse=True
    )
    assert [course.batches.batch for course in courses] == [16, 32, 64, 128]


def test_sgd_gets_a_rate_of_its_own_and_momentum() -> None:
    adamw, sgd = resolve()[0], resolve(Recipe(optimizer="sgd"))[0]
    assert sgd.learning_rate.lr > 5 * adamw.learning_rate.lr
    assert sgd.optimization.momentum == 0.9


def test_single_examples_are_learned_from_more_gently() -> None:
    assert resolve(Recipe(batch=1))[0].learning_rate.lr < resolve(Recipe(batch=32))[0].learning_rate.lr / 5


@pytest.mark.parametrize("num_train", [105, 309, 14_000])
@pytest.mark.parametrize(("num_classes", "pull"), [(3, 5.5), (None, 11.0)])
def test_the_weights_of_a_table_shrink_alike_however_long_the_course(
    num_train: int, num_classes: int | None, pull: float
) -> None:
    recipe = resolve(num_train=num_train, family="mlp", table=True, num_classes=num_classes)[0]
    steps = recipe.duration.epochs * -(-num_train // int(recipe.batches.batch))
    expected = pull * min(1, 500 / num_train)  # a prior counts less the more there is to learn from
    most = recipe.learning_rate.lr * steps  # a decay of 1
    assert recipe.optimization.weight_decay * most == pytest.approx(min(expected, most), rel=0.02)


def test_without_validation_nothing_can_run_out_of_patience() -> None:
    pace = INPUT_HABITS["table"].pace("mlp")
    recipe, _ = resolve_learning(Recipe(schedule="constant"), pace=pace, num_train=50, num_val=0, num_classes=None)
    assert recipe.duration.patience == 0


def test_families_follow_the_name_and_a_users_module_counts_as_from_a_library() -> None:
    names = ["linear", "mlp", "lenet5", "lenet5-sigmoid", "cnn", "resnet20", "timm:vit_tiny_patch16_224"]
    assert [family_of(name) for name in names] == [
        "linear", "mlp", "lenet", "sigmoid", "residual", "residual", "library",
    ]  # fmt: skip
    assert family_of("mlp", custom=True) == "library"


def test_convolutions_over_few_series_learn_in_small_steps_and_in_a_second_round_what_the_first_did_not() -> None:
    series = INPUT_HABITS["series"]
    pace = series.pace("conv1d")
    counts = (20, 36, 50, 67, 150, 270)
    assert [pace.batch_size(count) for count in counts] == [4, 4, 5, 6, 15, 16]
    assert [pace.first_round(count) for count in counts] == [240, 137, 124, 113, 120, 0]
    assert [pace.epochs(count) for count in counts] == [1500, 1500, 1350, 1125, 1350, 75]
    assert series.pace("recurrent").epochs(36) < 250
    made, said = resolve_learning(Recipe(), pace=pace, num_train=36, num_val=0, num_classes=3)
    assert (made.duration.epochs, made.duration.first_round, made.batches.batch) == (1500, 137, 4)
    assert any(one.name == "first round" for one in said)
    fixed, _ = resolve_learning(Recipe(epochs=50), pace=pace, num_train=36, num_val=0, num_classes=3)
    assert (fixed.duration.epochs, fixed.duration.first_round) == (50, 0)


def test_of_many_long_series_the_windows_are_shown_twice() -> None:
    pace = TARGET_HABITS["future"].pace(INPUT_HABITS["series"].pace("recurrent"))
    assert [pace.epochs(count) for count in (50, 2_500, 20_000, 100_000, 254_554)] == [60, 16, 6, 5, 2]


def test_two_rounds_have_a_schedule_each() -> None:
    recipe = Recipe(epochs=40, first_round=10, batch=4, lr=0.1, schedule="one-cycle", warmup=8.0)
    settings = engine_settings(recipe, 20)
    rates = [settings.schedule.at(step) for step in range(200)]
    alone = Schedule("one-cycle", 0.1, num_steps=50, steps_per_epoch=5, warmup_epochs=2.0)
    assert rates[:50] == [alone.at(step) for step in range(50)]
    longer = Schedule("one-cycle", 0.1, num_steps=150, steps_per_epoch=5, warmup_epochs=6.0)
    assert rates[50:] == [longer.at(step) for step in range(150)]
    assert settings.first_round == 10
