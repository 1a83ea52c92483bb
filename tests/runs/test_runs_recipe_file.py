"""Recipes from files: what a person writes, and what a run kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pellucid.errors import RecipeError
from pellucid.runs import Recipe, RunFolder, RunRecord, read_recipe


@pytest.mark.parametrize(
    "text",
    [
        "model: lenet5\nlr: 1.0e-3\nhidden: [64, 32]\nweight-decay: 0.1\nbatch: full\n",
        "model: lenet5 # a comment\nlr: 0.001\nhidden: 64,32\nweight_decay: 0.1\nbatch: full\n",
        '{"model": "lenet5", "lr": 0.001, "hidden": [64, 32], "weight_decay": 0.1, "batch": "full"}',
    ],
    ids=["yaml", "typed as on the command line", "json"],
)
def test_the_same_choices_in_every_spelling(text: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    assert read_recipe(path) == Recipe(model="lenet5", lr=0.001, hidden=(64, 32), weight_decay=0.1, batch="full")


def test_an_empty_file_leaves_everything_open(tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text("# nothing yet\n")
    assert read_recipe(path) == Recipe()


def test_a_run_hands_on_its_choices_but_not_its_machine(record: RunRecord, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "run")
    kept = Recipe(model="cnn", epochs=7, seed=3, device="cuda", workers=16)
    folder.write_record(record.model_copy(update={"recipe": kept}))
    for path in (folder.path, folder.path / "run.json"):
        assert read_recipe(path) == Recipe(model="cnn", epochs=7, seed=3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epoch: 3", "There is no choice 'epoch'. Did you mean 'epochs'?"),
        ("epochs: 0", "epochs (--epochs) is 0. It should be greater than or equal to 1."),
        ("- epochs", "It holds no choices."),
        ("epochs: [3", "It cannot be read"),
        ("model: !!python/object/apply:os.system ['true']", "It cannot be read"),
        ("epochs: 3\nmodel: \x00", "It cannot be read"),
    ],
)
def test_a_mistake_names_the_file_and_the_way_out(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(text)
    with pytest.raises(RecipeError) as caught:
        read_recipe(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


def test_a_missing_recipe_and_a_folder_that_is_no_run_are_errors(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="There is no recipe at"):
        read_recipe(tmp_path / "absent.yaml")
    with pytest.raises(RecipeError, match="is not a run"):
        read_recipe(tmp_path)
    (tmp_path / "run.json").write_text(json.dumps({"recipe": {"epochz": 1}}))
    with pytest.raises(RecipeError, match="There is no choice 'epochz'"):
        read_recipe(tmp_path)
