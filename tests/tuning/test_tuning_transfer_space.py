"""Searching what is frozen, when the rest learns, and how far each block may move."""

from __future__ import annotations

from pathlib import Path

import pytest

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.runs import Recipe, RunFolder, RunRecord
from pellucid.training import plan_run
from pellucid.tuning import Limits, NullProgress, read_space, run_search
from pellucid.tuning.default_space import default_space
from pellucid.tuning.records import Trial
from pellucid.tuning.transfer_space import with_conditions
from pellucid.tuning.watching import Standing

from .conftest import Begin

pytest.importorskip("optuna")
RECIPE = Recipe(model="resnet8", epochs=3, batch=32, augment="none", device="cpu")
LAYERED = {"lr": {"times": [0.5, 2], "points": 2}, "freeze": ["none", 2, "all"], "unfreeze": ["head-first", "at-once"]}


@pytest.fixture
def borrowed(corners: Dataset) -> RunRecord:
    """Return the plan of a run that starts from borrowed weights; they need not be here to say what is searched."""
    planned = plan_run(corners, RECIPE.override(unfreeze="head-first")).record
    return planned.model_copy(update={"recipe": planned.recipe.override(pretrained=True)})


def test_conditions_that_freezing_implies_are_added_and_what_others_depend_on_comes_first() -> None:
    given = read_space({"head_lr": [0.001, 0.01], "layer_decay": [0.5, 1.0], "views": [0, 4], **LAYERED})
    space = with_conditions(given, Recipe())
    assert list(space.parameters)[:2] == ["freeze", "unfreeze"]
    assert set(space.parameters) == set(given.parameters)
    assert space.parameters["freeze"].choices == ("none", "2", "all")
    assert space.parameters["unfreeze"].when == {"freeze": ("none", "2")}
    assert space.parameters["layer_decay"].when == {"freeze": ("none", "2")}
    assert space.parameters["head_lr"].when == {"freeze": ("none", "2"), "unfreeze": ("head-first",)}
    assert space.parameters["lr"].when == {}


def test_augmentation_is_not_searched_where_a_frozen_backbone_sees_plain_pictures() -> None:
    given = {"augment": ["none", "photo"], "erasing": [0.0, 0.25], "mixup": [0.0, 0.2], **LAYERED}
    space = with_conditions(read_space(given), Recipe())
    assert space.parameters["augment"].when == space.parameters["erasing"].when == {"freeze": ("none", "2")}
    assert space.parameters["mixup"].when == {}  # what is mixed is computed anew, frozen or not
    with_views = with_conditions(read_space({"views": [0, 4], **given}), Recipe())
    assert with_views.parameters["augment"].when == {}


def test_a_condition_of_the_spaces_own_stays() -> None:
    given = {"freeze": ["none", "all"], "head_epochs": {"choices": [2, 4], "when": {"freeze": "none"}}}
    assert with_conditions(read_space(given), Recipe()).parameters["head_epochs"].when == {"freeze": ("none",)}
    blocked = {"head_epochs": [2, 4], "batch": [8, 16], "freeze": {"choices": ["none", "all"], "when": {"batch": 8}}}
    with pytest.raises(RecipeError, match="must stand above head_epochs"):
        with_conditions(read_space(blocked), Recipe())


def test_the_default_space_of_borrowed_weights_holds_what_is_frozen(corners: Dataset, borrowed: RunRecord) -> None:
    space, _ = default_space(corners, borrowed, ())
    assert list(space.parameters)[:5] == ["freeze", "unfreeze", "head_epochs", "head_lr", "layer_decay"]
    assert "optimizer" not in space.parameters
    assert with_conditions(space, borrowed.recipe).parameters["head_lr"].range == (0.3, 3.0)


@pytest.mark.parametrize(
    ("fixed", "absent"),
    [
        ({"unfreeze": "head-first"}, {"freeze", "unfreeze"}),
        ({"head_epochs": 4}, {"freeze", "unfreeze", "head_epochs"}),
        ({"unfreeze": "at-once"}, {"freeze", "unfreeze", "head_epochs", "head_lr"}),
        ({"freeze": "all"}, {"freeze", "unfreeze", "head_epochs", "head_lr", "layer_decay", "augment"}),
    ],
)
def test_nothing_is_searched_that_contradicts_what_the_user_chose(
    fixed: dict[str, object], absent: set[str], corners: Dataset
) -> None:
    when = {} if "freeze" in fixed else {"unfreeze": "head-first"}
    planned = plan_run(corners, RECIPE.override(**(when | fixed))).record
    planned = planned.model_copy(update={"recipe": planned.recipe.override(pretrained=True)})
    space, _ = default_space(corners, planned, tuple(fixed))
    assert not absent & set(space.parameters)
    assert {"lr", "weight_decay"} <= set(space.parameters)


