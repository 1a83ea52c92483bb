"""The recipe: every choice checked, every mistake named with the flag that mends it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from pellucid.errors import RecipeError
from pellucid.models import own_options
from pellucid.runs import Recipe, parse_widths

SHARED = Recipe.shared_choices()
"""The choices that are no model's own; `network` holds those, each a flag by itself."""


def test_an_override_wins_and_leaves_the_rest() -> None:
    before = Recipe(epochs=5, lr=0.1)
    after = before.override(epochs=7)
    assert (after.duration.epochs, after.learning_rate.lr) == (7, 0.1)
    assert before.duration.epochs == 5


def test_a_recipe_comes_back_equal() -> None:
    recipe = Recipe(hidden=(256, 128), batch="full", lr=0.01, nesterov=True)
    assert Recipe.from_dict(recipe.to_dict(), source="memory") == recipe


def test_all_mistakes_are_reported_together_with_the_nearest_known_name() -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe().override(optimzer="sgd", lr=-1, step_epochs=0)
    message = str(caught.value)
    assert "There is no choice 'optimzer'. Did you mean 'optimizer'?" in message
    assert "lr (--lr) is -1. It should be greater than 0." in message
    assert "step_epochs (--step-epochs) is 0. It should be greater than or equal to 1." in message


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"batch": 0}, "--batch is '0'. A whole number above 0, or 'full'."),
        ({"batch": "all"}, "--batch is 'all'. A whole number above 0, or 'full'."),
        ({"batch": "1.5"}, "--batch is '1.5'."),
        ({"hidden": "abc"}, "--hidden is 'abc'. Whole numbers above 0"),
        ({"hidden": (4, 0)}, "hidden (--hidden) is 0. It should be greater than or equal to 1."),
        ({"epochs": 0}, "--epochs"),
        ({"epochs": 2.5}, "--epochs"),
        ({"lr": float("nan")}, "It should be a finite number."),
        ({"lr": float("inf")}, "It should be a finite number."),
        ({"dropout": 1.0}, "It should be less than 1."),
        ({"optimizer": "sdg"}, "It should be 'sgd', 'rmsprop', 'adam' or 'adamw'."),
        ({"seed": -1}, "--seed"),
        ({"augment": 3}, "--augment"),
    ],
)
def test_a_value_out_of_range_names_the_flag_and_the_range(choices: dict[str, Any], message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe().override(**choices)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "widths"),
    [("256,128", (256, 128)), (" 256 , 128 ", (256, 128)), ("64", (64,)), ("64x32", (64, 32)), ("", ()), ("none", ())],
)
def test_widths_are_read_as_typed(text: str, widths: tuple[int, ...]) -> None:
    assert parse_widths(text) == widths
    assert Recipe().override(hidden=text).architecture.hidden == widths


@pytest.mark.parametrize("text", ["abc", "4,0", "-4", "4.5", "4,,a"])
def test_widths_that_are_no_widths_are_refused(text: str) -> None:
    with pytest.raises(RecipeError, match="--hidden"):
        parse_widths(text)


@pytest.mark.parametrize(("typed", "read"), [("64", 64), (64, 64), ("full", "full"), ("1", 1)])
def test_a_batch_is_a_number_or_full(typed: object, read: object) -> None:
    assert Recipe().override(batch=typed).batches.batch == read


def test_every_choice_says_what_it_means_and_where_the_command_line_shows_it() -> None:
    for name, (field, _) in own_options().items():
        assert field.description, name
    for name, field in SHARED.items():
        assert field.description, name
        assert isinstance(field.json_schema_extra, dict), name
        assert field.json_schema_extra["panel"], name


def test_flags_and_their_other_spellings_are_all_different() -> None:
    flags = ["--" + name.replace("_", "-") for name in (*SHARED, *own_options())]
    for field in SHARED.values():
        assert isinstance(field.json_schema_extra, dict)
        spellings = field.json_schema_extra["flags"]
        assert isinstance(spellings, list)
        flags += [str(spelling) for spelling in spellings]
    assert len(flags) == len(set(flags))
    assert {"--batch-size", "--img-size", "--opt", "--sched"} <= set(flags)


def test_the_room_loads_no_torch() -> None:
    code = "import sys, pellucid.runs; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_sections_share_no_name_and_are_none_themselves() -> None:
    sections = Recipe.model_fields
    names = [name for section in sections for name in type(getattr(Recipe(), section)).model_fields]
    assert len(names) == len(set(names))
    assert not set(sections) & {*names, *own_options()}


def test_a_file_knows_the_choices_and_not_the_sections() -> None:
    recipe = Recipe(lr=0.1, hidden="4,2", seed=3)
    kept = recipe.to_dict()
    assert set(kept) == {*SHARED, "network", "told"}
    assert (kept["lr"], kept["hidden"], kept["seed"], kept["epochs"]) == (0.1, [4, 2], 3, None)
    assert (recipe.learning_rate.lr, recipe.architecture.hidden, recipe.chosen("seed")) == (0.1, (4, 2), 3)
    with pytest.raises(RecipeError, match=r"'learning_rate' is no choice but a section of them.*\(lr, schedule"):
        Recipe().override(learning_rate={"lr": 0.1})
