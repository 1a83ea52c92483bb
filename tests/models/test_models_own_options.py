"""A model that brings options of its own: as a record, which makes flags, choices and refusals."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from pydantic import Field
from torch import nn

from pellucid.cli.recipe_flags import takes_recipe
from pellucid.errors import ModelError, RecipeError
from pellucid.kinds import Form, Wishes
from pellucid.models import ModelEntry, ModelOptions, OwnOptions, build_model, find_model, own_options, summarise_named
from pellucid.models.catalogue import OWN
from pellucid.runs import ModelRecord, Recipe


class HeadOptions(OwnOptions):
    heads: int = Field(default=2, ge=1, le=8, description="How many heads answer together.")
    joined: Literal["mean", "sum"] = Field(default="mean", description="How their answers are joined.")


class Heads(nn.Module):
    def __init__(self, width: int, outputs: int, heads: int, joined: str) -> None:
        super().__init__()
        self.heads = nn.ModuleList(nn.Linear(width, outputs) for _ in range(heads))
        self.joined = joined

    def forward(self, inputs: Any) -> Any:
        total = sum(head(inputs) for head in self.heads)
        return total / len(self.heads) if self.joined == "mean" else total


def build_heads(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    own = HeadOptions.of(options)
    return Heads(form.shape[0], outputs, own.heads, own.joined)


@pytest.fixture(autouse=True)
def heads() -> Iterator[ModelEntry]:
    entry = ModelEntry(
        name="heads", description="Several heads.", wishes=Wishes(kinds=("table",)), build=build_heads, own=HeadOptions
    )
    OWN["heads"] = entry
    yield entry
    del OWN["heads"]


def build(**own: Any) -> Heads:
    built = build_model("heads", form=Form(shape=(4,)), outputs=3, options=ModelOptions(own=own), seed=0)
    assert isinstance(built, Heads)
    return built


def test_own_options_reach_the_builder_and_are_completed_with_the_models_defaults() -> None:
    assert len(build(heads=3).heads) == 3
    assert find_model("heads").resolve(ModelOptions(own={"heads": 3})).own == {"heads": 3, "joined": "mean"}
    assert summarise_named("heads", input_shape=(4,), outputs=3, options={"heads": 5}).parameters == 5 * (4 * 3 + 3)


def test_what_a_model_does_not_take_is_refused_in_words() -> None:
    with pytest.raises(ModelError, match=r"'heads' does not take the option order\. It takes heads, joined"):
        build(order=3)
    with pytest.raises(ModelError, match="'mlp' does not take the option heads"):
        build_model("mlp", form=Form(shape=(4,)), outputs=3, options=ModelOptions(own={"heads": 3}), seed=0)
    with pytest.raises(ModelError, match=r"'heads': heads: .*less than or equal to 8"):
        build(heads=9)


def test_a_recipe_keeps_them_by_name() -> None:
    recipe = Recipe().override(heads=3, hidden="8")
    assert (recipe.architecture.network, recipe.chosen("heads"), recipe.chosen("hidden")) == ({"heads": 3}, 3, (8,))
    assert Recipe.from_dict(recipe.to_dict(), source="recipe") == recipe
    assert recipe.override(joined="sum").architecture.network == {"heads": 3, "joined": "sum"}
    assert recipe.override(heads=None).architecture.network is None
    with pytest.raises(RecipeError, match=r"no choice 'head'\. Did you mean 'heads'"):
        Recipe().override(head=3)


def test_they_are_flags() -> None:
    def command(**choices: Any) -> None:
        """Do nothing."""

    flag = inspect.signature(takes_recipe(command)).parameters["heads"]
    option = flag.annotation.__metadata__[0]
    assert option.default == "--heads", "which is how typer reads a flag"
    assert option.help == "How many heads answer together. (heads)"


def test_two_models_may_share_a_name_of_one_type_alone(heads: ModelEntry) -> None:
    class Words(OwnOptions):
        heads: str = Field(default="two", description="In words.")

    assert own_options()["heads"][1] == ("heads",)
    OWN["words"] = ModelEntry(name="words", description="", wishes=heads.wishes, build=build_heads, own=Words)
    try:
        with pytest.raises(ValueError, match="'heads' of 'words' is of another type"):
            own_options()
    finally:
        del OWN["words"]


def test_records_older_than_them_read_as_without() -> None:
    old = {"hidden": None, "activation": "relu", "dropout": None, "batch_norm": True, "maxout_pieces": 2}
    about = {"name": "cnn", "custom": False, "options": old, "input_shape": [1, 8, 8], "output_width": 2}
    record = ModelRecord.from_dict(about | {"num_parameters": 9, "layers": []}, source="run.json")
    assert record.options.own == {}
    assert record.form == Form(shape=(1, 8, 8))