@pytest.mark.slow
def test_every_mode_of_freezing_can_be_a_trial(begin: Begin, corners: Dataset) -> None:
    space = {**LAYERED, "head_epochs": [1, 2]}
    folder = begin(recipe=RECIPE.override(epochs=1), space=space, method="grid")
    search = run_search(folder, corners, Limits(repeats=0))
    assert [trial.status for trial in search.trials] == ["finished"] * len(search.trials)
    modes = {(trial.choices["freeze"], trial.choices.get("unfreeze")) for trial in search.trials}
    assert modes == {("all", None), *((freeze, when) for freeze in ("none", "2") for when in ("head-first", "at-once"))}
    for trial in search.trials:
        recipe = RunFolder(folder.path / trial.run).read_record().recipe
        assert recipe.freezing.freeze == trial.choices["freeze"]
        assert trial.epochs == 1 + int(trial.choices.get("head_epochs") or 0)


@pytest.mark.slow
def test_a_trial_is_not_ended_while_its_head_alone_learns(begin: Begin, corners: Dataset) -> None:
    reported: dict[int, int] = {}

    class Note(NullProgress):
        def ended_epoch(self, trial: Trial, epoch: int, num_epochs: int, standing: Standing) -> None:
            reported[trial.number] = epoch

    recipe = RECIPE.override(unfreeze="head-first", head_epochs=3, epochs=3)
    space = {"head_lr": {"low": 1e-7, "high": 0.01, "log": True}}
    folder = begin(recipe=recipe, space=space, pruning="halving", method="random")
    search = run_search(folder, corners, Limits(trials=6, repeats=0), progress=Note())
    assert search.count("pruned") > 0
    assert min(reported.values()) > 3
    assert all(trial.note.endswith(" of 6") for trial in search.trials if trial.status == "pruned")


@pytest.mark.slow
def test_a_head_on_a_frozen_backbone_is_trained_to_its_end_beside_trials_that_train_more(
    begin: Begin, corners: Dataset
) -> None:
    space = {"freeze": ["none", "all"], "lr": {"low": 1e-7, "high": 0.01, "log": True}}
    folder = begin(recipe=RECIPE, space=space, pruning="halving", method="random")
    search = run_search(folder, corners, Limits(trials=8, repeats=0))
    frozen = [trial for trial in search.trials if trial.choices["freeze"] == "all"]
    assert frozen
    assert {trial.status for trial in frozen} == {"finished"}
    assert search.count("pruned") > 0


@pytest.mark.slow
def test_trials_are_compared_after_as_many_epochs_of_all_that_learns(begin: Begin, corners: Dataset) -> None:
    """A trial that gave its head ten epochs of its own must not end one that has not begun yet."""
    from pellucid.tuning.journal import Journal

    space = {"unfreeze": ["head-first", "at-once"], "head_epochs": [1, 4]}
    folder = begin(recipe=RECIPE.override(epochs=2), space=space, pruning="halving", method="grid")
    search = run_search(folder, corners, Limits(repeats=0))
    compared = {trial.number: trial.intermediate_values for trial in Journal(folder, search.record).study.trials}
    for trial in search.trials:
        record = RunFolder(folder.path / trial.run)
        rows = [(int(row["epoch"]), row["val_accuracy"]) for row in record.history()]
        assert list(trial.curve) == rows  # with the head's epochs, for the page
        of_head = int(trial.choices.get("head_epochs") or 0)
        assert compared[trial.number] == {epoch - of_head: value for epoch, value in rows if epoch > of_head}
        assert trial.head_epochs == of_head


@pytest.mark.parametrize("layer", ["stage9", "99"])
def test_a_layer_that_is_not_there_is_an_error_before_anything_is_written(
    layer: str, begin: Begin, tmp_path: Path
) -> None:
    with pytest.raises(RecipeError, match=f"--freeze is '?{layer}"):
        begin(recipe=RECIPE, space={"freeze": ["none", layer]})
    assert not (tmp_path / "runs").exists()
